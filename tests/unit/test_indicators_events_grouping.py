"""Grouping: copies, rewrites, two languages, near places, late records, denials, and what people rule."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.documents import Document
from indicators.events import Casebook, DecisionKind, Event, EventDecision, group_matches
from indicators.events.casebook import LATEST
from indicators.likeness import signature_of
from indicators.matcher import Match, Matcher
from indicators.publishers import Grade, Publisher, Reliability
from indicators.rules import Count, Indicator
from indicators.stances import Stance
from tests.builders import DAILY, NOON, WIRE, a_match, a_small_assessment, an_indicator, an_item, days
from tests.choices import rows_of, together

THOROUGH = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
STATE = Count.model_validate({"of": "place_day", "window_days": 7, "thresholds": (2, 5, 10), "half_life_days": 14})
KNOWN: dict[str, Indicator] = {
    "convoy_attack": an_indicator(),
    "fuel_shortage": an_indicator("fuel_shortage").model_copy(update={"count": STATE}),
}
BLOG = Publisher(family="blog", reliability=Reliability.F)
ARMY = Publisher(family="army", reliability=Reliability.C, party=True)

STORY = (
    "Gunmen on motorcycles set fire to eleven tankers that were on their way to the capital with an escort of "
    "soldiers, two drivers said. The column had left the border before dawn. Smoke could be seen from the hills until "
    "the evening, and nobody has said so far how many people were killed."
)
REWRITE = (
    "Gunmen on motorcycles set fire to eleven tankers that were on their way to the capital with an escort of "
    "soldiers, two drivers said on the telephone. The column had left the border before dawn. Smoke could be seen from "
    "the hills until the evening, and nobody has said so far how many people were killed."
)
BACKGROUND = (
    "A new attack has hit a bus of traders at the market of a village, the mayor told a radio. He counted five dead "
    "and asked for a patrol. Traders closed their shops. Gunmen on motorcycles set fire to eleven tankers that were on "
    "their way to the capital with an escort of soldiers, two drivers said last week."
)


def report(name: str, indicator: str = "convoy_attack", *, after: float = 0, text: str = "", **changes: Any) -> Match:
    """Return a match whose item *name* was published *after* so many days, at Kolokani, with that text."""
    item = an_item(name, published=NOON + days(after), summary=text, **changes.pop("item", {}))
    signature = signature_of(Document(item)) if text else ""
    return a_match(indicator, item=item, signature=signature, **changes)


def grouped(*matches: Match, decisions: Sequence[EventDecision] = ()) -> tuple[Event, ...]:
    return group_matches(matches, KNOWN, decisions)


def told(events: Sequence[Event]) -> list[list[str]]:
    """Return the reports of each event by name."""
    return [[r.item.id for r in event.reports] for event in events]


def a_decision(kind: DecisionKind, *reports: str, number: int = 1, **changes: Any) -> EventDecision:
    values: dict[str, Any] = {
        "number": number,
        "kind": kind,
        "indicator": "convoy_attack",
        "reports": reports,
        "who": "A. Keita",
        "why": "two drivers were called",
        "at": NOON,
    }
    return EventDecision(**(values | changes))


@pytest.mark.parametrize(
    ("other", "events"),
    [
        pytest.param(report("b", text=STORY, after=5), 1, id="the same text five days later"),
        pytest.param(report("b", text=REWRITE, after=5), 1, id="a rewrite five days later"),
        pytest.param(report("b", text=REWRITE, after=8), 2, id="a rewrite after more than a week is a new happening"),
        pytest.param(report("b", text=BACKGROUND, after=5), 2, id="a new story with the last one as background"),
        pytest.param(report("b", text=STORY, places=("gao",)), 1, id="the same text, read as another town"),
        pytest.param(report("b", text=REWRITE, after=5, places=("gao",)), 2, id="a rewrite that names another town"),
        pytest.param(report("b", after=5), 2, id="a short text is nobody's copy"),
    ],
)
def test_a_copy_or_rewrite_is_of_the_happening_that_it_tells(other: Match, events: int) -> None:
    """What tells the same story in nearly the same words adds a report and no event, for a week."""
    assert len(grouped(report("a", text=STORY), other)) == events


@pytest.mark.parametrize(
    ("spot", "events"),
    [((13.75, -8.03), 1), ((13.57, -8.25), 1), ((13.85, -8.03), 2), (None, 2)],
    ids=["20 km north", "23 km west", "31 km north", "nobody knows where"],
)
def test_two_names_within_25_km_are_one_place(spot: tuple[float, float] | None, events: int) -> None:
    """A village and the town beside it are one place for reports of one day."""
    town = report("a", spot=(13.5728, -8.0339))
    assert len(grouped(town, report("b", places=("village",), spot=spot))) == events


def test_an_english_and_a_french_report_of_one_attack_are_one_event() -> None:
    """The words differ, the place and the day do not: two families make it B2."""
    english = report("a", text=STORY, item={"lang": "en"})
    french = report("b", after=0.3, publisher=DAILY, item={"lang": "fr", "source": "daily"})
    (event,) = grouped(english, french)
    assert (str(event.grade), sorted(event.families)) == ("B2", ["daily", "wire"])


def test_a_record_that_comes_a_week_later_joins_the_event_of_its_day() -> None:
    """An event record says when it happened; when it was published does not matter."""
    news = report("news")
    late = an_item("record", published=NOON + days(7), fetched=NOON + days(7), occurred=NOON, codes=("acled:battles",))
    (event,) = grouped(news, a_match(item=late, publisher=DAILY, known=NOON + days(7)))
    assert (told([event]), event.when, str(event.grade)) == ([["news", "record"]], NOON, "B2")


def test_records_of_two_days_are_two_events_however_alike_their_wording() -> None:
    """A data set words its records alike: their dates keep them apart, not their words."""
    records = [
        report(name, text=STORY, item={"occurred": NOON + days(n), "fetched": NOON + days(9)})
        for n, name in ((0, "first"), (4, "second"))
    ]
    assert len(grouped(*records)) == 2


def a_road(*told: str) -> list[list[str]]:
    """Return the events of reports at one place: ``news 2`` is printed on day 2, ``acled 2`` a record of that day."""
    reports = []
    for name in told:
        day = float(name.split()[1])
        if name.startswith("news"):
            reports.append(report(name, after=day))
            continue
        occurred, known = NOON + days(day), NOON + days(9)
        item = {"occurred": occurred, "fetched": known, "codes": (f"{name.split()[0]}:190",)}
        reports.append(report(name, publisher=DAILY, item=item, known=known))
    return told_of(reports)


def told_of(reports: list[Match]) -> list[list[str]]:
    """Return the events of *reports*, which must be those of any order in which they come one by one."""
    found = grouped(*reports)
    for order in (reports, reports[::-1]):
        grown = Casebook(KNOWN)
        for one in order:
            grown = grown.with_matches([one])
        assert grown.events() == found
    return told(found)


@pytest.mark.parametrize(
    ("told", "events"),
    [
        pytest.param(
            ("news 0", "news 1", "news 2", "news 3", "news 4", "news 5", "news 6"),
            [["news 0", "news 1"], ["news 2", "news 3"], ["news 4", "news 5"], ["news 6"]],
            id="a week of news is never one event that goes on",
        ),
        pytest.param(
            ("acled 0", "acled 1", "acled 2"),
            [["acled 0"], ["acled 1"], ["acled 2"]],
            id="a data set tells three days apart",
        ),
        pytest.param(
            ("news 0", "news 1", "news 2", "acled 0", "acled 1", "acled 2"),
            [["acled 0", "news 0"], ["acled 1", "news 1"], ["acled 2", "news 2"]],
            id="and takes the news of each day along",
        ),
        pytest.param(("news 1", "acled 0"), [["acled 0", "news 1"]], id="the morning after is still of the day before"),
        pytest.param(("acled 0", "acled 0.2"), [["acled 0", "acled 0.2"]], id="two records of one day may be one"),
        pytest.param(
            ("cameo 0", "cameo 1", "cameo 2"), [["cameo 0", "cameo 1"], ["cameo 2"]], id="a machine may err by a day"
        ),
        pytest.param(("cap 0", "cap 1"), [["cap 0", "cap 1"]], id="a warning is updated"),
    ],
)
def test_days_in_a_row_at_one_place_are_told_apart_by_what_dates_them(
    told: tuple[str, ...], events: list[list[str]]
) -> None:
    """Each event stays within a day of the one on which it opened; records that are dated apart are apart."""
    assert [sorted(reports) for reports in a_road(*told)] == events


def test_records_of_two_data_sets_a_day_apart_are_one_event() -> None:
    """Two that count the same attack may date it by a day apart; only one and the same tells days apart."""
    dated = {"fetched": NOON + days(9)}
    one = report("a", item={"occurred": NOON, **dated})
    other = report("b", publisher=DAILY, item={"occurred": NOON + days(1), **dated})
    assert told(grouped(one, other)) == [["a", "b"]]


def test_records_that_name_nobody_in_common_are_two_events() -> None:
    """The army's strike and the gunmen's ambush of one day at one place are two, where the records say who it was."""
    gunmen = report("a", item={"actors": ("JNIM", "Drivers")})
    army = report("b", item={"actors": ("Air Force",)})
    unsaid = report("c")
    assert told(grouped(gunmen, army)) == [["a"], ["b"]]
    assert told(grouped(gunmen, unsaid)) == [["a", "c"]]


def test_an_event_keeps_its_name_when_an_earlier_report_comes_late() -> None:
    """The id is that of the report we knew first, so that alerts and decisions still speak of it."""
    first = report("first known", known=NOON)
    earlier = report("dated earlier", after=-0.5, known=NOON + days(2))
    (alone,) = grouped(first)
    (both,) = grouped(first, earlier)
    assert (both.id, both.when, both.known) == (alone.id, earlier.item.when, NOON)


def test_a_storm_of_copies_is_one_event_and_moves_nothing_twice() -> None:
    """I08: Two hundred outlets, two languages, rewritten headlines: one event, graded by the families that told it."""
    storm = [
        report(
            f"outlet {n}",
            text=(STORY, REWRITE, "")[n % 3],
            after=n / 150,
            publisher=Publisher(family=f"family {n % 50}", reliability=Reliability.C),
            item={"lang": ("en", "en", "fr")[n % 3], "source": f"outlet {n}"},
        )
        for n in range(200)
    ]
    (event,) = grouped(*storm)
    assert (len(event.reports), str(event.grade), event.value) == (200, "C1", 1.0)


def denial(name: str = "denial", *, stance: Stance = Stance.DENIES, **changes: Any) -> Match:
    """Return a match that speaks against a report at Kolokani, a day later, from the daily."""
    values: dict[str, Any] = {"publisher": DAILY, "after": 1}
    return report(name, stance=stance, **(values | changes))


@pytest.mark.parametrize(
    ("against", "grade"),
    [
        pytest.param((), "B3", id="nobody"),
        pytest.param((denial(),), "B4", id="a graded family denies it"),
        pytest.param((denial(publisher=BLOG),), "B3", id="a source that cannot be judged contests nothing"),
        pytest.param((denial(publisher=ARMY),), "B3", id="nor does a party"),
        pytest.param((denial(publisher=WIRE),), "B3", id="who also reports it only quotes a denial"),
        pytest.param((denial(places=("gao",)),), "B3", id="a denial at another place"),
        pytest.param((denial(places=()),), "B3", id="a denial of nowhere"),
        pytest.param((denial(after=4),), "B3", id="a denial after four days"),
        pytest.param((denial(after=-1),), "B3", id="a denial before it"),
        pytest.param((denial(stance=Stance.RETRACTS, publisher=WIRE),), "B5", id="its only family takes it back"),
        pytest.param((denial(stance=Stance.RETRACTS),), "B3", id="a family that never reported it takes nothing back"),
    ],
)
def test_denials_and_retractions_regrade_an_event(against: tuple[Match, ...], grade: str) -> None:
    """A denial makes it doubtful, a retraction takes its family's voice; neither opens an event."""
    (event,) = grouped(report("a"), *against)
    assert str(event.grade) == grade
    assert grouped(*against) == ()


