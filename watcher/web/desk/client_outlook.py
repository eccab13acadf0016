"""``/client``: the outlook of one client: the lines that it subscribed to, each as it was told of it last."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from watcher.releasing.for_clients import SeenLine, client_outlook, marking_of
from watcher.web.desk.client_notices import line_in
from watcher.web.site import Site
from watcher.web.visits import OfAClient


def router(site: Site) -> APIRouter:
    """Return the route, over what *site*'s plant has released."""
    routes = APIRouter()

    @routes.get("/client")
    async def outlook(visit: OfAClient) -> HTMLResponse:
        plant = site.plant
        in_force = tuple(live.assessment for live in plant.library.live)
        lines = await site.read(client_outlook, plant.settings, visit.person.client, in_force)
        shown = [line.assessment.marking for line in lines] + [line.last.notice.marking for line in lines if line.last]
        return visit.page(
            "client.html.j2", marking=marking_of(shown), groups=_by_assessment(lines), line=line_in(visit)
        )

    return routes


def _by_assessment(lines: tuple[SeenLine, ...]) -> tuple[tuple[SeenLine, ...], ...]:
    """Return the lines of each assessment together, those that the client was told of first."""
    ids = dict.fromkeys(line.assessment.id for line in lines)
    told_first = sorted(lines, key=lambda line: line.last is None)
    return tuple(tuple(line for line in told_first if line.assessment.id == one) for one in ids)
