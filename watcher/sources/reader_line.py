"""The line between us and a reader: how a question and an answer are framed, and how values go over it."""

import struct
from typing import Any

from pydantic import TypeAdapter

LINE = 0
"""The file descriptor on which a reader is asked and answers: a socket in the place of standard input."""

ASKED = struct.Struct("!dQ")
"""In front of a question: the processor time it may take, in seconds, and the length of what follows."""

TOLD = struct.Struct("!c?Q")
"""In front of an answer: what kind it is, whether the reader ends after it, and the length of what follows."""

READY, VALUE, FAULT, FULL, FAILED = b"r", b"v", b"f", b"m", b"e"
"""Kinds of answer: sealed and waiting; a value; a :class:`SourceError`; out of memory; a fault of ours."""

MEMORY = 512 * 2**20
"""Bytes of address space."""

_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def adapter(kind: Any) -> TypeAdapter[Any]:
    """Return what writes values of *kind* as JSON and makes checked values of that again."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]
