"""How an error leaves: as a page for whoever reads pages, as a problem document for every program."""

from collections.abc import Iterable
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from watcher.web import cookies
from watcher.web.languages import language
from watcher.web.refusals import NO_SUCH_PAGE, Refusal, RefusedError
from watcher.web.rendering import Frame, render


def refuse(app: FastAPI) -> None:
    """Let every error of *app* leave it this way."""
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(HTTPException, _not_served)
    app.add_exception_handler(RequestValidationError, _not_valid)


def answer(refusal: Refusal, request: Request) -> Response:
    """Return *refusal* in the form that *request* reads; under ``/api/`` that is the problem document for everybody."""
    if "text/html" not in request.headers.get("accept", "") or request.url.path.startswith("/api/"):
        return refusal.response()
    if refusal.sign_in and request.headers.get("hx-request") == "true":
        return Response(status_code=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": "/sign-in"})
    if refusal.sign_in:
        return RedirectResponse(refusal.sign_in, HTTPStatus.SEE_OTHER)
    site = request.app.state.site
    reads = language(cookies.language_of(request))
    frame = Frame(request=request, site=site, language=reads, now=site.plant.now())
    page = render("error.html.j2", frame=frame, status=refusal.status, refusal=refusal)
    page.headers.update(refusal.headers)
    return page


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return answer(error.refusal, request)


async def _not_served(request: Request, error: Exception) -> Response:
    """A path, a method or a body that the framework itself refuses."""
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.NOT_FOUND:
        return answer(NO_SUCH_PAGE, request)
    kind = status.phrase.lower().replace(" ", "-")
    refusal = Refusal(status=status, kind=kind, what=status.description or status.phrase, headers=error.headers or {})
    return answer(refusal, request)


async def _not_valid(request: Request, error: Exception) -> Response:
    """What was sent is not of the form that the route asks for; its values are not repeated."""
    assert isinstance(error, RequestValidationError)
    faults = [{"where": _place(fault["loc"]), "what": str(fault["msg"])[:_LONGEST]} for fault in error.errors()[:_MOST]]
    refusal = Refusal(
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        kind="not-valid",
        what=f"not valid: {', '.join(fault['where'] for fault in faults)}",
        more={"faults": faults},
    )
    return answer(refusal, request)


def _place(steps: Iterable[object]) -> str:
    return ".".join(str(step)[:_LONGEST_NAME] for step in steps)


_MOST, _LONGEST, _LONGEST_NAME = 5, 300, 80
