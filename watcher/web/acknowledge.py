"""``/ack/{token}``: GET shows what a one-time link is for, and only a POST by its person takes the alert.

The token is the proof: whoever has none can neither see nor do anything, and a page elsewhere that
would post for somebody does not know it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import parse_qs

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from alerts.acknowledgements import USUAL, Answer, answer
from alerts.messages import subject_lines
from alerts.messages.below import told_of_press
from watcher.deciding.acknowledging import LONGEST_NOTE, Taken, take
from watcher.plant import Plant
from watcher.settings import Settings
from watcher.store import Connection, acknowledgements
from watcher.store import alerts as alert_store
from watcher.store.acknowledgements import TakingLink
from watcher.web.pages import page
from watcher.web.permissions import Open, open_to_all
from watcher.web.site import Site

log = structlog.get_logger(__name__)

CHOICES = (1, 4, 12, 24)
"""Hours for which an alert can be taken by a link."""

LONGEST_FORM = 8_000
"""Bytes of a form; a note of 500 letters is far less."""

_USUAL = int(USUAL.total_seconds() // 3600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a page says: the alert's line, where it stands, and whether there is still something to press."""

    status: HTTPStatus
    told: str
    lang: str = "en"
    line: str = ""
    asks: bool = False
    alert: str = ""
    """The alert's own page at the desk, for whoever signs in; the link itself shows no more than its line."""


def router(site: Site) -> APIRouter:
    """Return the routes, over the store of *site*'s plant."""
    routes = APIRouter()

    @routes.api_route("/ack/{token}", methods=["GET", "HEAD"], dependencies=open_to_all(Open.ONE_TIME_LINK))
    async def show(token: str) -> HTMLResponse:
        return _page(await site.plant.in_writer(_look, site.plant, token, site.plant.now()))

    @routes.post("/ack/{token}", dependencies=open_to_all(Open.ONE_TIME_LINK))
    async def act(token: str, request: Request) -> HTMLResponse:
        lasts, note = _form(await request.body())
        return _page(await site.plant.in_writer(_act, site.plant, token, lasts, note, site.plant.now()))

    return routes


def _look(plant: Plant, token: str, now: datetime) -> Shown:
    """Read only: what scans mail follows every link in it."""
    with plant.database.read() as connection:
        link = acknowledgements.link(connection, token)
        lang = _lang(plant, link)
        refused = _refused(link, lang, now)
        if refused is not None or link is None:
            return refused or _UNKNOWN
        seen = alert_store.get(connection, link.alert_id)
        later = acknowledgements.later(connection, seen)
        standing = acknowledgements.standing(connection, seen)
        said = answer(seen, later, standing, owner=link.recipient, now=now)
        has = standing.owner if standing is not None else ""
    line = subject_lines(seen)[lang]
    asks = said is Answer.TAKEN
    told = _ASK[lang].format(person=link.recipient) if asks else told_of_press(said, has, lang=lang)
    return Shown(status=HTTPStatus.OK, told=told, lang=lang, line=line, asks=asks, alert=seen.id)


def _act(plant: Plant, token: str, lasts: timedelta, note: str, now: datetime) -> Shown:
    with plant.database.write() as connection:
        link = acknowledgements.link(connection, token)
        lang = _lang(plant, link)
        refused = _refused(link, lang, now)
        if refused is not None or link is None:
            return refused or _UNKNOWN
        done = _take(connection, plant.settings, link, lasts, note, now)
    log.info("link followed", alert=link.alert_id, recipient=link.recipient, answer=done.answer.value)
    has = done.acknowledgement.owner if done.acknowledgement is not None else ""
    taken = done.answer in (Answer.TAKEN, Answer.YOURS)
    told = told_of_press(Answer.YOURS if taken else done.answer, has, lang=lang)
    status = HTTPStatus.OK if taken else HTTPStatus.CONFLICT
    return Shown(status=status, told=told, lang=lang, line=subject_lines(done.alert)[lang], alert=done.alert.id)


def _take(
    connection: Connection, settings: Settings, link: TakingLink, lasts: timedelta, note: str, now: datetime
) -> Taken:
    """Take the alert and use the link up, in one transaction: of two clicks at once one counts."""
    seen = alert_store.get(connection, link.alert_id)
    done = take(
        connection, settings, seen, owner=link.recipient, note=note, lasts=lasts, by="link", now=now, level=link.level
    )
    if done.answer is Answer.TAKEN:
        acknowledgements.use_link(connection, link, at=now)
    return done


def _refused(link: TakingLink | None, lang: str, now: datetime) -> Shown | None:
    if link is None:
        return _UNKNOWN
    if link.used_at is not None:
        return Shown(status=HTTPStatus.GONE, told=_USED[lang], lang=lang, alert=link.alert_id)
    if now >= link.until:
        return Shown(status=HTTPStatus.GONE, told=_EXPIRED[lang], lang=lang, alert=link.alert_id)
    return None


def _lang(plant: Plant, link: TakingLink | None) -> str:
    recipient = plant.settings.recipient(link.recipient) if link is not None else None
    return recipient.lang if recipient is not None else "en"


def _form(body: bytes) -> tuple[timedelta, str]:
    """Return how long, and the note; what the form does not offer is taken as its usual choice."""
    fields = parse_qs(body[:LONGEST_FORM].decode("utf-8", "replace"))
    hours = fields.get("lasts", [""])[0]
    known = {str(choice): timedelta(hours=choice) for choice in CHOICES}
    return known.get(hours, USUAL), " ".join(fields.get("note", [""])[0].split())[:LONGEST_NOTE]


def _page(shown: Shown) -> HTMLResponse:
    return page(
        "acknowledge.html.j2",
        status=shown.status,
        lang=shown.lang,
        words=_FIXED[shown.lang],
        line=shown.line,
        told=shown.told,
        asks=shown.asks,
        alert=shown.alert,
        choices=CHOICES,
        usual=_USUAL,
        longest=LONGEST_NOTE,
    )


_FIXED: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Acknowledge",
        "lasts": "For how long",
        "note": "Note (others read it)",
        "button": "I take it",
        "hides": "Nothing is hidden by it: a rise or new evidence opens the alert again.",
        "why": "What moved and why (sign in)",
    },
    "fr": {
        "title": "Prendre en charge",
        "lasts": "Pour combien de temps",
        "note": "Note (lue par les autres)",
        "button": "Je m'en charge",
        "hides": "Rien n'est masqué : une hausse ou un fait nouveau rouvre l'alerte.",
        "why": "Ce qui a bougé et pourquoi (connexion)",
    },
}
_ASK = {
    "en": "{person}, nobody has this alert yet. It is yours once you press the button.",
    "fr": "{person}, personne ne s'est encore chargé de cette alerte. Elle est à vous dès que vous appuyez.",
}
_USED = {
    "en": "This link was used already. `watcher alerts` shows who has the alert. Nothing was changed.",
    "fr": "Ce lien a déjà servi. `watcher alerts` montre qui s'en charge. Rien n'a changé.",
}
_EXPIRED = {
    "en": "This link has expired. `watcher ack` still takes the alert. Nothing was changed.",
    "fr": "Ce lien a expiré. `watcher ack` prend encore l'alerte en charge. Rien n'a changé.",
}
_UNKNOWN = Shown(
    status=HTTPStatus.NOT_FOUND,
    told="This link is not known: it was cut, changed, or is very old. Nothing was changed.",
)
