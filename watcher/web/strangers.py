"""What a page knows of somebody who has not signed in: their language, their look, and that they asked us by name."""

from http import HTTPStatus

from fastapi import Request

from watcher.web import cookies
from watcher.web.languages import language, words
from watcher.web.origins import is_own_host
from watcher.web.refusals import Refusal, RefusedError
from watcher.web.rendering import Frame
from watcher.web.site import Site

NOT_OURS = Refusal(
    status=HTTPStatus.MISDIRECTED_REQUEST,
    kind="not-our-name",
    what=words("the desk does not go by this name"),
    instead=words("use the address that stands as base_url under web: in watcher.yaml"),
)


def stranger(site: Site, request: Request) -> Frame:
    """Return the frame of a page for whoever asks; refused under a name that is not ours."""
    check_host(site, request)
    return Frame(request=request, site=site, language=language(cookies.language_of(request)), now=site.plant.now())


def check_host(site: Site, request: Request) -> None:
    """Refuse a request that does not name us."""
    client = request.client.host if request.client is not None else ""
    if not is_own_host(request.headers, site.web, client=client):
        raise RefusedError(NOT_OURS)
