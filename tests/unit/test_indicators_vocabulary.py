"""Vocabulary: what a name in a query stands for, from the assessment and from the shared library."""

from collections.abc import Mapping

import pytest

from indicators.assessments import Assessment
from indicators.concepts import Concept, shared_concept, shared_names
from indicators.matcher import Matcher
from indicators.vocabulary import languages_of, terms_called, vocabulary_of
from tests.builders import a_small_assessment, an_item


def with_concepts(**written: Mapping[str, object]) -> Assessment:
    concepts = {name: Concept.model_validate(entry) for name, entry in written.items()}
    return a_small_assessment().model_copy(update={"concepts": concepts})


def test_a_concept_takes_the_terms_of_those_it_includes() -> None:
    """Own terms come first, each term once, whatever the depth."""
    assessment = with_concepts(
        vehicle={"include": ["truck"], "en": ["vehicle*"]},
        truck={"include": ["tanker"], "en": ["truck*"], "fr": ["camion*"]},
        tanker={"en": ["tanker*", "truck*"], "fr": ["citerne*"]},
    )
    wanted = {"en": ("vehicle*", "truck*", "tanker*"), "fr": ("camion*", "citerne*")}
    assert terms_called(assessment, "@vehicle") == wanted


def test_a_name_of_the_shared_library_needs_no_entry_of_its_own() -> None:
    """Every assessment can say @raid; its own concept of that name comes first."""
    library = shared_concept("raid")
    assert library is not None
    assert "raid" in shared_names()
    assert terms_called(with_concepts(), "@raid") == library.terms
    assert terms_called(with_concepts(raid={"en": ["foray*"]}), "@raid") == {"en": ("foray*",)}


def test_a_concept_can_add_to_the_one_of_the_same_name_in_the_library() -> None:
    """Inside itself a concept's name means the library's, so nobody copies a list to add a word."""
    terms = terms_called(with_concepts(raid={"include": ["raid"], "en": ["foray*"]}), "@raid")
    library = shared_concept("raid")
    assert terms is not None
    assert library is not None
    assert terms["en"] == ("foray*", *library.terms["en"])


def test_a_circle_ends() -> None:
    """Checks refuse it; reading it all the same takes each term once."""
    assessment = with_concepts(a={"include": ["b"], "en": ["one"]}, b={"include": ["a"], "en": ["two"]})
    assert terms_called(assessment, "@a") == {"en": ("one", "two")}


@pytest.mark.parametrize("name", ["@nothing_of_this_name", "#nobody"])
def test_an_unknown_name_is_unknown(name: str) -> None:
    """None, not an empty list: a rule on it must be refused, not stay silent for ever."""
    assert terms_called(a_small_assessment(), name) is None


def test_only_what_queries_call_is_looked_up() -> None:
    """The library may grow without making any assessment slower; veto and announcement call too."""
    assert sorted(vocabulary_of(a_small_assessment())) == ["@arrest", "@attack", "@convoy", "@officer"]


def test_an_item_is_read_in_every_language_that_the_called_concepts_have() -> None:
    """With Arabic terms in a concept, an Arabic report counts."""
    arabic = {"convoy": {"en": ["convoy*"], "ar": ["قافلة", "قوافل"]}, "attack": {"en": ["attack*"], "ar": ["هجوم*"]}}
    assessment = with_concepts(**arabic, officer={"en": ["officer*"]}, arrest={"en": ["arrest*"]})
    assert languages_of(vocabulary_of(assessment)) == ("ar", "en")
    report = an_item("هجوم على القافلة قرب Kolokani", lang="ar")
    assert [m.indicator for m in Matcher(assessment).match_item(report)] == ["convoy_attack"]
