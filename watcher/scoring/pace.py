"""Pace: at which moments a backtest judges. The figures at its origins do not hang on it, the dates of warnings do."""

from enum import StrEnum


class Pace(StrEnum):
    """The values are what is written after ``--judged``, and what the JSON says."""

    ARRIVALS = "arrivals"
    DAILY = "daily"
    ORIGINS = "origins"

    @property
    def told(self) -> str:
        """When it judges, in plain words, for a sentence that begins with "Judged:"."""
        return _TOLD[self]


_TOLD = {
    Pace.ARRIVALS: "whenever something arrived, as the daemon does",
    Pace.DAILY: "once a day, at its end: the figures are those of judging at each arrival, warnings up to a day later",
    Pace.ORIGINS: (
        "at the origins only: the figures are those of judging at each arrival; warnings come at the next origin, and "
        "what rose and fell between two of them is not seen"
    ),
}
