"""Holding: why a message waits, and what is never held."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerts.bundling import Held, bundle
from alerts.digest import Digest
from alerts.holding import STORM_PAUSE, Hold, HoldReason, Pace, ToldLately, hold_for, reason_of, rises, stands_down
from alerts.messages import render, subject_lines
from alerts.routes import Recipient
from alerts.said import AnyAlert
from alerts.silences import Silence
from alerts.system import Standing
from indicators.bands import WarningLevel
from tests.builders import a_system_warning, an_alert

NOW = datetime(2026, 1, 5, 23, 30, tzinfo=UTC)  # a Monday night
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
RISE = {"level_before": 0, "level_after": 2}
FALL = {"level_before": 2, "level_after": 0}
SAME = {"level_before": 2, "level_after": 2}


def recipient(**more: Any) -> Recipient:
    return Recipient.model_validate({"id": "awa", "channels": {"console": ""}} | more)


def silence(**more: Any) -> Silence:
    values: dict[str, Any] = {"who": "Ben", "why": "known convoy", "start": NOW - HOUR, "end": NOW + HOUR, "number": 3}
    return Silence(**values | more)


def held(change: dict[str, int], **more: Any) -> HoldReason | None:
    hold = hold_for(an_alert(**change), more.pop("to", recipient()), now=NOW, **more)
    return hold.reason if hold is not None else None


def test_without_a_reason_it_goes_out_now() -> None:
    """Waiting is the exception."""
    assert held(RISE) is held(SAME) is held(FALL) is None


@pytest.mark.parametrize(("change", "reason"), [(RISE, None), (SAME, HoldReason.GROUP), (FALL, HoldReason.GROUP)])
def test_a_rise_breaks_out_of_a_group(change: dict[str, int], reason: HoldReason | None) -> None:
    """D19: what became graver is not gathered."""
    assert held(change, pace=Pace(group=5 * MINUTE)) is reason


@pytest.mark.parametrize(("change", "reason"), [(RISE, None), (SAME, HoldReason.COOL_DOWN)])
def test_a_rise_inside_the_cool_down_goes_out(change: dict[str, int], reason: HoldReason | None) -> None:
    """D17: falls and returns cool down, a rise never does."""
    told = ToldLately(by_subject={("small", "coup"): NOW - MINUTE})
    assert held(change, pace=Pace(cool_down=HOUR), told=told) is reason


def test_one_subjects_cool_down_is_not_anothers() -> None:
    """A low alert's pause never holds up another scenario."""
    for other in (("small", "war"), ("niger", "coup")):
        assert held(SAME, pace=Pace(cool_down=HOUR), told=ToldLately(by_subject={other: NOW - MINUTE})) is None


def test_what_joins_a_group_does_not_put_it_off() -> None:
    """Every new alert would otherwise move the time on, for ever."""
    told = ToldLately(gathered_until={"group": NOW + MINUTE})
    hold = hold_for(an_alert(**SAME), recipient(), pace=Pace(group=HOUR), told=told, now=NOW)
    assert hold == Hold(reason=HoldReason.GROUP, until=NOW + MINUTE, name="group")


def test_nothing_joins_what_a_clock_that_was_ahead_gathered() -> None:
    """It would wait with it until that time has come, in forty days."""
    told = ToldLately(gathered_until={"group": NOW + timedelta(days=40)})
    hold = hold_for(an_alert(**SAME), recipient(), pace=Pace(group=HOUR), told=told, now=NOW)
    assert hold == Hold(reason=HoldReason.GROUP, until=NOW + HOUR, name="group")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        pytest.param({}, HoldReason.SILENCE, id="everything"),
        pytest.param({"subject": "coup"}, HoldReason.SILENCE, id="this scenario"),
        pytest.param({"subject": "war"}, None, id="another scenario"),
        pytest.param({"recipient": "ben"}, None, id="another person"),
        pytest.param({"kind": "system"}, None, id="another kind"),
        pytest.param({"up_to": WarningLevel.WATCH}, None, id="a level above what it hides"),
        pytest.param({"start": NOW + MINUTE}, None, id="not begun"),
        pytest.param({"end": NOW}, None, id="over"),
    ],
)
def test_a_silence_hides_what_it_names_and_no_more(more: dict[str, Any], reason: HoldReason | None) -> None:
    """D16: its level, its time, its patterns; held until its end."""
    assert held(RISE, silences=[silence(**more)]) is reason


def test_the_end_of_a_warning_goes_through_a_silence() -> None:
    """Nobody is left with a warning that is over."""
    assert held(FALL, silences=[silence()]) is None


@pytest.mark.parametrize(
    "missing",
    [
        {"why": " "},
        {"who": ""},
        {"end": NOW - 2 * HOUR},
        {"end": datetime(2027, 1, 1)},  # noqa: DTZ001 - the fault
    ],
)
def test_a_silence_without_a_reason_a_name_or_an_end_is_refused(missing: dict[str, Any]) -> None:
    """D16."""
    with pytest.raises(ValueError, match="needs"):
        silence(**missing)


