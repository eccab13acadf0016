"""That somebody has an alert, as words: one line to read, and nothing to do."""

from typing import Any

from alerts.acknowledged import Acknowledged
from alerts.catalogue import says
from alerts.messages.layout import Layout
from alerts.messages.words import in_language, moment
from indicators.language.text import one_line


def _subject(told: Acknowledged, lang: str) -> str:
    has = says("{owner} has it: {line}", lang)
    return one_line(has.format(owner=told.owner, line=in_language(told.line, lang)), limit=250)


def _context(told: Acknowledged, lang: str) -> dict[str, Any]:
    return {
        "marking": told.marking,
        "owner": told.owner,
        "note": told.note,
        "line": in_language(told.line, lang),
        "until": moment(told.until),
        "at": moment(told.at),
        "alert": told.alert,
        "id": told.id,
    }


def _facts(told: Acknowledged) -> dict[str, str]:
    return {
        "alert": told.alert,
        "owner": told.owner,
        "until": told.until.isoformat(),
        "urgency": told.urgency.name.lower(),
        "marking": told.marking,
        "decided": told.at.isoformat(),
    }


def _fallback(told: Acknowledged, subject: str) -> str:
    return f"{subject}\n\nAlert {told.alert}"


LAYOUT: Layout[Acknowledged] = Layout(
    template="acknowledged", subject=_subject, context=_context, facts=_facts, fallback=_fallback
)
