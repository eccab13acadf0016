"""An alert about a move as words: one layout for each language."""

from collections.abc import Sequence
from typing import Any

from alerts.alert import SEEN, Alert, Cause, Sighting
from alerts.catalogue import in_each, marked, says
from alerts.messages.layout import Layout
from alerts.messages.pending import pending_line
from alerts.messages.words import LEVELS, in_language, moment
from alerts.worded import Names
from indicators.bands import Band, WarningLevel, band_of, percent
from indicators.language.text import one_line
from indicators.moves import MoveReason

_INDICATOR_LEVELS = marked(
    ("quiet", "below level 1", "level 1", "level 2", "level 3", "not observable", "not yet due", "refuted")
)
"""What a cause's level may be, as it is kept and as an English reader sees it."""

MOST_UNSEEN = 5
"""Indicators that cannot be seen which a message names."""

_LESS = in_each("less than before")
_KINDS = in_each({"link": "through: ", "coherence": "cannot differ from: "})
_REASONS = marked(
    {
        "ruled by a person": "ruled by a person",
        "warning level up": "warning level up",
        "warning level down": "warning level down",
        "band up": "a higher term has settled",
        "band down": "a lower term has settled",
        "odds up": "odds at least doubled",
        "odds down": "odds at least halved",
        "confirmed": "a second publisher stands behind it",
        "withdrawn": "the scenario is gone from the assessment",
        "ended": "the assessment was ended by a person",
    }
)


def _subject(alert: Alert, lang: str) -> str:
    arrow = "▲" if alert.rising else "▼"
    before, level = (LEVELS[lang][n].upper() for n in (alert.level_before, alert.level_after))
    level = level if before == level else f"{before} -> {level}"
    if alert.proposed:
        level = f"{says('PROPOSED', lang)} {level}"  # first: a phone shows only the beginning of a subject
    line = alert.line
    term = _band(alert)
    change = f"{percent(line.before, lang)} -> {percent(line.after, lang)} ({term.term(lang)}, {term.printed})"
    colon = " :" if lang == "fr" else ":"
    return one_line(f"[{alert.marking}] {level} {arrow} {in_language(line.name, lang)}{colon} {change}", limit=250)


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
        "proposed": "yes" if alert.proposed else "no",
    }


def _context(alert: Alert, lang: str) -> dict[str, Any]:
    line = alert.line
    band = _band(alert)
    nats = sum(c.nats for c in alert.causes) + alert.other_nats
    return {
        "marking": alert.marking,
        "level": alert.urgency if alert.rising else alert.level,
        "width_before": round(100 * line.before),
        "width_after": round(100 * line.after),
        "reasons": ", ".join(_reason(reason, alert, lang) for reason in alert.reasons),
        "proposed": alert.proposed,
        "overdue": f"{alert.at:%Y-%m-%d}" > alert.review_by,
        "title": in_language(alert.title, lang),
        "assessment": alert.assessment,
        "version": alert.version,
        "level_change": _level_change(alert, lang),
        "question": in_language(line.name, lang),
        "before": percent(line.before, lang),
        "after": percent(line.after, lang),
        "term": band.term(lang),
        "settled_term": alert.estimative.scale[line.band_after].term(lang),
        "published_term": alert.estimative.scale[line.band_after].term(lang),  # layouts of your own may have it
        "pending": pending_line(alert.pending, alert.estimative.scale, lang),
        "range": band.printed,
        "deadline": f"{line.deadline:%Y-%m-%d}",
        "last_day": f"{line.last_day:%Y-%m-%d}" if line.last_day is not None else "",
        "by_last_day": percent(line.by_last_day, lang) if line.by_last_day is not None else "",
        "happened": line.happened,
        "rising": alert.rising,
        "low": percent(line.low, lang),
        "high": percent(line.high, lang),
        "causes": [_cause(c, lang) for c in alert.causes],
        "other": _factor(alert.other_nats, lang) if abs(alert.other_nats) >= SEEN else "",
        "total": _factor(nats, lang),
        "evidence": [_sighting(e, lang) for e in alert.evidence],
        "more_events": alert.more_events,
        "against": [_cause(c, lang) for c in alert.against],
        "missing": [in_language(names, lang) for names in alert.missing],
        "alone": alert.families[0] if alert.rising and len(alert.families) == 1 else "",
        "coverage": f"{100 * alert.coverage:.0f} %",
        "degraded": alert.degraded,
        "unseen": _first(alert.unseen, lang),
        "review_by": alert.review_by,
        "at": moment(alert.at),
        "id": alert.id,
    }


def _first(names: Sequence[Names], lang: str) -> str:
    """Name the first of *names*, and say so where there are more."""
    return ", ".join(in_language(one, lang) for one in names[:MOST_UNSEEN]) + (", …" if names[MOST_UNSEEN:] else "")


def _reason(reason: str, alert: Alert, lang: str) -> str:
    told = says(_REASONS.get(reason, reason), lang)
    if reason != MoveReason.LEVEL_UP or not alert.raised_watch:
        return told
    causes = (_cause(cause, lang) for cause in alert.raised_watch)
    stands = "; ".join(f"{cause['name']}, {cause['level']}" for cause in causes)
    return f"{told} ({stands})"


def _factor(nats: float, lang: str) -> str:
    told = f"x{2.718281828459045**nats:.2f}".rjust(7)
    return told.replace(".", ",") if lang == "fr" else told


def _level_change(alert: Alert, lang: str) -> str:
    before, after = LEVELS[lang][alert.level_before], LEVELS[lang][alert.level_after]
    if before == after:
        return f"{after} ({alert.level_after}/4, {says('unchanged', lang)})"
    return f"{before} -> {after} ({alert.level_before}/4 -> {alert.level_after}/4)"


def _cause(cause: Cause, lang: str) -> dict[str, str]:
    level = says(cause.level, lang) if cause.level in _INDICATOR_LEVELS else cause.level
    level += f", {says('fading', lang)}" if cause.fading else f", {_LESS[lang]}" if cause.less else ""
    name = _KINDS[lang].get(cause.kind, "") + in_language(cause.name, lang)
    return {"factor": _factor(cause.nats, lang), "name": name, "level": level}


def _sighting(sighting: Sighting, lang: str) -> dict[str, Any]:
    return {
        "name": in_language(sighting.name, lang),
        "day": sighting.day,
        "dated": sighting.dated,
        "place": sighting.place,
        "grade": sighting.grade,
        "title": sighting.title,
        "source": sighting.source,
        "reports": sighting.reports,
        "url": sighting.url,
    }


LAYOUT: Layout[Alert] = Layout(template="alert", subject=_subject, context=_context, facts=_facts, fallback=_fallback)
