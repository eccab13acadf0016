"""An alert as words: one layout for each language, and a plain fallback that always goes out.

Templates are the product's own files, run in Jinja2's immutable sandbox with undefined names
refused. They see a plain dictionary of strings and numbers and nothing else. Text from feeds is a
value in it, never a template.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from alerts import TEMPLATES
from alerts.alert import SEEN, Alert, Cause, Sighting
from indicators.bands import Band, WarningLevel, band_of, percent
from indicators.text import clean, one_line

LANGUAGES = ("en", "fr")
LONGEST = 12_000
"""Characters; well under what any channel cuts by itself."""

_LEVELS = {
    "en": ("Baseline", "Watch", "Advisory", "Warning", "Critical"),
    "fr": ("Référence", "Veille", "Attention", "Alerte", "Critique"),
}
_INDICATOR_LEVELS = {
    "quiet": "calme",
    "below level 1": "sous le niveau 1",
    "level 1": "niveau 1",
    "level 2": "niveau 2",
    "level 3": "niveau 3",
    "not observable": "non observable",
    "not yet due": "pas encore dû",
    "refuted": "réfuté",
}
_FADING = {"en": "fading", "fr": "s'estompe"}
_KINDS = {
    "en": {"link": "through: ", "coherence": "cannot differ from: "},
    "fr": {"link": "par : ", "coherence": "lié à : "},
}
_REASONS: dict[str, dict[str, str]] = {
    "en": {
        "band up": "published term up",
        "band down": "published term down",
        "odds up": "odds at least doubled",
        "odds down": "odds at least halved",
        "withdrawn": "the scenario is gone from the assessment",
    },
    "fr": {
        "ruled by a person": "tranché par une personne",
        "band up": "terme publié relevé",
        "band down": "terme publié abaissé",
        "warning level up": "niveau d'alerte relevé",
        "warning level down": "niveau d'alerte abaissé",
        "odds up": "cote au moins doublée",
        "odds down": "cote au moins divisée par deux",
        "withdrawn": "le scénario n'est plus dans l'évaluation",
    },
}
_STILL = {"en": "unchanged", "fr": "inchangé"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message's words. ``fallback`` says the layout failed and the plain form was used."""

    subject: str
    text: str
    data: Mapping[str, str] = field(default_factory=dict)
    fallback: str = ""


def render(alert: Alert, *, lang: str, repeat: bool = False) -> Rendered:
    """Return *alert* as subject, text and flat facts in *lang* (English if we have no such layout).

    A layout that fails never stops a warning: the fallback text carries the judgement itself.
    """
    lang = lang if lang in LANGUAGES else "en"
    subject = _subject(alert, lang)
    try:
        text = _environment().get_template(f"alert.{lang}.txt.j2").render(_context(alert, lang, repeat=repeat))
        failed = ""
    except Exception as error:  # noqa: BLE001 - whatever a layout does, it must not stop a warning
        text, failed = _fallback(alert, subject), f"{type(error).__name__}: {error}"
    return Rendered(subject=subject, text=clean(text, limit=LONGEST), data=_facts(alert), fallback=failed)


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=False,
    )
    environment.globals.clear()
    environment.filters.clear()
    return environment


def _local(texts: Mapping[str, str], lang: str) -> str:
    return texts.get(lang) or texts.get("en") or next(iter(texts.values()))


def _subject(alert: Alert, lang: str) -> str:
    arrow = "▲" if alert.rising else "▼"
    before, level = (_LEVELS[lang][n].upper() for n in (alert.level_before, alert.level_after))
    level = level if before == level else f"{before} -> {level}"
    line = alert.line
    term = _band(alert)
    change = f"{percent(line.before, lang)} -> {percent(line.after, lang)} ({term.term(lang)}, {term.printed})"
    colon = " :" if lang == "fr" else ":"
    return one_line(f"[{alert.marking}] {level} {arrow} {_local(line.name, lang)}{colon} {change}", limit=250)


