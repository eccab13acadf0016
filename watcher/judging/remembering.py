"""Remembering: every judgement made again from the inputs that are on record, as of any past day.

With the rules of *then* it says bit for bit what was said: with the assessment, the terms behind shared concepts and
the publishers of that judgement, which are kept with it. Gazetteers are not kept: where one has changed since, each
judgement that rested on it says so. With the rules of *now* it says what they would have said, knowing only what was
known. Nothing is stored or sent.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from indicators.evaluation import Evaluation, State, evaluate
from indicators.events import Casebook
from indicators.moves import end
from indicators.parsing import parse_assessment
from watcher.assessments import Live, compiled
from watcher.gazetteers import fingerprint, load_atlas
from watcher.settings import Settings
from watcher.store import Connection, assessments, ends, evaluations, event_decisions, footings, installation
from watcher.store.assessments import GoodAssessment
from watcher.store.evaluations import KeptJudgement
from watcher.store.footings import Footing
from watcher.store.installation import Salts


class Rules(StrEnum):
    """Whose rules judge the past."""

    THEN = "then"
    NOW = "now"


class ReplayDoubt(StrEnum):
    """Why a judgement cannot be made again of exactly what it was made of then."""

    RULES_OF_NOW = "judged with the rules of now"
    GAZETTEERS = "a gazetteer has changed since, and gazetteers are not kept"
    RULES_LOST = "its version of the assessment is no longer on record"
    NOT_KEPT = "its terms and publishers were not yet kept on record then"


class NothingRememberedError(LookupError):
    """There is no judgement on record to make again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """One judgement made again, and why it is not of exactly what it was made of then, if it is not."""

    judged: KeptJudgement
    evaluation: Evaluation
    version: str
    doubt: ReplayDoubt | None = None

    @property
    def exact(self) -> bool:
        """Whether it was made of exactly what it was made of then."""
        return self.doubt is None


def remembered(
    connection: Connection, settings: Settings, assessment: str, *, until: datetime, rules: Rules = Rules.THEN
) -> Iterator[Remembered]:
    """Yield every judgement of *assessment* up to *until*, made again in order, one at a time.

    Raises :class:`NothingRememberedError` if none is on record or no version of the rules is.
    """
    known = assessments.versions(connection, assessment)
    if not known:
        raise NothingRememberedError(f"no version of {assessment} was ever in force here")
    shelf = _Shelf(connection, settings, known, rules)
    ended = {one.judgement: one.at for one in reversed(ends.ends(connection, assessment))}
    memory = _Memory(salts=installation.salts(connection))
    nothing = True
    for judged in evaluations.past(connection, assessment, until=until):
        nothing = False
        live, doubt = shelf.version_of(judged)
        decided = event_decisions.decisions(connection, assessment, up_to=judged.decisions)
        state = memory.state(live, judged)
        evaluation = evaluate(
            live.assessment,
            live.matcher,
            state,
            judged.items,
            now=judged.at,
            publishers=live.footing.publishers,
            decisions=decided,
            first_known=memory.first_known(judged),
            editions=judged.editions,
        )
        memory.keep(live, judged, evaluation)
        if judged.number in ended:
            memory.end(live, at=ended[judged.number])
        yield Remembered(judged=judged, evaluation=evaluation, version=live.assessment.version, doubt=doubt)
    if nothing:
        raise NothingRememberedError(f"{assessment} was not judged before {until:%Y-%m-%d %H:%M} UTC")


