"""Changing: a rule or a whole version put into an assessment's file from the desk, with a name and a reason.

The file is the truth: the daemon takes a sound one up at its next look, and never a broken one.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from indicators.assessments import Assessment
from indicators.checks import advice_on
from indicators.errors import IndicatorsError, Problem, Severity
from indicators.parsing import parse_assessment
from indicators.written import WrittenFile, in_order
from indicators.written.blocks import block_of, data_of, first_line, key_lines, with_block
from indicators.written.editing import EditError, edited
from watcher.assessment_files import shipped_assessments
from watcher.assessments import digest_of
from watcher.store import Connection, audit
from watcher.workbench.amending import Amendment, amendment_of, as_it_is, write
from watcher.workbench.versions import CHANGED

_T = TypeVar("_T")

_RULES = "indicators"
_LAST_NUMBER = re.compile(r"\d+(?=\D*$)")


class ChangeError(IndicatorsError, ValueError):
    """A change that cannot be made as it was asked; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyProblem:
    """A problem of the changed rule, at a line of its block and under the key that stands there."""

    key: str
    line: int
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What the file would be after a change: checked as ``watcher check`` does, not yet written.

    ``rule`` is empty where the whole file changes. ``problems`` are those of the rule, ``elsewhere`` all others.
    """

    assessment: str
    rule: str
    amendment: Amendment
    before: str
    after: str
    parsed: Assessment | None
    problems: tuple[KeyProblem, ...] = ()
    elsewhere: tuple[Problem, ...] = ()

    @property
    def readable(self) -> bool:
        """Whether it can be tried: nothing is wrong, or nothing but examples that turn out otherwise."""
        told = [*((one.key, one.problem) for one in self.problems), *(("", problem) for problem in self.elsewhere)]
        return all(key == "proof" for key, problem in told if problem.severity is Severity.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One rule, or the whole, as the file has it: its text, and a mark by which a change of it meanwhile is noticed."""

    block: str
    mark: str


def opened_rule(file: Path, rule: str) -> Opened:
    """Return the rule as it stands in *file*; raises :class:`ChangeError` where it is not there."""
    text = _text(file)
    block = _asked(block_of, text, _RULES, _number(text, rule))
    return Opened(block=block, mark=digest_of(block))


def rule_change(file: Path, rule: str, block: str, made_from: str = "") -> Change:
    """Return *file* with *rule* replaced by *block* (``""``: with the new rule *block* added), its version raised.

    *made_from* is the mark of the block that the change was made from: if the rule is another one by now, the
    change is refused, and nothing of what somebody else wrote is lost.
    """
    text = _text(file)
    told = _asked(data_of, block)
    name = str(told.get("id", ""))
    number = _number(text, rule) if rule else None
    if number is None and name in _names(text):
        raise ChangeError(f"there is a rule {name} already: give the new one an id of its own")
    if number is not None and name != rule:
        raise ChangeError(f"a rule keeps its id ({rule}): decisions and history go by it; make a new rule instead")
    if number is not None and made_from and digest_of(_asked(block_of, text, _RULES, number)) != made_from:
        raise ChangeError("somebody changed this rule meanwhile: open it again, and put your change on top of theirs")
    after = _asked(with_block, text, _RULES, number, block)
    place = len(_names(text)) if number is None else number
    return _change(file, text, _next_version(text, after), rule=name, place=place)


def opened_version(file: Path) -> Opened:
    """Return all of *file* as it stands, sound or not; raises :class:`ChangeError` where it cannot be read."""
    text = _text(file)
    return Opened(block=text, mark=digest_of(text))


def version_change(
    file: Path, assessment: str, text: str, made_from: str = "", *, used: Collection[str] = ()
) -> Change:
    """Return *file* with all of it replaced by *text*, letter by letter but for the version where that is *used* up.

    Text that cannot be taken up gives a change that is not sound, with every fault at its line. Another assessment
    than *assessment* is refused, and so is a file that is no longer the one that *made_from* is the mark of.
    """
    opened = opened_version(file)
    if made_from and opened.mark != made_from:
        raise ChangeError("somebody changed this assessment meanwhile: compare yours with theirs first")
    told = str(_values(text).get("id", assessment))
    if told != assessment:
        raise ChangeError(f"this is another assessment, {told}: a new version keeps the id {assessment}")
    return _change(file, opened.block, _renumbered(opened.block, text, used), rule="", place=None)


def _renumbered(before: str, after: str, used: Collection[str]) -> str:
    """Return *after* under a version that no other text had: two under one could not be told apart."""
    if after == before or not _values(after) or _version(after) not in {*used, _version(before)}:
        return after
    version = raised(_version(before))
    while version in used:
        version = raised(version)
    return _with_version(after, version)


def line_of(problem: Problem) -> int:
    """Return the line of the file that *problem* is about, from 1; 0 where it is about no line."""
    number = problem.where.rpartition(":")[2]
    return int(number) if number.isdigit() else 0


def change_back(file: Path, earlier: str) -> Change:
    """Return *file* with all of an *earlier* version's text, under a version above the one that stands now."""
    text = _text(file)
    return _change(file, text, _next_version(text, earlier, force=True), rule="", place=None)


