"""Judging: what was kept becomes readings, an outlook, moves, alerts, and deliveries that are owed."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import structlog

from alerts.alert import Alert, alert_for
from alerts.errors import NoEvidenceError
from indicators.evaluation import Evaluation, State, evaluate
from indicators.events import EventDecision
from indicators.items import Item
from indicators.levels import Span
from indicators.sight import EVERYWHERE, Sight
from watcher.assessments import Live
from watcher.collecting import canary
from watcher.health.conditions import sources_seeing
from watcher.health.coverage import coverage, own_coverage
from watcher.health.heartbeats import Stage
from watcher.health.seeing import made_up_for
from watcher.plant import Plant
from watcher.releasing.drafts import Drafts
from watcher.saying import planning
from watcher.settings import Settings
from watcher.store import (
    Connection,
    StoreError,
    audit,
    evaluations,
    event_decisions,
    footings,
    installation,
    items,
    matches,
    outlooks,
    rulings,
    sight,
    sources,
)

log = structlog.get_logger(__name__)

BATCH = 5_000
"""Items judged in one transaction: more than a poll brings, so that one judgement sees all that is new."""


def judge(plant: Plant, now: datetime) -> tuple[tuple[Evaluation, ...], tuple[Alert, ...]]:
    """Judge what is kept and not yet judged, for each live assessment; at least once, as time moves too.

    One assessment that cannot be judged does not hold up the others; its fault is raised at the end.
    """
    plant.library.refresh(now=now)
    evaluations: list[Evaluation] = []
    planned: list[Alert] = []
    faults: list[Exception] = []
    for live in plant.library.live:
        try:
            for evaluation, alerts in _judge_all(plant, live, now):
                evaluations.append(evaluation)
                planned += alerts
        except Exception as error:
            log.exception("assessment could not be judged", assessment=live.assessment.id)
            faults.append(error)
    if faults and not evaluations:
        raise faults[0]
    if not faults:
        plant.heartbeats.beat(Stage.JUDGE, at=now)
    return tuple(evaluations), tuple(planned)


def _judge_all(plant: Plant, live: Live, now: datetime) -> Iterator[tuple[Evaluation, tuple[Alert, ...]]]:
    """Judge batch by batch, each at a moment of its own: what two of them say of one line has its order."""
    more = True
    while more:
        try:
            evaluation, alerts, more = _judge_batch(plant, live, now)
            now += datetime.resolution
        except StoreError:
            raise
        except Exception:
            if not _set_poison_aside(plant, live, now):
                raise
            continue
        yield evaluation, alerts


def _set_poison_aside(plant: Plant, live: Live, now: datetime) -> int:
    """Mark the items that the matcher itself cannot take as judged, by name in the audit; return how many.

    One poisoned item must not keep the others, or the next one, from being judged.
    """
    with plant.database.write() as connection:
        new = items.unjudged(connection, live.assessment.id, limit=BATCH, judged_with=live.digest)
        poisoned = [item.id for item in new if not _can_be_matched(live, item)]
        for item in poisoned:
            log.error("item set aside, it cannot be matched", item=item, assessment=live.assessment.id)
            audit.write(connection, at=now, who="watcher", what="item set aside", detail={"item": item})
        items.mark_judged(connection, poisoned, assessment=live.assessment.id, judged_with=live.digest, at=now)
    return len(poisoned)


def _can_be_matched(live: Live, item: Item) -> bool:
    try:
        live.matcher.match_item(item)
    except Exception:  # whatever it is, it is this item's
        log.exception("item cannot be matched", item=item.id)
        return False
    return True


def _judge_batch(plant: Plant, live: Live, now: datetime) -> tuple[Evaluation, tuple[Alert, ...], bool]:
    """Transaction 2: everything that follows from these items, with the mark that they are judged."""
    name = live.assessment.id
    with plant.database.write() as connection:
        unjudged = items.unjudged(connection, name, limit=BATCH, judged_with=live.digest)
        new = canary.take_out(connection, unjudged, now=now)
        state = _state(connection, plant, live, now)
        decided = event_decisions.decisions(connection, name)
        evaluation = evaluate(
            live.assessment,
            live.matcher,
            state,
            new,
            now=now,
            publishers=live.footing.publishers,
            decisions=decided,
            first_known=matches.first_known(connection, name, [item.id for item in new]),
            editions=evaluations.editions(connection, new),
        )
        _keep_inputs(connection, live, evaluation, state, new, decided)
        matches.replace(connection, name, [i.id for i in new], evaluation.matches, at=now)
        outlooks.save_readings(connection, name, evaluation.readings)
        outlooks.save_published(connection, name, evaluation.published)
        outlooks.save_estimates(connection, evaluation.outlook, moved={m.key for m in evaluation.moves})
        outlooks.add_moves(connection, evaluation.moves)
        drafts = Drafts(
            connection=connection,
            settings=plant.settings,
            live=live,
            evaluation=evaluation,
            happened=state.happened,
            now=now,
        )
        alerts = _plan(connection, plant.settings, live, evaluation, drafts)
        items.mark_judged(connection, [i.id for i in new], assessment=name, judged_with=live.digest, at=now)
    plant.casebooks.keep(live, evaluation.lightened())
    for move in evaluation.moves:
        log.info("outlook moved", scenario=move.key, before=move.before, after=move.after, move=move.id)
    return evaluation, alerts, len(unjudged) == BATCH


def _state(connection: Connection, plant: Plant, live: Live, now: datetime) -> State:
    name, start = live.assessment.id, live.assessment.start
    states = sources.states(connection)
    seeing = sources_seeing(plant.settings, states, now=now)
    whole = coverage(plant.settings.sources, seeing)
    own = own_coverage(live.assessment, plant.settings, seeing, asks=live.asks)
    _note_sight(connection, plant.settings, live, whole=whole, own=own, now=now)
    blind = dict(sight.blind(connection, name))
    blind[EVERYWHERE] = _blind(blind.get(EVERYWHERE, ()), start, sources.first_look(connection), now)
    shares = {EVERYWHERE: whole, **own}
    casebook, tracks = plant.casebooks.of(live, now=now) or (matches.casebook(connection, live.assessment), None)
    return State(
        casebook=casebook,
        tracks=tracks,
        published=outlooks.published(connection, name),
        happened=rulings.happened(connection, name),
        sight={key: Sight(coverage=shares.get(key, whole), blind=blind.get(key, ())) for key in {*shares, *blind}},
        salt=installation.salt(connection),
    )


def _keep_inputs(
    connection: Connection,
    live: Live,
    evaluation: Evaluation,
    state: State,
    new: tuple[Item, ...],
    decided: tuple[EventDecision, ...],
) -> None:
    """Put on record what this judgement was made of, so that it can be made again."""
    footings.keep(connection, live.footing)
    judged = evaluations.KeptJudgement(
        number=0,
        assessment=live.assessment.id,
        at=evaluation.at,
        judged_with=live.digest,
        sight=state.sight,
        happened=state.happened,
        decisions=max((d.number for d in decided), default=0),
        footing=live.footing.digest,
        items=new,
    )
    evaluations.add(connection, judged)


def _note_sight(
    connection: Connection, settings: Settings, live: Live, *, whole: float, own: Mapping[str, float], now: datetime
) -> None:
    """Open or close the blind spans; a time in which nothing was judged at all, and too few make up for, was blind."""
    name, floor = live.assessment.id, live.assessment.model.warn.coverage_floor
    sight.bring_back(connection, name, now)
    last = outlooks.last_judged(connection, name)
    if last is not None:
        for missed in _missed(settings, live, now - last):
            sight.add_blind(connection, name, Span(start=last, end=now), indicator=missed)
    for stale in sight.blind(connection, name).keys() - own.keys() - {EVERYWHERE}:
        sight.close_blind(connection, name, now, indicator=stale)  # it now sees what the assessment sees
    for indicator, share in {EVERYWHERE: whole, **own}.items():
        enough = share >= floor
        (sight.close_blind if enough else sight.open_blind)(connection, name, now, indicator=indicator)


def _missed(settings: Settings, live: Live, pause: timedelta) -> Iterator[str]:
    """Yield what nobody watched over a *pause* that too few sources make up for: everything, or single indicators."""
    kept_up, floor = made_up_for(settings, pause), live.assessment.model.warn.coverage_floor
    if not kept_up or coverage(settings.sources, kept_up) < floor:
        yield EVERYWHERE
    elif len(kept_up) < len(settings.sources):
        own = own_coverage(live.assessment, settings, kept_up, asks=live.asks)
        yield from (indicator for indicator, share in own.items() if share < floor)


def _blind(spans: tuple[Span, ...], start: datetime, first_look: datetime | None, now: datetime) -> tuple[Span, ...]:
    """Before our first look we were blind too: what nobody watched must not count as quiet."""
    begun = first_look or now
    return (Span(start=start, end=begun), *spans) if begun > start else spans


def _plan(
    connection: Connection, settings: Settings, live: Live, evaluation: Evaluation, drafts: Drafts
) -> tuple[Alert, ...]:
    """Write each move's alert, what is owed to whom, and a draft for each client that it concerns.

    A move without an alert is an audited fault.
    """
    now = drafts.now
    readings = {r.indicator: r for r in evaluation.readings}
    planned: list[Alert] = []
    for move in evaluation.moves:
        try:
            alert = alert_for(move, live.assessment, readings)
        except NoEvidenceError as error:
            log.exception("move without evidence, not sent", move=move.id)
            audit.write(
                connection, at=now, who="watcher", what="alert refused", detail={"move": move.id, "why": str(error)}
            )
            continue
        planning.plan(connection, settings, alert, now=now)
        drafts.of(move, alert)
        planned.append(alert)
    return tuple(planned)
