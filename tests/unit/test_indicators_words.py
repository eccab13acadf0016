"""Words for the matcher: the fast way and the general way cut and fold alike."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.language.text import tokens
from indicators.language.words import TURNED, line_of, spans_of

THOROUGH = settings(max_examples=1500, deadline=None)
JOINED = st.text(st.sampled_from("aàdeEpostnrÉØŁß ’'-\u2011–—œ½\u200b\u00ad.,عالجيش\n2_²ª"), max_size=40)
PIECES = st.lists(
    st.sampled_from(["de", "anti", "Post", "val", "coup", "-", "–", " ", "l’", "é", "œ", "."]),
    max_size=12,
)


def by_definition(text: str) -> list[str]:
    return [TURNED + token.word if token.turned else token.word for token in tokens(text)]


@given(text=st.text(max_size=60) | JOINED | PIECES.map("".join))
@THOROUGH
def test_both_ways_give_the_same_words(text: str) -> None:
    """Whichever way a text takes, its words are those that evidence is quoted by."""
    assert line_of(text).split() == by_definition(text)


ODD = st.text(st.sampled_from("aé \ufdfa\ufe70\ufc5e\u037a\u0640\u0345œ-.\u00adالɛ"), max_size=30)


@given(text=st.text(max_size=60) | JOINED | ODD)
@THOROUGH
def test_every_word_has_its_place_in_the_original(text: str) -> None:
    """As many places as words, or evidence would quote its neighbour; ligatures of several words are one."""
    assert len(spans_of(text)) == len(line_of(text).split())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L’armée dit «non» à la dé-escalade…", ["l", "armee", "dit", "non", "a", "la", "de", TURNED + "escalade"]),
        ("Val-de-Grâce", ["val", "de", "grace"]),
        ("Sœurs de l'\u0153uvre", ["soeurs", "de", "l", "oeuvre"]),
        ("\u202f50\u202f000 FCFA", ["50", "000", "fcfa"]),
        ("الجيش والجيش للجيش جيش", ["جيش", "جيش", "جيش", "جيش"]),
        ("حكومة مُعلَّقة", ["حكومه", "معلقه"]),
        ("الله", ["الله"]),
        ("Łódź Đakovo", ["lodz", "dakovo"]),
    ],
)
def test_a_text_becomes_words(text: str, words: list[str]) -> None:
    """Accents, apostrophes, quotation marks, narrow spaces, the Arabic article: as a reader would."""
    assert line_of(text) == " ".join(words)
    assert words == by_definition(text)
