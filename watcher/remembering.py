"""Remembering: every judgement made again from the inputs that are on record, as of any past day.

With the rules of *then* it says bit for bit what was said; with those of *now* it says what they would
have said, knowing only what was known. Nothing is stored or sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from indicators.evaluation import Evaluation, State, evaluate
from indicators.events import Casebook
from indicators.parsing import parse_assessment
from watcher.assessments import Live, compiled
from watcher.gazetteers import fingerprint, load_atlas
from watcher.settings import Settings
from watcher.store import Connection, assessments, evaluations, event_decisions, installation
from watcher.store.assessments import GoodAssessment
from watcher.store.evaluations import Judged


class Rules(StrEnum):
    """Whose rules judge the past."""

    THEN = "then"
    NOW = "now"


class NothingRememberedError(LookupError):
    """There is no judgement on record to make again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """One judgement made again, and whether it was made of exactly what it was made of then.

    It is not where the program's shared concepts or a gazetteer have changed since, and with the rules of now.
    """

    judged: Judged
    evaluation: Evaluation
    version: str
    exact: bool


def remembered(
    connection: Connection, settings: Settings, assessment: str, *, until: datetime, rules: Rules = Rules.THEN
) -> Iterator[Remembered]:
    """Yield every judgement of *assessment* up to *until*, made again in order, one at a time.

    Raises :class:`NothingRememberedError` if none is on record or no version of the rules is.
    """
    known = assessments.versions(connection, assessment)
    if not known:
        raise NothingRememberedError(f"no version of {assessment} was ever in force here")
    shelf = _Shelf(settings, known, rules)
    memory = _Memory(salt=installation.name(connection))
    nothing = True
    for judged in evaluations.past(connection, assessment, until=until):
        nothing = False
        live, exact = shelf.version_of(judged)
        decided = event_decisions.decisions(connection, assessment, up_to=judged.decisions)
        state = memory.state(live, judged)
        evaluation = evaluate(
            live.assessment,
            live.matcher,
            state,
            judged.items,
            now=judged.at,
            publishers=settings.publishers,
            decisions=decided,
            first_known=memory.known,
        )
        memory.keep(live, evaluation)
        yield Remembered(judged=judged, evaluation=evaluation, version=live.assessment.version, exact=exact)
    if nothing:
        raise NothingRememberedError(f"{assessment} was not judged before {until:%Y-%m-%d %H:%M} UTC")


@dataclass(slots=True)
class _Memory:
    """What one judgement leaves for the next."""

    salt: str
    digest: str = ""
    last: State = field(default_factory=State)
    known: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def state(self, live: Live, judged: Judged) -> State:
        """Return the state in which *judged* was made; other rules group all reports anew."""
        casebook, tracks = self.last.casebook, self.last.tracks
        if live.digest != self.digest:
            indicators = {i.id: i for i in live.assessment.indicators}
            reports = tuple(casebook.reports()) if casebook is not None else ()
            casebook, tracks = Casebook(indicators, begun=live.assessment.start).with_matches(reports), None
        return State(
            casebook=casebook,
            tracks=tracks,
            published=self.last.published,
            happened=judged.happened,
            sight=judged.sight,
            salt=self.salt,
        )

    def keep(self, live: Live, evaluation: Evaluation) -> None:
        """Take over what *evaluation* left."""
        self.digest = live.digest
        casebook, tracks = evaluation.lightened()
        self.last = State(casebook=casebook, tracks=tracks, published=evaluation.published)
        for match in evaluation.matches:
            if match.known is not None:
                self.known.setdefault((match.item.id, match.indicator), match.known)


class _Shelf:
    """Every version of the rules that was in force, compiled when it is first asked for."""

    def __init__(self, settings: Settings, known: tuple[GoodAssessment, ...], rules: Rules) -> None:
        self._settings = settings
        self._known = known
        self._rules = rules
        self._compiled: dict[str, Live | None] = {}

    def version_of(self, judged: Judged) -> tuple[Live, bool]:
        """Return the rules to judge *judged* with, and whether they are exactly those of that day."""
        wanted = self._known[-1:] if self._rules is Rules.NOW else tuple(self._in_force(judged.at))
        for good in wanted:
            live = self._live(good)
            if live is not None:
                return live, self._rules is Rules.THEN and live.digest == judged.judged_with
        raise NothingRememberedError(f"no version of {judged.assessment} on record can still be read")

    def _in_force(self, at: datetime) -> Iterator[GoodAssessment]:
        """Yield what was taken up last before *at* first, then what came before it."""
        yield from reversed([good for good in self._known if good.loaded_at <= at])
        yield self._known[0]

    def _live(self, good: GoodAssessment) -> Live | None:
        if good.sha not in self._compiled:
            self._compiled[good.sha] = self._compile(good)
        return self._compiled[good.sha]

    def _compile(self, good: GoodAssessment) -> Live | None:
        assessment, _ = parse_assessment(good.text, name=good.file, proven=False)
        if assessment is None:
            return None
        gazetteers = self._settings.gazetteers
        atlas, _ = load_atlas(gazetteers, assessment.countries)
        version = fingerprint(gazetteers)
        return compiled(assessment, text=good.text, file=good.file, atlas=atlas, atlas_version=version)
