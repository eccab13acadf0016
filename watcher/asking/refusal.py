"""Refusal: what is asked cannot be done, in a sentence for whoever asked."""


class DecisionError(Exception):
    """What was asked cannot be done, in a sentence that says what to write instead."""
