"""Slack: an incoming webhook, or a bot that keeps one message for each subject up to date."""

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from alerts.channels._apart import in_own_thread
from alerts.channels._post import Posted, WebAddress, not_taken, post, read_web_address
from alerts.channels.channel import Answer, Message, Outcome, Secret
from alerts.channels.slack_blocks import blocks, button
from alerts.channels.wording import heading, plain_text

HOOKS = "https://hooks.slack.com"
API = "https://slack.com/api"

ACKNOWLEDGE = "watcher_acknowledge"
"""Slack's name for our button, which comes back with a press."""

_LIMIT = 6_000  # Slack cuts at 40,000 characters; nobody reads a tenth of that on a phone
_HOOK = re.compile(r"(?:https://hooks\.slack\.com/services/|slack://)(T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]{8,64})/?")
_BOT = re.compile(r"slackbot://(xoxb-[A-Za-z0-9-]{10,200})@([CGD][A-Z0-9]{6,20})/?")
_REASON = re.compile(rb"[a-z_]{3,40}")
_REFERENCE = re.compile(r"([CGD][A-Z0-9]{6,20}) (\d{6,12}\.\d{1,9})")

_LATER = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
    | {"team_added_to_org", "message_limit_exceeded"}
)
"""Errors after which the same message may well be taken; any other needs a person."""

_GONE = frozenset({"message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed"})
"""The message that was to be kept up to date is not there any more, or not ours to change."""

_URL = re.compile(r"(https?://[^\s<>|`]+)")
_MENTION = re.compile(r"(?<!\w)([@#])(?=\w)")
_QUOTE = re.compile(r"(?m)^(\s*)>+")
_EMPHASIS = re.compile(r"(?<!\w)[*_~]|[*_~](?!\w)|`")
_LOOKALIKES = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bot:
    """A bot's token and the channel that it writes to."""

    token: str = field(repr=False)
    channel: str = field(repr=False)


class Slack:
    """Sends to an incoming webhook, or as a bot to ``slackbot://xoxb-…@C0123456789``.

    Accepted means that Slack said ``ok`` in its own form. A bot's outcome has a *reference*; given back in
    the next message about the same subject, that one goes below the first, and the first is brought up to date.
    """

    kind = "slack"

    def problems(self, address: str) -> list[str]:
        """Return why *address* is neither one incoming webhook nor one bot and channel."""
        return _read(address)[1]

    async def send(self, message: Message, address: Secret, *, deadline: timedelta) -> Outcome:
        """Post subject and text with nothing in them that pings, formats or hides a link."""
        to, problems = _read(address.value)
        if to is None:
            return Outcome(answer=Answer.REFUSED, detail=problems[0])
        if isinstance(to, _Bot):
            return await in_own_thread(lambda: _as_bot(to, message, deadline), deadline)
        return await in_own_thread(lambda: _by_hook(to, message, deadline), deadline)


async def answer_press(address: str, told: str, *, deadline: timedelta) -> Outcome:
    """Tell in the channel what came of a press, by the *address* that Slack gave with it and no other host."""
    if not address.startswith(f"{HOOKS}/"):
        return Outcome(answer=Answer.REFUSED, detail="this is no address of Slack's")
    to = read_web_address(address, inside=True)
    if to is None:
        return Outcome(answer=Answer.REFUSED, detail="this address cannot be read")
    line = inert(told).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    said = {"text": line, "response_type": "in_channel", "replace_original": False}
    return await in_own_thread(lambda: _pressed(to, json.dumps(said).encode(), deadline), deadline)


def _pressed(to: WebAddress, body: bytes, deadline: timedelta) -> Outcome:
    answer = post(to, body, {}, deadline=deadline)
    if isinstance(answer, Outcome):
        return answer
    return not_taken(answer) or Outcome(answer=Answer.ACCEPTED, detail="taken by the provider")


def inert(text: str) -> str:
    """Return *text* reading the same, with no mention or formatting left; bare URLs stay as they are.

    For the one line that Slack shows in a notification, which it reads as its own markup.
    """
    parts = _URL.split(text)
    parts[::2] = [_quiet(part) for part in parts[::2]]  # odd parts are URLs: a change would break evidence
    return "".join(parts)


def _quiet(text: str) -> str:
    text = _MENTION.sub("\\1\N{WORD JOINER}", text)  # @here pings where a workspace links names
    text = _QUOTE.sub("\\1›", text)  # "&gt;" at a line's start still draws a quotation
    return _EMPHASIS.sub(lambda mark: _LOOKALIKES[mark.group()], text)


