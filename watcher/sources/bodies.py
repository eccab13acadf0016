"""Bodies of answers, decoded no further than there is room."""

import zlib

BrokenBodyError = zlib.error
"""What a decoder raises for a body that is not coded as it says."""


class Plain:
    """A body as it is on the wire."""

    complete = True

    def decode(self, chunk: bytes, *, room: int) -> bytes:
        """Return *chunk*, never more than *room* of it."""
        return chunk[:room]


class Gzip:
    """A gzip body, unpacked no further than there is room (495 bytes can hold 200 MB)."""

    def __init__(self) -> None:
        self._unpacker = zlib.decompressobj(wbits=31)  # 31: a gzip header and nothing else

    @property
    def complete(self) -> bool:
        """Whether the checksum at the end was reached."""
        return self._unpacker.eof

    def decode(self, chunk: bytes, *, room: int) -> bytes:
        """Return what *chunk* unpacks to, at most *room* bytes."""
        out = bytearray()
        while chunk and len(out) < room:
            if self._unpacker.eof:
                if not chunk.startswith(b"\x1f\x8b"):
                    break  # padding after the last member
                self._unpacker = zlib.decompressobj(wbits=31)
            out += self._unpacker.decompress(chunk, room - len(out))
            chunk = self._unpacker.unconsumed_tail or self._unpacker.unused_data
        return bytes(out)


_NO_CODINGS = frozenset({"", "identity", "none", "binary", "utf-8", "utf8"})
"""What servers say of a body that has none; the last four are nobody's coding, and are said all the same."""


def decoder_of(coding: str) -> Plain | Gzip | None:
    """Choose by Content-Encoding: none or one gzip. A second coding is a bomb's fuse, not a feed's need: ``None``."""
    named = coding.strip().lower()
    if named in _NO_CODINGS:
        return Plain()
    return Gzip() if named in ("gzip", "x-gzip") else None
