"""``outcomes.csv``: what came true and when, by somebody else's record. Never by our own feed.

Columns: ``scenario,occurred_on,status,source,note``. One line a happening; for an exclusive set one line for each day
on which a state began to hold. ``status`` is ``occurred`` or ``void`` (it cannot be decided whether it counts).
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from indicators.assessments import Assessment
from indicators.backtest.asked import asked_of
from indicators.backtest.outcomes import Outcome
from indicators.checks.references import suggestion
from indicators.errors import Problem, Severity
from indicators.language.text import one_line

COLUMNS = ("scenario", "occurred_on", "status", "source", "note")
_NEEDED = COLUMNS[:3]
_EXAMPLE = "scenario,occurred_on,status,source,note\ncoup_attempt,2020-08-18,occurred,Powell & Thyne,"
_LONGEST = 500
_BYTES = 64_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOutcomes:
    """The outcomes of a file, in its order, and the lines that could not be read."""

    outcomes: tuple[Outcome, ...]
    problems: tuple[Problem, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Who says so, sorted."""
        return tuple(sorted({o.source for o in self.outcomes}))


def read_outcomes(path: Path, assessment: Assessment) -> ReadOutcomes:
    """Read the outcomes of *assessment*'s lines in the file at *path*; a bad line is named and the others go on."""
    text, fault = _text(path)
    if fault:
        return ReadOutcomes(outcomes=(), problems=(Problem(where=str(path), what=fault),))
    rows = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    try:
        header = tuple((name or "").strip().casefold() for name in rows.fieldnames or ())
    except csv.Error as error:
        return ReadOutcomes(outcomes=(), problems=(Problem(where=f"{path}:1", what=f"not CSV: {error}"),))
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        what = f"the first line has no {', '.join(missing)}"
        return ReadOutcomes(outcomes=(), problems=(Problem(where=f"{path}:1", what=what, instead=_EXAMPLE),))
    rows.fieldnames = list(header)
    return _read(path, rows, _Lines(assessment))


def _text(path: Path) -> tuple[str, str]:
    try:
        if path.stat().st_size > _BYTES:
            return "", f"is larger than {_BYTES // 1_000_000} MB: no list of outcomes is"
        return path.read_text("utf-8-sig"), ""
    except (OSError, UnicodeDecodeError) as error:
        return "", f"cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}"


def _read(path: Path, rows: "csv.DictReader[str]", lines: "_Lines") -> ReadOutcomes:
    outcomes: list[Outcome] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, date], int] = {}
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            problems.append(Problem(where=f"{path}:{rows.line_num}", what=f"not CSV: {error}"))
            continue
        if row is None:
            break
        where = f"{path}:{rows.line_num}"
        outcome, fault = lines.outcome({k: v.strip() for k, v in row.items() if k and isinstance(v, str)})
        if outcome is None:
            problems.append(Problem(where=where, what=fault[0], instead=fault[1]))
            continue
        before = seen.setdefault((outcome.key, outcome.day), rows.line_num)
        if before != rows.line_num:
            what = f"{outcome.key} on {outcome.day} stands on line {before} too"
            hint = "one line for each happening; a note can name more sources"
            problems.append(Problem(where=where, what=what, instead=hint, severity=Severity.WARNING))
            continue
        if not outcome.source:
            what, hint = (
                "nobody is named as the source",
                "who says so, not our own feed: Powell & Thyne, ACLED, a ruling",
            )
            problems.append(Problem(where=where, what=what, instead=hint, severity=Severity.WARNING))
        outcomes.append(outcome)
    return ReadOutcomes(outcomes=tuple(outcomes), problems=tuple(problems))


class _Lines:
    """The names that an outcome may have in one assessment."""

    def __init__(self, assessment: Assessment) -> None:
        asked = asked_of(assessment)
        self._keys = tuple(key for a in asked for key in a.keys)
        self._sets = {a.id: a.keys for a in asked if a.exclusive}
        self._short = {key.partition(".")[2]: key for key in self._keys if "." in key}

    def outcome(self, row: Mapping[str, str]) -> tuple[Outcome | None, tuple[str, str]]:
        """Return the outcome in *row*, or ``None``, what is wrong with it and what to write instead."""
        status = row.get("status", "").casefold()
        if status not in ("occurred", "void"):
            return None, (f"status {row.get('status', '')!r}", "occurred, or void where nobody can decide it")
        fault = self._fault_of(row.get("scenario", ""), void=status == "void")
        if fault:
            return None, fault
        day = _day(row.get("occurred_on", ""))
        if day is None:
            return None, (f"occurred_on {row.get('occurred_on', '')!r} is no date", "year-month-day: 2020-08-18")
        return Outcome(
            key=row["scenario"],
            day=day,
            void=status == "void",
            source=one_line(row.get("source", ""), limit=_LONGEST),
            note=one_line(row.get("note", ""), limit=_LONGEST),
        ), ("", "")

    def _fault_of(self, name: str, *, void: bool) -> tuple[str, str] | None:
        if name in self._keys or (void and name in self._sets):
            return None
        if name in self._sets:
            states = ", ".join(self._sets[name])
            return f"{name} is a set: the line must say which state began to hold", f"one of {states}"
        if name in self._short:
            return f"no scenario {name!r}", f"that is a state of a set: write {self._short[name]}"
        return f"no scenario {name!r} in the assessment", suggestion(name, self._keys)


def _day(told: str) -> date | None:
    """Return the date that was written; of a moment with a time, its day. A day alone, or nothing."""
    if not re.match(r"\d{4}-\d{2}-\d{2}(?:$|[T ])", told):
        return None
    try:
        return datetime.fromisoformat(told).date()
    except ValueError:
        return None


def unrecorded(assessment: Assessment, outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """Return the questions of *assessment* of which the record has no line at all, in the file's order."""
    known = {o.key.partition(".")[0] for o in outcomes}
    return tuple(a.id for a in asked_of(assessment) if a.id not in known)
