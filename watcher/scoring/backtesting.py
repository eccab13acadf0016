"""Backtesting: an archive and a list of outcomes in, the honest protocol's scores out. Nothing is stored or sent."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from indicators.assessments import Assessment
from indicators.backtest.asked import asked_of
from indicators.backtest.origins import origins
from indicators.backtest.outcomes import Outcome, OutcomeRecord
from indicators.backtest.protocol import Asking, backtest
from indicators.backtest.results import Backtest, QuestionResult
from indicators.backtest.shuffle import shufflable, shuffled
from indicators.backtest.snapshots import Snapshot, snapshots
from indicators.evaluation import Evaluation
from indicators.items import Item
from indicators.levels import Span
from indicators.moves import OutlookMove
from indicators.outlooks import outlook
from indicators.scoring.bare_moves import BareMove
from watcher import __version__
from watcher.judging.matching import Matching
from watcher.judging.replay import TICK, Watched, dated, evaluations, unwatched
from watcher.scoring.archives import HOLE, Archive
from watcher.scoring.outcome_files import ReadOutcomes, unrecorded
from watcher.scoring.pace import Pace

SHUFFLES = 5
FEW_EPISODES = 10


class SpanError(ValueError):
    """The archive and the span that was asked for do not meet, and what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a person asked for. ``first`` and ``last`` are days of origins; ``until`` ends what is known of outcomes.

    Without ``first`` it is the assessment's own date; without ``last`` the archive's last day; without ``since`` the
    day of the first outcome or the first origin, whichever is earlier; without ``until`` the archive's end.
    """

    first: date | None = None
    last: date | None = None
    since: date | None = None
    until: date | None = None
    every: int = 7
    seed: int = 1
    analysts: int = 1
    base_rates: Mapping[str, float] = field(default_factory=dict)
    only: frozenset[str] = frozenset()
    """Questions to score; all where none is named."""
    pace: Pace = Pace.ARRIVALS
    """When to judge: every probability at an origin is the same, and moves are the later the seldomer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """Which rules were tested, and whether anything speaks against their having been written before the span."""

    assessment: str
    version: str
    sha256: str
    code: str
    changed_at: datetime | None
    written: date
    first: datetime

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why nobody can take it for granted that the rules were chosen without knowing what happened."""
        found = []
        if self.written > self.first.date():
            found.append(
                f"the assessment is dated {self.written}, after the test begins ({self.first:%Y-%m-%d}): its rules and "
                "priors were written by somebody who could know what happened; this shows how they work, not how "
                "good they are"
            )
        if self.changed_at is not None and self.changed_at > self.first:
            found.append(
                f"the file was last changed {self.changed_at:%Y-%m-%d %H:%M} UTC, after the test begins: nothing here "
                "proves that it was frozen before (a commit or a signed copy of that time would)"
            )
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtested:
    """A backtest with what it was made of."""

    result: Backtest
    frozen: Frozen
    items: int
    unfetched: int
    delay: timedelta
    seed: int
    shuffles: int
    pace: Pace
    """When it was judged."""
    unanswered: int
    """Origins at which nothing was known yet, so that nothing was said."""
    unrecorded: tuple[str, ...]
    """Scored questions of which the record has no line."""
    sources: tuple[str, ...]
    holes: tuple[Span, ...] = ()
    """Times in which the archive has nothing at all."""

    @property
    def cautions(self) -> tuple[str, ...]:
        """What a reader must know before any figure, in plain words."""
        return (*_few(self.result), *self.frozen.doubts, *_unrecorded(self.unrecorded), *_not_archived(self.holes))


def _few(result: Backtest) -> tuple[str, ...]:
    if not result.settled:
        return ("Nothing could be scored: no window ended within what is known of the outcomes.",)
    blocks = max(q.blocks for q in result.questions)
    if result.episodes >= FEW_EPISODES:
        return _few_of_one([q for q in result.questions if q.episodes < FEW_EPISODES], len(result.questions))
    told = (
        f"Few cases: {result.episodes} separate happening(s) of all questions together, in at most {blocks} stretches "
        "of one horizon that do not overlap. The many windows below share their days. This describes what happened "
        "then; it does not prove skill, and a difference between methods may be chance."
    )
    return (told,)


def _few_of_one(few: Sequence[QuestionResult], asked: int) -> tuple[str, ...]:
    if not few:
        return ()
    names = "each question" if len(few) == asked else ", ".join(q.asked.id for q in few)
    told = (
        f"Few cases of {names}: no more than {max(q.episodes for q in few)} separate happening(s) of one. What stands "
        "below of such a question alone describes what happened then; it does not prove skill."
    )
    return (told,)


def _unrecorded(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        return ()
    told = (
        f"No outcome is on record for {', '.join(names)}: scored as if it never happened. If nobody looked, score only "
        "the others (--only)."
    )
    return (told,)


def _not_archived(holes: tuple[Span, ...]) -> tuple[str, ...]:
    if not holes:
        return ()
    longest = max(holes, key=lambda span: (span.end or span.start) - span.start)
    told = (
        f"The archive has no report at all over more than {HOLE.days} days, {len(holes)} time(s), the longest from "
        f"{longest.start:%Y-%m-%d} to {longest.end:%Y-%m-%d}. That is read as calm: where "
        "nothing was kept, figures and warnings sank for nothing."
    )
    return (told,)


def code_version() -> str:
    """Return the version of this program, with a digest of its rules' own code: what a test must have frozen too."""
    digest = hashlib.sha256()
    root = Path(__file__).parent.parent.parent / "indicators"
    code = (p for p in root.rglob("*") if p.suffix in (".py", ".yaml", ".lark") and p.parent.name != "assessments")
    for path in sorted(code):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return f"{__version__} ({digest.hexdigest()[:12]})"


