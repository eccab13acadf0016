"""Words as a reader sees them: one way of cleaning, folding and cutting for rules and for items.

A rule's term and an item's text go through the same functions, so a composed ``é``, a
decomposed one and a plain ``e`` meet, and so do every kind of hyphen and apostrophe.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Combining marks and joiners stay inside a word; hyphens and apostrophes end it (l'armée -> l, armée).
_INSIDE = "\u00ad\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200d\u2060\ufeff"
WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_INSIDE}])*")
INSIDE = re.compile(f"[{_INSIDE}]")
HYPHENS = frozenset("-\u2010\u2011\u2012\u2013\u2043\u2212\ufe63\uff0d")

# "de-escalation" is not an escalation and "post-coup" no coup; "JNIM-linked" is still about JNIM.
TURNING_PREFIXES = frozenset({"anti", "contre", "counter", "de", "non", "post", "pre", "pro", "sub"})

# NFKD keeps these letters whole, but manœuvre and manoeuvre are one word, and so are Łódź and Lodz.
# Arabic is written with and without the dots of a last yeh or teh marbuta.
_SAME_LETTER = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "\u0131": "i", "\u0649": "\u064a", "\u0629": "\u0647"}
)

# "the", also joined to "and", "with", "as" or "for": والجيش is read as جيش.
_ARABIC_ARTICLE = re.compile("^(?:[\u0648\u0628\u0643\u0641]?\u0627\u0644|\u0644\u0644)(?=\\w{3})")

_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u202a-\u202e\u2066-\u2069\u200e\u200f\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"
)

# Windows-1252 said to be Latin-1, as much mail is, has its quotation marks and dashes where Latin-1 has controls: taken
# out, they glue words together (l'armée, larmée). Office breaks lines by VT, pages by FF;
# 0x85 is a line break or the three dots, and parts words as either.
_WINDOWS = b"\x80\x82\x84\x8a\x8c\x8e\x91\x92\x93\x94\x95\x96\x97\x9a\x9c\x9e\x9f"
_MEANT = str.maketrans(_WINDOWS.decode("latin-1") + "\x0b\x0c\x85", _WINDOWS.decode("cp1252") + "   ")
_DROPPED = ("Mn", "Cf", "Zs")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text: its folded form and where it stands in the original (``text[start:end]``)."""

    word: str
    start: int
    end: int
    turned: bool = False
    """A prefix joined by a hyphen turns its meaning (*de-escalation*): no term may start here."""


LONGEST_REMEMBERED = 64
"""Letters; a longer "word" is a stunt, and a memory full of them would be gigabytes."""


def fold(word: str) -> str:
    """Return *word* without case, accents and invisible characters (NFKC, casefold, NFKD less marks).

    An Arabic word also loses its vowel marks, its stretching and its article; a ligature that stands for
    several words (U+FDFA) becomes one.
    """
    if word.isascii():
        return word.lower()
    return _remembered(word) if len(word) <= LONGEST_REMEMBERED else _folded(word)


@lru_cache(maxsize=65_536)
def _remembered(word: str) -> str:
    return _folded(word)


def _folded(word: str) -> str:
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", word).casefold()).translate(_SAME_LETTER)
    bare = "".join(c for c in apart if unicodedata.category(c) not in _DROPPED and c != "\u0640")
    return _ARABIC_ARTICLE.sub("", bare)


def tokens(text: str) -> tuple[Token, ...]:
    """Cut *text* into folded words with their offsets; punctuation is dropped, hyphens are remembered."""
    found: list[Token] = []
    previous: Token | None = None
    chained = False
    for cut in WORD.finditer(text):
        start, end = cut.span()
        joined = previous is not None and INSIDE.sub("", text[previous.end : start]) in HYPHENS
        turned = joined and not chained and previous is not None and previous.word in TURNING_PREFIXES
        chained = joined  # the "de" of Val-de-Grâce turns nothing
        previous = Token(fold(cut.group()), start, end, turned)
        found.append(previous)
    return tuple(token for token in found if token.word)


def clean(text: str, *, limit: int | None = None) -> str:
    """Return text from outside as safe plain characters.

    Control characters, lone surrogates and direction overrides go, but for what is a letter or a mark of Windows-1252
    said to be Latin-1; at most *limit* characters
    stay, and a cut is visible as ``[cut]``. Newlines are kept: use :func:`one_line` for headings.
    """
    plain = text if _is_plain(text) else _without_controls(text)
    if limit is None or len(plain) <= limit:
        return plain
    return plain[:limit].rstrip() + " [cut]"


def _without_controls(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n").translate(_MEANT))


def _is_plain(text: str) -> bool:
    """Whether nothing in *text* can be a control: what is printable is none."""
    return text.replace("\n", "").isprintable()


def one_line(text: str, *, limit: int | None = None) -> str:
    """Return *text* cleaned and on one line, fit for a title, a header or a log field."""
    return clean(" ".join(clean(" ".join(text.split())).split()), limit=limit)
