"""How much of what bears on one line can be seen."""

from collections.abc import Iterable

import pytest

from indicators.assessments import Assessment, forecasts
from indicators.outlooks import LineSight, line_sight
from indicators.parsing import parse_assessment
from tests.builders import mali, small
from tests.lived import Version, written

FLOOR = mali().model.warn.coverage_floor
LINES = [f.key for f in forecasts(mali())]
EVERYONE = [i.id for i in mali().indicators]


def sight(
    key: str, whole: float = 1.0, *, down: Iterable[str] = (), share: float = 0.0, of: Assessment | None = None
) -> LineSight:
    """Return what line *key* is seen by, with the coverage of the whole and the *share* of the indicators *down*."""
    return line_sight(of or mali(), key, coverage=whole, seen=dict.fromkeys(down, share))


def a_small(*changes: tuple[str, str]) -> Assessment:
    """Return the small assessment with *changes* to its text."""
    text = small()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    assessment, problems = parse_assessment(text, name="small.yaml")
    assert assessment is not None, problems
    return assessment


def two_voices(strong: str, weak: str) -> Assessment:
    """Return the small assessment with both of its indicators rated for a coup."""
    other = ("effects: {blockade: [VL, U]}", f"effects: {{blockade: [VL, U], coup: [{weak}]}}")
    return a_small(("effects: {coup: [VL, U]}", f"effects: {{coup: [{strong}]}}"), other)


def test_an_indicator_counts_as_much_as_it_could_say() -> None:
    """What has little to say blinds nobody, and what has most of it leaves the line unseen by itself."""
    rated = two_voices("VL, VU", "L, E")
    strong, weak = sight("coup", down=["officer_unrest"], of=rated), sight("coup", down=["convoy_attack"], of=rated)
    assert strong.coverage + weak.coverage == pytest.approx(1)
    assert (strong.enough, weak.enough) == (False, True)
    assert (strong.unseen, weak.unseen) == (("officer_unrest",), ("convoy_attack",))


def test_a_reassurance_counts_as_much_as_a_sign() -> None:
    """Seeing it come would lower the line; that it cannot be seen makes the line no better known."""
    rated = two_voices("VU, VL", "L, E")
    assert not sight("coup", down=["officer_unrest"], of=rated).enough


@pytest.mark.parametrize("key", LINES)
def test_what_does_not_bear_on_a_line_is_not_asked(key: str) -> None:
    """All that it is not seen by may be down."""
    others = set(EVERYONE) - set(sight(key, down=EVERYONE).unseen)
    assert sight(key, down=others) == LineSight(coverage=1.0, floor=FLOOR)


@pytest.mark.parametrize("key", LINES)
def test_at_the_floor_it_is_enough_and_below_it_is_not(key: str) -> None:
    """As a judgement has it, whether the whole stands there or each indicator does; sums are not rounded against it."""
    for found in (sight(key, FLOOR), sight(key, 0.8, down=EVERYONE, share=FLOOR)):
        assert found == LineSight(coverage=FLOOR, floor=FLOOR)
    below = sight(key, 0.8, down=EVERYONE, share=FLOOR - 0.01)
    assert not below.enough
    assert below.unseen


@pytest.mark.parametrize("key", LINES)
def test_no_line_is_seen_better_than_the_assessment(key: str) -> None:
    """The method's floor holds for all lines of an assessment, whatever their own sources do."""
    assert sight(key, 0.25, down=EVERYONE, share=1.0).coverage == 0.25


_PRIOR = "prior: {p: 0.12, term: very unlikely, basis: inferred, statements: [S1]}"
_LINK = (_PRIOR, _PRIOR + "\n    links: [{parent: blockade, p_if: 0.18, statements: [S1]}]")


def test_a_line_is_seen_through_its_links() -> None:
    """Whoever cannot see what would bring it about cannot say that it has become less likely."""
    linked = a_small(_LINK, ("coup: [VL, U]", "coup: [L, E]"))
    found = sight("coup", down=["convoy_attack"], of=linked)
    assert found.unseen == ("convoy_attack",)
    assert 0 < found.coverage < 1
    by_link_alone = a_small(_LINK, ("coup: [VL, U]", "blockade: [L, E]"))
    assert sight("coup", down=["convoy_attack", "officer_unrest"], of=by_link_alone).coverage == 0


def test_a_line_on_which_nothing_bears_is_seen_as_the_assessment_is() -> None:
    """There is nothing else to tell by."""
    bare = a_small(("coup: [VL, U]", "blockade: [L, E]"))
    assert sight("coup", 0.75, down=["officer_unrest"], of=bare) == LineSight(coverage=0.75, floor=FLOOR)


def test_a_floor_and_a_ceiling_are_links_too() -> None:
    """`abroad` is at least as likely as a strike, which raids and surges tell of; `fall` needs a coup."""
    lived = written(Version())
    assert "raid" in sight("abroad", down=["raid"], of=lived).unseen
    assert "shortage" in sight("fall", down=["shortage"], of=lived).unseen


def test_states_of_a_set_are_seen_alike() -> None:
    """What moves one of them moves all, because they add up to 1."""
    lived = written(Version())
    keys = [f.key for f in forecasts(lived) if f.scenario == "siege"]
    assert len({sight(key, down=["raid"], of=lived) for key in keys}) == 1


def test_what_reads_others_is_seen_no_better_than_they_are() -> None:
    """A combination of raids, unrest and echoes cannot be told while raids cannot, at whatever remove."""
    found = sight("fall", down=["raid"], of=written(Version()))
    assert "storm" in found.unseen
    assert "lasting" in sight("coup", down=["raid"], of=written(Version())).unseen
