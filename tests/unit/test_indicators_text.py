"""Text: one way of folding, cutting and cleaning, for what analysts write and for what feeds bring."""

import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.language.text import clean, fold, one_line, tokens

LETTERS = st.text(max_size=60)
WORDY = st.text(
    st.sampled_from(
        "aàéÉßñİıﬁＡ１ĳk\u212aΣς\u0301\u0327\u00ad\u200b\u200d\u2060 -\u2010\u2011\u2013\u2014'’.,_*\n\tمـَל中٣½\ud800"
    ),
    max_size=60,
)


def words(text: str) -> list[str]:
    return [t.word for t in tokens(text)]


def turned(text: str) -> list[str]:
    return [t.word for t in tokens(text) if t.turned]


@pytest.mark.parametrize(
    ("seen", "plain"),
    [
        pytest.param("Pénurie", "penurie", id="composed accent"),
        pytest.param("Pe\u0301nurie", "penurie", id="decomposed accent"),
        pytest.param("PÉNURIE", "penurie", id="capitals"),
        pytest.param("ＪＮＩＭ", "jnim", id="full width"),
        pytest.param("car\u00adbu\u00adrant", "carburant", id="soft hyphen"),
        pytest.param("car\u200bburant", "carburant", id="zero width space"),
        pytest.param("car\u2060burant\ufeff", "carburant", id="word joiner and byte order mark"),
        pytest.param("Straße", "strasse", id="sharp s"),
        pytest.param("oﬃcier", "officier", id="ligature"),
        pytest.param("İstanbul", "istanbul", id="dotted capital i"),
        pytest.param("ΣΊΣΥΦΟΣ", "σισυφοσ", id="final sigma"),
        pytest.param("مـــالي", "مالي", id="stretched Arabic"),
        pytest.param("مَالِي", "مالي", id="Arabic vowel marks"),
        pytest.param("BM-21", "bm 21", id="digits are words"),
    ],
)
def test_spelling_variants_of_a_word_meet(seen: str, plain: str) -> None:
    """However a source types a word, a rule that was typed plainly finds it."""
    assert words(seen) == plain.split()


@pytest.mark.parametrize("apostrophe", ["'", "\u2019", "\u2018", "`"])
def test_an_elided_article_is_a_word_of_its_own(apostrophe: str) -> None:
    """L'armée is found by "armée" under every apostrophe."""
    assert words(f"l{apostrophe}armée") == ["l", "armee"]


@pytest.mark.parametrize("hyphen", list("-\u2010\u2011\u2012\u2013\u2212"), ids=unicodedata.name)
def test_a_turning_prefix_is_remembered_under_every_hyphen(hyphen: str) -> None:
    """De-escalation is no escalation, whichever hyphen stands in it."""
    assert turned(f"de{hyphen}escalation") == ["escalation"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Post-coup talks", ["coup"]),
        ("une contre-attaque", ["attaque"]),
        ("pré-négociation", ["negociation"]),
        ("JNIM-linked fighters", []),
        ("Bamako-Kayes road", []),
        ("de escalation", []),
        ("de - escalation", []),
        ("de -escalation", []),
        ("de — escalation", []),
        ("de\u2014escalation", []),
        ("escalation", []),
        ("-escalation", []),
    ],
)
def test_only_a_joined_prefix_turns_a_word(text: str, wanted: list[str]) -> None:
    """A hyphen joins actors and places without turning them; a dash or a space joins nothing."""
    assert turned(text) == wanted


def test_a_hidden_hyphen_makes_one_word() -> None:
    """A soft hyphen is a place to break a line, not a hyphen: the word stays whole."""
    assert words("con\u00advoy attack") == ["convoy", "attack"]


def test_punctuation_and_underscores_end_words() -> None:
    """What a reader does not read as a letter or digit is between words."""
    assert words("fuel_truck,burnt…(2)!") == ["fuel", "truck", "burnt", "2"]


@given(text=LETTERS | WORDY)
@settings(max_examples=400, deadline=None)
def test_every_token_can_be_shown_in_the_original(text: str) -> None:
    """A token's offsets cut exactly its word out of the text, and cutting that piece again gives the same word."""
    end = 0
    for token in tokens(text):
        assert end <= token.start < token.end <= len(text)
        assert [t.word for t in tokens(text[token.start : token.end])] == [token.word]
        assert fold(text[token.start : token.end]) == token.word
        end = token.end


