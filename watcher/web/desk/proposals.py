"""``/proposals/{number}``: a change that waits for a second pair of eyes; and going back to a version."""

from http import HTTPStatus
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from watcher.assessments import Live
from watcher.people.roles import Role, Scope
from watcher.store import Connection, rule_proposals
from watcher.store.rule_proposals import ProposalKind, ProposalState, RuleProposal
from watcher.web.change_terms import SAVED, WHY
from watcher.web.desk.assessments import in_force, numbered
from watcher.web.desk.new_version import whole_change
from watcher.web.forms import Form
from watcher.web.languages import words
from watcher.web.permissions import Permission
from watcher.web.refusals import NO_SUCH_PAGE, RefusedError
from watcher.web.site import Site
from watcher.web.visits import Acting, Needs, Reading, Visit
from watcher.workbench.changing import Change, ChangeError, change_back, put, rule_change
from watcher.workbench.versions import Between, between_texts, versions

APPROVE = frozenset({Role.LEAD, Role.OPERATOR})
"""Whose word puts a change into force; the author's own never does."""

Approving = Annotated[Visit, Depends(Needs(Permission(roles=APPROVE, scope=Scope.ACT)))]

_SETTLED = words("Proposal %(number)s is settled; nothing was changed.")
_OWN = words("This is your own proposal: somebody else approves it. You can take it back.")
_GONE = words("This proposal is settled already.")
_ALONE = words("In this assessment a second person approves what changes: going back is for a change by hand here.")


def router(site: Site) -> APIRouter:
    """Return the routes, over the proposals of *site*'s database."""
    routes = APIRouter()

    @routes.get("/proposals/{number}")
    async def show(number: str, visit: Reading) -> HTMLResponse:
        return await _page(visit, await _found(visit, number))

    @routes.post("/proposals/{number}")
    async def settle(number: str, visit: Acting) -> Response:
        made = await _found(visit, number)
        form = await visit.form()
        try:
            return await _settled(visit, made, form)
        except ChangeError as error:
            return await _page(visit, made, wrong=str(error), why=form.text("why", most=2_000))

    @routes.post("/assessments/{wanted}/versions/{number}")
    async def back(wanted: str, number: str, visit: Approving) -> Response:
        live = in_force(visit, wanted)
        chosen = numbered(await site.read(versions, wanted), number)
        form = await visit.form()
        path = f"/assessments/{quote(wanted)}"
        if live.assessment.changes == "reviewed":
            return visit.go(f"{path}/versions/{chosen.number}", said=_ALONE)
        try:
            change = await visit.site.compute(change_back, Path(live.file), chosen.good.text)
            await site.write(_put, visit, change, form)
        except ChangeError as error:
            return visit.go(f"{path}/versions/{chosen.number}", said=str(error))
        site.judge_soon()
        return visit.go(path, said=SAVED, version=change.after)

    return routes


async def _found(visit: Visit, number: str) -> RuleProposal:
    digits = number.isascii() and number.isdigit() and len(number) <= len("123456789")
    made = await visit.site.read(rule_proposals.get, int(number)) if digits else None
    if made is None:
        raise RefusedError(NO_SUCH_PAGE)
    return made


async def _settled(visit: Visit, made: RuleProposal, form: Form) -> Response:
    why, act, own = form.text("why", most=2_000), form.text("act"), made.who == visit.person.who
    if made.state is not ProposalState.OPEN:
        raise ChangeError(_GONE)
    if not why:
        raise ChangeError(WHY)
    if act == "approve":
        return await _approved(visit, made, why)
    state = ProposalState.WITHDRAWN if own else ProposalState.REFUSED
    if not own and visit.person.role not in APPROVE:
        raise ChangeError(words("Refusing is for a lead or an operator."))
    if await visit.site.write(_decide, made.number, state, visit, why) is None:
        raise ChangeError(_GONE)
    return visit.go(f"/proposals/{made.number}", said=_SETTLED, number=made.number)


async def _approved(visit: Visit, made: RuleProposal, why: str) -> Response:
    if made.who == visit.person.who:
        raise ChangeError(_OWN)
    if visit.person.role not in APPROVE:
        raise ChangeError(words("Approving is for a lead or an operator."))
    live = in_force(visit, made.assessment)
    change = await _change(visit, live, made)
    await visit.site.write(_approve, visit, made, change, why)
    visit.site.judge_soon()
    return visit.go(f"/assessments/{quote(made.assessment)}", said=SAVED, version=change.after)


async def _change(visit: Visit, live: Live, made: RuleProposal) -> Change:
    """Return what *made* would do to the file as it stands now."""
    if made.kind is ProposalKind.VERSION:
        return await whole_change(visit, live, made.block, made.made_from)
    return await visit.site.compute(rule_change, Path(live.file), made.rule, made.block, made.made_from)


def _decide(connection: Connection, number: int, state: ProposalState, visit: Visit, why: str) -> RuleProposal | None:
    return rule_proposals.decide(connection, number, state, who=visit.person.who, why=why, at=visit.now)


def _approve(connection: Connection, visit: Visit, made: RuleProposal, change: Change, why: str) -> None:
    """Settle and save in one transaction; of two who approve at the same time one hears that it is settled."""
    if _decide(connection, made.number, ProposalState.APPROVED, visit, why) is None:
        raise ChangeError(_GONE)
    told = f"{made.why} (proposed by {made.who}; approved: {why})"
    put(connection, change, who=visit.person.who, why=told, now=visit.now)


def _put(connection: Connection, visit: Visit, change: Change, form: Form) -> None:
    put(connection, change, who=visit.person.who, why=form.text("why", most=2_000), now=visit.now)


async def _page(visit: Visit, made: RuleProposal, *, wrong: str = "", why: str = "") -> HTMLResponse:
    live = in_force(visit, made.assessment)
    change: Change | None = None
    told: Between | None = None
    fault = ""
    if made.state is ProposalState.OPEN:
        try:
            change = await _change(visit, live, made)
            told = await visit.site.compute(between_texts, change.amendment.before, change.amendment.text)
        except ChangeError as error:
            fault = str(error)
    return visit.page(
        "proposal.html.j2",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        made=made,
        assessment=live.assessment,
        change=change,
        told=told,
        fault=fault,
        wrong=wrong,
        why=why,
        is_own=made.who == visit.person.who,
        may_approve=visit.person.role in APPROVE and made.who != visit.person.who,
    )
