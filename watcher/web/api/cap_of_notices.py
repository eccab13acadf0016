"""CAP of the notices that were released to one client: each refers to the one whose place it takes."""

from collections.abc import Iterable

from alerts.layouts.apart import OwnLayouts
from alerts.messages import render, subject_lines
from alerts.notices import Notice, NoticeType
from indicators.bands import WarningLevel
from watcher.releasing.for_clients import SeenNotice
from watcher.store.listings import Earlier
from watcher.web.api.cap import Said


def said_by_notice(
    seen: SeenNotice, before: SeenNotice | None, *, langs: Iterable[str], own: OwnLayouts | None
) -> Said:
    """Return what a notice says, as CAP says it, in *langs*; *before* is the one whose place it takes.

    Where events alone are told there is no judgement, here as anywhere: neither figure nor level, horizon or coverage.
    """
    notice, judgement = seen.notice, seen.notice.judgement
    lines, spoken = subject_lines(notice), tuple(langs)
    judges, has_figure = not notice.facts_only, not notice.facts_only and not judgement.gone
    level = WarningLevel.BASELINE if notice.recalls else notice.level
    return Said(
        id=notice.id,
        at=seen.at,
        kind=_kind(notice),
        before=[Earlier(id=before.notice.id, at=before.at, level=before.notice.level)] if before is not None else [],
        marking=notice.marking,
        level=level if judges else None,
        urgency=notice.urgency if judges else None,
        p=judgement.p if has_figure else None,
        happened=judgement.happened if judges else None,
        deadline=judgement.deadline if judges else None,
        path=f"/client/notices/{notice.id}",
        event={lang: judgement.name.get(lang) or next(iter(judgement.name.values())) for lang in spoken},
        headline={lang: lines[lang] for lang in spoken},
        description={lang: render(notice, lang=lang, own=own, with_page=False).text for lang in spoken},
        parameters={lang: _parameters(notice, lang, has_figure=has_figure) for lang in spoken},
    )


def _kind(notice: Notice) -> str:
    """CAP has no correction: what puts a message right is an update of it, what takes one back its end."""
    if notice.recalls:
        return NoticeType.CANCEL.value
    return NoticeType.UPDATE.value if notice.corrects else notice.type.value


def _parameters(notice: Notice, lang: str, *, has_figure: bool) -> tuple[tuple[str, str], ...]:
    judgement = notice.judgement
    what = (("assessment", f"{notice.assessment} {notice.version}"), ("scenario", judgement.scenario))
    if notice.facts_only:
        return what
    figure = (("probability", f"{judgement.p:.2f}"), ("term", judgement.band.spelled(lang))) if has_figure else ()
    return (
        *figure,
        ("warning level", notice.level.name.lower()),
        ("coverage", f"{notice.reliance.coverage:.2f}"),
        ("degraded", "yes" if notice.reliance.degraded else "no"),
        *what,
    )
