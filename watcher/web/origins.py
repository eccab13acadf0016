"""Origins: no page elsewhere makes a browser change something here, and nothing is served under a stranger's name.

The rule for a request that changes something, the cookie apart (which is ``SameSite=Lax``): the browser says where it
comes from in ``Sec-Fetch-Site``, or, over plain HTTP, in ``Origin``. One that says neither and brings a session is
refused; a program with a signature or a token brings none.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from watcher.settings import Web
from watcher.web.languages import words
from watcher.web.permissions import UNSAFE
from watcher.web.refusals import Refusal, RefusedError

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

_SESSION_COOKIES = ("watcher", "__Host-watcher")

_CROSSED = Refusal(
    status=HTTPStatus.FORBIDDEN,
    kind="cross-site",
    what=words("this was sent by a page of another site, and nothing was changed"),
    instead=words("open the page here and do it again"),
)


class SameSite:
    """Refuses what a page of another site has a browser send."""

    def __init__(self, app: ASGIApp, *, web: Web) -> None:
        self._app = app
        self._ours = urlsplit(web.base_url).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, unless it crossed."""
        if scope["type"] == "http" and scope["method"] in UNSAFE and self._crossed(HTTPConnection(scope)):
            raise RefusedError(_CROSSED)
        await self._app(scope, receive, send)

    def _crossed(self, request: HTTPConnection) -> bool:
        headers = request.headers
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site not in {"same-origin", "none"}
        origin = headers.get("origin")
        if origin is not None:
            return urlsplit(origin).netloc not in {headers.get("host", ""), self._ours} - {""}
        return any(name in request.cookies for name in _SESSION_COOKIES)


def is_own_host(headers: Headers, web: Web, *, client: str) -> bool:
    """Whether a request names us: as ``base_url`` says, or as this machine where it also comes from it."""
    host = headers.get("host", "").lower()
    if web.base_url and host == urlsplit(web.base_url).netloc.lower():
        return True
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    bare = name.removeprefix("[").removesuffix("]")
    if web.base_url:
        return bare in LOOPBACK and is_loopback(client)
    return bare in LOOPBACK or bare == web.place[0] or web.place[0] in _EVERYWHERE


_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to


def is_loopback(address: str) -> bool:
    """Whether *address* is this machine."""
    return address in LOOPBACK or address.startswith(("127.", "::ffff:127."))


def is_from_this_machine(request: HTTPConnection) -> bool:
    """Whether a request began here, and was not passed on by a proxy that nobody trusts."""
    forwarded = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip", "via"))
    return request.client is not None and is_loopback(request.client.host) and not forwarded


def own_path(wanted: str) -> str:
    """Return *wanted* if it is a path of ours, else ``/``: no link may lead a person from our sign-in elsewhere."""
    parts = urlsplit(wanted) if wanted.startswith("/") and wanted.isprintable() and "\\" not in wanted else None
    if parts is None or wanted.startswith("//") or parts.scheme or parts.netloc or "//" in parts.path:
        return "/"
    return "/" if any(hidden in parts.path.lower() for hidden in _HIDDEN) else wanted


_HIDDEN = ("%09", "%0a", "%0d", "%5c", "%2f")
"""What some browsers read as a slash, or as nothing at all, in front of one."""
