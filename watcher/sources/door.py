"""The door: whether an address may be dialled for a source, asked of its last form."""

import socket
from typing import Any

from alerts.addresses import refusal


class RefusedAddressError(OSError):
    """An OSError, because that is the only kind aiohttp's connection race hands on unchanged."""


class Door:
    """Gives out sockets, and sees the last form of every address: after names, octal, and idn."""

    def __init__(self, *, inside: bool) -> None:
        self._inside = inside

    def check(self, address: str) -> None:
        """Raise unless *address* may be dialled."""
        reason = refusal(address, inside=self._inside)
        if reason:
            raise RefusedAddressError(reason)

    def socket(self, info: tuple[Any, ...]) -> socket.socket:
        """Make the socket for one ``getaddrinfo`` row; aiohttp connects it to that row's address."""
        family, kind, protocol, _, where = info
        self.check(str(where[0]))
        return socket.socket(family, kind, protocol)
