"""A notice to a client as words: the order is that of warning research, the sentences are written by hand.

The sections are blocks of the template, so that a printed brief has the very words of the message.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from alerts.catalogue import day
from alerts.messages.layout import Layout
from alerts.messages.notice_words import (
    BY_FADING,
    CLEAR,
    CREDIBILITY,
    DOUBTS,
    DRIVES,
    FADING,
    FEWER_SIGNS,
    HAPPENED,
    HEADINGS,
    LESS,
    MANY,
    MARKED,
    NO_SIGNS,
    ONLY_FACTS,
    RELIABILITY,
    SIGNS,
    SURE,
    THROUGH,
    TYPES,
    VOICES,
)
from alerts.messages.pending import pending_line
from alerts.messages.words import LEVELS, in_language
from alerts.notices.edits import Part
from alerts.notices.notice import Driver, Exposure, Finding, Notice, NoticeType, Shift, Turn
from indicators.bands import WarningLevel, percent
from indicators.language.text import one_line

_JUDGING = (
    *("judgement", "changed", "so_what", "evidence", "confidence"),
    *("alternatives", "mind", "advice", "next", "about"),
)
_FACTS = ("facts", "evidence", "so_what", "next", "about")
_RECALL = ("recall", "about")
_GONE = ("judgement", "changed", "advice", "about")
"""Of a question that nobody asks any more: what it said, and that this is over. Nothing more will come of it."""


def sections(notice: Notice) -> tuple[str, ...]:
    """Return which sections *notice* has, in order."""
    if notice.recalls:
        return _RECALL
    first = ("correction",) if notice.corrects else ()
    if notice.facts_only:
        return (*first, *(name for name in _FACTS if not notice.judgement.gone or name in ("facts", "about")))
    spoken = notice.edits.words.get(Part.ADVICE) or notice.advice
    without = {"advice"} if not spoken else set[str]()
    without |= {"alternatives"} if notice.alternative is None or notice.judgement.happened is not None else set()
    without |= {"mind"} if not notice.turns or notice.judgement.happened is not None else set()
    wanted = _GONE if notice.judgement.gone else _JUDGING
    return (*first, *(name for name in wanted if name not in without))


def _moment(at: datetime, notice: Notice, lang: str) -> str:
    """Return *at* on the reader's clocks, with their name: a time without its zone is another time."""
    local = at.astimezone(ZoneInfo(notice.zone))
    clock = f"{local:%H:%M}" if lang == "en" else f"{local:%Hh%M}"
    return f"{day(local.isoformat(), lang)}, {clock} ({notice.zone})"


def kind_of(notice: Notice, lang: str) -> str:
    """Return what sort of notice it is, in a word."""
    if notice.facts_only and not notice.recalls and notice.type is not NoticeType.CORRECTION:
        return ONLY_FACTS[lang]
    all_clear = notice.clears and not notice.judgement.gone  # that nobody looks any more does not make it safe
    return CLEAR[lang] if all_clear else TYPES[lang][notice.type]


def _subject(notice: Notice, lang: str) -> str:
    name = in_language(notice.judgement.name, lang)
    colon = " :" if lang == "fr" else ":"
    head = f"[{notice.marking}] {kind_of(notice, lang)}{colon} "
    if notice.recalls or notice.judgement.gone:
        told = f"{name} ({notice.supersedes})" if notice.supersedes else name
    elif notice.facts_only:
        first = next(iter(notice.shown), None)
        told = f"{in_language(first.name, lang)}, {first.place or '-'}, {day(first.day, lang)}" if first else name
    elif notice.judgement.happened is not None:
        told = f"{name}, {HAPPENED[lang][notice.judgement.happened]}"
    else:
        level = LEVELS[lang][notice.judgement.level].upper()
        told = f"{name}, {notice.judgement.band.spelled(lang)}, {level}"
    return one_line(head + told, limit=250)


