"""``/assessments/{id}/new-version``: all of an assessment's text, compared with what is in force, then saved."""

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from indicators.errors import Severity
from watcher.assessments import Live, digest_of
from watcher.store import Connection, rule_proposals
from watcher.store.rule_proposals import ProposalKind
from watcher.web.change_terms import PROPOSED, SAVED, WHY
from watcher.web.desk.assessments import in_force
from watcher.web.desk.rule_editor import needs_second
from watcher.web.forms import Form
from watcher.web.languages import words
from watcher.web.site import Site
from watcher.web.visits import Acting, Visit
from watcher.workbench.changing import (
    Change,
    ChangeError,
    is_shipped,
    line_of,
    opened_version,
    put,
    refuse_shipped,
    version_change,
)
from watcher.workbench.versions import Between, between_texts, versions

MOST_TEXT = 500_000
"""Bytes of one assessment, more than twice the longest that ships."""

MOST_BYTES = 3 * MOST_TEXT + 64_000
"""Bytes of the form: a letter that is none of the Latin alphabet takes three times as many there."""

MOST_LINES = 3_000
"""Lines of difference that are shown; what is beyond them is counted."""

_STALE = words("Somebody changed this assessment meanwhile. What stands below is yours against theirs: look again.")
_UNSEEN = words("This is not the text that was compared. What it would do stands below: look, then save.")
_TOO_LONG = words("An assessment has at most %(most)s bytes here.")
_NOT_TEXT = words("The file is not UTF-8 text.")
_SAME = words("Nothing differs from what is saved.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a person gave: the text, the mark of the file it was made from, that of the text they saw compared."""

    text: str
    made_from: str
    seen: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultLine:
    """One fault of the text, with the line it is about (0: none) and how that line reads."""

    line: int
    reads: str
    what: str
    instead: str
    is_error: bool


def router(site: Site) -> APIRouter:
    """Return the routes, over the files of the assessments that *site*'s plant has in force."""
    del site
    routes = APIRouter()

    @routes.get("/assessments/{wanted}/new-version")
    async def begin(wanted: str, visit: Acting) -> HTMLResponse:
        live = in_force(visit, wanted)
        try:
            opened = await visit.site.compute(opened_version, Path(live.file))
        except ChangeError as error:
            return await _page(visit, live, Sent(text="", made_from=""), wrong=str(error))
        return await _page(visit, live, Sent(text=opened.block, made_from=opened.mark))

    @routes.post("/assessments/{wanted}/new-version")
    async def take(wanted: str, visit: Acting) -> Response:
        live = in_force(visit, wanted)
        form = await visit.form(most_bytes=MOST_BYTES)
        sent = Sent(text="", made_from=form.text("made_from"), seen=form.text("seen"), why=form.text("why", most=2_000))
        try:
            sent = _sent(visit, form, sent)
            change = await whole_change(visit, live, sent.text)
            if form.text("act") == "save":
                return await _saved(visit, live, sent, change)
        except ChangeError as error:
            return await _page(visit, live, sent, wrong=str(error))
        return await _page(visit, live, sent, change)

    return routes


async def whole_change(visit: Visit, live: Live, text: str, made_from: str = "") -> Change:
    """Return what *text* in the place of the file of *live* would be; refused as :func:`version_change` refuses."""
    used = {one.good.version for one in await visit.site.read(versions, live.assessment.id)}
    return await visit.site.compute(_whole, Path(live.file), live.assessment.id, text, made_from, used)


def _whole(file: Path, assessment: str, text: str, made_from: str, used: set[str]) -> Change:
    return version_change(file, assessment, text, made_from, used=used)


def _sent(visit: Visit, form: Form, sent: Sent) -> Sent:
    """Return *sent* with the text of the file that was chosen, else of what was pasted, with the line ends it had."""
    chosen = form.files.get("file", b"")
    try:
        text = chosen.decode("utf-8-sig") if chosen else form.raw("yaml").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise ChangeError(_NOT_TEXT) from None
    if not chosen and form.text("ends") == "crlf":
        text = text.replace("\n", "\r\n")
    if len(text.encode("utf-8")) > MOST_TEXT:
        raise ChangeError(visit.says(_TOO_LONG, most=visit.language.number(MOST_TEXT)))
    return Sent(text=text, made_from=sent.made_from, seen=sent.seen, why=sent.why)


async def _saved(visit: Visit, live: Live, sent: Sent, change: Change) -> Response:
    """Save what was compared, as it was compared; anything else is compared first."""
    stale = sent.made_from != digest_of(change.amendment.before)
    wrong = _STALE if stale else _UNSEEN if sent.seen != digest_of(sent.text) else "" if sent.why else WHY
    wrong = wrong if change.amendment.changes else _SAME
    if wrong or not change.amendment.sound:
        return await _page(visit, live, sent, change, wrong=wrong if change.amendment.sound else "")
    refuse_shipped(change.amendment.file)
    if needs_second(visit.person, live.assessment):
        number = await visit.site.write(_propose, visit, live, sent)
        return visit.go(f"/proposals/{number}", said=PROPOSED, number=number)
    await visit.site.write(_put, visit, change, sent.why)
    visit.site.judge_soon()
    return visit.go(f"/assessments/{quote(live.assessment.id)}", said=SAVED, version=change.after)


def _put(connection: Connection, visit: Visit, change: Change, why: str) -> None:
    put(connection, change, who=visit.person.who, why=why, now=visit.now)


def _propose(connection: Connection, visit: Visit, live: Live, sent: Sent) -> int:
    return rule_proposals.add(
        connection,
        assessment=live.assessment.id,
        rule="",
        block=sent.text,
        made_from=sent.made_from,
        who=visit.person.who,
        why=sent.why,
        at=visit.now,
        kind=ProposalKind.VERSION,
    )


async def _page(visit: Visit, live: Live, sent: Sent, change: Change | None = None, *, wrong: str = "") -> HTMLResponse:
    """Return the page over *sent*, with what its text would change where it could be compared."""
    told: Between | None = None
    made_from, seen = sent.made_from, ""
    if change is not None:
        told = await visit.site.compute(_between, change)
        made_from, seen = digest_of(change.amendment.before), digest_of(sent.text)
    faulty = bool(wrong) or (change is not None and not change.amendment.sound)
    return visit.page(
        "assessment_new_version.html.j2",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faulty else HTTPStatus.OK,
        assessment=live.assessment,
        sent=sent,
        made_from=made_from,
        seen=seen,
        moved_on=change is not None and sent.made_from != made_from and wrong != _STALE,
        change=change,
        faults=_faults(change) if change is not None else (),
        told=told,
        most_lines=MOST_LINES,
        most=MOST_TEXT,
        wrong=wrong,
        shipped=is_shipped(Path(live.file)),
        second=needs_second(visit.person, live.assessment),
        waiting=await visit.site.read(rule_proposals.waiting, live.assessment.id),
    )


def _between(change: Change) -> Between:
    made = change.amendment
    return between_texts(made.before, made.text, change.before, change.after)


def _faults(change: Change) -> tuple[FaultLine, ...]:
    """Return every fault of the text in the order of its lines, errors and hints alike."""
    lines = change.amendment.text.splitlines()
    found = []
    for problem in change.elsewhere:
        line = line_of(problem)
        reads = lines[line - 1].strip()[:160] if 0 < line <= len(lines) else ""
        is_error = problem.severity is Severity.ERROR
        told = FaultLine(line=line, reads=reads, what=problem.what, instead=problem.instead, is_error=is_error)
        found.append(told)
    return tuple(found)
