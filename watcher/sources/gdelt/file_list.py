"""GDELT's list of its newest files, and which of them to read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from watcher.sources.exchange import looks_like
from watcher.sources.faults import Fault, SourceError
from watcher.sources.http import Response

STEP = timedelta(minutes=15)

_NAMES = {
    "events": re.compile(r"(\d{14})((?:\.translation)?\.export\.csv\.zip)", re.IGNORECASE),
    "mentions": re.compile(r"(\d{14})((?:\.translation)?\.mentions\.csv\.zip)", re.IGNORECASE),
    "articles": re.compile(r"(\d{14})((?:\.translation)?\.gkg\.csv\.zip)", re.IGNORECASE),
}
_LINE = re.compile(r"\d+ +([0-9a-f]{32}) +\S*?([^/\s]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of exports: its time in the name, the rest of the name, and its MD5 where the list gave it."""

    stamp: str
    suffix: str
    md5: str = ""

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.stamp + self.suffix


def listed_in(answer: Response, source: str, files: str) -> tuple[list[File], bool]:
    """Return the exports that the list names, the oldest first, and whether its last line broke off."""
    if not answer.body.strip(b" \t\r\n\0"):
        raise SourceError(source, Fault.EMPTY, "the answer has no content")
    text = answer.body.decode("utf-8", "replace")
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    found = [match for line in lines if (match := _LINE.fullmatch(line))]
    broken = len(found) < len(lines)
    if not found or (broken and not answer.truncated):
        fault = Fault.TRUNCATED if answer.truncated else Fault.NOT_A_FEED
        kind = looks_like(answer.body)
        raise SourceError(source, fault, f"looks like {kind}, not like GDELT's list of files (size, MD5, address)")
    found_files = {
        name[0]: File(stamp=name[1], suffix=name[2], md5=match[1].lower())
        for match in found
        if (name := _NAMES[files].fullmatch(match[2]))
    }
    return sorted(found_files.values(), key=lambda file: file.stamp), broken


def to_read(listed: list[File], seen: str, most: int) -> tuple[list[File], int]:
    """Return the files to read, the oldest first, and how many are given up because they are more than *most*."""
    by_stamp = {file.stamp: file for file in listed if file.stamp > seen}
    if seen and listed:
        for stamp in _between(seen, listed[-1].stamp):
            by_stamp.setdefault(stamp, File(stamp=stamp, suffix=listed[-1].suffix))
    files = [by_stamp[stamp] for stamp in sorted(by_stamp)]
    return files[-most:], max(len(files) - most, 0) if seen else 0


def _between(seen: str, newest: str) -> Iterator[str]:
    """Yield the quarter hours after *seen* and before *newest*: GDELT's own list only names the newest."""
    first, last = moment_of_stamp(seen), moment_of_stamp(newest)
    if first is None or last is None or last - first > timedelta(days=30):
        return
    moment = first + STEP
    while moment < last:
        yield f"{moment:%Y%m%d%H%M%S}"
        moment += STEP


def moment_of_stamp(stamp: str) -> datetime | None:
    """Return the moment that the *stamp* of a file names, in UTC; ``None`` if it names none."""
    try:
        return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
