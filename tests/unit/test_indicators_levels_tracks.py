"""Tracks: all indicators of an assessment, kept worked out from one look to the next."""

from datetime import UTC, datetime

import pytest

from indicators.levels import Clock, Level, ReadingError, Span, Tracks, read_all, read_indicator, tracks_of
from indicators.rules import Count
from tests.builders import DAILY, START, WIRE, a_match, an_event, an_indicator, an_item, days, mali

EVENTS = {
    i.id: [an_event(i.id, mali().start + days(1 + 3.1 * k), place=f"p{k}") for k in range(6)] for i in mali().indicators
}
NOW = mali().start + days(21)


def test_all_indicators_of_an_assessment_are_read_in_its_order() -> None:
    """One reading each, the same as each by itself."""
    found = read_all(mali(), EVENTS, clocks=Clock(mali().start), now=NOW)
    assert [r.indicator for r in found] == [i.id for i in mali().indicators]
    alone = [
        read_indicator(i, EVENTS[i.id], clock=Clock(mali().start), now=NOW) for i in mali().indicators if i.matched
    ]
    assert [r for r in found if mali().indicator(r.indicator).matched] == alone


def test_one_changed_indicator_leaves_the_others_as_they_were() -> None:
    """Only it, and what counts it, is worked out anew: the others are the very same tracks."""
    before = tracks_of(mali(), EVENTS, clocks=Clock(mali().start))
    after = before.with_events("convoy_attack_corridor", [])
    changed = {name for name, track in after.by_name.items() if track is not before.by_name[name]}
    assert changed == {"convoy_attack_corridor", "blockade_duration"}
    assert after.read(now=NOW) == read_all(
        mali(), EVENTS | {"convoy_attack_corridor": []}, clocks=Clock(mali().start), now=NOW
    )


def test_each_indicator_has_its_own_clock_and_its_own_sight() -> None:
    """One that nobody could see for ten days is not observable while the other is quiet."""
    one, other = an_indicator("one", baseline=0.4), an_indicator("other", baseline=0.4)
    gone = Clock(START, (Span(start=START),))
    tracks = tracks_of([one, other], clocks={"one": gone, "other": Clock(START)})
    first, second = tracks.read(now=START + days(21), observable={"one": False, "other": True})
    assert (first.level, first.signal) == (Level.NOT_OBSERVABLE, 0)
    assert second.level is Level.QUIET
    assert second.signal == pytest.approx(-0.2)


def test_an_old_value_still_reads_as_it_did() -> None:
    """New events make new tracks; nobody's old ones change under their hands."""
    before = tracks_of([an_indicator()], clocks=Clock(START))
    now = START + days(3)
    was = before.read(now=now)
    before.with_events("convoy_attack", [an_event("convoy_attack", START + days(1))])
    assert before.read(now=now) == was


def test_the_same_clocks_cost_nothing() -> None:
    """An equal clock is no change."""
    tracks = tracks_of(mali(), EVENTS, clocks=Clock(mali().start))
    assert tracks.with_clocks(Clock(mali().start)) is tracks


def test_a_long_replay_with_pruning_holds_no_more_than_a_short_one() -> None:
    """Two years of an event a day leave what two weeks leave, and read like all of it."""
    own = an_indicator()
    pruned = whole = tracks_of([own], clocks=Clock(START))
    sizes = []
    for day in range(730):
        event = an_event(own.id, START + days(day))
        pruned = pruned.with_events(own.id, [*pruned.events(own.id), event]).pruned(START + days(day))
        sizes.append((len(pruned.events(own.id)), len(pruned.by_name[own.id].course.pieces)))
    whole = whole.with_events(own.id, [an_event(own.id, START + days(day)) for day in range(730)])
    assert sizes[-1] == sizes[30]
    assert sizes[-1][0] <= 10
    for later in (0, 3, 30):
        assert pruned.read(now=START + days(729 + later)) == whole.read(now=START + days(729 + later))


def test_a_combination_forgets_what_no_longer_counts() -> None:
    """A year of events now and then leaves no more of what it combines than one of them."""
    count = Count.model_validate(
        {"of": "combination", "combine": {"among": ["a", "b"], "within_days": 9}, "thresholds": (1, 2, 3)}
        | {"half_life_days": 14}
    )
    both = an_indicator("both").model_copy(update={"count": count})
    pruned = tracks_of([an_indicator("a"), an_indicator("b"), both], clocks=Clock(START))
    sizes = []
    for day in range(0, 360, 12):
        pruned = pruned.with_events("a", [*pruned.events("a"), an_event("a", START + days(day))])
        pruned = pruned.pruned(START + days(day + 8))
        sizes.append(sum(len(stood) for stood in pruned.by_name["both"].kept.values()))
    assert set(sizes) == {1}