def _context(notice: Notice, lang: str) -> dict[str, Any]:
    released, edits = notice.release, notice.edits
    spoken = {part.value: edits.text(part, lang) for part in Part}
    return {
        "sections": sections(notice),
        "headings": {name: title.upper() for name, title in HEADINGS[lang].items()},
        "titles": HEADINGS[lang],
        "urgency": 0 if notice.facts_only or notice.recalls else int(notice.level),
        "own": spoken,
        "marking": notice.marking,
        "marked": MARKED[lang][notice.marking],
        "type": kind_of(notice, lang),
        "client": notice.client_name,
        "issuer": notice.issuer,
        "contact": notice.contact,
        "id": notice.id,
        "supersedes": notice.supersedes,
        "corrects": notice.type is NoticeType.CORRECTION,
        "facts_only": notice.facts_only,
        "clears": notice.clears,
        "title": in_language(notice.title, lang),
        "version": notice.version,
        "decided": _moment(notice.at, notice, lang),
        "released_by": released.by if released else "",
        "released_at": _moment(released.at, notice, lang) if released else "",
        "next_update": _moment(notice.next_update, notice, lang) if notice.next_update else "",
        "advice": spoken[Part.ADVICE] or notice.advice.get(lang, ""),
        "clear_at": LEVELS[lang][notice.clear_at],
        "hold_hours": f"{notice.hold_hours:.0f}",
        **_judging(notice, lang),
        **_changed(notice, lang),
        **_grounds(notice, lang),
    }


def _judging(notice: Notice, lang: str) -> dict[str, Any]:
    judged, other = notice.judgement, notice.alternative
    before, after = LEVELS[lang][notice.before.level], LEVELS[lang][judged.level]
    band = judged.estimative.scale
    return {
        "name": in_language(judged.name, lang),
        "spelled": judged.band.spelled(lang),
        "p": percent(judged.p, lang),
        "deadline": day(judged.deadline.isoformat(), lang),
        "happened": judged.happened,
        "gone": judged.gone,
        "pending": pending_line(judged.pending, band, lang),
        "level": after,
        "level_before": before if before != after else "",
        "other": other is not None,
        "other_name": in_language(other.name, lang) if other else "",
        "other_spelled": _spelled(other.p, notice, lang) if other else "",
        "opposite": other.opposite if other else False,
        "likelier": other.p > judged.p if other else False,
        "turns": [
            {
                "rises": turn.rises,
                "term": band[turn.band].term(lang) if turn.band is not None else "",
                "ways": _ways(turn, lang),
            }
            for turn in notice.turns
        ],
    }


def _spelled(p: float, notice: Notice, lang: str) -> str:
    return notice.judgement.model_copy(update={"p": p}).band.spelled(lang)


def _ways(turn: Turn, lang: str) -> list[str]:
    joint = " ; " if lang == "fr" else "; "
    return [joint.join(_shift(shift, lang) for shift in way) for way in turn.ways]


def _shift(shift: Shift, lang: str) -> str:
    """Return what would have to be seen; less than today is said as less: *clear signs* alone would read as more."""
    colon = " :" if lang == "fr" else ":"
    falls = shift.before in SIGNS[lang] and shift.level < shift.before  # the levels' names are in their order
    signs = (FEWER_SIGNS if falls else SIGNS)[lang].get(shift.level, NO_SIGNS[lang])
    return f"{in_language(shift.name, lang)}{colon} {signs}"


def _changed(notice: Notice, lang: str) -> dict[str, Any]:
    before = notice.before
    return {
        "before_notice": before.notice,
        "before_withdrawn": before.withdrawn,
        "before_at": _moment(before.at, notice, lang) if before.notice else day(before.at.isoformat(), lang),
        "before_p": percent(before.p, lang),
        "before_term": _spelled(before.p, notice, lang),
        "drivers": [_driver(driver, lang) for driver in notice.drivers],
        "exposures": [_exposure(one, lang) for one in notice.exposures],
    }


def _driver(driver: Driver, lang: str) -> str:
    name = THROUGH[lang].get(driver.kind, "") + in_language(driver.name, lang)
    colon = " :" if lang == "fr" else ":"
    return f"{name}{colon} {DRIVES[lang][driver.up][driver.strength - 1]}{_course(driver, lang)}"


