"""What every command about notices shares: its group, how a notice is named, and what is told of one."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from alerts.notices import Notice
    from watcher.releasing.found import FoundNotice

group = typer.Typer(name="notices", invoke_without_command=True)

NoticeId = Annotated[str, typer.Argument(metavar="ID", help="The notice's id; its beginning is enough.")]


def notice_json(found: "FoundNotice") -> dict[str, Any]:
    """Return a notice and all that was done with it as plain values."""
    kept, notice = found.kept, found.kept.worded
    return {
        "id": kept.id,
        "client": found.client.id,
        "type": notice.type,
        "state": kept.state,
        "assessment": notice.assessment,
        "scenario": notice.judgement.scenario,
        "marking": notice.marking,
        "facts_only": notice.facts_only,
        "supersedes": notice.supersedes or None,
        "at": notice.at,
        "move": kept.move,
        "released": {"by": notice.release.by or None, "at": notice.release.at} if notice.release else None,
        "remarks": list(kept.remarks),
        "revisions": [
            {"who": r.who, "why": r.why, "at": r.at, "edits": r.edits.model_dump(mode="json")} for r in kept.revisions
        ],
        "steps": [{"kind": s.kind, "who": s.who, "why": s.why, "at": s.at, "about": s.about} for s in kept.steps],
    }


def told_of(notice: "Notice") -> str:
    """Return what *notice* is in a few words."""
    return f"{notice.id} ({notice.type}, {notice.judgement.scenario}, {notice.marking})"