def test_two_families_stand_against_a_denial() -> None:
    """A denial must not silence two agencies: the event stays possible. One that is left after a retraction is B3."""
    other = Publisher(family="radio", reliability=Reliability.B)
    (contested,) = grouped(report("a"), report("b", publisher=other), denial())
    assert (str(contested.grade), contested.refuted) == ("B3", False)
    (left,) = grouped(report("a"), report("b", publisher=other), denial(stance=Stance.RETRACTS, publisher=WIRE))
    assert str(left.grade) == "B3"
    (gone,) = grouped(report("a"), denial(stance=Stance.RETRACTS, publisher=WIRE))
    assert (gone.refuted, gone.value) == (True, 0.0)


@pytest.mark.parametrize(
    ("title", "lang", "stance"),
    [
        ("Army denies convoy attack near Kolokani", "en", Stance.DENIES),
        ("L'armée dément l'attaque d'un convoi près de Kolokani", "fr", Stance.DENIES),
        ("Convoy attacked near Kolokani, army says", "en", Stance.REPORTS),
        ("RETRACTION: convoy attack near Kolokani", "en", Stance.RETRACTS),
        ("Dépêche annulée : attaque d'un convoi à Kolokani", "fr", Stance.RETRACTS),
    ],
)
def test_the_matcher_tells_a_denial_from_a_report(title: str, lang: str, stance: Stance) -> None:
    """The title says whether an item reports, denies or takes back."""
    (match, *_) = Matcher(a_small_assessment()).match_item(an_item(title, lang=lang))
    assert match.stance is stance


