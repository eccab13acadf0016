"""``/indicators/new`` and ``/indicators/{assessment}/{rule}/edit``: a rule as a form and as YAML, tried, then saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from indicators.assessments import Assessment, forecasts
from indicators.written.blocks import data_of, with_values
from indicators.written.editing import EditError
from watcher.assessments import Live
from watcher.people.roles import Person, Role
from watcher.store import Connection, rule_proposals
from watcher.store import assessments as kept
from watcher.web.change_terms import PROPOSED, SAVED, WHY
from watcher.web.desk.assessments import in_force
from watcher.web.desk.rule_forms import KINDS, RATINGS, UNLOCATED, blank_rule, changes_of, fields_of
from watcher.web.desk.tried import picture
from watcher.web.forms import Form
from watcher.web.refusals import NO_SUCH_PAGE, RefusedError
from watcher.web.site import Site
from watcher.web.tries import Tries, Try, new_id
from watcher.web.visits import Acting, Visit
from watcher.workbench.changing import Change, ChangeError, Opened, opened_rule, put, rule_change
from watcher.workbench.period import since_of
from watcher.workbench.trial_apart import AskedTrial
from watcher.workbench.versions import rule_versions

SINCE = ("14d", "30d", "90d")
MOST_BYTES = 300_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A rule on its way: ``rule`` is empty for a new one, ``made_from`` the mark of the block that it began as."""

    rule: str
    block: str
    made_from: str = ""


def router(site: Site) -> APIRouter:
    """Return the routes, over the files of the assessments that *site*'s plant has in force."""
    routes = APIRouter()

    @routes.get("/indicators/new")
    async def begin(visit: Acting) -> HTMLResponse:
        asked = visit.request.query_params
        live = _assessment(visit, asked.get("assessment", ""))
        tried = _tried(visit)
        if tried is not None and tried.assessment == live.assessment.id and not tried.rule:
            return await page(visit, live, Draft(rule="", block=tried.draft), tried=tried)
        draft = Draft(rule="", block=blank_rule(live.assessment, match=asked.get("match", "")[:4_000]))
        return await page(visit, live, draft)

    @routes.post("/indicators/new")
    async def make(visit: Acting) -> Response:
        form = await visit.form(most_bytes=MOST_BYTES)
        live = _assessment(visit, form.text("assessment"))
        return await _act(visit, live, form, rule="")

    @routes.get("/indicators/{wanted}/{rule}/edit")
    async def edit(wanted: str, rule: str, visit: Acting) -> HTMLResponse:
        live = in_force(visit, wanted)
        opened = await _opened(visit, live, rule)
        tried = _tried(visit)
        if tried is not None and (tried.assessment, tried.rule) == (wanted, rule):
            return await page(visit, live, Draft(rule=rule, block=tried.draft, made_from=tried.made_from), tried=tried)
        draft = Draft(rule=rule, block=opened.block, made_from=opened.mark)
        number = visit.request.query_params.get("version", "")
        if number.isdigit():
            earlier = await site.read(rule_versions, wanted, rule)
            block = next((one.block for one in earlier if str(one.number) == number), opened.block)
            draft = Draft(rule=rule, block=block, made_from=opened.mark)
        return await page(visit, live, draft)

    @routes.post("/indicators/{wanted}/{rule}/edit")
    async def change(wanted: str, rule: str, visit: Acting) -> Response:
        live = in_force(visit, wanted)
        await _opened(visit, live, rule)
        return await _act(visit, live, await visit.form(most_bytes=MOST_BYTES), rule=rule)

    @routes.get("/tries/{wanted}")
    async def tried(wanted: str, visit: Acting) -> HTMLResponse:
        found = tries(visit).find(wanted, visit.person.name)
        if found is None:
            raise RefusedError(NO_SUCH_PAGE)
        return visit.page("tried.html.j2", block="tried" if visit.is_partial else "", **_trial_values(visit, found))

    return routes


def tries(visit: Visit) -> Tries:
    """Return the tries of this process."""
    found: Tries = visit.request.app.state.tries
    return found


def needs_second(person: Person, assessment: Assessment) -> bool:
    """Whether what *person* saves waits for somebody else: always for analysts, and where the assessment says so."""
    return person.role is Role.ANALYST or assessment.changes == "reviewed"


async def _act(visit: Visit, live: Live, form: Form, *, rule: str) -> Response:
    """Check, try or save what a form holds."""
    draft = Draft(rule=rule, block=_lines(form.raw("yaml")), made_from=form.text("made_from"))
    try:
        changes = changes_of(form, _data(_lines(form.raw("yaml_was"))), live.assessment)
        draft = Draft(rule=rule, block=with_values(draft.block, changes), made_from=draft.made_from)
        change = await visit.site.compute(rule_change, Path(live.file), rule, draft.block, draft.made_from)
        if form.text("act") == "save":
            return await _save(visit, live, draft, change, why=form.text("why", most=2_000))
        if form.text("act") == "try" and change.readable:
            return await _try(visit, live, draft, change, since=form.text("since") or SINCE[1])
    except (ChangeError, EditError) as error:
        return await page(visit, live, draft, wrong=str(error), why=form.text("why", most=2_000))
    return await page(visit, live, draft, change=change, why=form.text("why", most=2_000))


