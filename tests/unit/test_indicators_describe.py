"""Rules read back in plain words: nothing is left out, and both languages say the same."""

from dataclasses import dataclass
from typing import Any, cast

import pytest

from indicators.assessments import Assessment
from indicators.description import Description, describe_indicator
from indicators.parsing import parse_assessment
from indicators.places import Region
from indicators.query import Node, parse
from indicators.query.describe import LANGUAGES, describe
from indicators.vocabulary import names_in
from tests.builders import a_small_assessment, mali, small

SENTENCES = [
    ("fuel", "the report mentions the word “fuel”", "l'article mentionne le mot « fuel »"),
    (
        '"fuel truck*"',
        "the report mentions the words “fuel truck…”",
        "l'article mentionne les mots « fuel truck… »",
    ),
    ("convoi~", "the report mentions the word “convoi” in any form", "sous toutes ses formes"),
    ("@fuel AND #jnim_named", "the report mentions “fuel” and “jnim named”", "« fuel » et « jnim named »"),
    (
        "@fuel OR petrol OR diesel",
        "the report mentions “fuel” or one of the words “petrol” or “diesel”",
        "l'article mentionne « fuel » ou un des mots « petrol » ou « diesel »",
    ),
    (
        "@convoy NEAR/8 (@assault OR @bomb)",
        "the report mentions “convoy” and (“assault” or “bomb”) with at most 8 words between",
        "« convoy » et (« assault » ou « bomb ») séparés de 8 mots au plus",
    ),
    ("#jnim BEFORE/1 @lift", "“jnim” and then “lift” with at most one word between", "séparés d'un mot au plus"),
    ("@a SAME SENTENCE @b", "the report mentions “a” and “b” in one sentence", "dans une même phrase"),
    ("title:@fuel", "the headline mentions “fuel”", "le titre mentionne « fuel »"),
    ("body:@fuel", "the text below the headline mentions “fuel”", "le texte sous le titre mentionne « fuel »"),
    (
        "@fuel AND (source:(rfi OR bbc) AND NOT lang:fr)",
        "the report mentions “fuel”, and the source is rfi or bbc, and the language is not fr",
        "l'article mentionne « fuel », et la source est rfi ou bbc, et la langue n'est pas fr",
    ),
    ("@fuel AND type:record", "the type is record", "le type est record"),
    (
        "@fuel AND NOT title:(@film OR match)",
        "the report mentions “fuel”, and the headline does not mention “film” or the word “match”",
        "l'article mentionne « fuel », et le titre ne mentionne ni « film » ni le mot « match »",
    ),
    (
        "@fuel AND NOT (film OR match)",
        "the report mentions none of the words “film” or “match”",
        "l'article ne mentionne aucun des mots « film » ou « match »",
    ),
    ("@fuel AND NOT NOT @gas", "the report mentions “fuel”, and the report mentions “gas”", "« gas »"),
    (
        "title:(@fuel OR @gas NEAR/3 @gone)",
        "the headline mentions “fuel”, or the headline mentions “gas” and “gone” with at most 3 words between",
        "le titre mentionne « fuel », ou le titre mentionne « gas » et « gone » séparés de 3 mots au plus",
    ),
    (
        "@a AND title:@b OR @c",
        "the report mentions “c”, or (the report mentions “a”, and the headline mentions “b”)",
        "l'article mentionne « c », ou (l'article mentionne « a », et le titre mentionne « b »)",
    ),
    ("(@a AND @b) NEAR/4 @c", "(“a” and “b”) and “c” with at most 4 words between", "(« a » et « b ») et « c »"),
]


@pytest.mark.parametrize(("query", "english", "french"), SENTENCES, ids=[query for query, _, _ in SENTENCES])
def test_a_short_query_is_one_sentence(query: str, english: str, french: str) -> None:
    """Concepts stand in quotation marks, words are said to be words, and no operator is left to be known."""
    for lang, expected in (("en", english), ("fr", french)):
        told = describe(parse(query), lang)
        assert expected in told
        assert "\n" not in told
        assert not {"NEAR", "AND", "OR", "NOT"} & set(told.split())


