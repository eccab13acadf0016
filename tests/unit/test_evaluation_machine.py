"""The whole judgement, lived through: whatever is reported, denied, ruled or unseen, in whatever order.

A machine carries the state from one judgement to the next as the daemon does. Beside it stands a small plain
memory: every report as it was last judged, every decision, every ruling, what could be seen. After each step
the judgement must be what that memory gives from the beginning, and keep the promises of a warning service.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from indicators.assessments import Forecast, Impact, forecasts
from indicators.bands import WarningLevel, band_of
from indicators.evaluation import Evaluation, State, judge, read_all
from indicators.events import Casebook, DecisionKind, EventDecision, group_matches
from indicators.items import Item
from indicators.levels import Level, Reading, Readings, Span
from indicators.matcher import Match
from indicators.moves import MoveReason, OutlookMove, Published, advance
from indicators.outlooks import Estimate, RowKind, logit, outlook
from indicators.publishers import Grade, Publisher, Reliability
from indicators.sight import EVERYWHERE
from indicators.stances import Stance
from tests import reference_outlook, reference_sight
from tests.builders import DAILY, START, an_item, days
from tests.lived import EDITS, KINDS, LINES, OWN, PLACES, RADIO, STORIES, VOICES, Edit, Memory, a_said

FLOOR, HOLD_UP, HOLD_DOWN, MARGIN = 0.6, timedelta(hours=6), timedelta(hours=72), 0.03
"""The display rule's numbers as they stand when a file does not say otherwise."""

LARGEST = {"indicator": math.log(10), "group": math.log(8), "line": 3.5}
OF_FIGURES = {MoveReason.BAND_UP, MoveReason.BAND_DOWN, MoveReason.ODDS_UP, MoveReason.ODDS_DOWN}
DOWN = {MoveReason.BAND_DOWN, MoveReason.LEVEL_DOWN, MoveReason.ODDS_DOWN}


def asked(forecast: Forecast, estimate: Estimate, by_name: Mapping[str, Reading]) -> WarningLevel:
    """Return the level below which nothing may stand, by the rules that need no history (method, 2.7)."""
    prior, p, happened = forecast.prior.p, estimate.p, estimate.happened
    gain = logit(p) - logit(prior)
    extreme, grave = forecast.impact is Impact.EXTREME, forecast.impact in (Impact.HIGH, Impact.EXTREME)
    if happened is False:
        return WarningLevel.BASELINE
    if happened or (extreme and prior < 0.8 <= p):
        return WarningLevel.CRITICAL
    if gain >= math.log(4) or (grave and prior < 0.55 <= p) or (extreme and prior < 0.05 and p >= 0.2):
        return WarningLevel.WARNING
    raising = [by_name[r.source] for r in estimate.rows if r.kind is RowKind.INDICATOR and r.nats > 0]
    loud = [r for r in raising if r.level.rank >= 2 and r.signal > 0]
    return WarningLevel.WATCH if gain >= math.log(2) or loud else WarningLevel.BASELINE


# --- the machine ---------------------------------------------------------------------------------------------

HOURS = st.sampled_from([0, 0, 1, 3, 7])
NUMBER = st.integers(0, 10_000)


