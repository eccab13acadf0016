"""CAP of alerts about moves: warnings of one line are one chain.

The first is an ``Alert``, what follows an ``Update`` that refers to all before it, and its end a ``Cancel``. Two texts
go with each, in English and in French.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from alerts.alert import Alert
from alerts.messages import render, subject_lines
from indicators.bands import WarningLevel, band_of
from watcher.store.listings import Earlier
from watcher.web.api.cap import MOST_REFERENCES, Said

_LANGS = ("en", "fr")


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """An alert with what it is to those before it that still stood: the type of its message, and their names."""

    alert: Alert
    kind: str
    before: tuple[Earlier, ...] = ()


def linked(alert: Alert, story: Iterable[Earlier]) -> Linked:
    """Return *alert* with its place in the chain of its line; *story* is what was said of it before, oldest first."""
    stood: list[Earlier] = []
    for one in story:
        if stood and one.level == WarningLevel.BASELINE:
            stood = []
        elif stood or one.level > WarningLevel.BASELINE:
            stood.append(one)
    kind = "Alert" if not stood else "Update" if alert.level > WarningLevel.BASELINE else "Cancel"
    return Linked(alert=alert, kind=kind, before=tuple(stood[-MOST_REFERENCES:]))


def said_by_alert(one: Linked) -> Said:
    """Return what an alert says, as CAP says it."""
    alert, line, lines = one.alert, one.alert.line, subject_lines(one.alert)
    return Said(
        id=alert.id,
        at=alert.at,
        kind=one.kind,
        before=one.before,
        marking=alert.marking,
        level=alert.level,
        urgency=alert.urgency,
        p=line.after,
        happened=line.happened,
        deadline=line.deadline,
        path=f"/alerts/{alert.id}",
        event={lang: line.name.get(lang) or line.name.get("en") or line.key for lang in _LANGS},
        headline={lang: lines[lang] for lang in _LANGS},
        description={lang: render(alert, lang=lang).text for lang in _LANGS},
        parameters={lang: _parameters(alert, lang) for lang in _LANGS},
    )


def _parameters(alert: Alert, lang: str) -> tuple[tuple[str, str], ...]:
    line = alert.line
    band = alert.estimative.scale[band_of(line.after, alert.estimative.scale)]
    return (
        ("probability", f"{line.after:.4f}"),
        ("probability before", f"{line.before:.4f}"),
        ("range", f"{line.low:.4f}-{line.high:.4f}"),
        ("term", band.spelled(lang)),
        ("warning level", alert.level.name.lower()),
        ("coverage", f"{alert.coverage:.2f}"),
        ("degraded", "yes" if alert.degraded else "no"),
        ("assessment", f"{alert.assessment} {alert.version}"),
        ("scenario", alert.scenario),
    )
