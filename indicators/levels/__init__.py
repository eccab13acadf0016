"""Levels: how active an indicator is, since when, and why. Not being able to look is not the same as quiet.

Events in a window (or days, or other indicators) give a count; a curve turns it into an activation,
which is held at its peak and fades once nothing supports it. The signal is the activation less the
baseline of the assessment's date, because the prior already knows the world of that day.

Time runs in days since ``as_of``, on a clock that stops while we are blind: what could not be
seen neither fades nor leaves a window. :mod:`~indicators.levels.kinds` lists what can be counted.
"""

from indicators.levels.clock import Clock, Span, merged
from indicators.levels.reading import Level, Reading, ReadingError
from indicators.levels.readings import Looks, Readings
from indicators.levels.tracks import Tracks, read_all, read_indicator, tracks_of

__all__ = [
    "Clock",
    "Level",
    "Looks",
    "Reading",
    "ReadingError",
    "Readings",
    "Span",
    "Tracks",
    "merged",
    "read_all",
    "read_indicator",
    "tracks_of",
]