def test_what_ended_before_the_first_of_two_prunings_still_counts_for_a_combination() -> None:
    """A stood to day 8 and counts for nine more; pruned twice since, it meets b on day 12."""
    count = Count.model_validate(
        {"of": "combination", "combine": {"among": ["a", "b"], "within_days": 9}, "thresholds": (2, 3, 4)}
        | {"half_life_days": 14}
    )
    both = an_indicator("both").model_copy(update={"count": count})
    tracks = tracks_of([an_indicator("a"), an_indicator("b"), both], clocks=Clock(START))
    tracks = tracks.with_events("a", [an_event("a", START + days(1))])
    tracks = tracks.pruned(START + days(9)).pruned(START + days(11))
    tracks = tracks.with_events("b", [an_event("b", START + days(12))])
    levels = [tracks.read(now=START + days(day))[2].level for day in (11, 12, 16.9, 17)]
    assert levels == [Level.QUIET, Level.LEVEL_1, Level.LEVEL_1, Level.QUIET]


def test_pruned_tracks_do_not_know_what_comes_later_in_the_same_blind_time() -> None:
    """The clock shows the same day to both; the event has not happened yet all the same."""
    own = an_indicator()
    gone = Clock(START, (Span(start=START + days(12), end=START + days(19)),))
    tracks = tracks_of([own], {own.id: [an_event(own.id, START + days(15))]}, clocks=gone).pruned(START + days(11))
    assert [tracks.read(now=START + days(day))[0].count for day in (13, 15, 18)] == [0, 1, 1]


def test_pruned_tracks_are_read_before_their_newest_event_like_whole_ones() -> None:
    """Whatever was asked of them before: what comes after the moment is not known yet."""
    own = an_indicator()
    whole = tracks_of([own], {own.id: [an_event(own.id, START + days(t)) for t in (1, 3, 12, 20)]}, clocks=Clock(START))
    assert whole.read(now=START + days(2))[0].count == 1
    pruned = whole.pruned(START + days(11))
    for day in (11, 11.5, 15, 18, 20):
        assert pruned.read(now=START + days(day)) == whole.read(now=START + days(day))
    assert pruned.read(now=START + days(11.5))[0].held


def test_only_what_runs_on_a_clock_that_changed_is_worked_out_anew() -> None:
    """Also what counts the days of one whose clock changed; and all of it as if it had been so from the start."""
    lasting = mali().indicator("blockade_duration")
    watched = lasting.count.reads[0]
    names = [i.id for i in mali().indicators]
    clock = Clock(mali().start)
    moved = dict.fromkeys(names, clock) | {
        watched: Clock(mali().start, (Span(start=NOW - days(9), end=NOW - days(2)),))
    }
    before = tracks_of(mali(), EVENTS, clocks=dict.fromkeys(names, clock))
    after = before.with_clocks(moved)
    assert {n for n in names if after.by_name[n] is not before.by_name[n]} == {watched, lasting.id}
    assert after.read(now=NOW) == read_all(mali(), EVENTS, clocks=moved, now=NOW)


def test_all_indicators_are_read_as_seen_or_unseen() -> None:
    """What cannot be seen and has no level is not observable, each for itself."""
    sees = {i.id: i.id != "convoy_attack_corridor" for i in mali().indicators}
    readings = read_all(mali(), {}, clocks=Clock(mali().start), observable=sees, now=NOW)
    unseen = {r.indicator for r in readings if r.level is Level.NOT_OBSERVABLE}
    assert unseen == {"convoy_attack_corridor", "blockade_duration"}


def a_pruned_one() -> Tracks:
    return tracks_of([an_indicator()], clocks=Clock(START)).pruned(START + days(10))


def test_what_was_pruned_cannot_be_read() -> None:
    """An earlier moment is refused, not guessed."""
    with pytest.raises(ReadingError, match="pruned"):
        a_pruned_one().read(now=START + days(9))


def test_what_was_pruned_cannot_have_been_blind_after_all() -> None:
    """A clock that differs in what was collapsed is refused; one that differs later is taken."""
    earlier, later = (Clock(START, (Span(start=START + days(t), end=START + days(t + 1)),)) for t in (5, 15))
    with pytest.raises(ReadingError, match="differs before"):
        a_pruned_one().with_clocks(earlier)
    reading = a_pruned_one().with_clocks(later).read(now=START + days(20))[0]
    assert reading.level is Level.QUIET


def test_pruning_twice_is_pruning_to_the_later_day() -> None:
    """And never back to an earlier one."""
    assert a_pruned_one().pruned(START + days(2)).oldest == START + days(10)


def test_an_unknown_indicator_is_a_key_error() -> None:
    """It has no track."""
    with pytest.raises(KeyError):
        a_pruned_one().with_events("nobody", [])


def test_a_clock_says_when_it_shows_a_day() -> None:
    """The first moment at which it does, past what was blind; never, if it stands still for good before."""
    clock = Clock(START, (Span(start=START + days(2), end=START + days(5)), Span(start=START + days(9))))
    shown = [clock.moment(t) for t in (0, 2, 2.5, 6)]
    assert [(m - START) / days(1) for m in shown] == [0, 2, 5.5, 9]
    assert [clock.moment(t) for t in (6.1, 1e12)] == [datetime.max.replace(tzinfo=UTC)] * 2


