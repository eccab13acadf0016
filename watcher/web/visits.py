"""Visit: one request of somebody who proved who they are, with everything that a page needs to answer it.

A route names who may call it by the type of its argument::

    @routes.get("/scenarios/{key}")
    async def show(key: str, visit: Reading) -> HTMLResponse: ...
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

import structlog
from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from watcher.deciding.desk import Desk
from watcher.people import sessions, tokens
from watcher.people.roles import ACTS, DESK, JUDGES, Person, Role, Scope
from watcher.store import Connection, StoreError, api_tokens
from watcher.store import sessions as session_store
from watcher.web import cookies
from watcher.web.forms import Form, read_form
from watcher.web.kept_desks import KeptDesks
from watcher.web.languages import Language, language, words
from watcher.web.permissions import Permission
from watcher.web.refusals import NO_SUCH_PAGE, Refusal, RefusedError
from watcher.web.rendering import Frame, render
from watcher.web.site import Site
from watcher.web.strangers import check_host

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request. ``session`` is the digest of the visitor's session; empty for a program with a token."""

    site: Site
    request: Request
    person: Person
    now: datetime
    session: str = ""

    @cached_property
    def language(self) -> Language:
        """How the visitor reads: words, dates, numbers, time zone."""
        asked = self.person.lang or cookies.language_of(self.request)
        zone = self.person.zone or self._recipient_zone() or "UTC"
        return language(asked, zone)

    def _recipient_zone(self) -> str:
        found = self.site.plant.settings.recipient(self.person.recipient)
        return found.zone if found is not None else ""

    @property
    def is_partial(self) -> bool:
        """Whether htmx asks for a part of the page."""
        return self.request.headers.get("hx-request") == "true"

    def says(self, text: str, **values: object) -> str:
        """Return a fixed text in the visitor's language."""
        return self.language.says(text, **values)

    def page(
        self, template: str, *, block: str = "", status: HTTPStatus = HTTPStatus.OK, marking: str = "", **context: Any
    ) -> HTMLResponse:
        """Return ``templates/desk/<template>``, or one *block* of it. Every value is text and is escaped.

        *marking* is that of what the page shows, where that is not the desk's own.
        """
        frame = replace(self.frame, shows=marking) if marking else self.frame
        answer = render(template, block=block, frame=frame, status=status, **context)
        cookies.keep_choice(answer, self.request, secure=self.site.is_secure)
        return answer

    @property
    def assessment(self) -> str:
        """The id of the assessment that the visitor chose, ``""`` for all of them."""
        return self.frame.assessment

    @cached_property
    def frame(self) -> Frame:
        """What stands around the page."""
        return Frame(
            request=self.request,
            site=self.site,
            language=self.language,
            person=self.person,
            now=self.now,
        )

    async def desks(self) -> tuple[Desk, ...]:
        """Return the last judgement of the chosen assessment, or of all; none before the first. For our own desk."""
        kept: KeptDesks = self.request.app.state.desks
        return await kept.of(self.assessment)

    async def desks_of_all(self) -> tuple[Desk, ...]:
        """Return the last judgement of every assessment, whichever is chosen."""
        kept: KeptDesks = self.request.app.state.desks
        return await kept.of()

    def go(self, path: str, *, said: str = "", **values: object) -> RedirectResponse:
        """Send the browser on to *path* (our own) with a message that the next page shows once; *said* is English."""
        answer = RedirectResponse(path, HTTPStatus.SEE_OTHER)
        if said:
            cookies.set_flash(answer, self.says(said, **values), secure=self.site.is_secure)
        return answer

    async def form(self, *, most_bytes: int = 0) -> Form:
        """Return the fields that were sent; refused where there are too many, or too much in them."""
        return await read_form(self.request, **({"most_bytes": most_bytes} if most_bytes else {}))


@dataclass(frozen=True, slots=True)
class Needs:
    """A permission as a dependency: it finds out who asks, and refuses whoever may not."""

    permission: Permission

    async def __call__(self, request: Request) -> Visit:
        """Return the visit of whoever may call the route."""
        site: Site = request.app.state.site
        check_host(site, request)
        now = site.plant.now()
        visit = await _by_token(site, request, now) or await _by_session(site, request, now)
        if visit is None:
            raise RefusedError(signed_out(request))
        if not self.permission.allows(visit.person.role):
            # What a client may not see does not exist for it; a colleague is told that it is not theirs to do.
            theirs = NO_SUCH_PAGE if request.url.path != "/" else _BEGINS_ELSEWHERE
            raise RefusedError(theirs if visit.person.role is Role.CLIENT else _NOT_YOURS)
        if self.permission.scope not in visit.person.scopes:
            raise RefusedError(_NOT_IN_SCOPE)
        return visit