@dataclass(slots=True)
class _Memory:
    """What one judgement leaves for the next."""

    salts: Salts
    digest: str = ""
    last: State = field(default_factory=State)
    known: dict[str, dict[str, datetime]] = field(default_factory=dict)
    """Since when each match is known, by item and indicator; as on record, of what an item says now and no more."""

    def state(self, live: Live, judged: KeptJudgement) -> State:
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
            salt=self.salts.at(judged.at),
        )

    def end(self, live: Live, *, at: datetime) -> None:
        """Let the lines stand as a person's end of the assessment left them: no judgement made those moves."""
        stands, _ = end(live.assessment, self.last.published, at=at)
        self.last = replace(self.last, published={**self.last.published, **stands})

    def first_known(self, judged: KeptJudgement) -> dict[tuple[str, str], datetime]:
        """Return since when the matches of what is *judged* are known."""
        kept = ((item.id, self.known.get(item.id, {})) for item in judged.items)
        return {(item, indicator): at for item, own in kept for indicator, at in own.items()}

    def keep(self, live: Live, judged: KeptJudgement, evaluation: Evaluation) -> None:
        """Take over what *evaluation* left of what was *judged*."""
        self.digest = live.digest
        casebook, tracks = evaluation.lightened()
        self.last = State(casebook=casebook, tracks=tracks, published=evaluation.published)
        for item in judged.items:
            self.known.pop(item.id, None)
        for match in evaluation.matches:
            if match.known is not None:
                self.known.setdefault(match.item.id, {})[match.indicator] = match.known


class _Shelf:
    """Every version of the rules that was in force, compiled with what it rested on when it is first asked for."""

    def __init__(
        self, connection: Connection, settings: Settings, known: tuple[GoodAssessment, ...], rules: Rules
    ) -> None:
        self._connection = connection
        self._settings = settings
        self._known = known
        self._rules = rules
        self._gazetteers = fingerprint(settings.gazetteers)
        self._compiled: dict[tuple[str, str | None], Live | None] = {}

    def version_of(self, judged: KeptJudgement) -> tuple[Live, ReplayDoubt | None]:
        """Return the rules to judge *judged* with, and why they are not exactly those of that day, if so."""
        if self._rules is Rules.NOW:
            return self._first(self._known[-1:], None, judged), ReplayDoubt.RULES_OF_NOW
        footing = footings.kept(self._connection, judged.footing) if judged.footing is not None else None
        if footing is None:
            return self._first(self._in_force(judged.at), None, judged), ReplayDoubt.NOT_KEPT
        own = [good for good in self._known if good.sha == footing.rules]
        live = self._first((*own[:1], *self._in_force(judged.at)), footing, judged)
        if live.footing.rules != footing.rules:
            return live, ReplayDoubt.RULES_LOST
        doubt = ReplayDoubt.GAZETTEERS if footing.gazetteers != self._gazetteers else None
        return replace(live, digest=judged.judged_with), doubt

    def _first(self, among: Iterable[GoodAssessment], footing: Footing | None, judged: KeptJudgement) -> Live:
        """Return the first of *among* that can still be read, on *footing*, or on what there is now."""
        found = next((live for good in among if (live := self._live(good, footing)) is not None), None)
        if found is None:
            raise NothingRememberedError(f"no version of {judged.assessment} on record can still be read")
        return found

    def _in_force(self, at: datetime) -> Iterator[GoodAssessment]:
        """Yield what was taken up last before *at* first, then what came before it."""
        yield from reversed([good for good in self._known if good.loaded_at <= at])
        yield self._known[0]

    def _live(self, good: GoodAssessment, footing: Footing | None) -> Live | None:
        key = (good.sha, footing.digest if footing is not None else None)
        if key not in self._compiled:
            self._compiled[key] = self._compile(good, footing)
        return self._compiled[key]

    def _compile(self, good: GoodAssessment, footing: Footing | None) -> Live | None:
        assessment, _ = parse_assessment(good.text, name=good.file, proven=False)
        if assessment is None:
            return None
        atlas, _ = load_atlas(self._settings.gazetteers, assessment.countries)
        return compiled(
            assessment,
            text=good.text,
            file=good.file,
            atlas=atlas,
            atlas_version=self._gazetteers,
            publishers=self._settings.publishers if footing is None else footing.publishers,
            terms=None if footing is None else footing.terms,
        )
