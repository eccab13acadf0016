"""What the polls of a source say about it: one condition with its reason, confirmed or not (T15 to T24)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.builders import an_item
from watcher.health.conditions import GAP_TOLD, Condition, health_of
from watcher.health.observed import Observed, garbled_share, observed
from watcher.health.source_state import SourceState
from watcher.health.vitals import Oddity, Vitals, after_poll, after_unmodified, trusted
from watcher.settings import WrittenSource
from watcher.sources import Fault
from watcher.sources.options import Shows

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
RFI = WrittenSource(id="rfi", url="https://rfi.example/rss", every=QUARTER)


def seen(at: datetime, **changes: Any) -> Observed:
    """Return a usual poll: twenty reports, two of them new."""
    usual: dict[str, Any] = {"at": at, "shown": 20, "known": 18, "new": 2, "newest": at - HOUR, "title": "RFI Afrique"}
    return Observed(**(usual | {"language": "fr"} | changes))


def lived(*polls: Observed, shows: Shows = Shows.LATEST, first: bool = True) -> Vitals:
    """Return the vitals after a first poll and *polls*."""
    vitals, before = Vitals(), START - QUARTER
    opening = (seen(before, known=0, new=20, dates=(before - 5 * HOUR, before - HOUR)),) if first else ()
    for poll in (*opening, *polls):
        vitals = after_poll(vitals, poll, since=before, shows=shows, quiet_after=6 * HOUR)
        before = poll.at
    return vitals


def row(vitals: Vitals, at: datetime, **changes: Any) -> SourceState:
    """Return the row of a source whose last poll, at *at*, was good."""
    values: dict[str, Any] = {"id": "rfi", "url": RFI.url, "last_poll_at": at, "last_ok_at": at, "vitals": vitals}
    return SourceState(**(values | changes))


def condition(vitals: Vitals, at: datetime, **changes: Any) -> Condition:
    """Return the condition right after a poll at *at*."""
    return health_of(RFI, row(vitals, at, **changes), now=at).condition


def failed(fault: Fault, detail: str, *, ago: timedelta) -> SourceState:
    """Return the row of a source that fails since *ago*."""
    vitals = lived(seen(START))
    faults = {"last_fault": fault, "last_detail": detail, "failures": 3, "last_poll_at": START + ago}
    return row(vitals, START, **faults)


def test_a_source_that_answers_with_news_is_well() -> None:
    """It sees, nobody needs to look; one that was never polled does not see."""
    health = health_of(RFI, row(lived(seen(START)), START), now=START)
    assert (health.condition, health.sees, health.troubled) == (Condition.OK, True, False)
    new = health_of(RFI, None, now=START)
    assert (new.condition, new.sees, new.troubled) == (Condition.NEW, False, False)


@pytest.mark.parametrize(
    ("fault", "detail", "expected"),
    [
        (Fault.HTTP_STATUS, "answered 503", Condition.FAILING),
        (Fault.HTTP_STATUS, "answered 404", Condition.FAILING),
        (Fault.TIMEOUT, "after 20 s", Condition.FAILING),
        (Fault.TRUNCATED, "broke off", Condition.FAILING),
        (Fault.UNREACHABLE, "certificate expired", Condition.FAILING),
        (Fault.HTTP_STATUS, "answered 401", Condition.REFUSED),
        (Fault.HTTP_STATUS, "answered 403", Condition.REFUSED),
        (Fault.HTTP_STATUS, "answered 451", Condition.REFUSED),
        (Fault.NO_ACCESS, "account tier", Condition.REFUSED),
        (Fault.NOT_A_FEED, "looks like an HTML page", Condition.NOT_A_FEED),
        (Fault.EMPTY, "the answer has no content", Condition.NOT_A_FEED),
        (Fault.COLUMNS, "no column day", Condition.NOT_A_FEED),
    ],
)
def test_t15_t16_t18_t20_a_failure_has_its_word_and_is_believed_after_two_intervals(
    fault: Fault, detail: str, expected: Condition
) -> None:
    """Cut bodies, bad certificates, statuses and captive portals: named at once, told when two intervals are gone."""
    early = health_of(RFI, failed(fault, detail, ago=QUARTER), now=START + 2 * QUARTER)
    late = health_of(RFI, failed(fault, detail, ago=2 * QUARTER), now=START + 2 * QUARTER + timedelta(seconds=1))
    assert (early.condition, early.sees, early.confirmed) == (expected, True, False)
    assert (late.condition, late.sees, late.confirmed) == (expected, False, True)
    assert detail in late.reason["en"]
    assert late.since == START


def test_t17_the_silence_clock_runs_while_a_site_asks_us_to_wait() -> None:
    """Six hours of Retry-After are six hours in which it does not see."""
    state = replace(failed(Fault.HTTP_STATUS, "answered 429", ago=QUARTER), next_due_at=START + 6 * HOUR)
    assert not health_of(RFI, state, now=START + HOUR).sees


def test_t19_nothing_new_is_unchanged_and_in_the_end_stale() -> None:
    """304 for days is no good sign: the silence counts as any other."""
    vitals = lived(seen(START))
    at = START
    for _ in range(4 * 24 * 8):
        at += QUARTER
        vitals = after_unmodified(vitals, at=at, since=at - QUARTER)
    assert condition(replace(vitals, late_at=None), at) is Condition.UNCHANGED
    health = health_of(RFI, row(vitals, at), now=at)
    assert (health.condition, health.sees, health.confirmed) == (Condition.STALE, False, True)
    assert "nothing new since 2026-03-02 08:00 UTC" in health.reason["en"]


def test_silence_that_began_under_a_clock_that_was_ahead_is_stale_by_the_real_one() -> None:
    """News of that clock would let its silence pass for usual until that time has come."""
    silent = [seen(START + n * DAY, known=20, new=0) for n in range(1, 10)]
    news = seen(START + 40 * DAY)
    assert condition(lived(news, *silent), START + 9 * DAY) is Condition.STALE
    assert condition(lived(news, *silent[:5]), START + 5 * DAY) is Condition.OK


def test_a_dead_feed_is_stale_at_the_first_look() -> None:
    """Its newest report is two months old: no need to wait for silence."""
    old = START - 60 * DAY
    vitals = lived(seen(START, known=0, new=20, newest=old, dates=(old - DAY, old)), first=False)
    assert condition(vitals, START) is Condition.STALE


def test_a_feed_that_was_empty_from_the_first_look_does_not_see_for_ever() -> None:
    """A wrong address may well answer with a feed without entries: after a week it counts as blind, until it speaks."""
    polls = [seen(START + n * DAY, shown=0, known=0, new=0, newest=None) for n in range(9)]
    early, late = lived(*polls[:7], first=False), lived(*polls, first=False)
    assert condition(early, START + 6 * DAY) is Condition.OK
    health = health_of(RFI, row(late, START + 8 * DAY), now=START + 8 * DAY)
    assert (health.condition, health.sees, health.confirmed) == (Condition.STALE, False, True)
    assert "nothing at all" in health.reason["en"]
    spoken = lived(*polls, seen(START + 9 * DAY, known=0, new=20), first=False)
    assert health_of(RFI, row(spoken, START + 9 * DAY), now=START + 9 * DAY).sees
    assert condition(lived(*polls, shows=Shows.CURRENT, first=False), START + 8 * DAY) is Condition.OK


def test_t21_no_reports_where_there_used_to_be_some() -> None:
    """Empty once is noted, empty twice is told and blinds; reports end it."""
    empty = {"shown": 0, "known": 0, "new": 0, "newest": None}
    once = lived(seen(START), seen(START + QUARTER, **empty))
    twice = lived(seen(START), seen(START + QUARTER, **empty), seen(START + 2 * QUARTER, **empty))
    first = health_of(RFI, row(once, START + QUARTER), now=START + QUARTER)
    second = health_of(RFI, row(twice, START + 2 * QUARTER), now=START + 2 * QUARTER)
    assert (first.condition, first.sees, first.confirmed) == (Condition.EMPTY, True, False)
    assert (second.condition, second.sees, second.confirmed) == (Condition.EMPTY, False, True)
    assert "about 20" in second.reason["en"]
    again = after_poll(twice, seen(START + HOUR), since=None, shows=Shows.LATEST, quiet_after=6 * HOUR)
    assert condition(again, START + HOUR) is Condition.OK


def test_t21_a_list_of_what_holds_may_be_empty() -> None:
    """No storm, no alert: such a source shows nothing and is well."""
    empty = seen(START, shown=0, known=0, new=0, newest=None)
    assert condition(lived(empty, empty, shows=Shows.CURRENT), START) is Condition.OK


CASINO = {"known": 0, "new": 20, "title": "Best Online Slots 2026"}


def test_t21_a_lapsed_address_is_suspect_however_long_it_goes_on() -> None:
    """Another title and nothing we know: its own later reports do not make it the house we trusted."""
    polls = [seen(START + n * QUARTER, **(CASINO if n == 1 else CASINO | {"known": 20, "new": 0})) for n in range(1, 9)]
    vitals = lived(seen(START), *polls)
    health = health_of(RFI, row(vitals, START + 2 * HOUR), now=START + 2 * HOUR)
    assert (health.condition, health.sees, health.confirmed) == (Condition.SUSPECT, False, True)
    assert "“Best Online Slots 2026” was “RFI Afrique”" in health.reason["en"]
    assert vitals.heard_at == START  # what it says is not heard from RFI
    assert condition(trusted(vitals), START + 2 * HOUR) is Condition.OK  # a person has looked


@pytest.mark.parametrize(
    "renamed",
    [
        {"title": "Radio Sahel Info", "known": 18},
        {"title": "RFI - Afrique (3 mars 2026)", "known": 0, "new": 20},
        {"title": "", "known": 0, "new": 20},
    ],
    ids=["beside reports we know", "the same words", "no title"],
)
def test_a_new_name_of_the_same_house_is_no_alarm(renamed: dict[str, Any]) -> None:
    """Beside reports that we know, or in nearly the same words, a title may change."""
    later = seen(START + QUARTER, **renamed)
    assert lived(seen(START), later).odd is Oddity.NONE


def test_t21_another_language_is_suspect() -> None:
    """French for years, and now English reports none of which we know."""
    vitals = lived(seen(START), seen(START + QUARTER, language="en", known=0, new=20))
    assert (vitals.odd, vitals.odd_detail) == (Oddity.LANGUAGE, "en was fr")


def test_a_list_that_collapsed_is_suspect_until_it_is_the_usual_length() -> None:
    """Three of twenty is odd at first; what stays so is usual in the end."""
    short = [seen(START + n * QUARTER, shown=3, known=3, new=0) for n in range(1, 30)]
    assert condition(lived(seen(START), *short[:2]), START + 2 * QUARTER) is Condition.SUSPECT
    assert condition(lived(seen(START), *short), START + 29 * QUARTER) is Condition.OK


def test_lost_characters_are_suspect() -> None:
    """Half a percent of the text is enough; a clean text has none."""
    assert lived(seen(START, garbled=0.03)).odd is Oddity.GARBLED
    french = "Le convoi a été attaqué près de Kayes, a déclaré le préfet à la télévision. " * 5
    assert garbled_share(french) == 0
    assert garbled_share(french.encode().decode("latin-1")) > 0.005
    assert garbled_share(french.encode("latin-1").decode("utf-8", "replace")) > 0.005


def test_t24_polls_that_no_longer_overlap_are_a_gap_for_a_day() -> None:
    """A full list and nothing known: some may have been missed; it sees all the same."""
    vitals = lived(seen(START), seen(START + QUARTER, known=0, new=20))
    at = START + QUARTER
    health = health_of(RFI, row(vitals, at), now=at)
    assert (health.condition, health.sees, health.confirmed) == (Condition.GAP, True, True)
    later = at + GAP_TOLD + QUARTER
    fresh = replace(vitals, late_at=None)
    assert condition(fresh, later) is Condition.OK


@pytest.mark.parametrize("shows", [Shows.CURRENT, Shows.ONCE])
def test_t24_only_a_list_of_the_latest_can_have_a_gap(shows: Shows) -> None:
    """GDELT's files and a folder's are each read once: nothing in them is ever known."""
    assert lived(seen(START, known=0, new=20), shows=shows).gap_at is None


def test_the_first_look_is_no_gap_and_no_oddity() -> None:
    """Nothing is known before the first poll, and nothing is usual yet."""
    vitals = lived()
    assert (vitals.gap_at, vitals.odd, vitals.heard_at) == (None, Oddity.NONE, START - QUARTER - HOUR)


# What a poll showed.


def test_a_polls_facts_are_taken_from_its_items() -> None:
    """How many, how many known, the newest date that is not ahead of us."""
    items = [
        an_item("one", published=START - DAY),
        an_item("two", published=START - HOUR),
        an_item("three", published=START + DAY),
    ]
    facts = observed(items, at=START, known=1, shown=30, title="Wire")
    assert (facts.shown, facts.known, facts.new, facts.newest) == (30, 28, 2, START - HOUR)
    assert facts.dates == (START - DAY, START - HOUR)


def test_the_texts_tell_their_language_not_the_header() -> None:
    """Many sites in French declare en-US because their software does."""
    told = (
        "Le maire a dit que la route est coupée par les eaux, mais des secours sont arrivés avec elle dans cette nuit."
    )
    french = [an_item(str(n), summary=told) for n in range(9)]
    assert observed(french, at=START, known=0, language="en").language == "fr"
    told = "The road was cut by the army and they left with what their people have, who said that this will not end. "
    english = [an_item("1", summary=told * 3)]
    assert observed(english, at=START, known=0, language="fr").language == "en"
    assert observed([an_item("1", summary="12 34 " * 100)], at=START, known=0, language="fr").language == "fr"
