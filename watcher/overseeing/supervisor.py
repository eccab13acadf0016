"""The supervisor that started us, if one waits to hear that we live: systemd with ``Type=notify`` (sd_notify(3)).

A process that hangs is no process that died: it is told outside (``watchdog:``), and by this it is started anew.
"""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog

log = structlog.get_logger(__name__)

_OFTEN = 3
"""Signs of life in the time within which one has to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervisor:
    """Where it listens (a Unix socket; empty for nobody), and how long it waits for a sign of life (``None``: ever)."""

    address: str = ""
    patience: timedelta | None = None

    @property
    def every(self) -> timedelta | None:
        """How often to give a sign of life; ``None`` if nobody waits for one."""
        return self.patience / _OFTEN if self.address and self.patience is not None else None

    def tell(self, *states: str) -> None:
        """Say ``READY=1``, ``WATCHDOG=1``, ``STOPPING=1`` or ``STATUS=…``. A listener that is gone stops nothing."""
        if not self.address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as line:
                line.sendto("\n".join(states).encode(), _path(self.address))
        except OSError as error:
            log.warning("the supervisor does not hear us", problem=str(error))


NOBODY = Supervisor()
"""Nobody waits."""


def supervisor_of(environment: Mapping[str, str], *, pid: int | None = None) -> Supervisor:
    """Return who waits for this process (*pid*, else our own), as ``NOTIFY_SOCKET`` and ``WATCHDOG_USEC`` say."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return NOBODY
    microseconds = environment.get("WATCHDOG_USEC", "")
    ours = environment.get("WATCHDOG_PID", "") in ("", str(pid or os.getpid()))
    waits = ours and microseconds.isascii() and microseconds.isdigit() and int(microseconds) > 0
    return Supervisor(address=address, patience=timedelta(microseconds=int(microseconds)) if waits else None)


def _path(address: str) -> str:
    """An address that begins with ``@`` is a name in the abstract namespace, where a zero byte stands for it."""
    return f"\0{address[1:]}" if address.startswith("@") else address
