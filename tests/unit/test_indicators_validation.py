"""Validation: each finding appears where its cause is, and only there."""

import math
import re
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.assessments import Assessment, forecasts
from indicators.levels import Level, Reading
from indicators.outlooks import log_ratio, outlook
from indicators.phrases import phrase
from indicators.rules import Rating
from indicators.validation import FindingKind, Report, ValidationFinding, validated
from indicators.validation.groups import groups
from indicators.validation.matrix import matrix
from indicators.validation.page import page, shade
from indicators.validation.reach import reaches
from indicators.validation.sentences import SENTENCES
from indicators.written import WrittenFile
from tests.builders import START, a_small_assessment, an_indicator, mali, small

BLANK = re.compile(r"\{(\w+)\}")

COUP = "prior: {p: 0.12, term: very unlikely, basis: inferred, statements: [S1]}"
BLOCKADE = "prior: {p: 0.62, term: likely, basis: stated, statements: [S2]}"


def read(text: str) -> Assessment:
    """Return the assessment in *text*, be its numbers coherent or not."""
    assessment, problems = WrittenFile(text, name="x.yaml").read(Assessment)
    assert assessment is not None, problems
    return assessment


def found(assessment: Assessment, kind: FindingKind) -> list[ValidationFinding]:
    return [finding for finding in validated(assessment).findings if finding.kind is kind]


def having(*indicators: Any, base: Assessment | None = None) -> Assessment:
    """Return the small assessment (or *base*) with these indicators in the place of its own."""
    return (base or a_small_assessment()).model_copy(update={"indicators": indicators})


def test_a_cell_is_what_the_outlook_would_use_and_a_state_has_its_own() -> None:
    """Natural log of the ratio after the cap, and the rating as written."""
    told = matrix(mali())
    assert len(told.columns) == len(forecasts(mali()))
    row = next(row for row in told.rows if row.indicator == "convoy_attack_bamako")
    assert row.cells["fama_degraded"].rating == "L/U"
    assert row.cells["fama_degraded"].nats == pytest.approx(math.log(0.675 / 0.325))
    rule = mali().indicator("convoy_attack_bamako")
    assert row.cells["blockade_status.broken"].nats == log_ratio(mali(), rule, "blockade_status", "broken")
    assert row.cells["blockade_status.broken"].rating == "U"
    assert "coup_attempt" not in row.cells


def test_the_strongest_of_a_column_is_marked_and_never_the_event_itself() -> None:
    """A shot in the barracks warns of a coup; the coup does not."""
    rows = {row.indicator: row.cells for row in matrix(mali()).rows}
    assert [name for name, cells in rows.items() if "coup_attempt" in cells and cells["coup_attempt"].strongest] == [
        "mutiny_gunfire"
    ]
    assert rows["coup_event"]["coup_attempt"].itself
    assert rows["coup_event"]["coup_attempt"].nats > rows["mutiny_gunfire"]["coup_attempt"].nats


@pytest.mark.parametrize(("ratings", "weak"), [(["VL", "L"], True), (["L", "E"], False)])
def test_an_indicator_that_tells_nothing_apart_is_found(ratings: list[str], weak: bool) -> None:
    """A likelihood ratio of 1.296 is too little, 1.35 is not."""
    one = an_indicator(effects={"coup": ratings})
    assert [f.subjects for f in found(having(one), FindingKind.WEAK)] == ([("convoy_attack",)] if weak else [])


def test_a_scenario_that_nobody_would_see_coming_is_found() -> None:
    """No indicator alone doubles its odds; one that does ends the finding."""
    faint = an_indicator("faint", effects={"coup": ["L", "E"], "blockade": ["VL", "U"]})
    (finding,) = found(having(faint), FindingKind.UNSEEN)
    assert finding.subjects == ("coup",)
    assert "the strongest, faint, makes it x1.35" in finding.what
    assert not found(having(faint, an_indicator("loud", effects={"coup": ["L", "U"]})), FindingKind.UNSEEN)


def test_a_scenario_without_any_indicator_is_found_too() -> None:
    """With the words that nothing raises it."""
    (finding,) = found(having(an_indicator(effects={"coup": ["VL", "U"]})), FindingKind.UNSEEN)
    assert finding.subjects == ("blockade",)
    assert "no indicator raises it" in finding.what


