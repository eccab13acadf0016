"""Edited reports: what only a later text says counts from that text on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from indicators.editions import Edition, with_since
from indicators.evaluation import Evaluation, State, evaluate
from indicators.items import Item
from indicators.matcher import Matcher
from indicators.publishers import Publisher, Reliability
from tests.builders import a_small_assessment

DAY = timedelta(days=1)
OLD_DAY = datetime(2026, 1, 2, 8, tzinfo=UTC)
QUIET, LOUD, OTHER = "Market day at Kolokani", "Convoy ambushed near Kolokani", "Rain at Kolokani"
SMALL = a_small_assessment()
MATCHER = Matcher(SMALL)
WIRE = Publisher(family="wire", reliability=Reliability.B)


def report(title: str, **changes: Any) -> Item:
    values: dict[str, Any] = {"id": "live", "source": "wire", "lang": "en", "published": OLD_DAY, "fetched": OLD_DAY}
    return Item(title=title, **(values | changes))


def editions(*titles: str, **changes: Any) -> tuple[Edition, ...]:
    """Texts that stood for a day each, from the old day on."""
    return tuple(
        Edition(item=report(title, **changes), until=OLD_DAY + (n + 1) * DAY) for n, title in enumerate(titles)
    )


def since(item: Item, earlier: tuple[Edition, ...]) -> datetime | None:
    """Return since when *item* says what it says."""
    (match,) = with_since(MATCHER.match_item(item), earlier, MATCHER.match_item)
    return match.since


def judged(item: Item, earlier: tuple[Edition, ...], *, now: datetime) -> Evaluation:
    return evaluate(
        SMALL,
        MATCHER,
        State(),
        [item],
        now=now,
        publishers={"wire": WIRE},
        editions={item.id: earlier} if earlier else {},
    )


@pytest.mark.parametrize(
    ("before", "days"),
    [
        ((), None),
        ((LOUD,), None),
        ((QUIET,), 1),
        ((QUIET, OTHER), 2),
        ((QUIET, LOUD), 1),
        ((QUIET, LOUD, QUIET, OTHER), 1),
        ((LOUD, QUIET), None),
    ],
)
def test_a_match_holds_since_the_first_text_that_said_so(before: tuple[str, ...], days: int | None) -> None:
    """Not since the newest: of text that goes back and forth the first time counts, and none means from the start."""
    assert since(report(LOUD), editions(*before)) == (None if days is None else OLD_DAY + days * DAY)


def test_i05_an_edit_that_newly_matches_warns_and_counts_on_its_day() -> None:
    """I05: a live page edited twenty days later is an event of that day: on the first it would count for nothing."""
    earlier = (Edition(item=report(QUIET), until=OLD_DAY + 20 * DAY),)
    found = judged(report(LOUD), earlier, now=OLD_DAY + 20 * DAY)
    (event,) = found.events
    assert event.day == (OLD_DAY + 20 * DAY).date()
    assert not event.dated
    assert {r.indicator: r.count for r in found.readings}["convoy_attack"] == 1
    lost = judged(report(LOUD), (), now=OLD_DAY + 20 * DAY)
    assert {r.indicator: r.count for r in lost.readings}["convoy_attack"] == 0


def test_an_edit_that_says_nothing_new_stays_on_its_first_day() -> None:
    """A mended comma must not make yesterday's event today's: the report keeps its date."""
    found = judged(report(LOUD), editions(f"{LOUD}."), now=OLD_DAY + 5 * DAY)
    assert [event.day for event in found.events] == [OLD_DAY.date()]


def test_a_record_counts_on_the_day_it_happened_however_late_it_is_corrected() -> None:
    """A source that says when it happened knows better than the time at which it was coded anew."""
    occurred = OLD_DAY - DAY
    assert since(report(LOUD, occurred=occurred), editions(QUIET, occurred=occurred)) is None


def test_a_text_that_was_refused_before_holds_since_it_is_not() -> None:
    """Words that matched far from the region did not count; the edit that names the place makes them count."""
    assert since(report(LOUD), editions("Convoy ambushed near Gao")) == OLD_DAY + DAY


def test_what_an_edit_made_count_is_known_since_the_edit_and_not_since_it_was_refused() -> None:
    """Else it would be no news: neither a second voice behind doubled odds nor among the evidence of an alert."""
    refused, edited = OLD_DAY, OLD_DAY + DAY
    text, earlier = report(LOUD), editions("Convoy ambushed near Gao")
    for first, known in ((refused, edited + DAY), (edited, edited)):
        found = evaluate(
            SMALL,
            MATCHER,
            State(),
            [text],
            now=edited + DAY,
            publishers={"wire": WIRE},
            editions={text.id: earlier},
            first_known={(text.id, "convoy_attack"): first},
        )
        assert [event.known for event in found.events] == [known]


@pytest.mark.parametrize(
    ("before", "after", "days"),
    [
        (LOUD, "Tankers attacked on the road to Bamako", 1),
        (LOUD, "Tankers attacked on the road to Bamako, days after Kolokani", 1),
        (LOUD, "Tankers attacked near Kolokani on the road to Bamako", None),
        ("Tankers attacked near Kolokani on the road to Bamako", "Tankers attacked at Bamako", None),
        ("Mali: tankers attacked", LOUD, 1),
        (LOUD, "Kolokani: tankers attacked", None),
    ],
)
def test_what_a_page_says_of_another_town_than_before_is_said_since_then(
    before: str, after: str, days: int | None
) -> None:
    """A page that goes on to the next attack warns of it: on the day of the first it would count for nothing."""
    assert since(report(after), editions(before)) == (None if days is None else OLD_DAY + days * DAY)
