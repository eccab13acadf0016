"""Concepts: what may stand in a list of terms, and what an analyst is told when it may not."""

import pytest

from indicators.concepts import TermError, Word, parse_term, terms_for


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("Convoy", (Word("convoy"),)),
        ("Pénurie de carburant", (Word("penurie"), Word("de"), Word("carburant"))),
        ("convoi*", (Word("convoi", open_ended=True),)),
        ("fuel truck*", (Word("fuel"), Word("truck", open_ended=True))),
        ("attaqu* convoi*", (Word("attaqu", open_ended=True), Word("convoi", open_ended=True))),
        ("l'armée", (Word("l"), Word("armee"))),
        ("BM-21", (Word("bm"), Word("21"))),
        ("été*", (Word("ete", open_ended=True),)),
        ("arme\u0301*", (Word("arme", open_ended=True),)),
        ("attaquer~", (Word("attaquer", stemmed=True),)),
    ],
)
def test_a_term_is_read_as_folded_words(written: str, wanted: tuple[Word, ...]) -> None:
    """A term goes through the same folding as the texts it is looked up in; ``*`` opens its word's end."""
    assert parse_term(written).words == wanted


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param("", "has no letters or digits", id="empty"),
        pytest.param(" - !", "has no letters or digits", id="no letters"),
        pytest.param("*", "has no letters or digits", id="only the star"),
        pytest.param("\u0301", "has no letters or digits", id="only an accent"),
        pytest.param("*voy", "a * that does not end a word", id="star at the start"),
        pytest.param("fuel * truck", "a * that does not end a word", id="star by itself"),
        pytest.param("convoy**", "a * that does not end a word", id="star twice"),
        pytest.param("co*", "at least 3 letters must stand before *", id="too open"),
        pytest.param("fuel tr*", "at least 3 letters must stand before *", id="too open in a phrase"),
    ],
)
def test_a_term_nobody_could_match_is_refused_in_words(written: str, said: str) -> None:
    """The error names the term and says what to write instead."""
    with pytest.raises(TermError) as refusal:
        parse_term(written)
    assert said in str(refusal.value)
    assert repr(written) in str(refusal.value)


def test_a_text_is_searched_for_its_own_language_and_for_names_of_any() -> None:
    """A French text does not see English terms; names that are the same everywhere count in each."""
    concept = {"any": ["JNIM"], "en": ["jihadist*"], "fr": ["djihadist*"]}
    assert [t.written for t in terms_for(concept, "fr")] == ["djihadist*", "JNIM"]
    assert [t.written for t in terms_for(concept, "de")] == ["JNIM"]
