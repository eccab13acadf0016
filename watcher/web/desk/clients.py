"""``/clients``: who is told what, as ``watcher.yaml`` has it, and which accounts see it."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from watcher.store import accounts as account_store
from watcher.web.site import Site
from watcher.web.visits import Operating


def router(site: Site) -> APIRouter:
    """Return the route, over the clients of *site*'s settings."""
    routes = APIRouter()

    @routes.get("/clients")
    async def show(visit: Operating) -> HTMLResponse:
        rows = await site.read(account_store.every)
        clients = site.plant.settings.clients
        people = {one.id: tuple(row for row in rows if row.client == one.id) for one in clients}
        return visit.page("clients.html.j2", clients=clients, people=people)

    return routes
