"""Why a recipient does not hear of an alert now. Always a named reason, the same in log, page and test."""

from enum import StrEnum


class Suppression(StrEnum):
    """The reason, or that there is none."""

    NONE = "none"
    NO_ROUTE = "no route leads to this recipient"
    BELOW_LEVEL = "below the level this route asks for"
