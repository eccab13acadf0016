"""A farm of feeds in a process of its own: as many hosts as there are loopback addresses, each with a few feeds.

``python -m benchmarks.feed_farm`` prints its port and serves until its input is closed. A feed's path says what it
answers: ``/f/17`` is feed 17, in its newest edition; a question with its ETag is answered 304. ``POST /edition/3``
lets every twentieth feed show two new entries; ``/hang/1`` never answers.
"""

import asyncio
import sys

ENTRIES = 30
PER_HOST = 10
CHANGING = 20
"""One feed in so many changes with the edition: 95 % of the others' answers are 304."""

_SENTENCES = (
    "Fuel tankers wait at the border while queues grow in the capital.",
    "The ministry spoke of a normal week and asked for patience.",
    "Le convoi est arrivé à Bamako sous escorte, selon un témoin.",
    "Market prices rose again in Mopti and Ségou, traders say.",
)


def address_of(feed: int, port: int) -> str:
    """Return the address of a feed: ten feeds live at each host."""
    host = feed // PER_HOST
    return f"http://127.1.{host // 250}.{1 + host % 250}:{port}/f/{feed}"


def document(feed: int, edition: int, *, entries: int = ENTRIES) -> bytes:
    """Return a feed as RSS: its newest entries, two more with each edition."""
    newest = entries + 2 * (edition if feed % CHANGING == 0 else 0)
    shown = "".join(_entry(feed, number) for number in range(newest, newest - entries, -1))
    head = f"<title>Wire {feed}</title><link>http://wire{feed}.example/</link><language>en</language>"
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{shown}</channel></rss>'.encode()


def _entry(feed: int, number: int) -> str:
    told = [_SENTENCES[(feed + number + step) % len(_SENTENCES)] for step in range(6)]
    text = "".join(f"<p>{sentence}</p>" for sentence in told)
    return (
        f"<item><guid>{feed}-{number}</guid><title>Story {number} of wire {feed}: {told[0]}</title>"
        f"<link>http://wire{feed}.example/{number}</link><pubDate>Sun, 01 Mar 2026 08:{number % 60:02}:00 GMT</pubDate>"
        f"<description><![CDATA[{text}]]></description></item>"
    )


class _Farm(asyncio.Protocol):
    """Answers by hand: a web framework would be the slowest part of what is measured."""

    edition = 0
    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.waiting = b""

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while b"\r\n\r\n" in self.waiting:
            head, _, self.waiting = self.waiting.partition(b"\r\n\r\n")
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        _, path, _ = head.split(b" ", 2)
        _, what, number = path.split(b"/")
        if what == b"hang":
            return
        if what == b"edition":
            _Farm.edition = int(number)
            self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            return
        feed = int(number)
        edition = _Farm.edition if feed % CHANGING == 0 else 0
        etag = b'"%d"' % edition
        if b"If-None-Match: " + etag in head:
            self.transport.write(b"HTTP/1.1 304 Not Modified\r\nETag: " + etag + b"\r\n\r\n")
            return
        body = document(feed, edition)
        kind = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
        self.transport.write(kind + b"ETag: %b\r\nContent-Length: %d\r\n\r\n" % (etag, len(body)) + body)


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Farm, "0.0.0.0", 0, backlog=4096)  # noqa: S104 - loopback has many addresses
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
