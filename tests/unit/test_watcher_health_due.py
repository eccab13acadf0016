"""Which system warnings are due: once each, together in a storm, one for blindness, and no floods."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.system import Standing
from tests.daemons import small_settings
from watcher.health.blindness import blind_since
from watcher.health.due import RESTLESS, Due, ToldTrouble, Verdict, due
from watcher.health.source_state import SourceState
from watcher.health.troubles import Trouble, TroubleKind, source_troubles
from watcher.health.wording import MOST_LISTED, cleared, raised
from watcher.settings import WrittenSource

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def a_trouble(name: str, kind: TroubleKind = TroubleKind.SOURCE) -> Trouble:
    """Return a trouble of the source *name*, or of that *kind*."""
    about = f"{kind} {name}".strip()
    return Trouble(about=about, kind=kind, since=NOON, reason={"en": f"{name} is ill", "fr": f"{name} malade"}, of=name)


BLIND = replace(a_trouble("", TroubleKind.BLIND), about="blind")


@dataclass
class Memory:
    """What the store would remember, and everything that was said."""

    past: list[ToldTrouble] = field(default_factory=list)
    said: list[tuple[datetime, str, tuple[str, ...]]] = field(default_factory=list)

    def look(self, troubles: Iterable[Trouble], *, now: datetime) -> Due:
        """Decide at *now*, and remember it as the store does."""
        recent = [one for one in self.past if one.over_at is None or one.over_at >= now - RESTLESS]
        found = due(troubles, recent, now=now)
        self._change(found.calm, calm_since=now)
        self._change(found.stirring, calm_since=None)
        for group in found.tell:
            self.said.append((now, "raised", tuple(one.about for one in group)))
            self.past += [self._told(one, f"a{len(self.said)}", now) for one in group]
        for over in found.over:
            self.said.append((now, "over", tuple(one.about for one in over)))
            self._change(over, over_at=now)
        return found

    def _told(self, one: Trouble, alert: str, now: datetime) -> ToldTrouble:
        self._number = getattr(self, "_number", 0) + 1
        return ToldTrouble(
            number=self._number,
            about=one.about,
            kind=one.kind,
            since=one.since,
            told_at=now,
            alert=alert,
            reason=one.reason,
            calm=one.calm,
        )

    def _change(self, those: Iterable[ToldTrouble], **changes: datetime | None) -> None:
        numbers = {one.number for one in those}
        self.past = [replace(one, **changes) if one.number in numbers else one for one in self.past]  # type: ignore[arg-type] # every field of these is a time


def test_a_trouble_is_told_once_and_its_end_once() -> None:
    """However often it is looked at; the end only after it was gone for half an hour."""
    memory = Memory()
    for minute in range(120):
        memory.look([a_trouble("rfi")] if minute < 60 else [], now=NOON + minute * MINUTE)
    assert [(kind, about) for _, kind, about in memory.said] == [
        ("raised", ("source rfi",)),
        ("over", ("source rfi",)),
    ]
    assert memory.said[1][0] == NOON + 90 * MINUTE


def test_a_source_that_comes_and_goes_floods_nobody() -> None:
    """Ill for 40 minutes, well for 40, for a week: the pause before "over" doubles, so it is told a few times."""
    memory = Memory()
    for minute in range(0, 7 * 24 * 60, 5):
        ill = minute // 40 % 2 == 0
        memory.look([a_trouble("rfi")] if ill else [], now=NOON + minute * MINUTE)
    assert len(memory.said) <= 5
    found = due([], [one for one in memory.past if one.over_at is None], now=NOON + 8 * DAY)
    assert set(found.verdicts.values()) <= {Verdict.CALMING, Verdict.OVER}


def test_a_storm_is_one_message_with_a_count_and_a_list() -> None:
    """Forty sources at once are one message; those that follow within the hour are the next, an hour later."""
    memory = Memory()
    first = [a_trouble(f"s{n}") for n in range(40)]
    later = [*first, *(a_trouble(f"t{n}") for n in range(5))]
    memory.look(first, now=NOON)
    held = memory.look(later, now=NOON + 5 * MINUTE)
    assert {held.verdicts[f"source t{n}"] for n in range(5)} == {Verdict.HELD}
    memory.look(later, now=NOON + 61 * MINUTE)
    assert [len(about) for _, _, about in memory.said] == [40, 5]
    warning = raised(first, at=NOON)
    assert (warning.headline["en"], warning.headline["fr"]) == (
        "40 sources are in trouble at once",
        "40 sources en difficulté à la fois",
    )
    assert len(warning.details) == MOST_LISTED + 1


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_no_hour_has_more_than_four_warnings_of_sources(seed: int) -> None:
    """Three one by one and one together; nothing is left untold for long."""
    rng, memory = random.Random(seed), Memory()
    ill: dict[str, datetime] = {}
    for minute in range(0, 3 * 24 * 60, 5):
        now = NOON + minute * MINUTE
        for n in range(60):
            name = f"s{n}"
            if rng.random() < 0.004:
                ill.setdefault(name, now)
            elif name in ill and rng.random() < 0.01:
                del ill[name]
        memory.look([a_trouble(name) for name in sorted(ill)], now=now)
        open_ = {one.about for one in memory.past if one.over_at is None}
        untold = [since for name, since in ill.items() if f"source {name}" not in open_]
        assert all(now - since <= HOUR + 5 * MINUTE for since in untold)
    raised_at = [at for at, kind, _ in memory.said if kind == "raised"]
    assert raised_at
    for at in raised_at:
        assert sum(at <= other < at + HOUR for other in raised_at) <= 4


def test_t22_blindness_is_said_once_and_for_all() -> None:
    """Three hundred sources fail: one warning, one end, and none of the three hundred in between or right after."""
    memory = Memory()
    ill = [replace(a_trouble(f"s{n}"), settling=2 * HOUR) for n in range(300)]
    for minute in range(0, 72 * 60, 10):
        memory.look([BLIND, *ill], now=NOON + minute * MINUTE)
    for minute in range(72 * 60, 80 * 60, 10):
        left = ill if minute < 73 * 60 else ill[:1]  # polls come back within their pause; one stays ill
        memory.look(left, now=NOON + minute * MINUTE)
    assert [(kind, about) for _, kind, about in memory.said] == [
        ("raised", ("blind",)),
        ("over", ("blind",)),
        ("raised", ("source s0",)),
    ]


def test_what_one_message_told_is_over_together() -> None:
    """The first that recover wait for the others, a day at most."""
    memory = Memory()
    storm = [a_trouble(f"s{n}") for n in range(10)]
    memory.look(storm, now=NOON)
    for minute in range(0, 27 * 60, 10):
        memory.look(storm[:1], now=NOON + minute * MINUTE)
    assert [(kind, len(about)) for _, kind, about in memory.said] == [("raised", 10), ("over", 9)]
    assert NOON + DAY <= memory.said[1][0] <= NOON + DAY + 10 * MINUTE


def test_other_troubles_are_told_through_a_storm_and_through_blindness() -> None:
    """A stage that stands still is never held back."""
    memory = Memory()
    stage = a_trouble("judge", TroubleKind.STAGE)
    found = memory.look([BLIND, stage, *(a_trouble(f"s{n}") for n in range(40))], now=NOON)
    assert found.verdicts["stage judge"] is Verdict.TELL
    assert found.verdicts["source s1"] is Verdict.BLIND
    assert {about for _, _, abouts in memory.said for about in abouts} == {"blind", "stage judge"}


def test_the_words_are_there_in_both_languages_and_the_end_says_it_is_over() -> None:
    """Headline, meaning and next step; urgency falls to nothing at the end."""
    for kind in TroubleKind:
        warning = raised([a_trouble("x", kind)], at=NOON)
        assert {"en", "fr"} <= warning.headline.keys() & warning.meaning.keys() & warning.next_step.keys()
        assert warning.level > 0
    told = Memory()._told(a_trouble("rfi"), "a1", NOON)
    end = cleared([told], at=NOON + HOUR, salt="here")
    assert (end.standing, end.about, end.level) == (Standing.CLEARED, "source rfi", 0)
    assert raised([a_trouble("rfi")], at=NOON, salt="one").id != raised([a_trouble("rfi")], at=NOON, salt="two").id


def _doubted(name: str) -> Trouble:
    return replace(a_trouble(name), doubted=True)


def test_a_source_in_doubt_is_told_with_the_command_that_ends_it() -> None:
    """T21: its real id stands in the command, in both languages, alone and among others."""
    alone = raised([_doubted("rfi")], at=NOON).next_step
    for words in alone.values():
        assert "`watcher sources trust rfi --by NAME --why TEXT`" in words
        assert "`watcher sources test rfi`" in words
        assert " ID" not in words
    several = raised([a_trouble("ap"), _doubted("rfi"), _doubted("bbc")], at=NOON).next_step
    for words in several.values():
        assert "`watcher sources trust rfi --by NAME --why TEXT`" in words
        assert "bbc" in words
        assert "ap" not in words.split("trust", 1)[1]
    fails = raised([a_trouble("rfi")], at=NOON).next_step
    assert all("trust" not in words for words in fails.values()), "no word of ours makes a dead source answer"


def test_what_is_to_be_done_names_what_it_is_done_for() -> None:
    """The source, though the trouble is that of a gap in it; an assessment that was taken out; of several none."""
    gap = replace(a_trouble("rfi"), about="source rfi gap")
    assert "`watcher sources test rfi`" in raised([gap], at=NOON).next_step["en"]
    assert "`watcher sources test ID`" in raised([gap, a_trouble("bbc")], at=NOON).next_step["en"]
    left = a_trouble("mali", TroubleKind.LEFT_OUT)
    assert "`watcher assessments end mali --why" in raised([left], at=NOON).next_step["en"]


# Blindness.

SOURCES = tuple(
    WrittenSource(id=f"s{n}", url=f"https://s{n}.example/", every=timedelta(minutes=5 if n < 30 else 30))
    for n in range(300)
)


def _states(*, good: datetime, polled: datetime | None = None, only: int = 300) -> dict[str, SourceState]:
    """Return rows of sources that were well at *good*; the first *only* of them failed twice up to *polled*."""
    return {
        s.id: SourceState(id=s.id, last_ok_at=good, last_poll_at=polled or good, failures=2 if polled else 0)
        if n < only
        else SourceState(id=s.id, last_ok_at=good, last_poll_at=good)
        for n, s in enumerate(SOURCES)
    }


def test_t22_blindness_is_noticed_before_the_slow_ones_are_even_asked() -> None:
    """After two intervals of the quickest, when every poll since has failed; so no single source is told first."""
    states = _states(good=NOON, polled=NOON + 10 * MINUTE, only=30)
    assert blind_since(SOURCES, states, now=NOON + 9 * MINUTE, already=False) is None
    assert blind_since(SOURCES, states, now=NOON + 11 * MINUTE, already=False) == NOON


def test_t22_one_that_answers_is_enough_to_see_unless_nine_of_ten_do_not() -> None:
    """A dropped folder that still answers does not hide that the network is gone."""
    states = _states(good=NOON, polled=NOON + 2 * HOUR)
    states["s299"] = SourceState(id="s299", last_ok_at=NOON + 2 * HOUR, last_poll_at=NOON + 2 * HOUR)
    assert blind_since(SOURCES, states, now=NOON + 2 * HOUR, already=False) is not None
    half = {**states, **dict(list(_states(good=NOON + 2 * HOUR).items())[:150])}
    assert blind_since(SOURCES, half, now=NOON + 2 * HOUR, already=False) is None


def test_blindness_ends_when_half_of_them_see() -> None:
    """Not at the first that answers, and not only at the last."""
    states = _states(good=NOON, polled=NOON + 2 * HOUR)
    back = _states(good=NOON + 2 * HOUR)
    for count, blind in ((1, True), (140, True), (150, False)):
        some = {**states, **dict(list(back.items())[:count])}
        found = blind_since(SOURCES, some, now=NOON + 2 * HOUR, already=True)
        assert (found is not None) is blind


def test_a_daemon_that_was_away_is_not_blind_before_it_has_looked() -> None:
    """After a weekend off nothing was polled, so nothing has failed."""
    states = _states(good=NOON)
    assert blind_since(SOURCES, states, now=NOON + 3 * DAY, already=False) is None
    assert blind_since(SOURCES, {}, now=NOON, already=False) is None


def test_a_source_nobody_polls_is_no_trouble_of_its_own() -> None:
    """It is the stage that stands still; a source that fails is told after two intervals."""
    wanted = small_settings(SOURCES[0])
    row = SourceState(id="s0", last_ok_at=NOON, last_poll_at=NOON)
    assert source_troubles(wanted, {"s0": row}, now=NOON + DAY) == ()
    failing = replace(row, failures=2, last_fault="timeout", last_poll_at=NOON + 10 * MINUTE)
    assert source_troubles(wanted, {"s0": failing}, now=NOON + 10 * MINUTE) == ()
    (trouble,) = source_troubles(wanted, {"s0": failing}, now=NOON + 11 * MINUTE)
    assert trouble.about == "source s0"
    assert trouble.reason == {"en": "s0: failing, timeout", "fr": "s0: en échec, timeout"}
