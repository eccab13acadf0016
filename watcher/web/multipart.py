"""Multipart: a form that a browser sends in parts, because a file is among them (RFC 7578)."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

KIND = "multipart/form-data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One field of the form: ``content`` are its bytes as they were sent, of a file or of what was typed."""

    name: str
    content: bytes
    is_file: bool


def boundary_of(content_type: str) -> bytes:
    """Return what stands between the parts of a body of *content_type*; nothing where it does not say."""
    told = Message()
    told["Content-Type"] = content_type
    return (told.get_boundary() or "").encode("latin-1", "replace")


def parts_of(body: bytes, boundary: bytes) -> Iterator[Part]:
    """Yield the parts of *body* that have a name, in their order.

    It goes through the body once, and never into a part: a part may hold anything, another such body among it.
    """
    for piece in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:]:
        if piece.startswith(b"--"):
            return
        head, _, content = piece.partition(b"\r\n\r\n")
        told = HeaderParser().parsestr(head.decode("utf-8", "replace").lstrip())
        name = told.get_param("name", header="content-disposition")
        if isinstance(name, str):
            is_file = told.get_param("filename", header="content-disposition") is not None
            yield Part(name=name, content=content, is_file=is_file)
