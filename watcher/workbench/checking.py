"""Checking files as an operator has them: configuration, assessments, and what else is on this machine."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from fnmatch import fnmatchcase
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel

from alerts.dead_routes import DeadRoute, branches, dead_routes
from alerts.quiet import LEVELS
from indicators.assessments import Assessment, forecasts
from indicators.checks import advice_on
from indicators.checks.history import MOST_SHARE, Tally, past_faults, without_history
from indicators.checks.references import did_you_mean, near_names
from indicators.errors import Problem, Severity
from indicators.items import Item
from indicators.matcher import Matcher
from indicators.parsing import parse_assessment
from indicators.written import Fault, WrittenFile, in_order
from watcher.assessment_files import matcher_of, read_text
from watcher.gazetteers import load_atlas
from watcher.workbench.client_checks import client_problems

_KEY = re.compile(r"(?m)^([a-z_]+):")
"""A key of the file itself, which stands at the beginning of its line."""

if TYPE_CHECKING:
    from watcher.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The files that were looked at and everything found in them. ``notes`` are no faults, only worth knowing."""

    files: tuple[Path, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What the rules are run over: *items*, or what a configuration's database received from *since* on.

    ``most`` is the share of all items (0 to 1) above which a rule is too wide. ``watched`` is given the
    items and how many there are, and may show how far the reading is.
    """

    since: datetime
    items: tuple[Item, ...] | None = None
    most: float = MOST_SHARE
    watched: Callable[[Iterable[Item], int], Iterable[Item]] = lambda items, _: items
    matcher_of: Callable[[Assessment], Matcher] = Matcher


@dataclass(slots=True)
class _Found:
    """What has been found so far; ``places`` are the gazetteers asked for, none if those of each file are meant."""

    files: dict[Path, None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    places: tuple[str, ...] = ()
    sound: "dict[Path, _Sound]" = field(default_factory=dict)
    settings: "dict[Path, Settings]" = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Sound:
    """An assessment without errors and the file it is written in."""

    assessment: Assessment
    file: WrittenFile

    def problems(self, faults: Iterable[Fault]) -> tuple[Problem, ...]:
        return in_order(map(self.file.place, faults))


def check_files(
    paths: Iterable[Path], *, today: date | None = None, over: Past | None = None, places: tuple[str, ...] = ()
) -> Checked:
    """Check each file for what it is; a configuration brings the assessments it names along.

    With *over*, the rules of sound assessments are also run over the past: over the items given, or
    else over what the database of each configuration has. The gazetteers *places* take the place of those
    that would be read, and examples that turn out otherwise with them are warned of.
    """
    found = _Found(problems=[*_other_owners()], places=places)
    if over is not None and places:
        over = replace(over, matcher_of=matcher_of(places))
    waiting = list(paths)
    while waiting:
        path = waiting.pop(0)
        if path in found.files:
            continue
        found.files[path] = None
        if _is_assessment(path):
            _check_assessment(path, found, today)
        else:
            from watcher.settings import load_settings

            settings, problems = load_settings(path)
            found.problems += problems
            if settings:
                found.settings[path] = settings
                waiting += [Path(a) for a in settings.assessments]
    for path, settings in found.settings.items():
        found.problems += _dead_routes(path, settings, found.sound)
        found.problems += _no_watchdog(path, settings)
        sound = [found.sound[Path(a)].assessment for a in settings.assessments if Path(a) in found.sound]
        found.problems += client_problems(path, settings, sound)
        found.problems += _holes(path, settings, today)
    found.problems += _gazetteers(found)
    if over is not None:
        _check_past(found, over)
    return Checked(files=tuple(found.files), problems=tuple(found.problems), notes=tuple(found.notes))


def _gazetteers(found: _Found) -> Iterator[Problem]:
    """Find gazetteers that cannot be read, each once for all assessments that would read it."""
    told: dict[str, Problem] = {}
    for gazetteers, sound in _readings(found):
        told |= {str(problem): problem for problem in load_atlas(gazetteers, sound.assessment.countries)[1]}
    yield from told.values()


def _readings(found: _Found) -> "Iterator[tuple[tuple[str, ...], _Sound]]":
    """Yield each sound assessment with the gazetteers that it is read with, where somebody named any."""
    if found.places:
        yield from ((found.places, sound) for sound in found.sound.values())
        return
    for settings in found.settings.values():
        files = map(Path, settings.assessments)
        yield from ((settings.gazetteers, found.sound[file]) for file in files if file in found.sound)


def _check_assessment(path: Path, found: _Found, today: date | None) -> None:
    text, problems = read_text(path)
    assessment = None
    if text is not None:
        assessment, problems = parse_assessment(text, name=str(path))
    found.problems += problems
    if assessment is not None and text is not None:
        found.sound[path] = _Sound(assessment, WrittenFile(text, name=str(path)))
        found.problems += found.sound[path].problems(advice_on(assessment))
        if found.places:
            found.problems += found.sound[path].problems(located_otherwise(assessment, found.places))
    found.problems += _overdue(path, assessment, today)


def located_otherwise(assessment: Assessment, places: Iterable[str], rule: str = "") -> Iterator[Fault]:
    """Find examples of *rule* (``""``: of every rule) that count otherwise once the gazetteers *places* are read.

    An example passes or fails with the places of its file alone; the daemon also reads a gazetteer.
    """
    plain, located = Matcher(assessment), matcher_of(places)(assessment)
    for i, indicator in enumerate(assessment.indicators):
        if indicator.proof is None or rule not in ("", indicator.id):
            continue
        for key in ("must_match", "must_not_match"):
            for j, example in enumerate(getattr(indicator.proof, key)):
                item = Item(id="proof", source="proof", fetched=_LONG_AGO, **dict(example))
                alone, counts = (_counted(matcher, indicator.id, item) for matcher in (plain, located))
                if alone != counts:
                    shown = item.title or ", ".join(item.codes)
                    yield Fault(
                        path=("indicators", i, "proof", key, j),
                        what=f"with these places {indicator.id} {'counts' if counts else 'does not count'} “{shown}”",
                        instead="add the place it names under places:, or write an example with another place",
                        severity=Severity.WARNING,
                    )


_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def _counted(matcher: Matcher, rule: str, item: Item) -> bool:
    return any(match.indicator == rule and not match.rejected_by for match in matcher.match_item(item))


def _check_past(found: _Found, over: Past) -> None:
    if over.items is not None:
        _run_over(over.items, len(over.items), found, list(found.sound.values()), over, told="of the file")
        return
    if found.settings:
        _check_stored(found, over)


def _check_stored(found: _Found, over: Past) -> None:
    from watcher.store import StoreError, past  # half a second that a file alone does not need

    for settings in found.settings.values():
        sound = [found.sound[Path(a)] for a in settings.assessments if Path(a) in found.sound]
        if not sound or not past.is_there(settings.database):
            continue
        try:
            _run_over_store(settings, found, sound, over)
        except StoreError as error:
            found.notes.append(f"the rules were not run over stored items: {error}")


def _run_over_store(settings: "Settings", found: _Found, sound: list[_Sound], over: Past) -> None:
    from watcher.store import Database, past

    with Database(settings.database) as database, database.read() as connection:
        stock = past.stock(connection, since=over.since)
        told = f"stored since {max(over.since, stock.oldest or over.since):%Y-%m-%d}"
        if stock.items:
            received = past.received(connection, since=over.since)
            located = over if found.places else replace(over, matcher_of=matcher_of(settings.gazetteers))
            _run_over(received, stock.items, found, sound, located, told=told)
        else:
            found.notes.append("no items are stored yet: whether the rules are too wide cannot be told")


def _run_over(items: Iterable[Item], total: int, found: _Found, sound: list[_Sound], over: Past, *, told: str) -> None:
    """Match each item once with each assessment, and say what that shows of the rules."""
    runs = [(one, over.matcher_of(one.assessment), Tally()) for one in sound]
    for item in over.watched(items, total):
        for _, matcher, tally in runs:
            tally.add(item.id, matcher.match_item(item))
    for one, _, tally in runs:
        found.notes.append(f"{one.assessment.id}: its rules were run over {tally.items} item(s) {told}")
        found.problems += one.problems(past_faults(one.assessment, tally, most=over.most))
        silent = without_history(one.assessment, tally)
        found.notes += [f"{one.assessment.id}: {silent}"] if silent else []


def _dead_routes(path: Path, settings: "Settings", sound: Mapping[Path, _Sound]) -> Iterator[Problem]:
    """A route whose patterns fit nothing is a warning that nobody would get; one that is not sound may have it all."""
    files = [Path(file) for file in settings.assessments]
    if any(file not in sound for file in files):
        return
    watched = [sound[file].assessment for file in files]
    for dead in dead_routes(settings.routes, watched):
        what, instead = _why_dead(dead, watched) if dead.alone else _hidden(dead)
        yield Problem(where=str(path), what=what, instead=instead)
    yield from _hollow_routes(path, settings)


def _why_dead(dead: DeadRoute, watched: list[Assessment]) -> tuple[str, str]:
    route = dead.route
    own = [a for a in watched if fnmatchcase(a.id, route.assessment)]
    keys = [f.key for a in own for f in forecasts(a)]
    if not fnmatchcase("move", route.kind):
        what = f"route {dead.number} is for troubles of Watcher itself, which are of no assessment and no region"
        return what, "leave assessment and region out"
    if any(fnmatchcase(key, route.scenario) for key in keys):
        regions = sorted({i.where.region for a in own for i in a.indicators})
        hint = did_you_mean(near_names(route.region, regions)) or f"watched: {', '.join(regions)}"
        return f"route {dead.number} fits no region in which anything is watched ({route.region})", hint
    hint = did_you_mean(near_names(route.scenario, keys)) or f"known: {', '.join(a.id for a in watched)}"
    return f"route {dead.number} fits no scenario of any assessment ({route.assessment}, {route.scenario})", hint


def _hidden(dead: DeadRoute) -> tuple[str, str]:
    what = f"route {dead.number} fits nothing that the routes above it carry"
    return what, "write it beside them, or `kind: '*'` above a route for troubles of Watcher itself"


def _hollow_routes(path: Path, settings: "Settings") -> Iterator[Problem]:
    """A branch hears nothing below the level that a branch above it asks for, whatever it asks for itself."""
    for number, branch in branches(settings.routes):
        above = max((LEVELS[route.min_level] for route in branch[:-1]), default=LEVELS["baseline"])
        own = branch[-1].min_level
        if "min_level" in branch[-1].model_fields_set and LEVELS[own] < above:
            asked = above.name.lower()
            what = f"route {number} asks for alerts from {own} on, and a route above it carries none below {asked}"
            instead = "write it beside that route, or leave min_level out"
            yield Problem(where=str(path), what=what, instead=instead, severity=Severity.WARNING)


def _holes(path: Path, settings: "Settings", today: date | None) -> Iterator[Problem]:
    """A rota that leaves a time empty is no error: the last resort hears. It is said while it can still be filled."""
    from watcher.deciding.rostering import plans

    if today is None or not settings.rotas:
        return
    for plan in plans(settings, now=datetime.combine(today, time(0), tzinfo=UTC)):
        for hole in plan.holes[:1]:
            what = f"nobody is on call in the rota {plan.rota} from {hole.start:%Y-%m-%d %H:%M} UTC on: {hole.hole}"
            instead = "write who is, or `watcher oncall override`; until then the last resort is told"
            yield Problem(where=str(path), what=what, instead=instead, severity=Severity.WARNING)


def _no_watchdog(path: Path, settings: "Settings") -> Iterator[Problem]:
    """A machine that died tells nobody of it."""
    if settings.watchdog is None:
        what, instead = "no watchdog outside is set: if this machine dies, nobody is told", "set watchdog: {url: …}"
        yield Problem(where=str(path), what=what, instead=instead, severity=Severity.WARNING)


def _is_assessment(path: Path) -> bool:
    """Whether *path* has more keys of an assessment than of a configuration: it may be half written, or broken."""
    from watcher.settings import Settings

    text, _ = read_text(path)
    keys = set(_KEY.findall(text or ""))
    return len(keys & _keys_of(Assessment)) > len(keys & _keys_of(Settings))


def _keys_of(model: type[BaseModel]) -> set[str]:
    return {found.alias or name for name, found in model.model_fields.items()}


def _overdue(path: Path, assessment: Assessment | None, today: date | None) -> tuple[Problem, ...]:
    if assessment is None or today is None or today <= assessment.review_by:
        return ()
    days = (today - assessment.review_by).days
    what = f"the review was due on {assessment.review_by}, {days} day(s) ago"
    instead = "read it again, then move as_of, review_by and the priors"
    return (Problem(where=str(path), what=what, instead=instead, severity=Severity.WARNING),)


def _other_owners() -> tuple[Problem, ...]:
    """Another distribution that brings a package of our name would overwrite ours without a word."""
    owners = packages_distributions()
    return tuple(
        Problem(
            where=f"package {name}",
            what=f"also installed by {', '.join(sorted(set(owners[name]) - {'iw-watcher'}))}",
            instead="give iw-watcher an environment of its own",
            severity=Severity.WARNING,
        )
        for name in ("watcher", "alerts", "indicators")
        if set(owners.get(name, ())) - {"iw-watcher"}
    )