def test_a_veto_that_refuses_denials_still_lets_them_regrade() -> None:
    """Rules refuse denials by a veto; refused or not, they speak against what others report."""
    vetoed = denial(rejected_by="not: denies")
    (event,) = grouped(report("a"), vetoed)
    assert (str(event.grade), event.against) == ("B4", (vetoed,))


@pytest.mark.parametrize(
    ("decisions", "events"),
    [
        pytest.param((), [["a", "b"], ["c"]], id="nothing ruled"),
        pytest.param((a_decision(DecisionKind.MERGE, "a", "b", "c"),), [["a", "b", "c"]], id="merge"),
        pytest.param((a_decision(DecisionKind.SPLIT, "b"),), [["a"], ["b"], ["c"]], id="split"),
        pytest.param(
            (a_decision(DecisionKind.MERGE, "a", "b", "c"), a_decision(DecisionKind.SPLIT, "b", number=2)),
            [["a", "c"], ["b"]],
            id="the later ruling about a report counts",
        ),
        pytest.param(
            (a_decision(DecisionKind.SPLIT, "b"), a_decision(DecisionKind.WITHDRAW, number=2, withdraws=1)),
            [["a", "b"], ["c"]],
            id="a decision that was withdrawn is as if it had not been",
        ),
    ],
)
def test_a_person_may_merge_and_split(decisions: tuple[EventDecision, ...], events: list[list[str]]) -> None:
    """What a person grouped stays together, whatever place and day say, until it is withdrawn."""
    reports = (report("a"), report("b", after=0.5), report("c", after=3))
    assert sorted(told(grouped(*reports, decisions=decisions))) == events


