"""A real proxy for tests: forwards plain requests, tunnels TLS, may ask for a password, remembers what it was asked."""

import asyncio
import base64
import contextlib
from asyncio import StreamReader, StreamWriter
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.servers import HERE


@dataclass
class Forwarder:
    """Names in ``hosts`` lead to a port of this machine, whatever port was asked for; others are not found."""

    hosts: dict[str, int] = field(default_factory=dict)
    password: str = ""
    """``user:password`` that has to be given."""
    asked: list[str] = field(default_factory=list)
    """The request lines it got."""
    port: int = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, HERE, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()

    @property
    def url(self) -> str:
        return f"http://{HERE}:{self.port}"

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            line, _, rest = head.decode("latin-1").partition("\r\n")
            self.asked.append(line)
            method, target, _ = line.split(" ")
            wanted = f"Proxy-Authorization: Basic {base64.b64encode(self.password.encode()).decode()}"
            if self.password and wanted.lower() not in rest.lower():
                await _end(writer, "407 Proxy Authentication Required")
                return
            host = target.rpartition(":")[0] if method == "CONNECT" else urlsplit(target).hostname or ""
            if host not in self.hosts:
                await _end(writer, "502 Bad Gateway")
                return
            there_reader, there = await asyncio.open_connection(HERE, self.hosts[host])
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                parts = urlsplit(target)
                path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                lines = [one for one in rest.split("\r\n") if not one.lower().startswith(("proxy-", "connection:"))]
                plain = "\r\n".join((f"{method} {path} HTTP/1.1", "Connection: close", *lines))
                there.write(plain.encode("latin-1"))
            await asyncio.gather(_pass(reader, there), _pass(there_reader, writer))


async def _pass(reader: StreamReader, writer: StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while part := await reader.read(65_536):
            writer.write(part)
            await writer.drain()
        writer.close()


async def _end(writer: StreamWriter, status: str) -> None:
    writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
    await writer.drain()
    writer.close()