@given(text=LETTERS | WORDY)
@settings(max_examples=400, deadline=None)
def test_no_letter_is_lost_between_tokens(text: str) -> None:
    """What lies between two tokens has nothing in it that a reader would read."""
    cut = list(text)
    for token in tokens(text):
        cut[token.start : token.end] = [" "] * (token.end - token.start)
    left = [c for c in cut if c.isalnum() and fold(c)]
    assert left == []


@given(text=st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x17F), max_size=40))
@settings(max_examples=400, deadline=None)
def test_composed_and_decomposed_text_have_the_same_words(text: str) -> None:
    """NFC and NFD of a text in Latin letters are one text to us, in any case."""
    assert words(unicodedata.normalize("NFC", text)) == words(unicodedata.normalize("NFD", text))
    assert words(text.upper().lower()) == words(text.lower().upper().lower())


@pytest.mark.parametrize(
    "hidden",
    [
        *("\x00", "\x07", "\x1b", "\x7f", "\x9b", "\u061c", "\u200e", "\u200f"),
        *("\u202a", "\u202e", "\u2066", "\u2069", "\ud800", "\udfff", "\ufffe", "\U000e0041"),
    ],
    ids=ascii,
)
def test_what_could_steer_a_terminal_or_a_reader_is_taken_out(hidden: str) -> None:
    """Controls, direction overrides, lone surrogates and tag characters do not survive the door."""
    assert clean(f"Ba{hidden}mako") == "Bamako"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("l\x92arm\u00e9e", ["l", "armee"]),
        ("Bamako\x97Gao\x85Kati", ["bamako", "gao", "kati"]),
        ("Kati\x0bGao\x0cMopti", ["kati", "gao", "mopti"]),
        ("man\x9cuvre", ["manoeuvre"]),
    ],
)
def test_marks_that_came_as_controls_still_part_words(text: str, words: list[str]) -> None:
    """Windows-1252 said to be Latin-1 has its apostrophes and dashes where Latin-1 has controls."""
    assert [token.word for token in tokens(clean(text))] == words


def test_ordinary_text_passes_untouched() -> None:
    """Accents, Arabic, emoji, tabs and newlines are nobody's attack."""
    text = "Pénurie à Ségou :\n\tمالي 🚚 « l'armée »"
    assert clean(text) == text


def test_no_character_that_is_dropped_counts_as_printable() -> None:
    """Printable text is not looked through: of all characters none that would be dropped may pass for printable."""
    everything = [chr(number) for number in range(sys.maxunicode + 1)]
    dropped = [character for character in everything if clean(f"a{character}\u200eb") == "ab"]
    assert "\x00" in dropped
    assert [character for character in dropped if clean(character)] == []


def test_cleaned_text_can_be_written_anywhere() -> None:
    """A lone surrogate would break every encoder behind us."""
    assert clean("a\ud83d b\udc00").encode() == b"a b"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("abcde", "abcde"), ("abcdef", "abcde [cut]"), ("abcd efg", "abcd [cut]"), ("ab\u202ecde", "abcde")],
)
def test_a_cut_is_visible_and_only_where_something_is_missing(text: str, shown: str) -> None:
    """Five readable characters are allowed here: a longer text says that it was cut."""
    assert clean(text, limit=5) == shown


@given(text=LETTERS | WORDY | st.text(st.sampled_from("a \t\r\n\x0b\x0c\x1c\x85\u2028\u2029\u00a0\u202e"), max_size=30))
@settings(max_examples=400, deadline=None)
def test_a_heading_is_one_line_whatever_comes_in(text: str) -> None:
    """No line break of any kind is left, no edge of spaces, and doing it twice changes nothing."""
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line == line.strip()
    assert "  " not in line
    assert one_line(line) == line


def test_a_heading_keeps_its_words_apart() -> None:
    """A line break in a title becomes a space."""
    assert one_line("Convoy\r\nattacked\u2028near\tKati ") == "Convoy attacked near Kati"
    assert one_line("Convoy attacked", limit=6) == "Convoy [cut]"