async def _by_session(site: Site, request: Request, now: datetime) -> Visit | None:
    secret = cookies.session_of(request, secure=site.is_secure)
    if not secret:
        return None

    settings, idle = site.plant.settings, site.web.session_idle
    found = await site.read(sessions.holder, secret, settings=settings, idle=idle, now=now)
    if found is None:
        return None
    person, session = found
    if now - session.seen_at >= sessions.SEEN_EVERY:
        _soon(site, partial(session_store.see, digest=session.digest, at=now))
    return Visit(site=site, request=request, person=person, now=now, session=session.digest)


async def _by_token(site: Site, request: Request, now: datetime) -> Visit | None:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None

    found = await site.read(tokens.holder, secret.strip(), settings=site.plant.settings, now=now)
    if found is None:
        raise RefusedError(_BAD_TOKEN)
    person, row = found
    if row.used_at is None or now - row.used_at >= sessions.SEEN_EVERY:
        _soon(site, partial(api_tokens.use, wanted=row.id, at=now))
    return Visit(site=site, request=request, person=person, now=now)


def _soon(site: Site, note: Callable[[Connection], None]) -> None:
    """Note a use without keeping the visitor waiting behind a judgement."""

    async def noting() -> None:
        try:
            await site.write(note)
        except (StoreError, RuntimeError):  # the service ends, or the disk is full: the visit is good all the same
            log.warning("use of a session not noted")

    task = asyncio.create_task(noting())
    _NOTING.add(task)
    task.add_done_callback(_NOTING.discard)


_NOTING: set[asyncio.Task[None]] = set()


def signed_out(request: Request) -> Refusal:
    """Return what somebody hears who is not signed in; a page then leads to the sign-in and back."""
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    wanted = back if request.method in {"GET", "HEAD"} and back != "/" else ""
    headers = {"WWW-Authenticate": 'Bearer realm="watcher"'}
    return Refusal(
        status=HTTPStatus.UNAUTHORIZED,
        kind="signed-out",
        what="nobody is signed in",
        instead="sign in, or send a token: Authorization: Bearer wt_…",
        headers=headers,
        sign_in=f"/sign-in?next={quote(wanted, safe='/')}" if wanted else "/sign-in",
    )


_BEGINS_ELSEWHERE = replace(NO_SUCH_PAGE, sign_in="/client")
_NOT_YOURS = Refusal(
    status=HTTPStatus.FORBIDDEN,
    kind="not-yours",
    what=words("this is not for your role to do"),
    instead=words("ask somebody whose role it is; Account shows yours"),
)
_NOT_IN_SCOPE = Refusal(
    status=HTTPStatus.FORBIDDEN,
    kind="scope",
    what="the token was not made for this",
    instead="a token with more scopes",
)
_BAD_TOKEN = Refusal(
    status=HTTPStatus.UNAUTHORIZED,
    kind="token",
    what="the token is unknown, expired or revoked",
    instead="`watcher people tokens add` makes a new one",
    headers={"WWW-Authenticate": 'Bearer realm="watcher", error="invalid_token"'},
)

READING = Permission(roles=DESK)
JUDGING = Permission(roles=JUDGES, scope=Scope.ACT)
ACTING = Permission(roles=ACTS, scope=Scope.ACT)
LEADING = Permission(roles=frozenset({Role.LEAD}), scope=Scope.ACT)
OPERATING = Permission(roles=frozenset({Role.OPERATOR}), scope=Scope.ACT)
OF_A_CLIENT = Permission(roles=frozenset({Role.CLIENT}))
ANYBODY = Permission(roles=frozenset(Role))

Reading = Annotated[Visit, Depends(Needs(READING))]
"""Everybody of our own desk may look."""
Judging = Annotated[Visit, Depends(Needs(JUDGING))]
"""Analysts and leads: what an event or a move is worth."""
Acting = Annotated[Visit, Depends(Needs(ACTING))]
"""Whoever may change anything: analysts, leads, operators."""
Leading = Annotated[Visit, Depends(Needs(LEADING))]
"""Leads alone: what leaves the house."""
Operating = Annotated[Visit, Depends(Needs(OPERATING))]
"""Operators alone: people, tokens, sources."""
OfAClient = Annotated[Visit, Depends(Needs(OF_A_CLIENT))]
"""A client, who sees ``visit.person.client`` and nothing else."""
Anybody = Annotated[Visit, Depends(Needs(ANYBODY))]
"""Whoever is signed in, for what is their own."""
