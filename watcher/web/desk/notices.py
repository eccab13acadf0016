"""``/notices``: what clients are told: drafts that wait, each word for word, and proof of what has left."""

from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from alerts.messages import subject_lines
from alerts.notices import Notice
from alerts.notices.edits import Part
from alerts.said import AnyAlert
from watcher.releasing.brief import BriefError, brief
from watcher.releasing.in_hand import InHand, notice_in_hand, notices_listed
from watcher.web.duty_terms import PARTS
from watcher.web.forms import Form
from watcher.web.refusals import NO_SUCH_PAGE, Refusal, RefusedError
from watcher.web.site import Site
from watcher.web.visits import ACTING, JUDGING, LEADING, Reading, Visit

PAGE = 50
"""Notices on one page of the whole list."""


def router(site: Site) -> APIRouter:
    """Return the routes that only show."""
    routes = APIRouter()

    @routes.get("/notices")
    async def show(visit: Reading, every: str = "", before: str = "") -> HTMLResponse:
        found = await site.ask(notices_listed, every=bool(every), limit=PAGE, before=before)
        last = found.notices[-1].kept if found.more and found.notices else None
        return visit.page(
            "notices.html.j2",
            found=found,
            every=bool(every),
            line=lambda one: line_of(visit, one.kept.worded),
            older=last.id if last is not None else "",
        )

    @routes.get("/notices/{key}")
    async def one(key: str, visit: Reading) -> HTMLResponse:
        return notice_page(visit, await in_hand_or_refuse(visit, key))

    @routes.get("/notices/{key}/brief.pdf")
    async def printed(key: str, visit: Reading, lang: str = "") -> Response:
        found = await in_hand_or_refuse(visit, key)
        wanted = lang if lang in ("en", "fr") else found.found.client.contacts[0].lang
        return await pdf(visit, found.notice, lang=wanted, released=found.found.kept.sent is not None)

    return routes


async def in_hand_or_refuse(visit: Visit, key: str) -> InHand:
    """Return the notice of that id as the visitor has it before them, or refuse."""
    own = visit.site.plant.layouts
    found = await visit.site.ask(notice_in_hand, key, who=visit.person.name, now=visit.now, own=own)
    if found is None:
        raise RefusedError(NO_SUCH_PAGE)
    return found


def notice_page(
    visit: Visit, hand: InHand, *, wrong: str = "", typed: Form | None = None, trying: bool = False
) -> HTMLResponse:
    """Return one notice, with what is *wrong* with what was *typed* above it, or *trying* words that nobody kept."""
    role = visit.person.role
    return visit.page(
        "notice.html.j2",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        hand=hand,
        kept=hand.found.kept,
        client=hand.found.client,
        notice=hand.notice,
        subject=line_of(visit, hand.notice),
        parts=tuple((part.value, PARTS[part.value]) for part in Part),
        wrong=wrong,
        typed=typed or Form(fields={}),
        trying=trying,
        may_judge=JUDGING.allows(role),
        may_lead=LEADING.allows(role),
        may_act=ACTING.allows(role),
        is_program=bool(visit.person.token),
    )


async def pdf(visit: Visit, notice: Notice, *, lang: str, released: bool) -> Response:
    """Return *notice* as a printed page for downloading."""
    site = visit.site
    try:
        made = await site.slowly(lambda: brief(notice, lang=lang, released=released, own=site.plant.layouts))
    except BriefError as error:
        told = Refusal(status=HTTPStatus.NOT_IMPLEMENTED, kind="no-brief", what=str(error))
        raise RefusedError(told) from None
    headers = {"Content-Disposition": f'attachment; filename="{notice.id}-{lang}.pdf"'}
    return Response(made, media_type="application/pdf", headers=headers)


def line_of(visit: Visit, notice: AnyAlert) -> str:
    """Return a notice in a line of the visitor's language."""
    return subject_lines(notice)[visit.language.code]