def _band(alert: Alert) -> Band:
    """Return the word for the figure in the assessment's own scale."""
    scale = alert.estimative.scale
    return scale[band_of(alert.line.after, scale)]


def _fallback(alert: Alert, subject: str) -> str:
    titles = "\n".join(f"- {e.day} {e.grade} {e.title} ({e.source}) {e.url}" for e in alert.evidence)
    return f"{subject}\nby {alert.line.deadline:%Y-%m-%d}\n\n{titles}\n\nAlert {alert.id}"


def _facts(alert: Alert) -> dict[str, str]:
    """What a machine wants to route or file the alert by."""
    return {
        "alert": alert.id,
        "assessment": alert.assessment,
        "version": alert.version,
        "scenario": alert.scenario,
        "marking": alert.marking,
        "level": alert.level.name.lower(),
        "level_before": WarningLevel(alert.level_before).name.lower(),
        "probability": f"{alert.line.after:.4f}",
        "probability_before": f"{alert.line.before:.4f}",
        "term": _band(alert).term("en"),
        "deadline": alert.line.deadline.isoformat(),
        "decided": alert.at.isoformat(),
    }


def _context(alert: Alert, lang: str, *, repeat: bool) -> dict[str, Any]:
    line = alert.line
    band = _band(alert)
    nats = sum(c.nats for c in alert.causes) + alert.other_nats
    return {
        "marking": alert.marking,
        "reasons": ", ".join(_REASONS[lang].get(r, r) for r in alert.reasons),
        "proposed": alert.proposed,
        "overdue": f"{alert.at:%Y-%m-%d}" > alert.review_by,
        "title": _local(alert.title, lang),
        "assessment": alert.assessment,
        "version": alert.version,
        "level_change": _level_change(alert, lang),
        "question": _local(line.name, lang),
        "before": percent(line.before, lang),
        "after": percent(line.after, lang),
        "term": band.term(lang),
        "published_term": alert.estimative.scale[line.band_after].term(lang),
        "range": band.printed,
        "deadline": f"{line.deadline:%Y-%m-%d}",
        "happened": line.happened,
        "rising": line.after >= line.before,
        "low": percent(line.low, lang),
        "high": percent(line.high, lang),
        "causes": [_cause(c, lang) for c in alert.causes],
        "other": _factor(alert.other_nats) if abs(alert.other_nats) >= SEEN else "",
        "total": _factor(nats),
        "evidence": [_sighting(e) for e in alert.evidence],
        "more_events": alert.more_events,
        "against": [_cause(c, lang) for c in alert.against],
        "missing": [_local(names, lang) for names in alert.missing],
        "alone": alert.families[0] if alert.rising and len(alert.families) == 1 else "",
        "coverage": f"{100 * alert.coverage:.0f} %",
        "degraded": alert.degraded,
        "review_by": alert.review_by,
        "at": _moment(alert.at),
        "id": alert.id,
        "repeat": repeat,
    }


def _factor(nats: float) -> str:
    return f"x{2.718281828459045**nats:.2f}".rjust(7)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _level_change(alert: Alert, lang: str) -> str:
    before, after = _LEVELS[lang][alert.level_before], _LEVELS[lang][alert.level_after]
    if before == after:
        return f"{after} ({alert.level_after}/4, {_STILL[lang]})"
    return f"{before} -> {after} ({alert.level_before}/4 -> {alert.level_after}/4)"


def _cause(cause: Cause, lang: str) -> dict[str, str]:
    level = _INDICATOR_LEVELS.get(cause.level, cause.level) if lang == "fr" else cause.level
    level += f", {_FADING[lang]}" if cause.fading else ""
    name = _KINDS[lang].get(cause.kind, "") + _local(cause.name, lang)
    return {"factor": _factor(cause.nats), "name": name, "level": level}


def _sighting(sighting: Sighting) -> dict[str, Any]:
    return {
        "day": sighting.day,
        "dated": sighting.dated,
        "place": sighting.place,
        "grade": sighting.grade,
        "title": sighting.title,
        "source": sighting.source,
        "reports": sighting.reports,
        "url": sighting.url,
    }
