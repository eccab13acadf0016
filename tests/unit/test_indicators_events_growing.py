"""Reports that come one by one, late or not: always the events of the whole; and where a copy ends and news begins."""

from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from indicators.events import Casebook, DecisionKind, Event, EventDecision, group_matches
from indicators.events.fold import Fold
from indicators.matcher import Match
from indicators.publishers import Publisher, Reliability
from indicators.rules import Count, Indicator
from indicators.stances import Stance
from tests.builders import DAILY, NOON, WIRE, a_match, an_indicator, an_item, days
from tests.choices import together

THOROUGH = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
STATE = Count.model_validate({"of": "place_day", "window_days": 7, "thresholds": (2, 5, 10), "half_life_days": 14})
KNOWN: dict[str, Indicator] = {
    "convoy_attack": an_indicator(),
    "fuel_shortage": an_indicator("fuel_shortage").model_copy(update={"count": STATE}),
}
RADIO = Publisher(family="radio", reliability=Reliability.B)
SPOTS = {"kolokani": (13.57, -8.03), "village": (13.7, -8.03), "gao": (16.27, -0.04)}
NUMBERS = 64


def a_signature(text: int, changed: int = 0, *, version: int = 1) -> str:
    """Return the signature of *text* in which so many of the 64 numbers, spread over it, are another *version*'s."""
    spread = sorted(range(NUMBERS), key=lambda n: (n * 37) % NUMBERS)[:changed]
    return "".join(f"{text * 1000 + n + (500_000 * version if n in spread else 0):08x}" for n in range(NUMBERS))


def report(name: str, after: float = 0, *, place: str | None = "kolokani", **changes: Any) -> Match:
    """Return a match of an item published *after* so many days and known at once, or with a late *known*."""
    when = NOON + days(after)
    of_item = {"published": when, **changes.pop("item", {})}
    item = an_item(name, fetched=when + days(30), **of_item)
    values = {"known": when, "places": (place,) if place else (), "spot": SPOTS.get(place or "")}
    return a_match(changes.pop("indicator", "convoy_attack"), item=item, **(values | changes))


def grouped(*matches: Match) -> tuple[Event, ...]:
    return group_matches(matches, KNOWN)


def told(events: tuple[Event, ...]) -> list[list[str]]:
    return sorted(sorted(r.item.id for r in event.reports) for event in events)


SIGNATURES = ("", "", a_signature(1), a_signature(1, 16), a_signature(1, 30), a_signature(2), a_signature(2, 20))
OF_REPORTS = together(
    name=[f"item {n:02}" for n in range(14)],
    after=[n / 2 for n in range(25)],
    place=["kolokani", "kolokani", "village", "gao", "ML", None],
    indicator=["convoy_attack", "convoy_attack", "fuel_shortage"],
    signature=SIGNATURES,
    publisher=[WIRE, DAILY, RADIO],
    announcement=[False, True],
    stance=[Stance.REPORTS] * 5 + [Stance.DENIES, Stance.RETRACTS],
)
OF_ITEMS = together(
    published=[{}, {"published": None}],
    occurred=[*[{}] * 13, *({"occurred": NOON + days(n)} for n in range(13))],
    actors=[*[{}] * 3, *({"actors": who} for who in (("JNIM",), ("Air Force",), ("jnim", "Drivers")))],
)
REPORTS = st.builds(
    lambda told, item: report(**told, item={name: value for part in item.values() for name, value in part.items()}),
    OF_REPORTS,
    OF_ITEMS,
)


@given(reports=st.lists(REPORTS, max_size=14, unique_by=lambda m: m.item.id))
@settings(THOROUGH, max_examples=1000)
def test_reports_one_by_one_in_any_order_give_the_events_of_the_whole(reports: list[Match]) -> None:
    """Whatever came late: the same events to the last bit, at every step, as if all had been known at once."""
    casebook = Casebook(KNOWN)
    for number, one in enumerate(reports, 1):
        casebook = casebook.with_matches([one], rejudged=[one.item.id])
        assert casebook.events() == grouped(*reports[:number])


