"""Counts as they are written: what the guide shows works, and what cannot work is refused with its line."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.description import LANGUAGES, describe_indicator
from indicators.levels.kinds import KINDS
from indicators.parsing import parse_assessment
from indicators.rules import Count, CountKind
from tests.builders import small

GUIDE = Path(__file__).parent.parent.parent / "docs" / "write-an-assessment.md"
SHOWN = re.findall(r"(?m)^\| `(\w+)` \| .* \| `(\{.*\})` \|$", GUIDE.read_text("utf-8"))
HEAD = (
    "  - id: tried\n    name: {en: Tried, fr: Essai}\n    group: supply\n"
    "    why: {statements: [S2], because: It is tried.}\n    effects: {blockade: [VL, U]}\n"
)
WORDS = (
    '    match: "@convoy"\n    where: {region: near}\n'
    "    proof: {must_match: [Convoy near Kolokani], must_not_match: [Rain in Gao]}\n"
)


def written(count: str, *, words: bool | None = None, more: str = "") -> str:
    """Return the text of an assessment with one more indicator that counts so, and reads items if it has to."""
    reads = not re.search("while|since|combine", count) if words is None else words
    return small() + HEAD + (WORDS if reads else "") + f"    count: {count}\n{more}"


def faults(count: str, **more: Any) -> list[str]:
    return list(map(str, parse_assessment(written(count, **more), name="x.yaml")[1]))


def test_the_guide_shows_every_kind_of_count_once() -> None:
    """A row for each, and every kind has a row in the table of kinds."""
    assert sorted(kind for kind, _ in SHOWN) == sorted(CountKind) == sorted(KINDS)


@pytest.mark.parametrize(("kind", "count"), SHOWN, ids=[kind for kind, _ in SHOWN])
def test_each_example_of_the_guide_passes_and_counts_what_its_row_says(kind: str, count: str) -> None:
    """An analyst who copies it has something that works."""
    assessment, problems = parse_assessment(written(count), name="guide")
    assert assessment is not None, problems
    assert not problems
    assert assessment.indicator("tried").count.of == kind


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("kind", "count"), SHOWN, ids=[kind for kind, _ in SHOWN])
def test_each_kind_is_told_in_words(kind: str, count: str, lang: str) -> None:
    """No name of a kind, no key of the file and no placeholder stands in what a person reads."""
    assessment, _ = parse_assessment(written(count), name="guide")
    assert assessment is not None
    parts = describe_indicator(assessment, "tried", lang).parts
    told = next(p.text(10_000) for p in parts if p.key == "counts")
    assert "_" not in told
    assert "{" not in told
    assert len(told) > 100
    if kind == "combination":
        assert ("in this order" if lang == "en" else "dans cet ordre") in told


def test_what_a_combination_excludes_is_told() -> None:
    """The sentence names what must not stand."""
    count = "{of: combination, combine: {among: [convoy_attack], none_of: [officer_unrest]}, thresholds: [1, 2, 3], "
    assessment, _ = parse_assessment(written(f"{count}half_life_days: 3}}"), name="x")
    assert assessment is not None
    told = describe_indicator(assessment, "tried").text(10_000)
    assert "Nothing counts while “Officer unrest” stands there." in told


COMMON = "thresholds: [1, 2, 3], half_life_days: 9"


@pytest.mark.parametrize(
    ("count", "told"),
    [
        ("{of: event, thresholds: [1, 1, 3], half_life_days: 9}", "thresholds must rise from above 0"),
        ("{of: event, thresholds: [0, 1, 3], half_life_days: 9}", "thresholds must rise from above 0"),
        ("{of: event, thresholds: [1, 2, .nan], half_life_days: 9}", "finite number"),
        ("{of: event, thresholds: [1, 2, .inf], half_life_days: 9}", "finite number"),
        ("{of: event, half_life_days: 9}", "thresholds: is missing"),
        (f"{{of: event, {COMMON}, weights: [0.4, .nan, 1]}}", "finite number"),
        (f"{{of: event, {COMMON}, weights: [0.4, 0.3, 1]}}", "weights must rise"),
        ("{of: event, thresholds: [1, 2, 3], half_life_days: .nan}", "half_life_days"),
        (f"{{of: event, {COMMON}, baseline: .nan}}", "baseline"),
        (f"{{of: duration, {COMMON}}}", "a duration needs `while`"),
        (f"{{of: event, while: {{indicator: convoy_attack}}, {COMMON}}}", "nothing else takes it"),
        (f"{{of: combination, {COMMON}}}", "a combination needs `combine`"),
        (f"{{of: event, alpha: 0.05, {COMMON}}}", "`alpha` belongs to a rise, and this counts event"),
        (f"{{of: rise, window_days: 7, against_days: 84, {COMMON}}}", "a rise has no thresholds of its own"),
        ("{of: rise, window_days: 7, against_days: 84, alpha: 0.9, half_life_days: 9}", "alpha"),
        ("{of: rise, window_days: 7, against_days: 84, alpha: yes, half_life_days: 9}", "alpha"),
        ("{of: rise, window_days: 7, against_days: 3, half_life_days: 9}", "against_days must be 1 to 100 times"),
        ("{of: rise, window_days: 0.1, against_days: 90, half_life_days: 9}", "against_days must be 1 to 100 times"),
        ("{of: rise, window_days: 7, against_days: 14, at_least_days: 20, half_life_days: 9}", "more than against"),
        (f"{{of: silence, window_days: 7, {COMMON}}}", "a silence has no window_days"),
        (f"{{of: silence, since: convoy_atack, {COMMON}}}", "did you mean convoy_attack?"),
        (f"{{of: novelty, by: palace, {COMMON}}}", "by"),
        (f"{{of: combination, combine: {{among: [convoy_atack]}}, {COMMON}}}", "did you mean convoy_attack?"),
        (
            f"{{of: combination, combine: {{among: [convoy_attack], none_of: [convoy_attack]}}, {COMMON}}}",
            "stands twice",
        ),
        (
            "{of: combination, combine: {among: [convoy_attack]}, thresholds: [2, 3, 4], half_life_days: 9}",
            "level 1 needs 2 indicators, and among has 1",
        ),
        (f"{{of: combination, combine: {{among: [tried]}}, {COMMON}}}", "in a circle: tried -> tried"),
        (f"{{of: combination, combine: {{among: []}}, {COMMON}}}", "at least one entry"),
    ],
)
def test_a_count_that_cannot_work_is_refused_at_its_line(count: str, told: str) -> None:
    """Numbers that are none, thresholds out of reach, keys of another kind, unknown names, circles."""
    found = faults(count, words=not re.search("since|combine", count))
    assert any(told in one for one in found), found
    assert all(re.match(r"x\.yaml:\d+: error", one) for one in found if told in one)


def test_indicators_that_wait_for_one_another_are_refused() -> None:
    """A circle through two of them is named with both."""
    other = HEAD.replace("tried", "other") + "    count: {of: combination, combine: {among: [tried]}, " + COMMON + "}\n"
    found = faults(f"{{of: combination, combine: {{among: [other]}}, {COMMON}}}", more=other)
    assert any("in a circle" in one and "tried" in one and "other" in one for one in found), found


def test_words_that_nothing_reads_are_refused() -> None:
    """A combination with a match would look as if it read reports."""
    found = faults(f"{{of: combination, combine: {{among: [convoy_attack]}}, {COMMON}}}", words=True)
    assert any("tried reads no items: its combination looks at other indicators" in one for one in found)


def test_a_due_day_that_has_passed_with_the_paper_is_a_warning() -> None:
    """It would say nothing."""
    found = faults(f"{{of: event, {COMMON}}}", more="    due_from: 2025-12-01\n")
    assert [one for one in found if "warning" in one and "due_from" in one]
    assert not faults(f"{{of: event, {COMMON}}}", more="    due_from: 2026-02-01\n    seen_by: [wire]\n")


@given(low=st.floats(), middle=st.floats(), high=st.floats(), half=st.floats(), alpha=st.floats())
@settings(max_examples=400, deadline=None)
def test_no_written_number_is_anything_but_a_number(
    low: float, middle: float, high: float, half: float, alpha: float
) -> None:
    """Whatever floats are written, a count that is accepted has finite ones."""
    values = {"of": "rise", "half_life_days": half, "alpha": alpha, "weights": (low, middle, high)}
    try:
        count = Count.model_validate(values)
    except ValueError:
        return
    assert all(abs(x) < float("inf") for x in (*count.thresholds, *count.weights, count.half_life_days, count.alpha))
