"""Lines of a file that may be anything: huge, binary, without an end of line."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from indicators.errors import Problem, Severity

LONGEST_LINE = 65_536
"""Bytes; the longest row of GeoNames has some 15,000."""


MOST_NAMED = 10
"""Broken lines of one file that are named; the others are counted."""


class BrokenLines:
    """The broken lines of one file: the first ten with their reason, and how many there are."""

    def __init__(self) -> None:
        self.count = 0
        self._named: list[tuple[int, str]] = []

    def add(self, number: int, what: str) -> None:
        """Count the line of that *number*."""
        self.count += 1
        if len(self._named) < MOST_NAMED:
            self._named.append((number, what))

    def problems(self, path: Path) -> tuple[Problem, ...]:
        """Return the named lines as warnings, and how many more there are."""
        found = [
            Problem(where=f"{path}:{number}", what=what, severity=Severity.WARNING) for number, what in self._named
        ]
        if self.count > len(found):
            what = f"{self.count - len(found)} more line(s) are broken and left out"
            found.append(Problem(where=str(path), what=what, severity=Severity.WARNING))
        return tuple(found)


def lines_of(file: BinaryIO) -> Iterator[tuple[int, str | None, str]]:
    """Yield the number and text of each line, or ``None`` and what is wrong with it; memory stays bounded."""
    number = 0
    while raw := file.readline(LONGEST_LINE):
        number += 1
        if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
            _skip_the_rest(file)
            yield number, None, f"the line has more than {LONGEST_LINE} bytes"
        elif b"\0" in raw:
            yield number, None, "the line has a NUL byte: the file is damaged or not text"
        else:
            yield number, *_decoded(raw)


def _decoded(raw: bytes) -> tuple[str | None, str]:
    try:
        return raw.decode("utf-8-sig").rstrip("\r\n"), ""
    except UnicodeDecodeError as error:
        return None, f"the line is not UTF-8 text (byte {error.start + 1})"


def _skip_the_rest(file: BinaryIO) -> None:
    while (more := file.readline(LONGEST_LINE)) and not more.endswith(b"\n"):
        pass
