"""apprise, fenced in: one message to one service, and what really became of it.

Tried against local servers with apprise 2.2.0. It answers success or failure only; what kind of
failure stands in its log lines, which :func:`outcome_of` reads. It never hands on response headers, so
a provider's ``Retry-After`` stays unknown here.
"""

import logging
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from alerts.channels._apart import in_own_thread
from alerts.channels.channel import Answer, Outcome, Secret

if TYPE_CHECKING:
    from apprise import AppriseAsset, AppriseResult, NotifyBase

Settings = dict[str, Any]
Reader = Callable[[str], tuple[Settings, list[str]]]

# What an address may not choose for itself. "optional" would report a failure as success, "redirect"
# would turn our POST into a GET of a login page, "retry" belongs to our own deliveries.
_FIXED: Settings = {
    "format": "text",
    "overflow": "upstream",
    "optional": False,
    "redirect": False,
    "retry": 0,
    "store": False,
}

_STATUS = re.compile(r"error=(\d{3})\.?$")
_SMTP_CODE = re.compile(r"\(([45]\d\d), b['\"]")
_ENHANCED = re.compile(r"\b([45]\.\d{1,3}\.\d{1,3})\b")
_REASON = re.compile(r"Response Details:\s+b'([a-z_]{3,40})'$")
_BEFORE_SENDING = re.compile(r"Caused by (?:NewConnection|NameResolution|ConnectTimeout|Proxy)Error")
_HOPELESS = re.compile(r"CERTIFICATE_VERIFY_FAILED|WRONG_VERSION_NUMBER|not supported by server")
_RETRY_HELPS = frozenset({408, 425, 429, *range(500, 600)})
_REDIRECT_OR_WORSE = 300


async def send(
    read: Reader,
    address: Secret,
    *,
    subject: str,
    text: str,
    deadline: timedelta,
    more: Mapping[str, Any] | None = None,
) -> Outcome:
    """Hand one plain text to the one service *address* names, with *more* settings, and say how it ended."""

    def work() -> Outcome:
        settings, problems = read(address.value)
        if problems:
            return Outcome(answer=Answer.REFUSED, detail=problems[0])
        return outcome_of(_notify(settings | dict(more or {}), subject, text, deadline), address.value)

    return await in_own_thread(work, deadline)


def parse(address: str) -> Settings:
    """Return apprise's own reading of *address*, empty when it has none. Slow the first time."""
    _quarantine()
    from apprise.plugins import url_to_dict

    return dict(url_to_dict(address) or {})  # type: ignore[no-untyped-call]  # apprise types only its front


def faults(settings: Settings) -> list[str]:
    """Return why apprise cannot send with *settings*, or would send to any number but one."""
    service = _service(settings, _asset())
    if service is None:
        return ["apprise cannot use this address: a part is missing or misspelt."]
    targets = getattr(service, "targets", None)  # an e-mail whose only recipient is misspelt has length 1
    count = len(targets) if isinstance(targets, list) else len(service)
    return [] if count == 1 else [f"A delivery has one recipient; this address names {count}."]


def outcome_of(result: "AppriseResult", address: str) -> Outcome:
    """Return the honest reading of *result*; whatever is not understood is unknown, never accepted."""
    attempts = [attempt for service in result for attempt in service]
    if result and len(attempts) == 1 and attempts[0]:
        return Outcome(answer=Answer.ACCEPTED, detail="taken by the provider")
    lines = [entry.message for entry in result.logs()]
    warnings = [entry.message for entry in result.logs() if entry.level == "WARNING"]
    errors = [line for line in lines if line.startswith("Socket Exception: ")]
    for status in (_STATUS.search(line) for line in warnings):
        if status:
            return _http_outcome(int(status[1]), _reason(lines, address))
    return _socket_outcome(errors[-1] if errors else "", warnings)


def _http_outcome(status: int, reason: str) -> Outcome:
    detail = f"HTTP {status}{reason}"
    if status in _RETRY_HELPS:
        return Outcome(answer=Answer.TEMPORARY, detail=detail)
    if status >= _REDIRECT_OR_WORSE:  # a redirect is a refusal too: nobody there has read the message
        return Outcome(answer=Answer.REFUSED, detail=detail)
    return Outcome(answer=Answer.UNKNOWN, detail=f"{detail} without the provider's own confirmation")


def _socket_outcome(error: str, warnings: list[str]) -> Outcome:
    code = _SMTP_CODE.search(error)
    if code:
        enhanced = _ENHANCED.search(error)
        answer = Answer.REFUSED if code[1].startswith("5") else Answer.TEMPORARY
        return Outcome(answer=answer, detail=f"SMTP {code[1]}" + (f" ({enhanced[1]})" if enhanced else ""))
    if _HOPELESS.search(error):
        return Outcome(answer=Answer.REFUSED, detail="the server offers no connection of the kind asked for")
    # smtplib failed before the message was offered: greeting, encryption or login.
    in_greeting = any(line.startswith("Connection error while submitting email") for line in warnings)
    if _BEFORE_SENDING.search(error) or (error and in_greeting):
        return Outcome(answer=Answer.TEMPORARY, detail="no connection to the provider")
    return Outcome(answer=Answer.UNKNOWN, detail="the connection ended without an answer")


def _reason(lines: list[str], address: str) -> str:
    """Return a provider's one-word reason such as ``no_service``; any other text might echo a secret."""
    words = [word[1] for word in map(_REASON.match, lines) if word]
    return f" ({words[0]})" if words and words[0] not in address.lower() else ""


@cache
def _quarantine() -> None:
    """Keep apprise's log lines from every handler of the program.

    It and the HTTP library below it write whole URLs at DEBUG, tokens included, and addresses at
    WARNING. We need those very lines to tell failures apart, so they are made but stay with us.
    """
    for name in ("apprise", "urllib3"):
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.addHandler(logging.NullHandler())
    logging.getLogger("apprise").setLevel(logging.DEBUG)


# apprise is imported by the functions that use it: with its 130 plugins it costs 0.8 s and 30 MB,
# which `watcher --help` must not pay.


def _asset() -> "AppriseAsset":
    """Return apprise's settings: our name, no pictures from elsewhere, no redirects, nothing on disk."""
    _quarantine()
    from apprise import AppriseAsset

    return AppriseAsset(
        app_id="Watcher",
        app_desc="Watcher",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        http_redirects=False,
        interpret_emojis=False,
        storage_mode="memory",
        pgp_autogen=False,
        pem_autogen=False,
        allow_templates=False,
        service_timeout=0,  # see alerts.channels._apart
    )


def _service(settings: Settings, asset: "AppriseAsset") -> "NotifyBase | None":
    from apprise import Apprise

    return Apprise.instantiate(settings | _FIXED, asset=asset)


def _notify(settings: Settings, subject: str, text: str, deadline: timedelta) -> "AppriseResult":
    from apprise import Apprise, NotifyFormat

    # Sockets give up a little before we do: their own words say more than a missed deadline.
    patience = deadline.total_seconds() * 0.9
    asset = _asset()
    one = Apprise(_service(settings | {"cto": patience, "rto": patience}, asset), asset=asset)
    # TEXT, always: in any other format <!channel> and <@U1> from a feed reach Slack alive.
    return one.notify(body=text, title=subject, body_format=NotifyFormat.TEXT, log_level=logging.DEBUG)
