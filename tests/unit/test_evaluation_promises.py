"""What a month of silence, a dead network, a storm of copies and a year do to the judgement, in plain days."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache

from indicators.evaluation import Evaluation, State, evaluate, judge
from indicators.items import Item
from indicators.levels import Level, Span
from indicators.matcher import Matcher
from indicators.moves import MoveReason, OutlookMove
from indicators.sight import EVERYWHERE, Sight
from tests.builders import START, WIRE, an_item, days, mali
from tests.lived import STORY, Version, a_said, written

DOWN = {MoveReason.BAND_DOWN, MoveReason.LEVEL_DOWN, MoveReason.ODDS_DOWN}


BASELINED = {
    "materiel_air_support",
    "complex_attack_bamako",
    "fama_degraded",
    "blockade_status.continues",
}
"""Lines of the shipped assessment whose priors rest on what was going on at its date: attacks, shortages."""

ATTACKS = ("Kolokani", "Kati", "Bougouni")


@cache
def matcher() -> Matcher:
    return Matcher(mali())


def lived(
    coming: Mapping[int, Iterable[Item]], *, until: int, sight: Sight | None = None, after: Evaluation | None = None
) -> tuple[Evaluation, list[OutlookMove]]:
    """Judge the shipped assessment day by day *until* that day, with the items that come on each of them."""
    moves: list[OutlookMove] = []
    found = after
    for day in range(1 if found is None else round((found.at - mali().start) / days(1)) + 1, until + 1):
        state = State()
        if found is not None:
            casebook, tracks = found.lightened()
            state = State(casebook=casebook, tracks=tracks, published=found.published)
        state = replace(state, sight={EVERYWHERE: sight or Sight()})
        found = evaluate(mali(), matcher(), state, coming.get(day, ()), now=mali().start + days(day))
        moves += found.moves
    assert found is not None
    return found, moves


def attacks(*on: int) -> dict[int, list[Item]]:
    """Return a report by two agencies of an attack at each of three towns on each of the days *on*."""
    told = {}
    for day in on:
        when = mali().start + days(day - 0.2)
        told[day] = [
            an_item(
                f"Convoy of fuel tankers attacked near {town}, {day} {source}",
                source=source,
                published=when,
                fetched=when + days(0.1),
            )
            for town in ATTACKS
            for source in ("afp", "reuters")
        ]
    return told


def test_a_month_of_silence_with_sources_up_lowers_what_should_be_lower() -> None:
    """What the priors owe to the attacks and shortages of their day goes; a coup, which owes them nothing, stays."""
    found, moves = lived({}, until=30)
    estimates = found.outlook.estimates
    assert {k for k, e in estimates.items() if e.p < e.prior - 0.02} == BASELINED
    assert estimates["blockade_status.negotiated_end"].p > 0.3
    assert abs(estimates["coup_attempt"].p - 0.12) < 0.005
    assert not any(move.rising for move in moves)
    assert {r.level for r in found.readings} <= {Level.QUIET, Level.LEVEL_1}


def test_the_same_month_with_sources_down_lowers_nothing() -> None:
    """Every indicator says that it could not be observed, every line stands at its prior, and nobody is told."""
    begun = mali().start
    found, moves = lived({}, until=30, sight=Sight(coverage=0.0, blind=(Span(start=begun),)))
    assert {r.level for r in found.readings} == {Level.NOT_OBSERVABLE}
    assert all(abs(e.p - e.prior) < 1e-12 for e in found.outlook.estimates.values())
    assert all(abs(row.nats) < 1e-12 for e in found.outlook.estimates.values() for row in e.rows)
    assert moves == []


def test_a_month_of_silence_after_attacks_is_read_by_whether_anybody_looked() -> None:
    """With sources up the warning comes down; with sources down it stands to the last digit, with its levels."""
    coming = attacks(2, 3, 4)
    before, risen = lived(coming, until=5)
    assert any(MoveReason.LEVEL_UP in move.reasons for move in risen)
    seen, _ = lived(coming, until=35)
    gone = Sight(coverage=0.0, blind=(Span(start=before.at),))
    unseen, moves = lived({}, until=35, sight=gone, after=before)
    assert {k: e.p for k, e in unseen.outlook.estimates.items()} == {
        k: e.p for k, e in before.outlook.estimates.items()
    }
    assert not any(DOWN & set(move.reasons) for move in moves)
    assert {r.level for r in unseen.readings if not r.events} == {Level.NOT_OBSERVABLE}
    key = "fama_degraded"
    assert seen.outlook.estimates[key].p < before.outlook.estimates[key].p - 0.05
    assert seen.published[key].level < unseen.published[key].level == before.published[key].level


ENGLISH = (
    "Convoy of fuel tankers attacked near Kolokani",
    "Fuel tankers burnt on the Kolokani road, Mali",
    "Jihadists ambush tanker convoy near Kolokani in Mali",
    "Mali: gunmen set fuel convoy ablaze close to Kolokani",
    "Tanker convoy ambushed at Kolokani, drivers say",
)
FRENCH = (
    "Des citernes de carburant incendiées près de Kolokani",
    "Embuscade contre un convoi de citernes près de Kolokani, au Mali",
    "Mali : un convoi de carburant attaqué à Kolokani",
    "Attaque d'un convoi de camions-citernes non loin de Kolokani",
    "Des hommes armés attaquent un convoi de carburant à Kolokani",
)


def an_outlet(n: int, source: str) -> Item:
    """Return the story of one attack as outlet *n* tells it: its own headline and language, maybe the wire's text."""
    english = n % 2 == 0
    title = (ENGLISH if english else FRENCH)[n // 2 % 5]
    when = mali().start + days(9.25) + timedelta(minutes=10 * n)
    return an_item(
        title,
        id=f"outlet {n}",
        source=source,
        lang="en" if english else "fr",
        summary=STORY if english and n % 4 == 0 else "",
        published=when,
        fetched=when + timedelta(minutes=5),
    )


def test_a_storm_of_two_hundred_outlets_is_one_attack() -> None:
    """I08: One story in two languages under ten headlines is one event, and copies of three agencies move nothing."""
    outlets = [an_outlet(n, source) for n, source in enumerate(("afp", "reuters", "rfi"))]
    storm = outlets + [an_outlet(n, f"outlet {n}") for n in range(3, 200)]
    calm, once = lived({10: outlets}, until=14)
    loud, moves = lived({10: storm[:70], 11: storm[70:140], 12: storm[140:]}, until=14)
    touched = {e.indicator for e in loud.events}
    assert "convoy_attack_bamako" in touched
    assert len(loud.events) == len(touched)
    assert {len(e.reports) for e in loud.events if e.indicator == "convoy_attack_bamako"} == {200}
    assert {k: e.p for k, e in loud.outlook.estimates.items()} == {k: e.p for k, e in calm.outlook.estimates.items()}
    assert [(m.key, m.at, m.reasons) for m in moves] == [(m.key, m.at, m.reasons) for m in once]


def test_what_stood_a_year_ago_does_not_stand_up_again_with_the_next_report() -> None:
    """What is let go of when memory is kept short must still come to its end; one event is not last year's four."""
    assessment, found = written(Version()), None
    told = {0: ("kolokani", "kati", "gao", "segou"), 420: ("kolokani",)}
    state = State()
    for day in (0, 5, 419, 420):
        when = START + days(day)
        items = [an_item(f"{place} {day}", published=when, fetched=when) for place in told.get(day, ())]
        matches = tuple(a_said("unrest", item, WIRE, (item.title.split()[0],)) for item in items)
        found = judge(assessment, state, matches, now=when)
        casebook, tracks = found.lightened()
        state = State(casebook=casebook, tracks=tracks, published=found.published)
    assert found is not None
    unrest = next(r for r in found.readings if r.indicator == "unrest")
    assert (unrest.level, unrest.activation) == (Level.LEVEL_1, 0.4)


def test_the_sight_of_one_indicator_counts_even_where_nothing_is_said_of_the_whole() -> None:
    """Whoever states that one indicator cannot be seen is heard."""
    unseen = State(sight={"raid": Sight(coverage=0.0, blind=(Span(start=START),))})
    readings = {r.indicator: r for r in judge(written(Version()), unseen, (), now=START + days(30)).readings}
    assert (readings["raid"].level, readings["raid"].signal) == (Level.NOT_OBSERVABLE, 0.0)
    assert readings["unrest"].level is Level.QUIET
