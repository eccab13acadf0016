"""A ping as words: short, for a machine outside, without a name of a source, a scenario or a person."""

from typing import Any

from alerts.catalogue import says
from alerts.messages.layout import Layout
from alerts.messages.words import in_language, moment
from alerts.ping import Ping
from indicators.language.text import one_line


def _subject(ping: Ping, lang: str) -> str:
    failing = says("IN TROUBLE", lang)
    told = says("alive", lang) if ping.healthy else f"{failing} ! {in_language(ping.troubles[0], lang)}"
    return one_line(f"[Watcher] {told}", limit=250)


def _context(ping: Ping, lang: str) -> dict[str, Any]:
    return {"troubles": [in_language(one, lang) for one in ping.troubles], "at": moment(ping.at), "id": ping.id}


def _facts(ping: Ping) -> dict[str, str]:
    return {"alert": ping.id, "standing": "alive" if ping.healthy else "fail", "decided": ping.at.isoformat()}


def _fallback(ping: Ping, subject: str) -> str:
    return f"{subject}\nAlert {ping.id}"


LAYOUT: Layout[Ping] = Layout(template="watchdog", subject=_subject, context=_context, facts=_facts, fallback=_fallback)