NIGHT = {"quiet": {"from": "22:00", "to": "06:00"}}


def test_the_night_holds_until_the_morning_and_lets_the_gravest_pass() -> None:
    """Held, with an end; critical wakes."""
    hold = hold_for(an_alert(**RISE), recipient(**NIGHT), now=NOW)
    assert hold == Hold(reason=HoldReason.QUIET_HOURS, until=datetime(2026, 1, 6, 6, tzinfo=UTC), name="quiet hours")
    assert held({"level_before": 0, "level_after": 4}, to=recipient(**NIGHT)) is None


def test_a_digest_holds_what_is_below_its_level() -> None:
    """What the recipient called pressing is not gathered."""
    weekly = recipient(digest={"every": "week", "on": "monday", "below": "warning"})
    assert held(RISE, to=weekly) is HoldReason.DIGEST
    assert held({"level_before": 0, "level_after": 3}, to=weekly) is None


def test_a_storm_is_gathered_for_a_minute_at_most() -> None:
    """I20: from the twentieth message in ten minutes on; the gravest still goes singly."""
    told = ToldLately(times=tuple(NOW - i * 10 * timedelta(seconds=1) for i in range(20)))
    hold = hold_for(an_alert(**RISE), recipient(), told=told, now=NOW)
    assert hold == Hold(reason=HoldReason.STORM, until=NOW + STORM_PAUSE, name="storm")
    assert held({"level_before": 0, "level_after": 4}, told=told) is None
    assert held(RISE, told=ToldLately(times=told.times[1:])) is None


def test_troubles_of_watcher_rise_and_end_like_warnings() -> None:
    """A silent source is not cooled down, and its return goes to those who heard."""
    assert rises(a_system_warning())
    assert stands_down(a_system_warning(standing=Standing.CLEARED))
    assert not rises(a_system_warning(standing=Standing.REMINDED))


def _held(alert: AnyAlert, name: str = "quiet hours") -> Held:
    return Held(alert=alert, name=name, line=subject_lines(alert))


def test_a_digest_tells_each_subject_once_the_gravest_first() -> None:
    """One line a subject, its newest; the count is not lost."""
    low = an_alert(id="a", scenario="war", level_before=0, level_after=1)
    first = an_alert(id="b", level_before=0, level_after=3, at=NOW - HOUR)
    over = an_alert(id="c", level_before=3, level_after=0, at=NOW)
    digest = bundle([_held(low), _held(over), _held(first, "silence 3")], recipient="awa", now=NOW)
    assert [(e.about, e.alert, e.count) for e in digest.entries] == [("coup", "c", 2), ("war", "a", 1)]
    assert digest.urgency is WarningLevel.WARNING
    assert digest.reasons == {"quiet hours": 2, "silence 3": 1}
    assert digest == bundle([_held(first, "silence 3"), _held(over), _held(low)], recipient="awa", now=NOW)


def test_a_digest_is_marked_as_its_most_guarded_part() -> None:
    """Gathering must not declassify."""
    markings = [an_alert(id=m, scenario=m, marking=m) for m in ("TLP:GREEN", "TLP:RED", "TLP:AMBER")]
    assert bundle(map(_held, markings), recipient="awa", now=NOW).marking == "TLP:RED"


@pytest.mark.parametrize(("lang", "words"), [("en", "2 held alerts"), ("fr", "2 alertes retenues")])
def test_a_digest_in_words(lang: str, words: str) -> None:
    """Its subject has the count and the gravest line; its text why each was held."""
    digest: Digest = bundle(
        [_held(an_alert(id="a")), _held(an_alert(id="b", scenario="war"))], recipient="awa", now=NOW
    )
    message = render(digest, lang=lang)
    assert not message.fallback
    assert words in message.subject
    assert "12 %" in message.subject
    assert ("heures calmes" if lang == "fr" else "quiet hours") in message.text


def test_nothing_held_is_no_digest() -> None:
    """An empty message would be noise."""
    with pytest.raises(ValueError, match="nothing to tell awa"):
        bundle([], recipient="awa", now=NOW)


def test_a_digest_among_them_is_taken_apart() -> None:
    """A digest never tells of digests: its entries and its counts are taken over."""
    first = bundle([_held(an_alert(id="a")), _held(an_alert(id="b", scenario="war"))], recipient="awa", now=NOW)
    later = an_alert(id="c", level_before=0, level_after=3, at=NOW)
    both = bundle([_held(first, "backlog"), _held(later, "backlog")], recipient="awa", now=NOW + HOUR)
    assert [(e.about, e.alert, e.count) for e in both.entries] == [("coup", "c", 2), ("war", "b", 1)]
    assert (both.count, both.reasons) == (3, {"quiet hours": 2, "backlog": 1})


@pytest.mark.parametrize("reason", list(HoldReason))
def test_the_reason_is_read_off_the_name_of_a_hold(reason: HoldReason) -> None:
    """What joins a hold waits for the same reason, and says so."""
    name = "silence 12" if reason is HoldReason.SILENCE else reason.value
    assert reason_of(name) is reason
