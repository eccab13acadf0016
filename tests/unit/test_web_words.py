"""The fixed words of the pages: every one is said in French too, with the same blanks to fill in."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from alerts.messages.words import LEVELS as TOLD_LEVELS
from watcher.web.languages import CODES, catalog, language, marked, preferred
from watcher.web.terms import LEVELS

BLANK = re.compile(r"%\((\w+)\)s")


def test_a_warning_level_has_one_name_in_a_mail_and_at_the_desk() -> None:
    """Whoever is called by "RÉFÉRENCE -> VEILLE" looks for these words on the page."""
    for code in CODES:
        assert [language(code).says(name) for name in LEVELS] == [name.lower() for name in TOLD_LEVELS[code]]


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


def test_french_counts_as_french_does() -> None:
    """One and none are singular, more is plural; numbers and dates are written as they are read."""
    french = language("fr", "Africa/Bamako")
    told = [french.counts("%(num)s day", "%(num)s days", number) for number in (0, 1, 2)]
    assert told == ["0 jour", "1 jour", "2 jours"]
    assert french.number(1234.5, 1) == "1\u202f234,5"
    assert french.moment(datetime(2025, 11, 20, 0, 5, tzinfo=UTC)) == "20 nov. 2025, 00:05 GMT"
    assert language("en").span(timedelta(days=3, hours=4, minutes=5)) == "3 d 4 h"


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
