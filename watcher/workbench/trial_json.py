"""How ``watcher try --json`` writes a trial for programs: everything, in plain values."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indicators.outlooks import Outlook
    from watcher.workbench.trial import FoundItem, Moment, Trial, Version


def trial_json(trial: "Trial", *, oldest: datetime | None) -> dict[str, Any]:
    """Return *trial* as plain values; *oldest* is the first date of which anything is known."""
    from watcher.workbench.trial import level_days, moved_lines

    today = trial.today
    difference: dict[str, Any] = {"against": trial.against}
    if trial.outlook_today is not None:
        end = trial.changed.end.outlook
        difference["gained"] = [_found(f) for f in trial.gained]
        difference["lost"] = [
            _found(f) | {"refused_now": trial.refusal(f.match.item.id, trial.changed)} for f in trial.lost
        ]
        difference["watch_gained"] = [_found(f) for f in trial.watch_gained]
        difference["watch_lost"] = [
            _found(f) | {"refused_now": trial.refusal(f.match.item.id, trial.changed)} for f in trial.watch_lost
        ]
        difference["levels"] = [
            {"day": day, "today": before, "changed": level}
            for day, level, before in (level_days(trial.changed, today) if today else ())
        ]
        keys = moved_lines(trial.outlook_today, end)
        difference["outlook"] = _change(trial.changed, trial.outlook_today, end, keys)
    return {
        "rule": trial.rule,
        "since": trial.period.since,
        "until": trial.period.until,
        "items": trial.items,
        "known_since": oldest,
        "unlisted_sources": trial.unlisted,
        "days": [{"day": d.day, "items": d.items, "counted": d.counted} for d in trial.days],
        "history": trial.has_history,
        "changed": _version(trial.changed),
        "today": _version(today) if today else None,
        "difference": difference,
    }


def _version(version: "Version") -> dict[str, Any]:
    from watcher.workbench.trial import moved_lines

    more = version.one_more
    moved = moved_lines(version.end.outlook, more.outlook)
    return {
        "version": version.assessment.version,
        "read_as_of": version.assessment.as_of,
        "counted": len(version.counted),
        "refused": dict(version.refusals),
        "matches": [_found(f) for f in version.found],
        "levels": [
            {
                "day": (r.at - timedelta(microseconds=1)).date(),
                "level": r.level,
                "count": round(r.count, 6),
                "activation": round(r.activation, 6),
            }
            for r in version.levels
        ],
        "peak": _moment(version, version.peak),
        "end": _moment(version, version.end),
        "one_more_event": {
            "level": more.reading.level,
            "count": round(more.reading.count, 6),
            "outlook": _change(version, version.end.outlook, more.outlook, moved),
        },
    }


def _moment(version: "Version", moment: "Moment") -> dict[str, Any]:
    return {
        "at": moment.at,
        "level": moment.reading.level,
        "count": round(moment.reading.count, 6),
        "activation": round(moment.reading.activation, 6),
        "outlook": _change(version, moment.without, moment.outlook, tuple(moment.outlook.estimates)),
    }


def _change(version: "Version", before: "Outlook", after: "Outlook", keys: tuple[str, ...]) -> list[dict[str, Any]]:
    from indicators.assessments import forecasts
    from indicators.bands import band_of

    lines, scale = {f.key: f for f in forecasts(version.assessment)}, version.assessment.scale
    return [
        {
            "scenario": key,
            "before": before.estimates[key].p if key in before.estimates else None,
            "after": (e := after.estimates[key]).p,
            "low": e.low,
            "high": e.high,
            "term": scale[band_of(e.p, scale)].terms["en"],
            "range": scale[band_of(e.p, scale)].printed,
            "deadline": lines[key].deadline(after.at),
        }
        for key in keys
    ]


def _found(found: "FoundItem") -> dict[str, Any]:
    item = found.match.item
    return {
        "id": item.id,
        "source": item.source,
        "lang": item.lang,
        "when": item.when,
        "title": item.title,
        "url": item.url or None,
        "excerpts": [{"field": e.field, "text": e.marked()} for e in found.excerpts],
        "evidence": [
            {"words": e.words, "field": e.field, "start": e.start, "end": e.end} for e in found.match.evidence
        ],
        "places": list(found.match.places),
        "announcement": found.match.announcement,
        "rejected_by": found.match.rejected_by or None,
    }
