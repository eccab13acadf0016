"""Verdicts: what a person can say of a scenario. On its own, because the command line needs it at once."""

from enum import StrEnum


class Verdict(StrEnum):
    """What a person rules against the written rule."""

    OCCURRED = "occurred"
    DID_NOT = "did-not"
    VOID = "void"  # nobody can say; no forecast of it is scored
    NEXT_PERIOD = "next-period"  # it did not in the period that is over, and the question goes on
    NOT_YET = "not-yet"  # looked at: its rule is not met, the question stays open
    WITHDRAW = "withdraw"  # the ruling that stands is taken back
