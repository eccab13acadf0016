"""Words of a text for the matcher: the words of :func:`indicators.language.text.tokens`, many times faster.

Almost every report is written in a few Latin alphabets. Such a text is folded by two look-ups in a
table that run in C; any other text takes the general way. Both give the same words (a property test
holds them to it). Offsets into the original are worked out only for the words of a match.
"""

import codecs
import re

from indicators.language.text import HYPHENS, INSIDE, TURNING_PREFIXES, WORD, fold, tokens

TURNED = "\x02"
"""Stands before a word whose meaning a prefix has turned (*de-escalation*): no term begins with it."""

# All that feeds in Latin letters bring, one byte each. What has no place here is rare: marks, ligatures
# and symbols are seen to one by one, and a text with letters of other scripts takes the general way.
_LETTERS = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŸàáâãäåçèéêëìíîïñòóôõöøùúûüýÿŠšŽžČčĆćĐđŁłŃńŚśŹźŻżĘęĄąĞğŞşőű"
_MARKS = (
    "\u00a0\u00a1\u00a3\u00a7\u00a9\u00ab\u00ae\u00b0\u00b7\u00bb\u00bf\u00d7\u2002\u2003\u2009\u2010\u2011\u2012"
    "\u2013\u2014\u2018\u2019\u201a\u201c\u201d\u201e\u2020\u2022\u2026\u202f\u2030\u2032\u2033\u2039\u203a\u20ac"
    "\u2122\u2212"
)
_REPERTOIRE = ("".join(map(chr, range(128))) + _LETTERS + _MARKS).ljust(256, "\ufffe")  # U+FFFE: no character
_ENCODING = codecs.charmap_build(_REPERTOIRE)
_TWO_LETTERS = {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"}


def _plain(character: str) -> int:
    """Return the byte that stands for *character*: its folded letter, a hyphen, or a space."""
    if character.isalnum():
        return ord(fold(character))
    return ord("-") if character in HYPHENS else ord(" ")


_FOLDED = bytes(map(_plain, _REPERTOIRE))
_UNHYPHENED = bytes(ord(" ") if byte == ord("-") else byte for byte in range(256))
_SPACES = re.compile(b"  +")
_TURN = re.compile(
    b"-(?=[a-z0-9])(?:%s)"
    % b"|".join(b"(?<=[^a-z0-9]%s-)(?<![a-z0-9]-%s-)" % (p, p) for p in sorted(map(str.encode, TURNING_PREFIXES)))
)


def _odd(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for the characters of *error* in a folded text; raise it for letters we cannot fold so."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    plain = ""
    for character in error.object[error.start : error.end]:
        if character in HYPHENS:
            plain += "-"
        elif character in _TWO_LETTERS:
            plain += _TWO_LETTERS[character]
        elif WORD.match(character):
            raise error
        elif INSIDE.match(character):
            continue
        else:
            plain += " "
    return plain, error.end


codecs.register_error("watcher.words", _odd)


def line_of(text: str) -> str:
    """Return the folded words of *text* in reading order, one space between, a turned one after :data:`TURNED`."""
    try:
        encoded: bytes = codecs.charmap_encode(text, "watcher.words", _ENCODING)[0]
    except UnicodeEncodeError:
        return " ".join(TURNED + token.word if token.turned else token.word for token in tokens(text))
    folded = encoded.translate(_FOLDED)
    if b"-" in folded:
        folded = _TURN.sub(b" " + TURNED.encode(), b"  " + folded).translate(_UNHYPHENED)
    return _SPACES.sub(b" ", folded).strip().decode("ascii")


def spans_of(text: str) -> list[tuple[int, int]]:
    """Return where each word of :func:`line_of` stands: ``text[start:end]``."""
    try:
        codecs.charmap_encode(text, "watcher.words", _ENCODING)
    except UnicodeEncodeError:
        return [(token.start, token.end) for token in tokens(text)]
    return [cut.span() for cut in WORD.finditer(text)]  # a word of these letters never folds to nothing