def _content(message: Message) -> dict[str, Any]:
    line = inert(heading(message)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    laid_out = blocks(heading(message), plain_text(message, limit=_LIMIT))
    if message.button is not None:
        laid_out.append(button(message.button.label, message.button.value, action=ACKNOWLEDGE))
    return {"text": line, "blocks": laid_out, "unfurl_links": False, "unfurl_media": False}


def _by_hook(to: WebAddress, message: Message, deadline: timedelta) -> Outcome:
    answer = post(to, json.dumps(_content(message)).encode(), {}, deadline=deadline)
    if isinstance(answer, Outcome):
        return answer
    refused = not_taken(answer, reason=_one_word(answer, to.target))
    if refused is not None:
        return refused
    if answer.status == 200 and answer.body == b"ok":  # noqa: PLR2004 - HTTP's word for it
        return Outcome(answer=Answer.ACCEPTED, detail="taken by the provider")
    return Outcome(answer=Answer.UNKNOWN, detail=f"HTTP {answer.status} without the provider's own confirmation")


def _one_word(answer: Posted, secret: str) -> str:
    """Return Slack's reason such as ``no_service``; any longer text might echo a secret."""
    word = answer.body.strip()
    return word.decode() if _REASON.fullmatch(word) and word.decode() not in secret.lower() else ""


def _as_bot(bot: _Bot, message: Message, deadline: timedelta) -> Outcome:
    known = _REFERENCE.fullmatch(message.reference)
    if known is None or known[1] != bot.channel:
        return _call(bot, "chat.postMessage", _content(message), deadline)
    first = known[2]
    # What is news goes below the first message, and into the channel as well: an edit pings nobody.
    below = _content(message) | {"thread_ts": first, "reply_broadcast": True}
    told = _call(bot, "chat.postMessage", below, deadline)
    if told.answer is Answer.REFUSED and told.detail in _GONE:
        return _call(bot, "chat.postMessage", _content(message), deadline)
    if told.answer is not Answer.ACCEPTED:
        return told
    if message.aside:
        return Outcome(answer=Answer.ACCEPTED, detail=told.detail, reference=message.reference)
    shown = _call(bot, "chat.update", _content(message) | {"ts": first}, deadline)
    detail = told.detail if shown.answer is Answer.ACCEPTED else f"{told.detail}; its first message stays as it was"
    return Outcome(answer=Answer.ACCEPTED, detail=detail, reference=message.reference)


def _call(bot: _Bot, method: str, content: dict[str, Any], deadline: timedelta) -> Outcome:
    to = read_web_address(f"{API}/{method}", inside=True)
    assert to is not None
    body = json.dumps(content | {"channel": bot.channel}).encode()
    answer = post(to, body, {"Authorization": f"Bearer {bot.token}"}, deadline=deadline / 2)
    if isinstance(answer, Outcome):
        return answer
    return not_taken(answer) or _said(answer)


def _said(answer: Posted) -> Outcome:
    """Read Slack's JSON: its ``ok`` is the only proof, its ``error`` a word for what a person can do."""
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("ok"), bool):
        return Outcome(answer=Answer.UNKNOWN, detail=f"HTTP {answer.status} without the provider's own confirmation")
    if said["ok"]:
        where = f"{said.get('channel')} {said.get('ts')}"
        reference = where if _REFERENCE.fullmatch(where) else ""
        return Outcome(answer=Answer.ACCEPTED, detail="taken by the provider", reference=reference)
    error = str(said.get("error", "")).encode()
    word = error.decode() if _REASON.fullmatch(error) else "no reason given"
    kind = Answer.TEMPORARY if word in _LATER else Answer.REFUSED
    return Outcome(answer=kind, detail=word, retry_after=answer.retry_after)


def _read(address: str) -> tuple[WebAddress | _Bot | None, list[str]]:
    if bot := _BOT.fullmatch(address):
        return _Bot(token=bot[1], channel=bot[2]), []
    if hook := _HOOK.fullmatch(address):
        return read_web_address(f"{HOOKS}/services/{hook[1]}", inside=True), []
    if address.startswith(("slackbot://", "slack://xoxb-")):
        return None, ["A bot's address is slackbot://TOKEN@CHANNEL, with the channel's id (C…), not its name."]
    return None, ["This is not a Slack address: use the incoming webhook's URL, or slackbot://TOKEN@CHANNEL"]
