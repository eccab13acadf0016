"""The fixed words of the pages: every one is said in French too, with the same blanks to fill in."""

import re

import pytest

from watcher.web.languages import catalog, language, marked, preferred

BLANK = re.compile(r"%\((\w+)\)s")


def test_every_marked_text_is_said_in_french() -> None:
    """Of each text that a template or a page marks, French says something, and fills in the same values."""
    french = catalog("fr")
    known = {m.id[0] if isinstance(m.id, tuple) else m.id: m for m in french if m.id}
    missing = sorted(text for text in marked() if text not in known)
    assert not missing, "add them to watcher/web/words/fr/<page>.po"
    for text, message in known.items():
        is_plural = isinstance(message.id, tuple)
        asked = set(BLANK.findall(str(message.id[1] if is_plural else text)))
        for told in message.string if isinstance(message.string, tuple) else (message.string,):
            filled = set(BLANK.findall(str(told)))
            assert filled <= asked if is_plural else filled == asked, text


def test_what_nobody_says_any_more_is_not_kept() -> None:
    """A translation without its text would be read for nothing."""
    said = marked()
    known = {m.id[0] if isinstance(m.id, tuple) else m.id for m in catalog("fr") if m.id}
    assert not sorted(known - said)


@pytest.mark.parametrize(("number", "told"), [(0, "0 jour"), (1, "1 jour"), (2, "2 jours"), (30, "30 jours")])
def test_numbers_are_counted_in_french(number: int, told: str) -> None:
    """One form for none and one, the other for more."""
    assert language("fr").counts("in %(num)s day", "in %(num)s days", number) == f"dans {told}"


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-ML,en;q=0.5", "fr"),
        ("en;q=0.5,fr;q=0.9", "fr"),
        ("de,*;q=0.1", "en"),
        ("fr;q=x", "fr"),
    ],
)
def test_the_browsers_wish_is_followed(accepted: str, code: str) -> None:
    """By weight, then by order; a language that is not ours is passed over."""
    assert preferred(accepted) == code
