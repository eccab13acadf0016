"""The operator's own proxy: through it everything outside is asked, and what is never asked of it.

A proxy looks names up and dials for itself, so that the door's own look at the dialled address is not had. What can be
told from here is told before: an address, or a name that is an address from here, that may not be dialled is not asked
of the proxy either. A name that means nothing here is the proxy's to judge.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from yarl import URL

from alerts.addresses import refusal

PATIENCE = timedelta(seconds=2)
"""How long a name is looked up here; behind a proxy there is often nobody to ask."""

FORGOTTEN = timedelta(hours=1)
"""For how long a name that was not found here is not looked up again."""

LookUp = Callable[[str], Awaitable[Sequence[str]]]
"""The addresses of a name as they are seen from here; raises OSError for one that is not known."""

_NUMBERS = re.compile(r"[0-9a-fx.:]*[0-9][0-9a-fx.:]*", re.IGNORECASE)


class Proxy:
    """A proxy at *url*."""

    def __init__(self, url: str, look_up: LookUp) -> None:
        self.url = URL(url)
        self._look_up = look_up
        self._unknown: dict[str, float] = {}

    async def refusal(self, host: str) -> str:
        """Say why *host* is not to be asked of the proxy, or nothing."""
        now = asyncio.get_running_loop().time()
        if self._unknown.get(host, 0) > now:
            return ""
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                found = await self._look_up(host)
        except (OSError, UnicodeError, TimeoutError):
            if _NUMBERS.fullmatch(host) or "." not in host.rstrip("."):
                return "special address"  # a number in a strange form, or a name of the proxy's own network
            self._unknown[host] = now + FORGOTTEN.total_seconds()
            return ""
        return next((reason for address in found if (reason := refusal(address))), "")


def problem(url: str) -> str:
    """Return what is wrong with *url* as the address of a proxy, or nothing; ``${NAME}`` is filled in."""
    try:
        parsed = URL(url)
        sound = parsed.scheme == "http" and bool(parsed.host) and parsed.port is not None
    except ValueError:
        return "it is no address"
    if not sound:
        return "a proxy is spoken to over http, and has a host"
    return "it has a path" if parsed.path not in ("", "/") or parsed.query_string else ""