def test_a_link_makes_a_scenario_foreseeable() -> None:
    """What warns of the parent warns of its child."""
    link = f"{COUP}\n    links: [{{parent: blockade, p_if: 0.19, statements: [S1]}}]"
    loud = an_indicator("loud", effects={"blockade": ["AC", "NC"]})
    assert [f.subjects for f in found(having(loud), FindingKind.UNSEEN)] == [("coup",)]
    linked = read(small().replace(COUP, link).replace("p: 0.62", "p: 0.25").replace("term: likely", "term: unlikely"))
    linked = having(loud, base=read(small()).model_copy(update={"scenarios": linked.scenarios}))
    assert not found(linked, FindingKind.INCOHERENT)
    strong = linked.scenarios[0].model_copy(
        update={"links": (linked.questions[0].links[0].model_copy(update={"p_if": 0.4}),)}
    )
    linked = linked.model_copy(update={"scenarios": (strong, linked.scenarios[1])})
    assert not found(linked, FindingKind.UNSEEN)


def test_a_scenario_that_only_its_own_event_announces_is_found() -> None:
    """The event asks for a ruling; an indicator of what comes before ends the finding."""
    event = an_indicator("event", effects={"coup": ["VL", "NC"]}, candidate_resolution="coup")
    (finding,) = found(having(event), FindingKind.LATE)
    assert finding.subjects == ("coup", "event")
    assert not found(having(event, an_indicator("before", effects={"coup": ["VL", "U"]})), FindingKind.LATE)
    assert not found(having(an_indicator("event", effects={"coup": ["VL", "NC"]})), FindingKind.LATE)


def test_a_scenario_that_can_only_rise_is_found() -> None:
    """A counter-indicator, or a baseline that can fade, ends the finding."""
    up = an_indicator("up", effects={"coup": ["VL", "U"], "blockade": ["VL", "U"]})
    assert [f.subjects for f in found(having(up), FindingKind.ONE_WAY)] == [("coup",), ("blockade",)]
    down = an_indicator("down", effects={"coup": ["U", "L"], "blockade": ["U", "L"]})
    assert not found(having(up, down), FindingKind.ONE_WAY)


def test_a_scenario_whose_word_never_changes_is_found() -> None:
    """Coup at 12 % with one weak indicator stays very unlikely; a strong one ends the finding."""
    assert [f.subjects for f in found(having(an_indicator(effects={"coup": ["L", "E"]})), FindingKind.FIXED)] == [
        ("coup",),
        ("blockade",),
    ]
    assert [f.subjects for f in found(having(an_indicator(effects={"coup": ["AC", "NC"]})), FindingKind.FIXED)] == [
        ("blockade",)
    ]


def pair(second: dict[str, Any], group: str = "officers") -> Assessment:
    first = an_indicator("one", effects={"coup": ["VL", "U"], "blockade": ["L", "E"]})
    return having(first, an_indicator("two", group=group, effects=second))


@pytest.mark.parametrize(
    ("second", "alike"),
    [
        ({"coup": ["VL", "U"], "blockade": ["L", "E"]}, True),
        ({"coup": ["AC", "U"], "blockade": ["L", "U"]}, True),
        ({"coup": ["AC", "E"], "blockade": ["L", "U"]}, False),
        ({"coup": ["VL", "VU"], "blockade": ["E", "L"]}, False),
        ({"coup": ["VL", "U"]}, False),
    ],
)
def test_indicators_rated_alike_in_different_groups_are_found(second: dict[str, Any], alike: bool) -> None:
    """A word apart is alike, more is not; neither is one that turns round or says less."""
    wanted = [("one", "two")] if alike else []
    assert [f.subjects for f in found(pair(second), FindingKind.ALIKE)] == wanted
    assert not found(pair(second, group="supply"), FindingKind.ALIKE)


def test_indicators_of_one_scenario_alone_are_not_called_alike() -> None:
    """There are only so many ratings."""
    one, two = (
        an_indicator(name, group=g, effects={"coup": ["VL", "U"]}) for name, g in (("a", "supply"), ("b", "officers"))
    )
    assert not found(having(one, two), FindingKind.ALIKE)


def chained(*, reason: str = "") -> Assessment:
    """Return blockade -> hunger -> coup, and an indicator that feeds both ends."""
    hunger = COUP.replace("0.12", "0.30").replace("very unlikely", "unlikely")
    scenario = (
        "  - {id: hunger, name: Hunger, horizon_days: 90, impact: high, resolves: A famine is declared by the UN.,\n"
        f"     {hunger}, links: [{{parent: blockade, p_if: 0.40, statements: [S1]}}]}}\n"
    )
    text = small().replace(COUP, f"{COUP}\n    links: [{{parent: hunger, p_if: 0.20, statements: [S1]}}]")
    text = text.replace("indicators:\n", f"{scenario}indicators:\n").replace(
        "effects: {blockade: [VL, U]}", "effects: {blockade: [VL, U], coup: [L, E]}" + reason
    )
    return read(text)