async def _save(visit: Visit, live: Live, draft: Draft, change: Change, *, why: str) -> Response:
    if not why or not change.amendment.sound:
        told = WHY if change.amendment.sound else ""
        return await page(visit, live, draft, change=change, wrong=told, why=why)
    if needs_second(visit.person, live.assessment):
        number = await visit.site.write(_propose, visit, live, draft, why)
        return visit.go(f"/proposals/{number}", said=PROPOSED, number=number)
    await visit.site.write(_put, visit, change, why)
    visit.site.judge_soon()
    path = f"/indicators/{quote(live.assessment.id)}/{quote(change.rule)}/edit"
    return visit.go(path, said=SAVED, version=change.after)


def _put(connection: Connection, visit: Visit, change: Change, why: str) -> None:
    put(connection, change, who=visit.person.who, why=why, now=visit.now)


def _propose(connection: Connection, visit: Visit, live: Live, draft: Draft, why: str) -> int:
    return rule_proposals.add(
        connection,
        assessment=live.assessment.id,
        rule=draft.rule,
        block=draft.block,
        made_from=draft.made_from,
        who=visit.person.who,
        why=why,
        at=visit.now,
    )


async def _try(visit: Visit, live: Live, draft: Draft, change: Change, *, since: str) -> Response:
    try:
        since_of(since, until=visit.now)
    except ValueError as error:
        raise ChangeError(str(error)) from None
    good = await visit.site.read(kept.last_good, live.file)
    settings = visit.site.plant.settings
    asked = AskedTrial(
        database=settings.database,
        gazetteers=settings.gazetteers,
        publishers=settings.publishers,
        rule=change.rule,
        changed=change.amendment.text,
        today=good.text if good is not None else "",
        since=since,
        now=visit.now,
        seconds=int(tries(visit).longest.total_seconds()) + 5,
    )
    made = Try(
        id=new_id(),
        who=visit.person.name,
        assessment=live.assessment.id,
        rule=draft.rule,
        draft=draft.block,
        made_from=draft.made_from,
        since=since,
        begun=visit.now,
    )
    tries(visit).begin(made, asked)
    home = f"/indicators/{quote(live.assessment.id)}/{quote(draft.rule)}/edit" if draft.rule else "/indicators/new"
    more = "" if draft.rule else f"&assessment={quote(live.assessment.id)}"
    return visit.go(f"{home}?try={made.id}{more}#tried")


def _tried(visit: Visit) -> Try | None:
    return tries(visit).find(visit.request.query_params.get("try", ""), visit.person.name)


def _assessment(visit: Visit, wanted: str) -> Live:
    """Return the assessment that a new rule is for: the named or chosen one, else the first in force."""
    live = visit.site.plant.library.live
    if not live:
        raise RefusedError(NO_SUCH_PAGE)
    chosen = wanted or visit.assessment
    return in_force(visit, chosen) if chosen else live[0]


async def _opened(visit: Visit, live: Live, rule: str) -> Opened:
    try:
        return await visit.site.compute(opened_rule, Path(live.file), rule)
    except ChangeError:
        raise RefusedError(NO_SUCH_PAGE) from None


def _data(block: str) -> Mapping[str, Any]:
    try:
        return data_of(block)
    except EditError:
        return {}


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip() + "\n"


def _trial_values(visit: Visit, found: Try) -> dict[str, Any]:
    live = in_force(visit, found.assessment)
    names = {f.key: visit.language.name(f.name) for f in forecasts(live.assessment)}
    return {
        "tried": found,
        "picture": picture(found, visit.language) if found.result else None,
        "called": lambda key: names.get(key, key),
    }


_FIELDS = frozenset(
    {"id", "name", "group", "why", "mission", "match", "codes", "not", "announcement", "where", "count", "due_from"}
    | {"seen_by", "effects", "direct_reason", "proof"}
)
"""The keys whose faults stand beside a field; those of all others stand beside the YAML."""


def _shown_at(key: str) -> str:
    return key if key in _FIELDS else "yaml"


async def page(
    visit: Visit,
    live: Live,
    draft: Draft,
    *,
    change: Change | None = None,
    tried: Try | None = None,
    wrong: str = "",
    why: str = "",
) -> HTMLResponse:
    """Return the editor over *draft*, with what a check of it found."""
    assessment = live.assessment
    problems = change.problems if change is not None else ()
    faulty = bool(wrong) or (change is not None and not change.amendment.sound)
    return visit.page(
        "rule_editor.html.j2",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faulty else HTTPStatus.OK,
        assessment=assessment,
        draft=draft,
        told=fields_of(_data(draft.block), assessment),
        change=change,
        at=lambda *keys: [one for one in problems if _shown_at(one.key) in keys],
        wrong=wrong,
        why=why,
        kinds=KINDS,
        unlocated=UNLOCATED,
        ratings=RATINGS,
        since=tried.since if tried is not None else SINCE[1],
        stretches=SINCE,
        second=needs_second(visit.person, assessment),
        versions=await visit.site.read(rule_versions, assessment.id, draft.rule) if draft.rule else (),
        waiting=await visit.site.read(rule_proposals.waiting, assessment.id),
        **(_trial_values(visit, tried) if tried is not None else {"tried": None}),
    )