def test_later_reports_join_what_a_person_merged() -> None:
    """A merged happening is found by every day and place of its reports."""
    merged = a_decision(DecisionKind.MERGE, "a", "c")
    reports = (report("a"), report("c", after=3), report("d", after=3.5))
    assert told(grouped(*reports, decisions=[merged])) == [["a", "c", "d"]]


@pytest.mark.parametrize(
    ("decision", "grade", "value"),
    [
        (a_decision(DecisionKind.CONFIRM, "a"), "B1", 1.0),
        (a_decision(DecisionKind.REJECT, "a"), "B5", 0.0),
        (a_decision(DecisionKind.REGRADE, "a", grade=Grade(reliability=Reliability.D, credibility=4)), "D4", 0.2778),
        (a_decision(DecisionKind.REJECT, "a", indicator="fuel_shortage"), "B3", 1.0),
    ],
    ids=["confirm", "reject", "regrade", "a ruling about another indicator"],
)
def test_a_persons_grade_stands(decision: EventDecision, grade: str, value: float) -> None:
    """Confirmed, rejected or regraded: the machine's digit gives way, and the event says who ruled."""
    (event,) = grouped(report("a"), decisions=[decision])
    assert (str(event.grade), round(event.value, 4)) == (grade, value)


def test_of_rulings_about_two_reports_of_one_event_the_last_counts() -> None:
    """A person confirmed it by one report and rejects it by another: what was ruled later is what is thought now."""
    rulings = [a_decision(DecisionKind.CONFIRM, "b", number=1), a_decision(DecisionKind.REJECT, "a", number=2)]
    (event,) = grouped(report("a"), report("b", after=0.1), decisions=rulings)
    assert (str(event.grade), event.decision) == ("B5", rulings[1])


@pytest.mark.parametrize(
    "changes",
    [
        {"who": " "},
        {"why": ""},
        {"reports": ()},
        {"at": NOON.replace(tzinfo=None)},
        {"grade": Grade(reliability=Reliability.B, credibility=2)},
        {"kind": DecisionKind.REGRADE},
        {"withdraws": 3},
        {"kind": DecisionKind.WITHDRAW},
    ],
    ids=[
        "nobody",
        "no reason",
        "about nothing",
        "no zone",
        "a needless grade",
        "no grade",
        "withdraws what",
        "nothing",
    ],
)
def test_a_decision_without_name_reason_or_object_cannot_be_made(changes: dict[str, Any]) -> None:
    """Who rules about an event says who, why and about what."""
    whole: dict[str, Any] = {
        "reports": ("a",),
        "number": 1,
        "kind": DecisionKind.CONFIRM,
        "indicator": "convoy_attack",
        "at": NOON,
    }
    with pytest.raises(ValueError, match=r"decision|grade|withdraw"):
        EventDecision(**({"who": "A. Keita", "why": "seen"} | whole | changes))


