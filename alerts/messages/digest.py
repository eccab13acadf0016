"""A digest as words: what was held and why, the gravest first."""

from typing import Any

from alerts.catalogue import marked, says
from alerts.digest import Digest, DigestEntry
from alerts.messages.layout import Layout
from alerts.messages.words import LEVELS, in_language, moment
from indicators.language.text import one_line

_HOLDS = marked(("quiet hours", "digest", "storm", "cool-down", "group", "backlog"))
"""The names of holds that a reader is told in words; a silence has its number."""


def _subject(digest: Digest, lang: str) -> str:
    level = LEVELS[lang][digest.urgency].upper()
    told = f"{digest.count} alertes retenues" if lang == "fr" else f"{digest.count} held alerts"
    first = in_language(digest.entries[0].line, lang)
    return one_line(f"[{digest.marking}] DIGEST {level}: {told}; {first}", limit=250)


def _context(digest: Digest, lang: str) -> dict[str, Any]:
    return {
        "marking": digest.marking,
        "level": digest.urgency,
        "count": digest.count,
        "reasons": ", ".join(f"{n} x {_reason(name, lang)}" for name, n in digest.reasons.items()),
        "entries": [_entry(e, lang) for e in digest.entries],
        "notes": [in_language(note, lang) for note in digest.notes],
        "at": moment(digest.at),
        "id": digest.id,
    }


def _reason(name: str, lang: str) -> str:
    return says(name, lang) if name in _HOLDS else name


def _entry(entry: DigestEntry, lang: str) -> dict[str, Any]:
    return {
        "level": LEVELS[lang][entry.urgency],
        "line": in_language(entry.line, lang),
        "at": moment(entry.at),
        "earlier": entry.count - 1,
        "id": entry.alert,
    }


def _facts(digest: Digest) -> dict[str, str]:
    return {
        "alert": digest.id,
        "count": str(digest.count),
        "urgency": digest.urgency.name.lower(),
        "alerts": " ".join(e.alert for e in digest.entries),
        "marking": digest.marking,
        "decided": digest.at.isoformat(),
    }


def _fallback(digest: Digest, subject: str) -> str:
    lines = "\n".join(f"- {in_language(e.line, 'en')} ({e.alert})" for e in digest.entries)
    return f"{subject}\n\n{lines}\n\nAlert {digest.id}"


LAYOUT: Layout[Digest] = Layout(template="digest", subject=_subject, context=_context, facts=_facts, fallback=_fallback)