@given(
    reports=st.lists(REPORTS, min_size=3, max_size=14, unique_by=lambda m: m.item.id),
    gone=st.lists(st.integers(0, 13), max_size=3),
    size=st.integers(2, 7),
)
@THOROUGH
def test_reports_in_batches_and_taken_out_again_give_the_events_of_what_is_left(
    reports: list[Match], gone: list[int], size: int
) -> None:
    """What is judged again and says nothing any more is as if it had never come."""
    casebook = Casebook(KNOWN)
    for start in range(0, len(reports), size):
        casebook = casebook.with_matches(reports[start : start + size])
        assert casebook.events() == grouped(*reports[: start + size])
    out = {reports[n % len(reports)].item.id for n in gone}
    left = [r for r in reports if r.item.id not in out]
    after = casebook.with_matches([], rejudged=sorted(out))
    assert after.events() == grouped(*left)
    assert sorted(r.item.id for r in after.reports()) == sorted(r.item.id for r in left)


@given(reports=st.lists(REPORTS, min_size=1, max_size=12, unique_by=lambda m: m.item.id), which=st.integers(0, 11))
@THOROUGH
def test_a_report_that_its_family_prints_again_changes_nothing(reports: list[Match], which: int) -> None:
    """The same words once more, in another item: every event has its place, day, grade and value, and none is new."""
    one = reports[which % len(reports)]
    again = replace(one, item=replace(one.item, id=f"{one.item.id} again"))
    before, after = grouped(*reports), grouped(*reports, again)
    assert [_counted(e) for e in after] == [_counted(e) for e in before]
    assert sum(len(e.reports) + len(e.against) for e in after) >= sum(len(e.reports) + len(e.against) for e in before)


def _counted(event: Event) -> tuple[object, ...]:
    """Return all of *event* that levels, outlooks and alerts are made of."""
    e = event
    return e.id, e.indicator, e.place, e.day, e.when, e.known, str(e.grade), e.value, e.families, e.announcement


@pytest.mark.parametrize(
    ("place", "changed", "events"),
    [
        *[("kolokani", 22, 1), ("kolokani", 23, 2), ("village", 22, 1), ("village", 23, 2)],
        *[("gao", 9, 1), ("gao", 10, 2), (None, 22, 1), (None, 23, 2)],
    ],
)
def test_a_rewrite_shares_two_thirds_of_its_runs_and_a_text_of_another_town_nearly_all(
    place: str | None, changed: int, events: int
) -> None:
    """42 of 64 numbers are 0.656 of a text, 41 are 0.641; read as another town it takes 55 (0.859) and not 54."""
    first, second = a_signature(1), a_signature(1, changed)
    assert len(grouped(report("a", signature=first), report("b", 5, place=place, signature=second))) == events


@pytest.mark.parametrize(
    ("first", "second", "apart", "own"),
    [(0, 0, 1, 1), (0, 1, 1, 2), (1, 0, 1, 2), (0, 2, 2, 2), (None, 2, 1, 1), (2, None, 1, 1)],
)
def test_records_of_one_text_are_one_while_their_days_are_at_most_one_apart(
    first: int | None, second: int | None, apart: int, own: int
) -> None:
    """Of two data sets, and of one never; a report that has no day of its own may copy either."""
    for other, events in ((DAILY, apart), (WIRE, own)):
        both = [
            report(
                name,
                n or 0,
                signature=a_signature(1),
                publisher=who,
                item={} if n is None else {"occurred": NOON + days(n)},
            )
            for name, n, who in (("a", first, WIRE), ("b", second, other))
        ]
        assert len(grouped(*both)) == events


def test_the_first_forty_texts_of_a_happening_are_those_that_are_compared() -> None:
    """One story is told in a few texts; what quotes the forty-first a week later is taken for news."""
    storm = [report(f"text {n:02}", n / 100, signature=a_signature(n + 1)) for n in range(41)]
    fortieth = report("copy", 5, signature=a_signature(40))
    last = report("copy", 5, signature=a_signature(41))
    assert [len(e.reports) for e in grouped(*storm, fortieth)] == [42]
    assert [len(e.reports) for e in grouped(*storm, last)] == [41, 1]
    grown = Casebook(KNOWN)
    for one in (last, *reversed(storm)):
        grown = grown.with_matches([one])
    assert grown.events() == grouped(*storm, last)
    more = [report(f"more {n}", 0.2 + n / 100, signature=a_signature(60 + n)) for n in (3, 1, 2)]
    for number, one in enumerate(more, 1):
        grown = grown.with_matches([one])
        assert grown.events() == grouped(*storm, last, *more[:number])


