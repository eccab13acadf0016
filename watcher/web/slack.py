"""``POST /slack/interact``: the button Acknowledge in a Slack message, pressed by a person.

Slack signs each press over the time and the body; nothing else is listened to. What comes of it is told in the
channel, by the address that Slack gives with the press.
"""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from starlette.background import BackgroundTask

from alerts.acknowledgements import USUAL, Answer
from alerts.channels.slack import ACKNOWLEDGE, answer_press
from alerts.messages.below import Press, told_of_press
from indicators.language.text import one_line
from watcher.deciding.acknowledging import Taken, take
from watcher.plant import Plant
from watcher.settings import secret
from watcher.store import alerts as alert_store
from watcher.web.permissions import Open, open_to_all
from watcher.web.refusals import Refusal, RefusedError
from watcher.web.site import Site

log = structlog.get_logger(__name__)

WINDOW = timedelta(minutes=5)
"""How far the time of a press may lie from ours: what is older is a replay."""

LONGEST_NAME = 80

_SECONDS = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=([0-9a-f]{64})")
_USER = re.compile(r"[UW][A-Z0-9]{2,20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pressed:
    """What a press says: on which alert, by whom, and where Slack takes the answer."""

    press: Press
    user: str
    name: str
    reply_to: str


def router(site: Site) -> APIRouter:
    """Return the route, over the store of *site*'s plant."""
    routes = APIRouter()

    @routes.post("/slack/interact", dependencies=open_to_all(Open.SIGNED))
    async def interact(request: Request) -> PlainTextResponse:
        body = await request.body()
        _verify(site.plant, request, body)
        pressed = _pressed(body)
        if pressed is None:  # another button, a menu, a test of the address: nothing of ours, and no fault
            return PlainTextResponse("")
        told = await site.plant.in_writer(_take, site.plant, pressed, site.plant.now())
        deadline = site.plant.settings.sending.deadline
        answered = BackgroundTask(answer_press, pressed.reply_to, told, deadline=deadline)
        return PlainTextResponse("", background=answered)

    return routes


def _verify(plant: Plant, request: Request, body: bytes) -> None:
    """Refuse what Slack did not sign, within these five minutes, with the secret of the operator's app."""
    app = plant.settings.slack
    if app is None:
        raise RefusedError(_NOT_SET_UP)
    at, signature = request.headers.get("X-Slack-Request-Timestamp", ""), request.headers.get("X-Slack-Signature", "")
    if not _SECONDS.fullmatch(at) or not _SIGNATURE.fullmatch(signature):
        raise RefusedError(_UNSIGNED)
    if abs(plant.now().timestamp() - int(at)) > WINDOW.total_seconds():
        raise RefusedError(_UNTIMELY)
    if not hmac.compare_digest(signed(body, at=at, key=secret(app.signing_secret).value), signature):
        log.warning("press refused", why="not signed with the app's secret")
        raise RefusedError(_UNSIGNED)


def signed(body: bytes, *, at: str, key: str) -> str:
    """Return Slack's signature of *body* at *at* (Unix seconds), as its documentation gives it: version v0."""
    return "v0=" + hmac.new(key.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()


def _pressed(body: bytes) -> _Pressed | None:
    """Return the press that *body* tells of, or None where it is about nothing of ours."""
    try:
        fields = parse_qs(body.decode("utf-8"), strict_parsing=True, max_num_fields=20)
        told: Any = json.loads(fields["payload"][0])
        action = next(one for one in told["actions"] if one["action_id"] == ACKNOWLEDGE)
        press, user = Press.read(str(action["value"])), told["user"]
        name = user.get("username") or user.get("name") or user["id"]
        reply_to = str(told.get("response_url", ""))
    except (UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError, StopIteration, RecursionError):
        return None
    if press is None or not _USER.fullmatch(str(user["id"])):
        return None
    return _Pressed(press=press, user=str(user["id"]), name=one_line(str(name), limit=LONGEST_NAME), reply_to=reply_to)


def _take(plant: Plant, pressed: _Pressed, now: datetime) -> str:
    """Take the alert, and return what is told in the channel."""
    app, press = plant.settings.slack, pressed.press
    owner = (app.people.get(pressed.user) if app is not None else None) or f"{pressed.name} (Slack)"
    recipient = plant.settings.recipient(press.recipient)
    lang = recipient.lang if recipient is not None else "en"
    with plant.database.write() as connection:
        seen = alert_store.find(connection, press.alert)
        if seen is None:
            return told_of_press(None, "", lang=lang)
        done: Taken = take(
            connection, plant.settings, seen, owner=owner, note="", lasts=USUAL, by="button", now=now, level=press.level
        )
    log.info("button pressed", alert=press.alert, owner=owner, answer=done.answer.value)
    has = done.acknowledgement.owner if done.acknowledgement is not None else ""
    said = Answer.YOURS if done.answer is Answer.TAKEN else done.answer
    return told_of_press(said, has, lang=lang)


_NOT_SET_UP = Refusal(
    status=HTTPStatus.NOT_FOUND,
    kind="not-set-up",
    what="no Slack app is set up here",
    instead="write slack: {signing_secret: …} in the configuration",
)
_UNSIGNED = Refusal(status=HTTPStatus.UNAUTHORIZED, kind="unsigned", what="this is not signed with the app's secret")
_UNTIMELY = Refusal(
    status=HTTPStatus.UNAUTHORIZED,
    kind="untimely",
    what="this was signed more than five minutes from now; our time is in the header Date",
)
