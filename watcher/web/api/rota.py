"""``/api/v1/rota``: who is on call now and in the next two weeks, holes included."""

from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter
from pydantic import Field

from alerts.rotas import Duty
from watcher.asking.refusal import DecisionError
from watcher.deciding.rostering import Plan, plans
from watcher.web.api.documents import Document
from watcher.web.api.routes import routes_of
from watcher.web.site import Site
from watcher.web.visits import Reading


class DutyDocument(Document):
    """A span in which one person is on call, or, where `person` is null, nobody: then `hole` says why."""

    person: str | None
    start: datetime = Field(description="UTC.")
    end: datetime = Field(description="UTC.")
    hole: str | None
    override: int | None = Field(description="The number of the override that it comes from.")


class RotaDocument(Document):
    """One rota from now on."""

    rota: str
    zone: str = Field(description="The time zone in which it hands over.", examples=["Africa/Bamako"])
    duties: tuple[DutyDocument, ...]


class Rotas(Document):
    """Every rota of watcher.yaml; none where none is written."""

    data: tuple[RotaDocument, ...]


def router(site: Site) -> APIRouter:
    """Return the route, over the rotas of *site*'s plant."""
    routes = routes_of("rota")

    @routes.get("/rota", summary="Show who is on call", status_code=HTTPStatus.OK)
    async def list_rotas(visit: Reading) -> Rotas:
        try:
            found = await site.ask(plans, now=visit.now)
        except DecisionError:  # no rota is written
            found = ()
        return Rotas(data=tuple(map(_document, found)))

    return routes


def _document(plan: Plan) -> RotaDocument:
    return RotaDocument(rota=plan.rota, zone=plan.zone, duties=tuple(map(_duty, plan.duties)))


def _duty(duty: Duty) -> DutyDocument:
    return DutyDocument(
        person=duty.person or None,
        start=duty.start,
        end=duty.end,
        hole=duty.hole or None,
        override=duty.override or None,
    )