def test_what_is_told_later_of_another_happening_stays_with_it() -> None:
    """A late report takes over a happening of its day; a copy of another one, five days on, is where it was."""
    first, other = report("first", 0.4), report("other", 1.2, place="gao", signature=a_signature(1))
    copied = report("copied", 6, place=None, signature=a_signature(1))
    grown = Casebook(KNOWN).with_matches([first, other, copied]).with_matches([report("late", 0.25)])
    assert told(grown.events()) == [["copied", "other"], ["first", "late"]]


def test_a_late_text_draws_its_copy_out_of_a_storm() -> None:
    """What joined a storm for its place, on the day after, is a copy of what came late and was told before it."""
    storm = [report(f"text {n:02}", 1 + n / 100, place="gao", signature=a_signature(n + 1)) for n in range(41)]
    copied = report("copied", 2, place="gao", signature=a_signature(60))
    known = [report("first", 0.4), *storm, copied]
    grown = Casebook(KNOWN).with_matches(known)
    assert [len(e.reports) for e in grown.events()] == [1, 42]
    late = report("late", 0.25, signature=a_signature(60))
    assert [len(e.reports) for e in grown.with_matches([late]).events()] == [3, 41]
    assert grown.with_matches([late]).events() == grouped(*known, late)


@pytest.mark.parametrize("against", [False, True], ids=["a copy", "a retraction"])
def test_a_late_text_takes_the_place_of_the_fortieth_and_what_was_there_by_it(against: bool) -> None:
    """What joined on its text alone is an event of its own from then on; a retraction of it speaks of nothing."""
    storm = [report(f"text {n:02}", n / 100, signature=a_signature(n + 1)) for n in range(40)]
    by_it = report("by it", 5, place="gao", signature=a_signature(40))
    if against:
        by_it = replace(by_it, stance=Stance.RETRACTS)
    grown = Casebook(KNOWN).with_matches([*storm, by_it])
    assert [len(e.reports) + len(e.against) for e in grown.events()] == [41]
    late = report("late", 0.001, signature=a_signature(60))
    after = grown.with_matches([late])
    assert after.events() == grouped(*storm, by_it, late)
    assert [len(e.reports) + len(e.against) for e in after.events()] == ([41] if against else [41, 1])


def test_what_copied_a_text_that_gives_way_is_news_though_that_text_is_still_told() -> None:
    """A late text stands for the fortieth, which it is like; a rewrite of the fortieth is too far from it."""
    storm = [report(f"text {n:02}", n / 100, signature=a_signature(n + 2)) for n in range(39)]
    storm += [report(f"fortieth {n}", 0.4 + n / 100, signature=a_signature(1, 16)) for n in range(2)]
    rewrite = report("rewrite", 5, place=None, signature=a_signature(1, 30))
    grown = Casebook(KNOWN).with_matches([*storm, rewrite])
    assert [len(e.reports) for e in grown.events()] == [42]
    after = grown.with_matches([report("late", 0.001, signature=a_signature(1))])
    assert [len(e.reports) for e in after.events()] == [42, 1]


def test_records_of_one_text_are_one_as_long_as_each_is_of_the_day_after_the_last() -> None:
    """Three data sets, in the same words, on three days: the third is compared with the second, not with the first."""
    records = [
        report(f"record {n}", n, place=None, publisher=who, signature=a_signature(1), item={"occurred": NOON + days(n)})
        for n, who in enumerate((WIRE, DAILY, RADIO))
    ]
    assert told(grouped(*records)) == [["record 0", "record 1", "record 2"]]
    assert told(grouped(records[0], records[2])) == [["record 0"], ["record 2"]]
    grown = Casebook(KNOWN).with_matches([records[0], records[2]]).with_matches([records[1]])
    assert grown.events() == grouped(*records)


def test_in_a_storm_too_a_text_is_of_the_day_on_which_it_was_last_told() -> None:
    """A record's text that is told once more without a day may be copied by a record of any day."""
    record = report("record", signature=a_signature(1), publisher=DAILY, item={"occurred": NOON})
    storm = [report(f"text {n:02}", 0.1 + n / 200, signature=a_signature(n + 2)) for n in range(39)]
    copied = report(
        "copied", 5, place=None, signature=a_signature(1), publisher=RADIO, item={"occurred": NOON + days(5)}
    )
    assert [len(e.reports) for e in grouped(record, *storm, copied)] == [40, 1]
    again = report("again", 0.45, signature=a_signature(1))
    assert [len(e.reports) for e in grouped(record, *storm, again, copied)] == [42]