class Judgement(RuleBasedStateMachine):
    """Rules happen in any order; each ends with a judgement, which is held against the plain memory."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory()
        self.carried = State(salt="here")
        self.published: dict[str, Published] = {}
        self.last: Evaluation | None = None
        self.moves: set[str] = set()
        self.sequences: dict[str, int] = {}
        self.looks: list[tuple[datetime, frozenset[str], dict[str, WarningLevel]]] = []
        self.due_up: dict[str, datetime] = {}
        self.cut = START.min.date()

    # what is reported

    @rule(
        name=st.sampled_from(OWN),
        who=st.sampled_from(VOICES),
        where=st.sampled_from(PLACES),
        text=st.sampled_from(STORIES),
        age=st.sampled_from([0, 0, 0.3, 1, 2]),
        hours=HOURS,
    )
    def a_report_arrives(
        self, name: str, who: Publisher, where: tuple[str, ...], text: str, age: float, hours: int
    ) -> None:
        self.pass_time(hours)
        self.hear(self.a_report(name, who, where, text, published=self.memory.now - days(age)))

    @rule(names=st.lists(st.sampled_from(OWN), min_size=3, max_size=8), luck=NUMBER, hours=HOURS)
    def several_reports_arrive(self, names: list[str], luck: int, hours: int) -> None:
        self.pass_time(hours)
        coming = []
        for n, name in enumerate(names):
            who, where = VOICES[(luck + n) % 3], PLACES[(luck + n) % 3]
            coming.append(self.a_report(name, who, where, "", published=self.memory.now - days((luck + n) % 5 / 2)))
        self.hear(*coming)

    @precondition(lambda self: self.recent())
    @rule(which=NUMBER, who=st.sampled_from(VOICES), after=st.sampled_from([0.0, 0.5, 3.0]), hours=HOURS)
    def a_copy_arrives(self, which: int, who: Publisher, after: float, hours: int) -> None:
        self.pass_time(hours)
        item, base, match = self.one(which)
        published = min(item.when + days(after), self.memory.now)
        self.hear(self.a_report(base, who, match.places, item.summary, published=published))

    @rule(name=st.sampled_from(OWN), where=st.sampled_from(PLACES), age=st.sampled_from([5, 17, 33, 59]))
    def a_report_comes_late(self, name: str, where: tuple[str, ...], age: int) -> None:
        self.hear(self.a_report(name, RADIO, where, "", published=self.memory.now - days(age)))

    @rule(name=st.sampled_from(OWN), where=st.sampled_from(PLACES))
    def an_undated_report_arrives(self, name: str, where: tuple[str, ...]) -> None:
        self.hear(self.a_report(name, DAILY, where, "", published=None))

    @precondition(lambda self: self.recent())
    @rule(which=NUMBER, who=st.sampled_from(VOICES), stance=st.sampled_from([Stance.DENIES, Stance.RETRACTS]))
    def it_is_denied_or_taken_back(self, which: int, who: Publisher, stance: Stance) -> None:
        item, base, match = self.one(which)
        speaker = match.publisher if stance is Stance.RETRACTS else who
        published = min(item.when + days(1), self.memory.now)
        name, said = self.a_report(base, speaker, match.places, item.summary, published=published)
        self.hear((name, {base: replace(said[base], stance=stance)}))

    @precondition(lambda self: self.recent())
    @rule(which=NUMBER, now_says=st.sampled_from([(), ("unrest",), ("raid", "shortage")]))
    def an_item_is_judged_again(self, which: int, now_says: tuple[str, ...]) -> None:
        item, _, match = self.one(which)
        self.hear((item.id, {base: replace(match, indicator=base) for base in now_says}))

    # what people decide

    @precondition(lambda self: self.recent())
    @rule(
        which=NUMBER,
        other=NUMBER,
        kind=st.sampled_from([k for k in DecisionKind if k is not DecisionKind.WITHDRAW]),
    )
    def a_person_rules_on_an_event(self, which: int, other: int, kind: DecisionKind) -> None:
        recent = self.recent()
        item, base = recent[which % len(recent)]
        same = [name for name, its in recent if its == base]
        grouping = kind in (DecisionKind.MERGE, DecisionKind.SPLIT)
        reports = tuple(dict.fromkeys((item, same[other % len(same)]))) if grouping else (item,)
        grade = Grade(reliability=Reliability.D, credibility=2) if kind is DecisionKind.REGRADE else None
        self.decide(kind, self.memory.version.called(base), reports, grade=grade)

    @precondition(lambda self: self.last_decisions())
    @rule(which=NUMBER)
    def a_decision_is_withdrawn(self, which: int) -> None:
        last = self.last_decisions()
        old = last[which % len(last)]
        self.decide(DecisionKind.WITHDRAW, old.indicator, old.reports, withdraws=old.number)

    @rule(line=st.sampled_from(LINES), ruled=st.sampled_from([True, False, None, None]))
    def a_scenario_is_ruled(self, line: str, ruled: bool | None) -> None:
        key = self.memory.version.called(line)
        self.memory.happened.pop(key, None)
        if ruled is not None:
            self.memory.happened[key] = ruled
        self.look()

    # time and sight

    @rule(hours=st.sampled_from([1, 6, 24, 73, 80, 24 * 5, 24 * 16]))
    def time_passes(self, hours: int) -> None:
        before, blind = self.last, self.memory.is_open(EVERYWHERE)
        self.pass_time(hours)
        self.look()
        if blind and before is not None:
            self.check_nothing_faded(before)

    @precondition(lambda self: not any(self.memory.is_open(name) for name in self.memory.blind if name))
    @rule()
    def more_than_a_year_passes(self) -> None:
        """Not for an indicator that cannot be seen: a year's events of one day are more than pruning can tell."""
        self.pass_time(24 * 420)
        self.look()

    @rule(share=st.sampled_from([0.0, 0.3, 0.59]), hours=HOURS)
    def coverage_falls_below_the_floor(self, share: float, hours: int) -> None:
        self.pass_time(hours)
        before = self.last
        self.memory.coverage = share
        self.memory.open(EVERYWHERE)
        self.look()
        if before is not None and hours == 0:
            self.check_nothing_faded(before)

    @rule(share=st.sampled_from([0.6, 0.8, 1.0]), hours=HOURS)
    def enough_can_be_seen_again(self, share: float, hours: int) -> None:
        self.pass_time(hours)
        self.memory.coverage = share
        self.memory.close(EVERYWHERE)
        self.look()

    @precondition(lambda self: not self.memory.is_open(EVERYWHERE))
    @rule(hours=st.sampled_from([8, 50, 24 * 9]))
    def nothing_was_judged_for_a_while(self, hours: int) -> None:
        begun = self.memory.now
        self.pass_time(hours)
        self.memory.blind.setdefault(EVERYWHERE, []).append(Span(start=begun, end=self.memory.now))
        before = self.last
        self.look()
        if before is not None:
            self.check_nothing_faded(before)

    @rule(name=st.sampled_from(OWN))
    def one_indicator_loses_its_sight(self, name: str) -> None:
        self.memory.open(name)
        self.look()

    @rule(name=st.sampled_from(OWN))
    def one_indicator_can_be_seen_again(self, name: str) -> None:
        self.memory.close(name)
        self.look()

    # the file

    @rule(edit=st.sampled_from(EDITS))
    def the_file_is_edited(self, edit: Edit) -> None:
        self.memory.version = edit(self.memory.version)
        held = self.carried.casebook
        known = {i.id: i for i in self.memory.assessment.indicators}
        fresh = Casebook(known, begun=START).with_matches(held.reports() if held is not None else ())
        self.carried = replace(self.carried, casebook=fresh, tracks=None)
        self.cut = START.min.date()
        self.due_up, self.looks = {}, []
        self.look(matches=self.memory.matches(), rejudged=tuple(self.memory.said))

    # --- how it goes on

    def pass_time(self, hours: float) -> None:
        self.memory.now += timedelta(hours=hours)

    def a_report(
        self, base: str, who: Publisher, where: tuple[str, ...], text: str, *, published: datetime | None
    ) -> tuple[str, dict[str, Match]]:
        name = f"item {len(self.memory.said) + 1} {base}"
        while name in self.memory.said:
            name += "'"
        item = an_item(name, published=published, fetched=self.memory.now, summary=text, actors=())
        return name, {base: a_said(base, item, who, where)}

    def one(self, which: int) -> tuple[Item, str, Match]:
        """Return an item of the last weeks with one thing that it says."""
        recent = self.recent()
        name, base = recent[which % len(recent)]
        match = self.memory.said[name][base]
        return match.item, base, match

    def recent(self) -> list[tuple[str, str]]:
        """Return the items of the last two months with an indicator each speaks to: what is older was let go of."""
        since = self.memory.now - days(60)
        said = sorted(self.memory.said.items())
        return [(name, base) for name, its in said for base, m in its.items() if m.item.when >= since]

    def last_decisions(self) -> list[EventDecision]:
        return [d for d in self.memory.decisions if self.memory.now - d.at <= days(60)]

    def decide(self, kind: DecisionKind, indicator: str, reports: tuple[str, ...], **more: Any) -> None:
        number = len(self.memory.decisions) + 1
        values: dict[str, Any] = {"number": number, "kind": kind, "indicator": indicator, "reports": reports}
        self.memory.decisions.append(
            EventDecision(**values, who="A. Keita", why="two drivers were called", at=self.memory.now, **more)
        )
        self.look()

    def hear(self, *coming: tuple[str, dict[str, Match]]) -> None:
        self.memory.said |= dict(coming)
        names = [name for name, _ in coming]
        self.look(matches=self.memory.matches(names), rejudged=names)

    @initialize()
    def look(self, matches: tuple[Match, ...] = (), rejudged: Iterable[str] = ()) -> None:
        """Judge, hold the judgement against the memory, and carry its state on."""
        memory = self.memory
        state = replace(self.carried, published=self.published, happened=dict(memory.happened), sight=memory.sight())
        found = judge(memory.assessment, state, matches, now=memory.now, rejudged=rejudged, decisions=memory.decisions)
        self.check_events_and_readings(found)
        self.check_sight(found)
        self.check_outlook(found)
        self.check_moves(found)
        self.check_nothing_was_cut_short(found, state)
        self.published = dict(found.published)
        casebook, tracks = found.lightened()
        if casebook is not found.casebook and tracks.oldest is not None:
            self.cut = tracks.oldest.date()
        self.carried = State(casebook=casebook, tracks=tracks, salt="here")
        self.last = found

    # --- what must be true

    def check_events_and_readings(self, found: Evaluation) -> None:
        memory = self.memory
        indicators = {i.id: i for i in memory.assessment.indicators}
        events = group_matches(memory.matches(), indicators, memory.decisions)
        assert found.events == tuple(e for e in events if e.day >= self.cut)
        readings = read_all(memory.assessment, events, state=State(sight=memory.sight()), now=memory.now)
        assert found.readings == readings

    def check_nothing_was_cut_short(self, found: Evaluation, state: State) -> None:
        """What was worked out of readings and ledgers that nobody wrote is what written ones give."""
        assessment = self.memory.assessment
        whole, seen = found.outlook.coverage, found.outlook.seen
        view = outlook(assessment, found.readings, now=found.at, happened=state.happened, coverage=whole, seen=seen)
        assert found.outlook == view
        written = replace(view, estimates=dict(view.estimates))
        published, moves = advance(
            assessment, written, Readings(found.readings), state.published, sight=state.sight, salt=state.salt
        )
        assert {key: found.published[key] for key in published} == published
        assert tuple(m for m in found.moves if MoveReason.WITHDRAWN not in m.reasons) == moves

    def check_sight(self, found: Evaluation) -> None:
        memory = self.memory
        by_name = {r.indicator: r for r in found.readings}
        for base in KINDS:
            reading = by_name.get(memory.version.called(base))
            if reading is None or memory.sees(base):
                continue
            due = base == "spread" and memory.now < START + days(3)
            if not reading.level.rank:
                allowed = {Level.NOT_OBSERVABLE, Level.REFUTED}
                assert reading.level in allowed or (due and reading.level is Level.NOT_YET_DUE), reading
        never = Span(start=START)
        for base in OWN:
            spans = [*memory.blind.get(EVERYWHERE, ()), *memory.blind.get(base, ())]
            reading = by_name.get(memory.version.called(base))
            if reading is not None and never in spans and not reading.count and base != "hush":
                assert reading.signal >= 0, reading

    def check_nothing_faded(self, before: Evaluation) -> None:
        """While nobody could look, no level fell or rose by itself, and no figure did."""
        after = self.last
        assert after is not None
        was = {r.indicator: r for r in before.readings}
        awaited = [r.indicator for r in before.readings if r.level is Level.NOT_YET_DUE]
        for reading in after.readings:
            if reading.indicator not in awaited:
                assert reading.activation == was[reading.indicator].activation, (was[reading.indicator], reading)
        if not awaited:
            assert {k: e.p for k, e in after.outlook.estimates.items()} == {
                k: e.p for k, e in before.outlook.estimates.items()
            }

    def check_outlook(self, found: Evaluation) -> None:
        memory, assessment = self.memory, self.memory.assessment
        plain = reference_outlook.outlook(assessment, found.readings, now=memory.now, happened=memory.happened)
        group_of = {i.id: i.group for i in assessment.indicators}
        sets = {f.key: f.scenario for f in forecasts(assessment) if f.state}
        shares: dict[str, float] = {}
        for key, estimate in found.outlook.estimates.items():
            wanted = plain.estimates[key]
            for one, other in ((estimate.p, wanted.p), (estimate.low, wanted.low), (estimate.high, wanted.high)):
                assert abs(one - other) <= 1e-12, key
            assert estimate.happened is memory.happened.get(key)
            assert 0 < estimate.low <= estimate.p <= estimate.high < 1
            change = math.fsum(r.nats for r in estimate.rows)
            assert abs(change - (logit(estimate.p) - logit(estimate.prior))) <= 1e-9
            if key in sets:
                shares[sets[key]] = shares.get(sets[key], 0.0) + estimate.p
                assert abs(change) <= 2 * LARGEST["line"] + 1e-9
                continue
            groups: dict[str, float] = {}
            for row in estimate.rows:
                if row.kind is RowKind.INDICATOR:
                    assert abs(row.nats) <= LARGEST["indicator"] + 1e-9
                    groups[group_of[row.source]] = groups.get(group_of[row.source], 0.0) + row.nats
            assert all(abs(nats) <= LARGEST["group"] + 1e-9 for nats in groups.values())
            assert abs(math.fsum(groups.values())) <= LARGEST["line"] + 1e-9
        assert all(abs(total - 1) <= 1e-12 for total in shares.values())

    def check_moves(self, found: Evaluation) -> None:
        memory = self.memory
        degraded = self.lines_too_little_seen()
        said = {move.key: move for move in found.moves}
        assert len(said) == len(found.moves)
        for move in found.moves:
            assert move.id not in self.moves
            assert move.sequence == self.sequences.get(move.key, 0) + 1
            self.moves.add(move.id)
            self.sequences[move.key] = move.sequence
            by_a_person = move.happened is False or MoveReason.RULED in move.reasons
            fell = DOWN & set(move.reasons) - ({MoveReason.LEVEL_DOWN} if by_a_person else set())
            assert not (move.key in degraded and fell), move.reasons
            if MoveReason.WITHDRAWN not in move.reasons:
                assert move.degraded is (move.key in degraded)
                assert bool(move.unseen) <= move.degraded
        by_name = {r.indicator: r for r in found.readings}
        least: dict[str, WarningLevel] = {}
        for forecast in forecasts(memory.assessment):
            key, stands = forecast.key, found.published[forecast.key]
            estimate = found.outlook.estimates[key]
            least[key] = asked(forecast, estimate, by_name)
            if estimate.happened is False:
                assert stands.level is WarningLevel.BASELINE, "what was ruled out is warned of no more"
            if estimate.happened is not None and key in said:
                assert not OF_FIGURES & set(said[key].reasons), "of what was ruled on no figure is news"
            self.check_line(stands, self.published.get(key), forecast, said.get(key), key in degraded)
            assert stands.level >= least[key], key
            self.check_word(key, stands.band, estimate)
        self.looks.append((memory.now, degraded, least))
        for key in self.published.keys() - least.keys():
            assert found.published[key].level is WarningLevel.BASELINE, "a line that is gone from the file stands down"

    def lines_too_little_seen(self) -> frozenset[str]:
        """Return the lines that must not be lowered: too little of what bears on them can be seen, in plain sums."""
        memory, assessment = self.memory, self.memory.assessment
        seen = {name: own.coverage for name, own in memory.sight().items() if name != EVERYWHERE}
        keys = [forecast.key for forecast in forecasts(assessment)]
        shares = {key: reference_sight.line_coverage(assessment, key, memory.coverage, seen) for key in keys}
        return frozenset(key for key, share in shares.items() if share < FLOOR - 1e-9)

    def lines_not_watched_for(self, hold: timedelta) -> frozenset[str]:
        """Return the lines of which too little could be seen at one time or another during the last *hold*."""
        memory, assessment = self.memory, self.memory.assessment
        missed = {
            name: 0.0
            for name, own in memory.sight().items()
            if any(span.end is None or span.end > memory.now - hold for span in own.blind)
        }
        whole = missed.pop(EVERYWHERE, 1.0)
        keys = [forecast.key for forecast in forecasts(assessment)]
        return frozenset(k for k in keys if reference_sight.line_coverage(assessment, k, whole, missed) < FLOOR - 1e-9)

    def check_line(
        self, stands: Published, before: Published | None, forecast: Forecast, move: OutlookMove | None, degraded: bool
    ) -> None:
        band = before.band if before is not None else band_of(forecast.prior.p)
        level = before.level if before is not None else WarningLevel.BASELINE
        assert stands.sequence == (before.sequence if before is not None else 0) + (move is not None)
        if (stands.band, stands.level) != (band, level):
            assert move is not None, "what stands published changes with a word or not at all"
            assert (move.band_before, move.band_after) == (band, stands.band)
            assert (move.level_before, move.level_after) == (level, stands.level)
            assert (MoveReason.LEVEL_UP in move.reasons) == (stands.level > level)
            assert (MoveReason.BAND_UP in move.reasons) == (stands.band > band)
        ruled_out = move is not None and move.happened is False
        taken_back = level is WarningLevel.CRITICAL and move is not None and MoveReason.RULED in move.reasons
        by_a_person = ruled_out or taken_back
        if degraded:
            assert stands.level >= level or by_a_person
            assert stands.band >= band
        if taken_back and not ruled_out:
            assert stands.level >= WarningLevel.WARNING, "what stood before the ruling is not known"
        if stands.level < level and not by_a_person:
            assert stands.level == level - 1
            held = [(poor, least) for at, poor, least in self.looks if self.memory.now - at < HOLD_DOWN]
            assert not any(stands.key in poor or least[stands.key] >= level for poor, least in held)
            assert stands.key not in self.lines_not_watched_for(HOLD_DOWN)

    def check_word(self, key: str, band: int, estimate: Estimate) -> None:
        """A word that is due to rise is not held back for more than the six hours of a single voice, if it is told."""
        if estimate.happened is not None or band_of(max(estimate.p - MARGIN, 0.0)) <= band:
            self.due_up.pop(key, None)
            return
        assert self.memory.now - self.due_up.setdefault(key, self.memory.now) < HOLD_UP


TestJudgement = Judgement.TestCase
TestJudgement.settings = settings(
    max_examples=400, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