def test_what_is_known_more_than_a_year_late_does_not_count() -> None:
    """An archive that opens after 400 days is history: it is kept as items and raises no level of today."""
    ancient = report("a", known=NOON + LATEST)
    just = report("b", known=NOON + LATEST - days(1))
    assert told(grouped(ancient)) == []
    assert told(grouped(just)) == [["b"]]


TEXTS = ("", STORY, REWRITE, BACKGROUND)
REPORTS = together(
    name=[f"item {n}" for n in range(12)],
    indicator=["convoy_attack", "fuel_shortage"],
    after=[n / 2 for n in range(21)],
    text=TEXTS,
    places=rows_of(["kolokani", "gao", "village", "ML"], most=2),
    spot=[None, (13.57, -8.03), (13.7, -8.03), (16.27, -0.04)],
    publisher=[WIRE, DAILY, BLOG, ARMY],
    stance=[Stance.REPORTS, Stance.REPORTS, Stance.REPORTS, Stance.DENIES, Stance.RETRACTS],
).map(lambda told: report(**told))
DECISIONS = st.lists(
    st.builds(
        a_decision,
        st.sampled_from([DecisionKind.MERGE, DecisionKind.SPLIT, DecisionKind.CONFIRM, DecisionKind.REJECT]),
        st.sampled_from([f"item {n}" for n in range(12)]),
        st.sampled_from([f"item {n}" for n in range(12)]),
    ),
    max_size=2,
).map(lambda found: [a_decision(d.kind, *d.reports, number=n + 1) for n, d in enumerate(found)])


@given(batches=st.lists(st.lists(REPORTS, max_size=4), max_size=5), decisions=DECISIONS, data=st.data())
@THOROUGH
def test_a_casebook_that_grew_is_the_one_built_at_once(
    batches: list[list[Match]], decisions: list[EventDecision], data: st.DataObject
) -> None:
    """Reports in any batches, with some judged again or taken out, give bit for bit the events of the whole."""
    casebook = Casebook(KNOWN)
    standing: dict[str, list[Match]] = {}
    ruled_after = data.draw(st.integers(0, 5))
    for number, batch in enumerate(batches):
        gone = data.draw(st.lists(st.sampled_from(sorted(standing)), max_size=2, unique=True)) if standing else []
        fresh = {m.item.id: m for m in batch}
        standing = {name: found for name, found in standing.items() if name not in gone and name not in fresh}
        standing |= {name: [m] for name, m in fresh.items()}
        casebook = casebook.with_matches(fresh.values(), rejudged=[*gone, *fresh])
        if number == ruled_after:
            casebook = casebook.decided(decisions)
    casebook = casebook.decided(decisions)
    whole = [m for found in standing.values() for m in found]
    assert casebook.events() == grouped(*data.draw(st.permutations(whole)), decisions=decisions)


@given(
    reports=st.lists(
        REPORTS.map(lambda m: replace(m, indicator="convoy_attack")), max_size=12, unique_by=lambda m: m.item.id
    )
)
@THOROUGH
def test_no_event_goes_on_for_longer_than_its_first_day_allows(reports: list[Match]) -> None:
    """However many reports follow one another: by place a day, by a copied text a week, from where it opened."""
    for event in grouped(*reports):
        spread = {(r.item.when.date() - event.day).days for r in event.reports}
        assert spread <= set(range(9)), "a week's copy, and what is told of its place on the next day"
        if not any(r.signature for r in event.reports):
            assert spread <= {0, 1, 2}, "a day from the day on which it was first placed, and that a day from its first"


@given(reports=st.lists(REPORTS, max_size=10, unique_by=lambda m: m.item.id))
@THOROUGH
def test_no_report_is_lost(reports: list[Match]) -> None:
    """Every report that tells of a happening stands in an event; of an incident in exactly one."""
    events = grouped(*reports)
    incidents = [r.item.id for e in events if e.indicator == "convoy_attack" for r in e.reports]
    assert sorted(incidents) == sorted(r.item.id for r in reports if r.indicator == "convoy_attack" and r.counts)
    assert {r.item.id for e in events for r in e.reports} == {r.item.id for r in reports if r.counts}