@given(random=st.randoms(use_true_random=False), texts=st.integers(42, 60), calm=st.booleans())
@settings(THOROUGH, max_examples=60)
def test_a_storm_of_many_texts_in_any_order_is_the_storm_at_once(random: Random, texts: int, calm: bool) -> None:
    """Around the fortieth text a late one takes the place of another; other towns and retractions stand beside it."""
    story = [a_signature(1, random.randint(0, 26), version=n) for n in range(texts)]
    storm = [
        report(
            f"storm {n:02}",
            random.random() * random.choice([1, 1, 6]),
            signature=random.choice(story),
            place=random.choice(["kolokani"] * 8 + ([None] if calm else ["gao", "gao", "village"])),
            publisher=random.choice([WIRE, DAILY, RADIO]),
            stance=Stance.RETRACTS if not calm and random.random() < 0.05 else Stance.REPORTS,
        )
        for n in range(90)
    ]
    grown = Casebook(KNOWN).with_matches(storm[:50])
    for one in storm[50:]:
        grown = grown.with_matches([one])
    assert grown.events() == grouped(*storm)


def test_a_state_is_told_of_the_first_three_places_of_a_report_and_of_nowhere_under_no_name() -> None:
    """A list of towns is one article, not a country on fire; what names no town is a state of no place."""
    towns = report("towns", indicator="fuel_shortage", places=("kolokani", "kati", "gao", "segou"))
    nowhere = report("nowhere", indicator="fuel_shortage", place=None)
    assert sorted(e.place for e in grouped(towns, nowhere)) == ["", "gao", "kati", "kolokani"]


def test_a_state_that_is_told_late_is_that_of_its_place_and_day() -> None:
    """The shortage of a day is one, though we read of it in the evening first and of its morning afterwards."""
    evening, morning = (
        report(name, at, indicator="fuel_shortage") for name, at in (("evening", 0.3), ("morning", 0.1))
    )
    grown = Casebook(KNOWN).with_matches([evening]).with_matches([morning])
    assert told(grown.events()) == [["evening", "morning"]]


def test_a_state_is_counted_by_place_and_day_whatever_a_person_groups() -> None:
    """A merge that is ruled about a shortage of two towns makes no happening of it: it has no place-day of its own."""
    towns = [report(name, indicator="fuel_shortage", place=name) for name in ("kolokani", "gao")]
    ruling = replace(decided(DecisionKind.MERGE, "kolokani", "gao"), indicator="fuel_shortage")
    casebook = Casebook(KNOWN).with_matches(towns).decided([ruling])
    assert sorted(e.place for e in casebook.events()) == ["gao", "kolokani"]


def test_a_denial_speaks_of_a_state_by_the_place_beside_it() -> None:
    """The shortage of a town is denied under the name of the village next to it, as an attack would be."""
    shortage = report("shortage", indicator="fuel_shortage")
    denial = report("denial", 1, place="village", indicator="fuel_shortage", publisher=DAILY, stance=Stance.DENIES)
    (event,) = grouped(shortage, denial)
    assert str(event.grade) == "B4"


@pytest.mark.parametrize("stance", [Stance.DENIES, Stance.RETRACTS])
@pytest.mark.parametrize("older", [(), ("older",)], ids=["nothing before", "an older one before"])
@pytest.mark.parametrize("joins", [False, True], ids=["alone", "with another report of it"])
def test_what_speaks_against_a_report_may_come_before_it(stance: Stance, older: tuple[str, ...], joins: bool) -> None:
    """A retraction often overtakes its report: it then speaks of the last such happening, as if it had come after."""
    speaker = WIRE if stance is Stance.RETRACTS else DAILY
    first = [report(name, -1.5) for name in older]
    first += [report("another voice", 0.9, publisher=RADIO)] if joins else []
    against = report("against", 2, publisher=speaker, stance=stance)
    late = report("late", 1)
    grown = Casebook(KNOWN)
    for one in (*first, against, late):
        grown = grown.with_matches([one])
    assert grown.events() == grouped(*first, against, late)
    assert [e.against for e in grown.events()][-1] == (against,)


