"""Strip: the level of an indicator over time. Height, pattern and letter say it; colour only helps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from indicators.events import Event
from indicators.levels import Level, Span
from watcher.store.outlooks import LevelSince
from watcher.web.charts.axis import Axis
from watcher.web.charts.drawing import Drawing
from watcher.web.languages import Language
from watcher.web.terms import STATES

_TALL, _TOP, _EVENTS, _DATES = 66.0, 4.0, 16.0, 20.0
_ROOM = 13.0
"""Units that a letter needs."""

LETTERS: Mapping[Level, str] = {
    Level.NOT_OBSERVABLE: "?",
    Level.NOT_YET_DUE: "…",
    Level.REFUTED: "×",
    Level.QUIET: "",
    Level.LEVEL_1: "1",
    Level.LEVEL_2: "2",
    Level.LEVEL_3: "3",
}
"""What stands in a stretch that is wide enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One level from a moment to another."""

    level: Level
    start: datetime
    end: datetime


def stretches(levels: Sequence[LevelSince], since: datetime, until: datetime) -> Iterator[Stretch]:
    """Yield the levels as stretches of time between *since* and *until*, oldest first; before the first, nothing."""
    for number, one in enumerate(levels):
        end = levels[number + 1].at if number + 1 < len(levels) else until
        start, end = max(one.at, since), min(end, until)
        if start < end:
            yield Stretch(level=one.level, start=start, end=end)


def strip(
    levels: Sequence[LevelSince],
    *,
    since: datetime,
    until: datetime,
    lang: Language,
    width: float,
    name: str,
    events: Sequence[Event] = (),
    blind: Sequence[Span] = (),
) -> Drawing:
    """Return the strip with *events* as ticks below; *name* keeps its patterns apart from those of other drawings."""
    shown = list(stretches(levels, since, until))
    drawing = Drawing(width, _TOP + _TALL + _EVENTS + _DATES, told=_told(shown, lang), look="chart strip")
    drawing.hatch(f"{name}-blind").hatch(f"{name}-refuted", lean=-1)
    axis = Axis(since=since, until=until, left=2, right=width - 2)
    foot = _TOP + _TALL
    axis.write(drawing, top=_TOP, bottom=foot + _EVENTS, lang=lang)
    for one in shown:
        _stretch(drawing, one, axis, foot, name, lang)
    for span in blind:
        x, end = axis.x(max(span.start, since)), axis.x(min(span.end or until, until))
        tip = lang.says("too little could be seen")
        drawing.add("rect", x=x, y=foot + 2, width=max(end - x, 2), height=4, fill=f"url(#{name}-blind)", tip=tip)
    for event in events:
        if since <= event.when <= until:
            told = f"{lang.day(event.day)} {event.grade}"
            drawing.add("rect", look="tick", x=axis.x(event.when) - 1, y=foot + 4, width=2, height=10, tip=told)
    return drawing


def _stretch(drawing: Drawing, one: Stretch, axis: Axis, foot: float, name: str, lang: Language) -> None:
    x, wide = axis.x(one.start), max(axis.x(one.end) - axis.x(one.start), 1.0)
    told = f"{lang.says(STATES[one.level])}: {lang.day(one.start)} – {lang.day(one.end)}"
    if one.level is Level.NOT_YET_DUE:
        drawing.add("rect", look="due", x=x, y=_TOP, width=wide, height=_TALL, tip=told)
    elif one.level in (Level.NOT_OBSERVABLE, Level.REFUTED):
        pattern = "blind" if one.level is Level.NOT_OBSERVABLE else "refuted"
        drawing.add("rect", x=x, y=_TOP, width=wide, height=_TALL, fill=f"url(#{name}-{pattern})", tip=told)
        drawing.add("rect", look="frame", x=x, y=_TOP, width=wide, height=_TALL)
    else:
        tall = 4.0 if one.level is Level.QUIET else _TALL * one.level.rank / 3
        look = f"level l{one.level.rank}"
        drawing.add("rect", look=look, x=x, y=foot - tall, width=wide, height=tall, tip=told)
    letter = LETTERS[one.level]
    if letter and wide >= _ROOM:
        drawing.text(x + wide / 2, foot - 6, letter, look=f"letter on-l{one.level.rank}", anchor="middle")


def _told(shown: Sequence[Stretch], lang: Language) -> str:
    if not shown:
        return lang.says("No level was judged in this time.")
    said = "; ".join(f"{lang.day(one.start)} {lang.says(STATES[one.level])}" for one in shown[-12:])
    return lang.says("Levels, each from its day on: %(said)s.", said=said)