def test_a_double_count_over_a_chain_is_found() -> None:
    """Over two links the check says nothing; a reason ends the finding."""
    (finding,) = found(chained(), FindingKind.CHAIN)
    assert finding.subjects == ("convoy_attack", "blockade", "coup")
    assert "blockade -> hunger -> coup" in finding.what
    assert not found(chained(reason="\n    direct_reason: {coup: it is seen}"), FindingKind.CHAIN)


def test_a_double_count_over_one_link_is_found_or_kept_with_its_reason() -> None:
    """Without a reason it is an error, with one it is told beside the findings."""
    text = small().replace(COUP, f"{COUP}\n    links: [{{parent: blockade, p_if: 0.15, statements: [S1]}}]")
    text = text.replace("effects: {coup: [VL, U]}", "effects: {coup: [VL, U], blockade: [L, E]}")
    report = validated(read(text))
    assert [f.subjects for f in report.findings if f.kind is FindingKind.DOUBLE] == [("officer_unrest",)]
    assert not report.sound
    reasoned = validated(read(text.replace("blockade: [L, E]}", "blockade: [L, E]}\n    direct_reason: {coup: anger}")))
    assert reasoned.sound
    assert [(k.indicator, k.child, k.parents, k.reason) for k in reasoned.kept] == [
        ("officer_unrest", "coup", ("blockade",), "anger")
    ]


@pytest.mark.parametrize(("p", "near"), [("0.20", True), ("0.22", True), ("0.30", False), ("0.43", True)])
def test_a_prior_at_the_edge_of_its_term_is_found(p: str, near: bool) -> None:
    """On the edge, or within the margin of three points."""
    text = small().replace("p: 0.12, term: very unlikely", f"p: {p}, term: unlikely")
    assert [f.subjects for f in found(read(text), FindingKind.EDGE)] == ([("coup",)] if near else [])


def whole(p: float) -> Assessment:
    """Return an "any" of probability *p* over parts of 23 %, 23 % and 15 %."""
    text = small()
    start, end = text.index("scenarios:\n") + len("scenarios:\n"), text.index("indicators:\n")
    parts = {"a": 0.23, "b": 0.23, "c": 0.15, "any": p}
    scenarios = "".join(
        f"  - {{id: {name}, name: {name}, horizon_days: 90, impact: high, resolves: It is seen to happen in Bamako.,"
        f" prior: {{p: {own}, term: unlikely, basis: stated, statements: [S1]}}"
        f"{', at_least_max_of: [a, b, c]' if name == 'any' else ''}}}\n"
        for name, own in parts.items()
    )
    return having(an_indicator(effects={"a": ["VL", "U"]}), base=read(text[:start] + scenarios + text[end:]))


def test_an_any_whose_parts_must_hang_together_is_found() -> None:
    """25 % is another word than the 50 % of independent parts; 48 % is the same."""
    (finding,) = found(whole(0.25), FindingKind.TOGETHER)
    assert finding.subjects == ("any", "a", "b", "c")
    assert "50 % (roughly even chance) if they were independent" in finding.what
    assert not found(whole(0.48), FindingKind.TOGETHER)


@pytest.mark.parametrize("p", [0.22, 0.62])
def test_an_any_outside_its_bounds_is_an_error_and_no_range_is_worked_out(p: float) -> None:
    """Below its likeliest part, or above their sum."""
    report = validated(whole(p))
    assert [f.subjects for f in report.findings if f.kind is FindingKind.INCOHERENT] == [("any",)]
    assert not report.sound
    assert report.reaches == ()


def test_a_group_tells_what_is_left_of_its_members() -> None:
    """Two of ln 2.69 in one group: the second counts half."""
    one, two = (an_indicator(name, effects={"coup": ["VL", "U"]}) for name in ("one", "two"))
    (group,) = groups(having(one, two))
    (shared,) = group.shared
    assert (shared.scenario, shared.members) == ("coup", ("one", "two"))
    assert shared.alone == pytest.approx(2 * math.log(0.875 / 0.325))
    assert shared.counted == pytest.approx(1.5 * math.log(0.875 / 0.325))


PAIRS = st.lists(st.sampled_from([str(rating) for rating in Rating]), min_size=2, max_size=2)


@st.composite
def assessments(draw: st.DrawFn, *, one_way: bool) -> Assessment:
    """Return linked scenarios with up to four indicators of any ratings, baselines and groups.

    With *one_way* each indicator speaks for all that it speaks about, or against all.
    """
    rules = []
    for number in range(draw(st.integers(1, 4))):
        scenarios = sorted(draw(st.sets(st.sampled_from(["coup", "blockade", "hunger"]), min_size=1)))
        pairs = [draw(PAIRS) for _ in scenarios]
        if one_way:
            against = draw(st.booleans())
            pairs = [sorted(pair, key=lambda r: Rating(r).p, reverse=not against) for pair in pairs]
        rule = an_indicator(
            f"i{number}",
            group=draw(st.sampled_from(["supply", "officers"])),
            baseline=draw(st.sampled_from([0.0, 0.4, 1.0])),
            effects=dict(zip(scenarios, pairs, strict=True)),
        )
        rules.append(rule.model_copy(update={"direct_reason": dict.fromkeys(scenarios, "x")}))
    return having(*rules, base=chained())