@pytest.mark.parametrize(("stance", "speaker", "after"), [(Stance.DENIES, DAILY, 3.5), (Stance.RETRACTS, WIRE, 7.5)])
def test_on_its_last_day_too_what_speaks_against_a_report_may_come_before_it(
    stance: Stance, speaker: Publisher, after: float
) -> None:
    """A denial speaks of what was three days before, a retraction of a week: what comes late is no exception."""
    against = report("against", after, publisher=speaker, stance=stance)
    grown = Casebook(KNOWN).with_matches([against]).with_matches([report("late", 0.5)])
    assert [e.against for e in grown.events()] == [(against,)]


def test_a_late_text_gives_a_retraction_something_to_take_back() -> None:
    """The family told of it in few words and took back a text: another family's report shows that both are one."""
    first = report("first", publisher=DAILY)
    retraction = report("retraction", 2, place="gao", signature=a_signature(1), publisher=DAILY, stance=Stance.RETRACTS)
    grown = Casebook(KNOWN).with_matches([first, retraction])
    assert [e.against for e in grown.events()] == [()]
    grown = grown.with_matches([report("late", 0.1, signature=a_signature(1))])
    assert [e.against for e in grown.events()] == [(retraction,)]


def test_records_that_come_in_the_wrong_order_are_kept_apart_by_their_days() -> None:
    """The second day's record joined the news of its place, until the data set had one of the day of that news."""
    news = report("news", publisher=DAILY)
    records = [report(f"record {n}", n, item={"occurred": NOON + days(n), "codes": ("acled:190",)}) for n in range(2)]
    grown = Casebook(KNOWN).with_matches([news, records[1]])
    assert told(grown.events()) == [["news", "record 1"]]
    assert told(grown.with_matches(records[:1]).events()) == [["news", "record 0"], ["record 1"]]


def test_of_two_happenings_of_a_day_at_a_place_that_which_opened_first_has_what_names_no_place() -> None:
    """Who took part keeps them apart; a report that names neither place nor people goes to the first of them."""
    second, vague = report("second", 0.2, item={"actors": ("JNIM",)}), report("vague", 0.3, place=None)
    grown = Casebook(KNOWN).with_matches([second, vague])
    assert told(grown.events()) == [["second", "vague"]]
    grown = grown.with_matches([report("first", 0.1, item={"actors": ("Air Force",)})])
    assert told(grown.events()) == [["first", "vague"], ["second"]]


def test_what_names_the_place_of_another_happening_stays_there_when_one_without_a_place_comes_late() -> None:
    """The late one is apart by who took part: it has nothing that the other would rather hold."""
    known = [report("first", item={"actors": ("JNIM",)}), report("second", 1)]
    late = report("late", 0.2, place=None, item={"actors": ("Air Force",)})
    grown = Casebook(KNOWN).with_matches(known).with_matches([late])
    assert told(grown.events()) == [["first", "second"], ["late"]]


