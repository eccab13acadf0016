"""``/sign-in/oidc``: signing in at the identity provider of ``watcher.yaml``.

It says who comes; whether they are let in, and as what, is said by the account that an operator tied to them.
"""

from datetime import datetime
from http import HTTPStatus

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from watcher.people import accounts, id_tokens
from watcher.people.id_tokens import TokenError
from watcher.people.secrets import new_secret
from watcher.people.trips import Trip
from watcher.store import Connection
from watcher.store import accounts as account_store
from watcher.store.accounts import AccountRow
from watcher.web import cookies
from watcher.web.desk import signing_in
from watcher.web.languages import words
from watcher.web.origins import own_path
from watcher.web.permissions import Open, open_to_all
from watcher.web.provider import Provider, ProviderError
from watcher.web.refusals import NO_SUCH_PAGE, RefusedError
from watcher.web.site import Site
from watcher.web.strangers import check_host

CALLBACK = "/sign-in/oidc/callback"
"""Where the provider sends people back to, behind ``base_url``; it has to know this address."""

log = structlog.get_logger(__name__)

_SILENT = words(
    "The identity provider does not answer as it should. Try again in a minute, or sign in with a password."
)
_UNPROVEN = words(
    "What the identity provider sent does not prove who you are. Try again; an operator finds why in the log."
)
_LOST = words("This way back from the identity provider is over, or began in another browser. Sign in again from here.")
_DECLINED = words("The identity provider did not let you in.")
_UNKNOWN = words("The identity provider knows you, but no account here is open to you yet.")


def router(site: Site) -> APIRouter:
    """Return the routes, over the accounts of *site*'s plant; without a provider there is nothing at them."""
    routes = APIRouter()
    oidc = site.web.oidc if id_tokens.is_installed() else None
    provider = Provider(oidc, site.plant, callback=site.web.base_url + CALLBACK) if oidc is not None else None

    @routes.get("/sign-in/oidc", dependencies=open_to_all(Open.SIGNING_IN))
    async def leave(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name in the address
        check_host(site, request)
        if provider is None:
            raise RefusedError(NO_SUCH_PAGE)
        back, trip = own_path(next), Trip(new_secret())
        try:
            address = await provider.begin(trip)
        except ProviderError as error:
            log.warning("identity provider does not answer", why=str(error))
            return _refused(site, request, HTTPStatus.BAD_GATEWAY, _SILENT, back=back)
        answer = RedirectResponse(address, HTTPStatus.SEE_OTHER)
        cookies.set_trip(answer, trip.secret, back, secure=site.is_secure)
        return answer

    @routes.get(CALLBACK, dependencies=open_to_all(Open.SIGNING_IN))
    async def come_back(request: Request, code: str = "", state: str = "", error: str = "", iss: str = "") -> Response:
        check_host(site, request)
        if provider is None or oidc is None:
            raise RefusedError(NO_SUCH_PAGE)
        secret, wanted = cookies.trip_of(request, secure=site.is_secure)
        trip, back = Trip(secret), own_path(wanted)
        if not trip.is_back(state) or (iss and iss != oidc.issuer):  # iss: RFC 9207
            return _refused(site, request, HTTPStatus.BAD_REQUEST, _LOST, back=back)
        if error or not code:
            log.warning("sign-in refused by the identity provider", error=error[:_LONGEST_ERROR])
            return _refused(site, request, HTTPStatus.FORBIDDEN, _DECLINED, back=back)
        subject, status, trouble = await _proven(provider, code, trip)
        if not subject:
            return _refused(site, request, status, trouble, back=back)
        old = cookies.session_of(request, secure=site.is_secure)
        begun = await site.write(_begin, site, accounts.known_as(oidc.issuer, subject), old, site.plant.now())
        if begun is None:
            log.warning("sign-in refused", account="none open for the identity provider's subject")
            return _refused(site, request, HTTPStatus.FORBIDDEN, _UNKNOWN, back=back, subject=subject)
        answer = signing_in.let_in(site, begun[0], begun[1], back=back)
        cookies.drop_trip(answer, secure=site.is_secure)
        return answer

    return routes


_LONGEST_ERROR = 60


async def _proven(provider: Provider, code: str, trip: Trip) -> tuple[str, HTTPStatus, str]:
    """Return who came back; ``""``, a status and a sentence where that is not proved."""
    try:
        return await provider.subject(code, trip), HTTPStatus.OK, ""
    except ProviderError as error:
        log.warning("identity provider does not answer", why=str(error))
        return "", HTTPStatus.BAD_GATEWAY, _SILENT
    except TokenError as error:
        log.warning("identity token refused", why=str(error))
        return "", HTTPStatus.FORBIDDEN, _UNPROVEN


def _begin(connection: Connection, site: Site, subject: str, old: str, now: datetime) -> tuple[AccountRow, str] | None:
    """Begin a session of the account tied to *subject*; ``None`` where there is none, or it opens nothing."""
    row = account_store.of_subject(connection, subject)
    if row is None or accounts.person(row, site.plant.settings) is None:
        return None
    return row, signing_in.begin(connection, site, row, old=old, now=now, how="oidc")


def _refused(
    site: Site, request: Request, status: HTTPStatus, trouble: str, *, back: str, subject: str = ""
) -> Response:
    """Return the page of signing in, where a password still opens, with what went wrong."""
    answer = signing_in.form(site, request, status=status, next=back, trouble=trouble, subject=subject)
    cookies.drop_trip(answer, secure=site.is_secure)
    return answer
