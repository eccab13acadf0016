"""A warning about Watcher itself as words."""

from typing import Any

from alerts.catalogue import in_each
from alerts.messages.layout import Layout
from alerts.messages.words import LEVELS, in_language, moment
from alerts.system import Standing, SystemWarning
from indicators.language.text import one_line

_STANDING = in_each(
    {Standing.RAISED: "SYSTEM", Standing.REMINDED: "SYSTEM, STILL SO", Standing.CLEARED: "SYSTEM, OVER"}
)


def _subject(warning: SystemWarning, lang: str) -> str:
    sign = "✓" if warning.standing is Standing.CLEARED else "!"
    return one_line(
        f"[Watcher] {_STANDING[lang][warning.standing]} {sign} {in_language(warning.headline, lang)}", limit=250
    )


def _context(warning: SystemWarning, lang: str) -> dict[str, Any]:
    return {
        "headline": in_language(warning.headline, lang),
        "cleared": warning.standing is Standing.CLEARED,
        "level": warning.urgency,
        "urgency": LEVELS[lang][warning.urgency],
        "since": moment(warning.since),
        "details": [in_language(line, lang) for line in warning.details],
        "meaning": in_language(warning.meaning, lang),
        "next_step": in_language(warning.next_step, lang),
        "about": warning.about,
        "at": moment(warning.at),
        "id": warning.id,
    }


def _facts(warning: SystemWarning) -> dict[str, str]:
    return {
        "alert": warning.id,
        "about": warning.about,
        "standing": warning.standing.value,
        "urgency": warning.urgency.name.lower(),
        "since": warning.since.isoformat(),
        "decided": warning.at.isoformat(),
    }


def _fallback(warning: SystemWarning, subject: str) -> str:
    lines = "\n".join(f"- {in_language(line, 'en')}" for line in warning.details)
    return f"{subject}\n\n{lines}\n\n{in_language(warning.next_step, 'en')}\nAlert {warning.id}"


LAYOUT: Layout[SystemWarning] = Layout(
    template="system", subject=_subject, context=_context, facts=_facts, fallback=_fallback
)