def stays_within(assessment: Assessment, activations: list[float], *, slack: float) -> None:
    readings = [
        Reading(indicator=i.id, at=START, level=Level.QUIET, count=0, activation=a, baseline=i.count.baseline)
        for i, a in zip(assessment.indicators, activations, strict=False)
    ]
    told = outlook(assessment, readings, now=START).estimates
    for reach in reaches(assessment):
        assert reach.low - 1e-9 <= reach.prior <= reach.high + 1e-9
        assert reach.low - slack <= told[reach.key].p <= reach.high + slack


FOUR = st.lists(st.floats(0, 1), min_size=4, max_size=4)


@settings(max_examples=200, deadline=None)
@given(assessments(one_way=True), FOUR)
def test_no_reading_leads_out_of_the_reach(assessment: Assessment, activations: list[float]) -> None:
    """Where each indicator pulls one way, every probability stays within its range whatever is read."""
    stays_within(assessment, activations, slack=1e-6)


@settings(max_examples=200, deadline=None)
@given(assessments(one_way=False), FOUR)
def test_an_indicator_that_pulls_two_ways_leads_out_of_it_by_no_word(
    assessment: Assessment, activations: list[float]
) -> None:
    """Half a signal may lead further than none and all of it, but by less than three points."""
    stays_within(assessment, activations, slack=0.03)


@pytest.fixture(scope="module")
def shipped() -> Report:
    return validated(mali())


def test_the_shipped_assessment_has_findings_in_a_stable_order(shipped: Report) -> None:
    """By kind, then as in the file; twice the same."""
    kinds = [finding.kind for finding in shipped.findings]
    assert shipped.findings
    assert kinds == sorted(kinds, key=list(FindingKind).index)
    assert shipped.sound
    assert validated(mali()) == shipped
    assert all(finding.what and finding.instead for finding in shipped.findings)


def test_a_finding_says_itself_in_the_languages_of_the_desk(shipped: Report) -> None:
    """Every sentence has its French, filled with the same facts; ids stay, terms and numbers are French."""
    english, french = SENTENCES["en"], SENTENCES["fr"]
    assert english.keys() == french.keys()
    for key, told in english.items():
        assert sorted(BLANK.findall(told)) == sorted(BLANK.findall(french[key])), key
    assert {kind.name: kind.value for kind in FindingKind} == {kind.name: english[kind.name] for kind in FindingKind}
    for finding in shipped.findings:
        assert finding.said_in("fr") != finding.what
        assert finding.subjects[0] in finding.said_in("fr")
        assert finding.said_in("xx") == finding.what, "where a language is not ours, English is said"
    faint = an_indicator("faint", effects={"coup": ["L", "E"], "blockade": ["VL", "U"]})
    (finding,) = found(having(faint), FindingKind.UNSEEN)
    assert "le plus fort, faint, la multiplie par 1,35" in finding.said_in("fr")
    (finding,) = found(whole(0.25), FindingKind.TOGETHER)
    assert "50 % (chances à peu près égales)" in finding.said_in("fr")


def test_the_page_is_one_file_that_reads_as_text(shipped: Report) -> None:
    """No address, no script; what an assessment says is text and never markup."""
    text = page(shipped)
    assert "http" not in text
    assert "<script" not in text
    assert "prefers-color-scheme:dark" in text
    assert text.count("<tr>") > 35
    odd = shipped.findings[0]
    evil = phrase("as checked", subject="<b>&bold", what="{0} {x}")
    named = ValidationFinding(kind=odd.kind, subjects=("x",), said=evil, cure=phrase("as checked do", instead=""))
    broken = page(Report(**{k: getattr(shipped, k) for k in shipped.__dataclass_fields__} | {"findings": (named,)}))
    assert "&lt;b&gt;&amp;bold" in broken
    body = broken[broken.index("<body>") : broken.index("</html>")]
    assert fromstring(body).tag == "body"


def test_a_shade_grows_with_the_strength_and_shows_the_direction() -> None:
    """Nothing for next to nothing."""
    assert [shade(x) for x in (-2.3, -0.3, 0.0, 0.05, 0.3, 0.7, 1.2, 2.3)] == [
        "d4", "d1", "", "", "u1", "u2", "u3", "u4",
    ]  # fmt: skip
