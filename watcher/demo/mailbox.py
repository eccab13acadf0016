"""A real SMTP server on loopback that keeps what it is given as files."""

import asyncio
from pathlib import Path
from typing import Self

from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """Accepts every message and writes it to *folder* under numbers: ``001.eml`` and so on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: asyncio.Server | None = None
        self.received = 0
        self.port = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002 - aiosmtpd calls it so
        """Keep one message; the name is aiosmtpd's."""
        content = envelope.content or b""
        self.received += 1
        data = content if isinstance(content, bytes) else content.encode()
        (self._folder / f"{self.received:03}.eml").write_bytes(data)
        return "250 kept"

    async def __aenter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, hostname="demo"), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
