"""A move that a person has yet to review is told at once, and told as proposed."""

from typing import Any

import pytest

from alerts.messages import render
from tests.builders import an_alert

WORDS = {"en": "PROPOSED, NOT YET REVIEWED", "fr": "PROPOSÉ, PAS ENCORE EXAMINÉ"}


@pytest.mark.parametrize("lang", WORDS)
def test_a_proposed_move_says_so_in_every_language(lang: str) -> None:
    """Behind why it was sent, with the command by which a person decides."""
    told = render(an_alert(moves="reviewed"), lang=lang)
    assert not told.fallback
    lines = told.text.splitlines()
    number = next(n for n, text in enumerate(lines) if text.startswith(WORDS[lang]))
    assert "watcher decide 0123456789abcdef" in lines[number]
    assert lines[number - 1].startswith(("Sent because", "Envoyé parce que"))
    assert lines[number + 1].startswith("Question")


@pytest.mark.parametrize(("lang", "word"), [("en", "PROPOSED"), ("fr", "PROPOSÉ")])
def test_the_subject_line_says_so_before_all_else(lang: str, word: str) -> None:
    """Who reads no more than the subject must not take a proposal for what we stand by; nor must a program."""
    told = render(an_alert(moves="reviewed"), lang=lang)
    plain = render(an_alert(), lang=lang)
    assert told.subject.startswith(f"[{an_alert().marking}] {word} ")
    assert told.subject.replace(f"{word} ", "") == plain.subject
    assert (told.data["proposed"], plain.data["proposed"]) == ("yes", "no")


@pytest.mark.parametrize(
    "changes", [{}, {"moves": "automatic"}, {"moves": "reviewed", "reasons": ("ruled by a person", "warning level up")}]
)
@pytest.mark.parametrize("lang", WORDS)
def test_what_counts_by_itself_or_was_ruled_is_not_proposed(lang: str, changes: dict[str, Any]) -> None:
    """A ruling is a person's decision already."""
    told = render(an_alert(**changes), lang=lang)
    assert WORDS[lang] not in told.text
    assert WORDS[lang].partition(",")[0] not in told.subject
