"""The catalogue of fixed words: whole, without a word too many, and dates as each language writes them."""

import ast
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import dates

import alerts
from alerts.catalogue import LANGUAGES, day, in_each, says, translated

HERE = Path(alerts.__file__).parent
MARKERS = {"says", "in_each", "marked"}
SAME = {"Alternative", "Correction", "improbable"}
"""What French says with the same letters."""


def _fixed() -> set[str]:
    """Every text of ours that a call marks, wherever in this package it stands."""
    found: set[str] = set()
    for path in HERE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKERS:
                found |= set(_texts(node.args[0]))
    return found - {""}


def _texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Dict(values=inner) | ast.Tuple(elts=inner) | ast.List(elts=inner):
            for one in inner:
                yield from _texts(one)
        case _:
            return


def test_every_fixed_text_has_its_french_and_no_french_is_left_over() -> None:
    """A word that was added, changed or dropped is found here, and not by a reader at night."""
    assert len(_fixed()) > 90
    assert _fixed() == set(translated("fr"))


def test_the_french_is_french_and_has_the_same_places_to_fill() -> None:
    """A place that is missing would drop a name or a figure; a text that was copied is not translated."""
    for english, french in translated("fr").items():
        assert re.findall(r"{\w*}", english) == re.findall(r"{\w*}", french), english
        assert french != english or english in SAME, english


def test_words_come_in_each_language_in_the_shape_they_were_given() -> None:
    """A table stays a table and a row a row; what has no words stays English."""
    assert in_each({"a": ("Baseline", "nothing of ours"), "b": "Watch"}) == {
        "en": {"a": ("Baseline", "nothing of ours"), "b": "Watch"},
        "fr": {"a": ("Référence", "nothing of ours"), "b": "Veille"},
    }
    assert says("Critical", "fr") == "Critique"


@pytest.mark.parametrize(
    ("written", "english", "french"),
    [
        ("2026-04-01", "1 April 2026", "1er avril 2026"),
        ("2026-08-21T06:30:00+00:00", "21 August 2026", "21 août 2026"),
        ("2025-12-11", "11 December 2025", "11 décembre 2025"),
    ],
)
def test_a_day_as_each_language_writes_it(written: str, english: str, french: str) -> None:
    """The first of a month is an ordinal in French and in no other."""
    assert (day(written, "en"), day(written, "fr")) == (english, french)


@given(dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_no_two_days_are_written_alike(at: date) -> None:
    """Whatever the day: its year and number stand there, and the next day reads otherwise."""
    for lang in LANGUAGES:
        told = day(at.isoformat(), lang)
        assert str(at.year) in told
        assert told.startswith(str(at.day))
        assert told != day((at + timedelta(days=1)).isoformat(), lang)