def test_a_long_query_is_an_indented_list() -> None:
    """Each heading says whether all or any of what stands below it is asked for."""
    query = (
        "title:(@convoy OR @assault OR @burn OR @abduct) AND ((@convoy NEAR/8 (@assault OR @burn OR @bomb)) "
        "OR (@convoy NEAR/4 @deadly)) AND NOT (title:@film OR @music NEAR/2 @video)"
    )
    assert describe(parse(query)).splitlines() == [
        "all of this holds:",
        "  - the headline mentions “convoy”, “assault”, “burn” or “abduct”",
        "  - any of this holds:",
        "    - the report mentions “convoy” and (“assault”, “burn” or “bomb”) with at most 8 words between",
        "    - the report mentions “convoy” and “deadly” with at most 4 words between",
        "  - none of this holds:",
        "    - the headline mentions “film”",
        "    - the report mentions “music” and “video” with at most 2 words between",
    ]


def test_not_of_several_conditions_says_that_they_may_not_hold_together() -> None:
    """NOT (A AND B) refuses neither A nor B alone."""
    told = describe(parse("@fuel AND NOT (title:@elsewhere AND NOT title:@mali)"))
    assert "not all of this holds at once:" in told


def test_lines_keep_to_the_width_and_marks_to_their_word() -> None:
    """A narrow terminal breaks no French guillemet off its word."""
    query = " OR ".join(f"@a_rather_long_name_{n}" for n in range(12))
    for lang in LANGUAGES:
        told = describe(parse(query), lang, width=60)
        assert max(map(len, told.splitlines())) <= 60
        assert not [line for line in told.splitlines() if line.strip().startswith("»") or line.endswith("«")]


@dataclass(frozen=True)
class _Later:
    """A construct that the language may get one day."""

    name: str = "something new"


def test_a_construct_that_is_not_known_is_shown_as_it_is() -> None:
    """An older reading of a newer query hides nothing."""
    assert "something new" in describe(cast("Node", _Later()))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_name_of_a_shipped_query_is_left_out(lang: str) -> None:
    """Every concept, actor and number of words of each query stands in its description."""
    for indicator in mali().indicators:
        for query in filter(None, (indicator.match, indicator.not_, indicator.announcement)):
            told = " ".join(describe(parse(query), lang).split())
            missing = [n for n in names_in(parse(query)) if n[1:].replace("_", " ") not in told]
            assert not missing, indicator.id
            assert "Find(" not in told


def told(name: str = "officer_unrest", lang: str = "en", of: Assessment | None = None) -> Description:
    return describe_indicator(of or a_small_assessment(), name, lang)


def test_an_indicator_is_one_paragraph() -> None:
    """Why, what is read, where, what counts and what that says, in this order."""
    assert told().text(100).splitlines() == [
        "Officer unrest: Officers make coups. (Statements: S1.)",
        "A report counts if the report mentions “officer” and “arrest” with at most 8 words between.",
        "It must name a place in Mali. A report that names no place is refused.",
        "Happenings are counted, one for each place and day however many report it, over 30 days. It is at",
        "  level 1 (40 % active) from 1, level 2 (75 % active) from 2, level 3 (100 % active) from 4. What is",
        "  no longer supported by it loses half every 45 days.",
        "What it says by itself when it is fully active:",
        "  - for “Coup” (odds x2.69): chance of being seen: very likely if it happens, unlikely if not",
    ]


def test_an_indicator_in_french() -> None:
    """Its French name, terms and decimal comma."""
    text = told(lang="fr").text()
    assert text.startswith("Agitation des officiers : ")
    assert "pour « Coup » (cote x2,69) : chance d'être vu : très probable si cela arrive, improbable sinon" in text