def frozen(assessment: Assessment, path: Path, *, first: datetime) -> Frozen:
    """Say which rules stand in the file at *path*, to be tested from *first* on."""
    return Frozen(
        assessment=assessment.id,
        version=assessment.version,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        code=code_version(),
        changed_at=datetime.fromtimestamp(path.stat().st_mtime, tz=UTC),
        written=assessment.as_of,
        first=first,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOverSpan:
    """What the rules said over a span: snapshots at the origins, and every move."""

    assessment: Assessment
    snapshots: tuple[Snapshot, ...]
    moves: tuple[BareMove, ...]
    asked: int
    end: datetime


def span_of(assessment: Assessment, items: tuple[Item, ...], plan: Plan) -> tuple[date, date]:
    """Return the days of the first and last origin that can be asked for; :class:`SpanError` if there are none."""
    if not items:
        raise SpanError("the archive has no items to read")
    begins, ends = items[0].fetched.astimezone(UTC).date(), items[-1].fetched.astimezone(UTC).date()
    first = plan.first or assessment.as_of
    last = min(plan.last or ends, ends)
    if first > last:
        told = f"the archive runs from {begins} to {ends}"
        if plan.first is None:
            raise SpanError(f"the assessment is dated {first} and {told}: give --from {begins} to test it on the past")
        raise SpanError(f"no origin lies between {first} and {last}: {told}")
    return first, last


def ask(
    assessment: Assessment,
    items: tuple[Item, ...],
    plan: Plan,
    *,
    matching: Matching | None = None,
    watched: Watched = unwatched,
) -> SaidOverSpan:
    """Replay *items* (in order of arrival) and keep what was said at each origin of *plan*, and each move.

    Items that arrive after an origin have no part in what is said there: the replay has not seen them yet.
    Where the test begins before the assessment's date, its date is put back to the first day.
    """
    first, last = span_of(assessment, items, plan)
    if first < assessment.as_of:
        assessment = dated(assessment, first)
    moments = origins(first, last, every=plan.every)
    end = max(items[-1].fetched, moments[-1])
    known: list[BareMove] = []
    only = _only_at(plan.pace, assessment.start, moments, end)
    stream = evaluations(assessment, items, until=end, matching=matching, only_at=only)
    kept = tuple(snapshots(_noting(watched(stream, assessment.start, end), known), moments))
    return SaidOverSpan(assessment=assessment, snapshots=kept, moves=tuple(known), asked=len(moments), end=end)


def _only_at(pace: Pace, start: datetime, origins: tuple[datetime, ...], end: datetime) -> tuple[datetime, ...] | None:
    """Return the moments from *start* to *end* at which that *pace* judges, ``None`` for that of what arrives."""
    if pace is Pace.ARRIVALS:
        return None
    days = (start + n * TICK for n in range((end - start) // TICK + 1))
    return (*(moment for moment in (origins if pace is Pace.ORIGINS else days) if moment < end), end)


def _noting(found: Iterable[Evaluation], known: list[BareMove]) -> Iterator[Evaluation]:
    for evaluation in found:
        known += [_bare(move) for move in evaluation.moves]
        yield evaluation


def _bare(move: OutlookMove) -> BareMove:
    newest = move.events[0].reports[-1].item.title if move.events else ""
    return BareMove(
        key=move.key,
        at=move.at,
        before=move.before,
        after=move.after,
        level_before=move.level_before,
        level_after=move.level_after,
        band_before=move.band_before,
        band_after=move.band_after,
        reasons=tuple(str(reason) for reason in move.reasons),
        headline=newest,
    )


def score(said: SaidOverSpan, outcomes: Iterable[Outcome], plan: Plan) -> Backtest:
    """Score what was *said* by *outcomes*."""
    known = tuple(outcomes)
    if not said.snapshots:
        raise SpanError("no origin lies where something was known: begin later (--from), or give older items")
    begins = said.snapshots[0].at.date()
    since = plan.since or min([begins, *(o.day for o in known)])
    until = plan.until or said.end.astimezone(UTC).date()
    wanted = (a for a in asked_of(said.assessment) if not plan.only or a.id in plan.only)
    records = {a.id: OutcomeRecord(a, known, since=since, until=until) for a in wanted}
    asking = Asking(
        every=plan.every,
        choose=Random(plan.seed).randrange,  # noqa: S311 - the same draws in every run; no secret
        watched_until=said.end,
        base_rates=plan.base_rates,
        analysts=plan.analysts,
    )
    return backtest(said.assessment, said.snapshots, said.moves, records, shuffled_figures(said, plan.seed), asking)


def shuffled_figures(said: SaidOverSpan, seed: int) -> tuple[tuple[Mapping[str, float], ...], ...]:
    """Return, for each of :data:`SHUFFLES` shuffles of the ratings, the probabilities at every snapshot."""
    random = Random(f"ratings {seed}")  # noqa: S311 - the same shuffles in every run; no secret
    found = []
    for _ in range(SHUFFLES):
        order = list(shufflable(said.assessment))
        random.shuffle(order)
        other = shuffled(said.assessment, order)
        views = (outlook(other, shot.readings, now=shot.at) for shot in said.snapshots)
        found.append(tuple(view.figures for view in views))
    return tuple(found)


def backtested(
    assessment: Assessment,
    path: Path,
    archive: Archive,
    read: ReadOutcomes,
    plan: Plan,
    *,
    matching: Matching | None = None,
    watched: Watched = unwatched,
) -> Backtested:
    """Ask the rules in the file at *path* at every origin of *plan*, and score what they said."""
    said = ask(assessment, archive.items, plan, matching=matching, watched=watched)
    result = score(said, read.outcomes, plan)
    scored = {q.asked.id for q in result.questions}
    return Backtested(
        result=result,
        frozen=frozen(assessment, path, first=result.first),
        items=len(archive.items),
        unfetched=archive.unfetched,
        delay=archive.delay,
        seed=plan.seed,
        shuffles=SHUFFLES,
        pace=plan.pace,
        unanswered=said.asked - len(said.snapshots),
        unrecorded=tuple(name for name in unrecorded(assessment, read.outcomes) if name in scored),
        sources=read.sources,
        holes=archive.holes,
    )