def _course(driver: Driver, lang: str) -> str:
    """Return how it moved the figure, if not by being seen: an attack that makes peace likelier does so by fading."""
    if driver.fading:
        return (BY_FADING if driver.less else FADING)[lang]
    return LESS[lang] if driver.less else ""


def _exposure(one: Exposure, lang: str) -> dict[str, Any]:
    return {
        "name": one.name,
        "road": one.road,
        "here": one.km is not None and one.km < HERE_KM,
        "km": _about(one.km) if one.km is not None else "",
        "what": in_language(one.what, lang) if one.what else "",
        "place": one.place,
        "day": day(one.day, lang) if one.day else "",
    }


HERE_KM = 3.0
"""Nearer than a town is wide: a report that names the town says no more than that it was there."""


def _about(km: float) -> str:
    """Round as far as a report's place allows: nobody knows to the kilometre where a convoy burnt."""
    step = 1 if km < 10 else 5 if km < 100 else 10  # noqa: PLR2004 - the scales of a map
    return f"{step * round(km / step)}"


def _grounds(notice: Notice, lang: str) -> dict[str, Any]:
    sure = notice.reliance
    return {
        "findings": [_finding(finding, lang) for finding in notice.shown],
        "more": notice.more + len(notice.findings) - len(notice.shown),
        "confidence": SURE[lang][sure.level],
        "doubts": "; ".join(
            DOUBTS[lang][d.kind].format(value=f"{d.value:.0f}" if d.kind == "wide range" else f"{100 * d.value:.0f} %")
            for d in sure.doubts
        ),
        "coverage": f"{100 * sure.coverage:.0f} %",
        "degraded": sure.degraded,
        "unseen": "; ".join(in_language(name, lang) for name in sure.unseen),
        "missing": "; ".join(in_language(name, lang) for name in sure.missing),
    }


def _finding(finding: Finding, lang: str) -> dict[str, Any]:
    known = VOICES[lang]
    voices = known[finding.voices] if finding.voices < len(known) else MANY[lang].format(n=finding.voices)
    reliability, credibility = finding.grade[:1], finding.grade[1:]
    return {
        "day": day(finding.day, lang),
        "dated": finding.dated,
        "place": finding.place,
        "name": in_language(finding.name, lang),
        "voices": voices[:1].upper() + voices[1:],
        "reliability": RELIABILITY[lang].get(reliability, RELIABILITY[lang]["F"]),
        "credibility": CREDIBILITY[lang].get(credibility, CREDIBILITY[lang]["6"]),
        "title": finding.title,
        "url": finding.url,
    }


def _facts(notice: Notice) -> dict[str, str]:
    """What a client's machine files it by; of facts alone there is neither figure nor level."""
    told = {
        "notice": notice.id,
        "type": notice.type.value,
        "supersedes": notice.supersedes,
        "scenario": notice.judgement.scenario,
        "marking": notice.marking,
        "issuer": notice.issuer,
        "released": notice.release.at.isoformat() if notice.release else "",
    }
    if notice.facts_only or notice.recalls:
        return told
    return told | {
        "level": WarningLevel(notice.judgement.level).name.lower(),
        "level_before": WarningLevel(notice.before.level).name.lower(),
        "probability": f"{notice.judgement.p:.2f}",
        "term": notice.judgement.band.term("en"),
        "deadline": notice.judgement.deadline.isoformat(),
    }


def _fallback(notice: Notice, subject: str) -> str:
    titles = "\n".join(f"- {f.day} {f.place} {in_language(f.name, 'en')}" for f in notice.shown)
    head = "Do not rely on the notice that this one supersedes." if notice.recalls else titles
    return f"{subject}\n\n{head}\n\n{notice.issuer}, {notice.contact}\nNotice {notice.id}"


LAYOUT: Layout[Notice] = Layout(
    template="notice", subject=_subject, context=_context, facts=_facts, fallback=_fallback, sections=sections
)