def test_what_is_judged_again_in_the_midst_of_two_months_moves_its_days_and_no_other() -> None:
    """One report of thirty is of another town now: the events are those of the whole."""
    known = [report(f"day {n:02}", 2 * n, place=("kolokani", "gao")[n % 2]) for n in range(30)]
    grown = Casebook(KNOWN).with_matches(known)
    again = [report("day 15", 31, place="kolokani"), *known[:15], *known[16:]]
    assert grown.with_matches(again[:1], rejudged=["day 15"]).events() == grouped(*again)
    assert told(grown.with_matches([], rejudged=["day 15"]).events()) == told(grouped(*again[1:]))


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The items that are put to a happening, in order: what a change costs, whatever the machine."""
    found: list[str] = []
    was = Fold.put

    def counting(self: Fold, one: Match) -> None:
        found.append(one.item.id)
        was(self, one)

    monkeypatch.setattr(Fold, "put", counting)
    return found


JNIM, ARMY = {"actors": ("JNIM",)}, {"actors": ("Air Force",)}


@pytest.mark.parametrize(
    ("known", "late"),
    [
        pytest.param([report("a"), report("b", 1)], report("late", 0.2), id="it joins in a few words"),
        pytest.param(
            [report("a", signature=a_signature(1)), report("b", 1)],
            report("late", 0.2, signature=a_signature(1)),
            id="it joins as a copy",
        ),
        pytest.param([report("a"), report("b", 1)], report("late", 0.2, place="gao"), id="it is of another town"),
        pytest.param(
            [report("a", 1, place="gao"), report("b", 1.1, place=None)],
            report("late", 0.2),
            id="what names no town stays with the town of its own day",
        ),
        pytest.param(
            [report("a", item=JNIM), report("b", 1)],
            report("late", 0.2, place=None, item=ARMY),
            id="it names no town and others took part",
        ),
        pytest.param(
            [report("a", 5), report("b", 2, place="gao", publisher=DAILY, stance=Stance.DENIES)],
            report("late", 0.2),
            id="the denial is of another town",
        ),
        pytest.param(
            [
                report("a", 5),
                report("b", 2, place="gao", publisher=DAILY, signature=a_signature(2), stance=Stance.RETRACTS),
            ],
            report("late", 0.2, signature=a_signature(1)),
            id="what is taken back is another text",
        ),
    ],
)
def test_what_comes_late_and_moves_nothing_is_put_by_itself(known: list[Match], late: Match, put: list[str]) -> None:
    """One more report of a year's costs no more than itself."""
    before = Casebook(KNOWN).with_matches(known)
    put.clear()
    after = before.with_matches([late])
    assert put == ["late"]
    assert after.events() == grouped(*known, late)


def test_one_more_event_among_many_stands_in_its_place() -> None:
    """What was shown before is kept, and what is new or other put among it by its time."""
    known = [report(f"day {n:03}", 2 * n) for n in range(100)]
    before = Casebook(KNOWN).with_matches(known)
    assert len(before.events()) == 100
    late = report("late", 51, place="gao")
    assert before.with_matches([late]).events() == grouped(*known, late)
    again = report("day 050", 100, place="gao")
    assert before.with_matches([again]).events() == grouped(*known[:50], again, *known[51:])


def test_what_is_judged_again_moves_the_day_after_it_at_most_and_not_the_year(put: list[str]) -> None:
    """One report of a hundred is of another town now: what is told two days later is out of its reach."""
    known = [report(f"day {n:03}", n, place=("kolokani", "gao")[n % 2]) for n in range(100)]
    before = Casebook(KNOWN).with_matches(known)
    put.clear()
    before.with_matches([report("day 050", 50, place="kati")], rejudged=["day 050"])
    assert put == ["day 050", "day 051"]


def test_one_name_is_one_place_though_only_one_report_has_its_coordinates() -> None:
    """A gazetteer that knows the town and an assessment that names it only speak of the same town."""
    assert told(grouped(report("a", spot=None), report("b", 0.2))) == [["a", "b"]]


@pytest.mark.parametrize(("day", "events"), [(0, 1), (1, 1), (2, 2)])
def test_records_in_the_same_words_of_two_towns_are_one_while_their_days_agree(day: int, events: int) -> None:
    """One text was read as two towns; where two data sets say days that are further apart they are two."""
    first = report("a", publisher=DAILY, signature=a_signature(1), item={"occurred": NOON})
    other = report("b", day, place="gao", signature=a_signature(1), item={"occurred": NOON + days(day)})
    assert len(grouped(first, other)) == events


def test_an_event_that_a_person_ruled_on_keeps_its_indicator_and_its_name() -> None:
    """Alerts go on speaking of it: merged, it has the name of what we knew first."""
    first, second = report("first"), report("second", 4)
    alone = grouped(first)[0]
    casebook = Casebook(KNOWN).with_matches([first, second]).decided([decided(DecisionKind.MERGE, "first", "second")])
    (merged,) = casebook.events()
    assert (merged.indicator, merged.id, merged.place) == ("convoy_attack", alone.id, "kolokani")
    assert casebook.decided([]).events() == grouped(first, second)


def decided(kind: DecisionKind, *reports: str, number: int = 1) -> EventDecision:
    return EventDecision(
        number=number,
        kind=kind,
        indicator="convoy_attack",
        reports=reports,
        who="A. Keita",
        why="two drivers were called",
        at=NOON,
    )


