"""``/api/v1/clients/{…}/notices``: what was drafted for one client and what became of it, for our own desk."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from alerts.clients import Client
from alerts.messages import subject_lines
from alerts.notices import NoticeState, Step
from watcher.settings import Settings
from watcher.store import Connection
from watcher.store.listings import After
from watcher.store.notices import ClientNotices, KeptNotice
from watcher.web.api.cursors import Cursor
from watcher.web.api.documents import Document, Listing, Names, Page, page_of
from watcher.web.api.routes import routes_of
from watcher.web.refusals import NO_SUCH_PAGE, RefusedError
from watcher.web.site import Site
from watcher.web.visits import Reading

ClientId = Annotated[str, Path(max_length=200, description="The client's id in watcher.yaml.")]


class ClientDocument(Document):
    """One client of watcher.yaml: what it may be shown and is told of."""

    id: str
    name: str
    ceiling: str = Field(description="The strictest marking that it may be shown.", examples=["TLP:AMBER"])
    contacts: int
    subscriptions: int


class Clients(Document):
    """Every client, in the order of the configuration."""

    data: tuple[ClientDocument, ...]


class StepDocument(Document):
    """One step taken with a notice."""

    kind: str = Field(examples=["review", "release", "receipt"])
    who: str
    why: str
    at: datetime = Field(description="UTC.")
    about: str = Field(description="Of a receipt: the contact.")


class NoticeDocument(Document):
    """One notice of one client and where it stands. A draft has reached nobody."""

    id: str
    client: str
    assessment: str
    scenario: str
    type: str = Field(description="What it does to the one before it.", examples=["Alert", "Update", "Cancel"])
    marking: str
    at: datetime = Field(description="When the move behind it was decided, UTC.")
    state: NoticeState
    line: Names = Field(description="What it says, in a line.")
    steps: tuple[StepDocument, ...]


def router(site: Site) -> APIRouter:
    """Return the routes, over the notices of *site*'s plant."""
    routes = routes_of("notices")

    @routes.get("/clients", summary="List the clients")
    async def list_clients(visit: Reading) -> Clients:
        del visit
        return Clients(data=tuple(map(_client, site.plant.settings.clients)))

    @routes.get("/clients/{client}/notices", summary="List the notices of one client, the newest first")
    async def list_notices(
        visit: Reading, client: ClientId, asked: Annotated[Listing, Query()]
    ) -> Page[NoticeDocument]:
        del visit
        cursor = Cursor(f"notices {client}", asked)
        rows = await site.read(_rows, site.plant.settings, client, asked.limit + 1, cursor.moment_and_key())
        return page_of(rows, asked.limit, _document, lambda kept: cursor.at(kept.drafted.at, kept.id))

    @routes.get("/clients/{client}/notices/{notice}", summary="Show one notice of one client")
    async def get_notice(
        visit: Reading, client: ClientId, notice: Annotated[str, Path(max_length=200)]
    ) -> NoticeDocument:
        del visit
        found = await site.read(_one, site.plant.settings, client, notice)
        if found is None:
            raise RefusedError(NO_SUCH_PAGE)
        return _document(found)

    return routes


def _known(settings: Settings, client: str) -> Client:
    found = settings.client(client)
    if found is None:
        raise RefusedError(NO_SUCH_PAGE)
    return found


def _rows(
    connection: Connection, settings: Settings, client: str, limit: int, before: After | None
) -> tuple[KeptNotice, ...]:
    notices = ClientNotices(connection, _known(settings, client))
    place = notices.number_of(before[1]) if before is not None else None
    return notices.newest(limit=limit, before=place) if before is None or place is not None else ()


def _one(connection: Connection, settings: Settings, client: str, notice: str) -> KeptNotice | None:
    return ClientNotices(connection, _known(settings, client)).get(notice)


def _client(client: Client) -> ClientDocument:
    return ClientDocument(
        id=client.id,
        name=client.name,
        ceiling=client.ceiling,
        contacts=len(client.contacts),
        subscriptions=len(client.subscriptions),
    )


def _document(kept: KeptNotice) -> NoticeDocument:
    notice = kept.worded
    return NoticeDocument(
        id=kept.id,
        client=notice.client,
        assessment=notice.assessment,
        scenario=notice.judgement.scenario,
        type=notice.type.value,
        marking=notice.marking,
        at=notice.at,
        state=kept.state,
        line=dict(subject_lines(notice)),
        steps=tuple(map(_step, kept.steps)),
    )


def _step(step: Step) -> StepDocument:
    return StepDocument(kind=step.kind, who=step.who, why=step.why, at=step.at, about=step.about)
