"""``/reading``: language and look, kept in the browser, for whoever reads a page, signed in or not."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from watcher.web import cookies
from watcher.web.forms import read_form
from watcher.web.origins import own_path
from watcher.web.permissions import Open, open_to_all
from watcher.web.site import Site


def router(site: Site) -> APIRouter:
    """Return the route."""
    routes = APIRouter()

    @routes.post("/reading", dependencies=open_to_all(Open.NOTHING_PRIVATE))
    async def choose(request: Request) -> Response:
        form = await read_form(request)
        answer = RedirectResponse(own_path(form.raw("next")), HTTPStatus.SEE_OTHER)
        if "lang" in form:
            cookies.set_language(answer, form.text("lang"), secure=site.is_secure)
        if "theme" in form:
            cookies.set_theme(answer, form.text("theme"), secure=site.is_secure)
        return answer

    return routes