@given(
    reports=st.lists(REPORTS, min_size=2, max_size=8, unique_by=lambda m: m.item.id),
    kind=st.sampled_from([DecisionKind.MERGE, DecisionKind.SPLIT]),
    size=st.integers(1, 4),
)
@example(
    reports=[report("item 00"), report("item 01", 3), report("item 02", 3.5, place=None)],
    kind=DecisionKind.MERGE,
    size=2,
)
@THOROUGH
def test_what_comes_after_a_ruling_is_put_as_if_it_had_been_there(
    reports: list[Match], kind: DecisionKind, size: int
) -> None:
    """A person's merge or split holds for reports that come one by one as for those that came at once."""
    ruling = decided(kind, *(r.item.id for r in reports[:size]))
    casebook = Casebook(KNOWN).decided([ruling])
    for one in reports:
        casebook = casebook.with_matches([one])
    assert casebook.events() == group_matches(reports, KNOWN, [ruling])


@given(
    reports=st.lists(REPORTS, min_size=2, max_size=8, unique_by=lambda m: m.item.id),
    kind=st.sampled_from([DecisionKind.CONFIRM, DecisionKind.REJECT]),
    size=st.integers(1, 4),
    gone=st.integers(1, 4),
)
@THOROUGH
def test_a_ruling_finds_its_event_though_reports_are_taken_out_again(
    reports: list[Match], kind: DecisionKind, size: int, gone: int
) -> None:
    """Whatever was shown before: the events are those of what is left, under the same ruling."""
    ruling = decided(kind, *(r.item.id for r in reports[:size]))
    casebook = Casebook(KNOWN).decided([ruling]).with_matches(reports)
    for one in (*reports[:gone], *reports[:gone]):
        casebook.events()
        casebook = casebook.with_matches([], rejudged=[one.item.id])
    assert casebook.events() == group_matches(reports[gone:], KNOWN, [ruling])
    assert casebook.with_matches(reports[:gone]).events() == group_matches(reports, KNOWN, [ruling])


def test_what_a_person_ruled_stands_when_the_first_report_says_it_no_more() -> None:
    """A false report is edited by whoever printed it first; what copied it must not raise the alarm a second time."""
    first, second, third = report("first"), report("second", 1), report("third", 2)
    ruling = decided(DecisionKind.REJECT, "first", "second")
    casebook = Casebook(KNOWN).with_matches([first, second, third]).decided([ruling])
    for gone, refuted in (("first", True), ("second", False)):
        casebook = casebook.with_matches([], rejudged=[gone])
        (event,) = casebook.events()
        assert event.refuted is refuted


def test_what_an_edit_said_after_a_ruling_is_not_ruled_on() -> None:
    """A page whose false alarm was rejected goes on to the next attack: that one counts."""
    ruling, edited = decided(DecisionKind.REJECT, "page"), report("page", known=NOON + days(9), since=NOON + days(9))
    for page, refuted in ((report("page"), True), (edited, False)):
        (event,) = Casebook(KNOWN).with_matches([page]).decided([ruling]).events()
        assert event.refuted is refuted


def test_of_a_state_a_ruling_is_not_carried_on_by_a_report_of_several_places() -> None:
    """What was said of Kolokani must not be said of Kati because one report names both."""
    alone = replace(report("alone"), indicator="fuel_shortage")
    both = replace(report("both"), indicator="fuel_shortage", places=("kolokani", "kati"))
    ruling = replace(decided(DecisionKind.REJECT, "alone", "both"), indicator="fuel_shortage")
    casebook = Casebook(KNOWN).with_matches([alone, both]).decided([ruling])
    assert {e.place: e.refuted for e in casebook.events()} == {"kolokani": True, "kati": False}
    casebook = casebook.with_matches([], rejudged=["alone"])
    assert {e.place: e.refuted for e in casebook.events()} == {"kolokani": False, "kati": False}


def test_what_is_pruned_is_gone_with_its_denials_and_the_rest_stands() -> None:
    """A year's memory: the day that is the first to be kept is kept whole."""
    old, kept, late = report("old"), report("kept", 2), report("late", 5)
    denial = report("denial", 0.5, publisher=DAILY, stance=Stance.DENIES)
    casebook = Casebook(KNOWN).with_matches([old, kept, late, denial])
    now: datetime = NOON + days(2 + 400)
    after = casebook.pruned(now=now)
    assert told(after.events()) == [["kept"], ["late"]]
    assert sorted(r.item.id for r in after.reports()) == ["kept", "late"]