def test_an_event_is_pruned_only_when_it_has_left_its_window() -> None:
    """The first of two counts until its week is over, half a day after what stood at the pruning began."""
    own = an_indicator()
    whole = tracks_of([own], {own.id: [an_event(own.id, START + days(t)) for t in (0, 6.5)]}, clocks=Clock(START))
    pruned = whole.pruned(START + days(6.8))
    for day in (6.8, 6.9, 7, 7.1, 13.4, 13.6):
        assert pruned.read(now=START + days(day)) == whole.read(now=START + days(day))
    assert [e.when for e in pruned.read(now=START + days(6.9))[0].events] == [START + days(6.5), START]
    assert len(pruned.read(now=START + days(7.1))[0].events) == 1


@pytest.mark.parametrize("kind", ["event", "publishers", "novelty"])
def test_what_needs_no_time_to_build_up_is_read_from_the_first_moment(kind: str) -> None:
    """Nothing on the first day is quiet, not something that is not due yet."""
    values = {"of": kind, "window_days": 7, "thresholds": (1, 3, 6), "half_life_days": 14}
    count = Count.model_validate(values | ({"unseen_days": 30, "by": "place"} if kind == "novelty" else {}))
    tracks = tracks_of([an_indicator().model_copy(update={"count": count})], clocks=Clock(START))
    assert [tracks.read(now=START + days(day))[0].level for day in (0, 0.5, 0.99)] == [Level.QUIET] * 3


@pytest.mark.parametrize(
    ("baseline", "levels"),
    [
        (0.0, [Level.NOT_YET_DUE, Level.QUIET, Level.LEVEL_1, Level.LEVEL_2]),
        (0.2, [Level.NOT_YET_DUE, Level.QUIET, Level.LEVEL_1, Level.LEVEL_2]),
        (0.4, [Level.QUIET, Level.LEVEL_2, Level.LEVEL_2, Level.LEVEL_3]),
    ],
)
def test_a_duration_may_wait_for_a_silence(baseline: float, levels: list[Level]) -> None:
    """Quiet for ten days after day 1, then five more of them; a baseline that was as much already counts from day 0."""
    hush = Count.model_validate(
        {"of": "silence", "thresholds": (10, 20, 40), "half_life_days": 2, "baseline": baseline}
    )
    lasting = Count.model_validate(
        {"of": "duration", "while": {"indicator": "hush", "min_level": 1}, "thresholds": (5, 10, 20)}
        | {"half_life_days": 14}
    )
    both = [
        an_indicator("hush").model_copy(update={"count": hush}),
        an_indicator("lasting").model_copy(update={"count": lasting, "match": ""}),
    ]
    tracks = tracks_of(both, {"hush": [an_event("hush", START + days(1))]}, clocks=Clock(START))
    assert [tracks.read(now=START + days(day))[1].level for day in (4.9, 15.9, 16.1, 21.1)] == levels


@pytest.mark.parametrize(("kind", "counts"), [("event", [1, 1]), ("publishers", [1, 2]), ("novelty", [1, 1])])
def test_one_more_report_that_changes_no_figure_counts_where_families_are_counted(
    kind: str, counts: list[float]
) -> None:
    """Told by a second family, neither surer nor known earlier: read as if both had told it from the start."""
    values = {"of": kind, "window_days": 7, "thresholds": (1, 2, 3), "half_life_days": 14}
    count = Count.model_validate(values | ({"unseen_days": 30, "by": "family"} if kind == "novelty" else {}))
    own = an_indicator("raid").model_copy(update={"count": count})
    first, second = (
        a_match("raid", item=an_item(f"told by {who.family}", published=START + days(1)), publisher=who)
        for who in (WIRE, DAILY)
    )
    events = [an_event("raid", START + days(1), id="one", reports=told) for told in ((first,), (first, second))]
    tracks = tracks_of([own], clocks=Clock(START))
    read = [(tracks := tracks.with_events("raid", [event])).read(now=START + days(2))[0] for event in events]
    assert [reading.count for reading in read] == counts
    assert read[-1] == tracks_of([own], {"raid": events[-1:]}, clocks=Clock(START)).read(now=START + days(2))[0]


def test_nothing_has_lasted_before_what_a_duration_waits_for_has_begun() -> None:
    """Half a day of silence is there at noon of the first day: in the morning no day of it is counted."""
    hush = Count.model_validate({"of": "silence", "thresholds": (0.5, 20, 40), "half_life_days": 2})
    lasting = Count.model_validate(
        {"of": "duration", "while": {"indicator": "hush", "min_level": 1}, "thresholds": (5, 10, 20)}
        | {"half_life_days": 14}
    )
    both = [
        an_indicator("hush").model_copy(update={"count": hush}),
        an_indicator("lasting").model_copy(update={"count": lasting, "match": ""}),
    ]
    tracks = tracks_of(both, clocks=Clock(START))
    assert [tracks.read(now=START + days(day))[1].count for day in (0, 0.25, 0.5, 2.5)] == [0, 0, 0, 2]
