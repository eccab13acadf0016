"""The picture of an outlook in a mail: drawn from any course, and nothing but a picture."""

import struct
from datetime import UTC, datetime, timedelta

import pytest

from alerts.messages.pictures import alt_text
from indicators.bands import Estimative
from watcher.charts.outlook import HIGH, WIDE, outlook_png

NOW = datetime(2026, 1, 4, 6, 30, tzinfo=UTC)
DAY = timedelta(days=1)

COURSES = [
    pytest.param([(NOW, 0.5)], id="one figure alone"),
    pytest.param([(NOW - 90 * DAY, 0.0), (NOW, 1.0)], id="from end to end"),
    pytest.param([(NOW - DAY, 0.2), (NOW - DAY, 0.3), (NOW, 0.3)], id="twice in one moment"),
    pytest.param([(NOW - n * DAY / 8, 0.1 + n / 1_000) for n in range(400, 0, -1)], id="many"),
]


@pytest.mark.parametrize("estimative", list(Estimative))
@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("course", COURSES)
def test_any_course_is_a_picture_of_one_size(
    course: list[tuple[datetime, float]], lang: str, estimative: Estimative
) -> None:
    """Twice as many pixels as it is shown with, and small enough for a telephone."""
    drawn = outlook_png(course, until=NOW, scale=estimative.scale, lang=lang)
    assert drawn.startswith(b"\x89PNG")
    assert struct.unpack("!II", drawn[16:24]) == (2 * WIDE, 2 * HIGH)
    assert len(drawn) < 80_000


def test_the_same_course_is_the_same_picture() -> None:
    """Nothing of the moment of drawing is in it: a repeat of a mail is the same mail."""
    course = [(NOW - DAY, 0.2), (NOW, 0.3)]
    first, second = (outlook_png(course, until=NOW, scale=Estimative.ICD203.scale, lang="en") for _ in range(2))
    assert first == second


def test_what_it_shows_stands_in_words_beside_it() -> None:
    """For whoever cannot see it, or has not asked for pictures."""
    ends = ((NOW - 30 * DAY, 0.12), (NOW, 0.24))
    assert alt_text(*ends, name="Coup attempt", lang="en") == (
        "Coup attempt: 12 % on 5 December 2025, 24 % on 4 January 2026"
    )
    assert "24 % le 4 janvier 2026" in alt_text(*ends, name="Tentative", lang="fr").replace("\u00a0", " ")
    assert "\n" not in alt_text(*ends, name="a\nb", lang="en")