@pytest.mark.parametrize(
    ("area", "words"),
    [
        ({"within_km": 150, "of": "bamako"}, "within 150 km of Bamako"),
        ({"corridor": ("bamako", "gao"), "width_km": 40}, "within 20 km of the line Bamako - Gao"),
        ({"places": ("bamako", "gao")}, "among Bamako or Gao"),
        ({"countries": ("ML",)}, "in Mali"),
        ({"regions": ("mali", "circle")}, "in Mali or within 9 km of Gao"),
        ({"anywhere": True}, "Where it happened does not matter."),
        ({"regions": ("mali", "anywhere")}, "Where it happened does not matter."),
    ],
    ids=str,
)
def test_the_area_is_told_in_words(area: dict[str, Any], words: str) -> None:
    """A circle, a corridor, places, countries, or nothing at all."""
    known = a_small_assessment()
    regions = known.regions | {"near": Region(**area), "circle": Region(within_km=9, of="gao")}
    assert words in told("convoy_attack", of=known.model_copy(update={"regions": regions})).text()


@pytest.mark.parametrize(
    ("unlocated", "words"),
    [("drop", "is refused"), ("watch", "kept for a person to look at"), ("count", "names no place at all counts too")],
)
def test_what_becomes_of_a_report_without_a_place_is_told(unlocated: str, words: str) -> None:
    """The three choices read differently."""
    text = small().replace("where: {region: near}", f"where: {{region: near, unlocated: {unlocated}}}")
    assert words in told("convoy_attack", of=_parsed(text)).text(400)


def _parsed(text: str) -> Assessment:
    assessment, problems = parse_assessment(text, name="x.yaml")
    assert assessment is not None, problems
    return assessment


def test_a_veto_an_announcement_codes_and_a_baseline_are_told() -> None:
    """Everything that changes what counts has its sentence."""
    more = 'announcement: "title:ceremony"\n    codes: {any: [acled:battles], actors: [jnim]}\n    counter: true'
    text = small().replace('not: "title:film"', f'not: "title:film"\n    {more}')
    text = text.replace("half_life_days: 14}", "half_life_days: 14, baseline: 0.4}")
    parts = {part.key: part.text() for part in told("convoy_attack", of=_parsed(text)).parts}
    assert parts["not"] == "It is refused if the headline mentions the word “film”."
    assert parts["announcement"].startswith("It counts half, as a mere announcement, if the headline mentions")
    assert parts["codes"].endswith("carries the event code acled:battles and names “jnim” as taking part.")
    assert parts["baseline"].startswith("On 2026-01-01 it was already 40 % active")
    assert parts["why"].endswith("It is a counter-indicator.")


def test_a_duration_names_what_it_waits_for() -> None:
    """It reads no report, so there is no place and no query."""
    duration = told("blockade_duration", of=mali())
    parts = {part.key: part.text(400) for part in duration.parts}
    assert set(parts) == {"why", "counts"}
    assert "“Convoy or road attack on the supply corridors” has stood at level 1 or above" in parts["counts"]


def test_a_rating_of_an_exclusive_scenario_names_each_state() -> None:
    """And which of them it speaks for."""
    (said,) = [one for one in told("convoy_attack_bamako", of=mali()).says if "Status of the blockade" in one]
    assert "very likely if “Blockade continues”" in said
    assert "very unlikely if “Negotiated concessions, JNIM withdraws”" in said
    assert "speaks for “Blockade continues”" in said


def test_a_rating_that_makes_an_event_less_likely_speaks_against() -> None:
    """Counter-indicators read as what they are."""
    (said,) = told("aes_home_pressure", of=mali()).says
    assert said.startswith("against “")


def test_terms_are_printed_on_request() -> None:
    """An assessment's own, by language; without the request none."""
    description = told()
    assert description.terms["@officer"] == {"en": ("officer*",), "fr": ("officier*",)}
    assert "@officer = en: officer*; fr: officier*" in description.text(terms=True).splitlines()
    assert "officier" not in description.text()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_shipped_indicator_can_be_read_back(lang: str) -> None:
    """In both languages, in lines that fit a terminal, and without a gap."""
    for indicator in mali().indicators:
        text = told(indicator.id, lang, of=mali()).text(100)
        assert max(map(len, text.splitlines())) <= 100
        assert "{" not in text


def test_an_unknown_indicator_or_language_is_refused() -> None:
    """The command says which there are; the function raises."""
    with pytest.raises(KeyError):
        told("nothing")
    with pytest.raises(KeyError):
        told(lang="ar")