def put(connection: Connection, change: Change, *, who: str, why: str, now: datetime) -> None:
    """Put *change* on record and into its file, in this order: what is not on record is never in force.

    Raises :class:`ChangeError` where the file cannot be written, or is another one than when the change was made.
    """
    if not why.strip():
        raise ChangeError("say why, in a sentence: others will read it")
    if not change.amendment.sound:
        raise ChangeError("the file would be refused as it is: mend what is marked, then save")
    if not change.amendment.changes:
        raise ChangeError("nothing to save: it reads so already")
    refuse_shipped(change.amendment.file)
    detail = {
        "assessment": change.assessment,
        "rule": change.rule,
        "before": change.before,
        "after": change.after,
        "sha": digest_of(change.amendment.text),
        "why": why.strip(),
        "difference": list(change.amendment.difference)[:400],
    }
    audit.write(connection, at=now, who=who, what=CHANGED, detail=detail)
    refusal = write(change.amendment)
    if refusal is not None:
        raise ChangeError(f"{refusal.what}{f': {refusal.instead}' if refusal.instead else ''}")


def is_shipped(file: Path) -> bool:
    """Say whether *file* is one of the assessments that come with Watcher."""
    return file.resolve().is_relative_to(shipped_assessments().resolve())


def refuse_shipped(file: Path) -> None:
    """Raise :class:`ChangeError` for an assessment that comes with Watcher: the next upgrade would undo the change."""
    if is_shipped(file):
        what = "this assessment comes with Watcher and is not changed in place"
        raise ChangeError(f"{what}: copy {file.name} beside watcher.yaml and name the copy under assessments:")


def _change(file: Path, before: str, after: str, *, rule: str, place: int | None) -> Change:
    parsed, found = parse_assessment(after, name=str(file))
    if parsed is not None:
        written = WrittenFile(after, name=str(file))
        found = in_order((*found, *map(written.place, advice_on(parsed))))
    own, others = _sorted(found, after, place)
    return Change(
        assessment=str(_values(after).get("id", "")),
        rule=rule,
        amendment=amendment_of(file, before, after, found),
        before=_version(before),
        after=_version(after),
        parsed=parsed,
        problems=own,
        elsewhere=others,
    )


def _sorted(
    found: tuple[Problem, ...], text: str, place: int | None
) -> tuple[tuple[KeyProblem, ...], tuple[Problem, ...]]:
    """Part the problems of the rule at *place* from all others, each of the first at its key."""
    if place is None:
        return (), found
    first = first_line(text, _RULES, place)
    block = block_of(text, _RULES, place)
    last, keys = first + block.count("\n"), key_lines(block)
    own: list[KeyProblem] = []
    others: list[Problem] = []
    for problem in found:
        line = line_of(problem) - first + 1
        if 0 < line <= last - first + 1:
            key = next((name for begin, name in reversed(keys) if begin <= line), "")
            own.append(KeyProblem(key=key, line=line, problem=problem))
        else:
            others.append(problem)
    return tuple(own), tuple(others)


def _text(file: Path) -> str:
    text, problems = as_it_is(file)
    if text is None:
        raise ChangeError(f"the file {problems[0].what}" if problems else "the file cannot be read")
    return text


def _names(text: str) -> list[str]:
    entries = _asked(data_of, text).get(_RULES)
    return [str(one.get("id", "")) for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []


def _number(text: str, rule: str) -> int:
    names = _names(text)
    if rule not in names:
        raise ChangeError(f"the file has no rule {rule}")
    return names.index(rule)


def _values(text: str) -> Mapping[str, Any]:
    """Return what *text* says, or nothing where it cannot be read: whoever checks it is told why."""
    try:
        return data_of(text)
    except EditError:
        return {}


def _version(text: str) -> str:
    return str(_values(text).get("version", ""))


def raised(version: str) -> str:
    """Return the version after *version*: its last number one higher, or a first one behind it."""
    found = _LAST_NUMBER.search(version)
    if found is None:
        return f"{version}.1"
    return version[: found.start()] + str(int(found[0]) + 1) + version[found.end() :]


def _next_version(before: str, after: str, *, force: bool = False) -> str:
    """Return *after* with the version behind that of *before*, where anything differs and nobody raised it by hand."""
    if after == before or (not force and _version(after) != _version(before)):
        return after
    return _with_version(after, raised(_version(before)))


_VERSION_LINE = re.compile(r"""^(version:[ \t]*)("[^"\n]*"|'[^'\n]*'|[^\s#"'][^\s#]*)""", re.MULTILINE)


def _with_version(text: str, version: str) -> str:
    """Return *text* with its version; where the line is written as everybody does, without reading the file for it."""
    told = json.dumps(version, ensure_ascii=False)
    changed, times = _VERSION_LINE.subn(lambda found: found[1] + told, text)
    return changed if times == 1 else str(_asked(edited, text, ("version",), version))


def _asked(function: Callable[..., _T], *arguments: Any) -> _T:
    """Return what *function* does; its refusal is one of ours."""
    try:
        return function(*arguments)
    except EditError as error:
        raise ChangeError(str(error)) from None
