"""A folder instead of an address, for machines without a network: files put there are read where they lie."""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from indicators.items import Item
from indicators.language.text import one_line
from watcher.sources.dropped_files import FileOptions, is_read, read_file
from watcher.sources.exchange import apart, aside
from watcher.sources.faults import Fault, SourceError
from watcher.sources.http import MAX_BYTES, Http
from watcher.sources.options import Shows, options_of
from watcher.sources.source import Fetched, SourceSettings, Validators

ROOT = "WATCHER_FOLDERS"
"""The variable that names the folder under which all folders of sources have to lie."""

MOST_FILES = 200
MOST_BYTES = 50_000_000
READ_DEADLINE = timedelta(seconds=60)

_NAME_SHOWN = 80
_NOTES_SHOWN = 5


class FolderOptions(FileOptions):
    """The path of a folder stands in ``url`` as ``file:///…``; options say how tables and JSON in it are read."""

    shows: ClassVar[Shows] = Shows.ONCE

    @classmethod
    def address_problem(cls, url: str) -> tuple[str, str]:
        """Return what is wrong with the path and what to write instead, or two empty texts."""
        try:
            _path_of(url)
        except ValueError:
            return "the address of a folder is its whole path", "file:///srv/watcher/drop/rfi"
        return "", ""


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    body: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


class FolderSource:
    """A kind of source: the files in one folder. None is moved, changed or deleted, and no link is followed."""

    options = FolderOptions

    def __init__(self, root: Path | None = None) -> None:
        self._root = root

    async def fetch(self, settings: SourceSettings, http: Http, validators: Validators, now: datetime) -> Fetched:
        """Read the folder once, if any file in it is another than at the last poll (told by their contents)."""
        del http
        files, left = await aside(partial(self._files, settings), source=settings.id, deadline=READ_DEADLINE)
        mark = _mark(files)
        if mark == validators.etag:
            return Fetched(not_modified=True, validators=validators)
        haul = await _haul(files, settings, now)
        if haul.failed and not haul.read:
            raise haul.failed[0]
        items = {item.id: item for item in reversed(haul.items)}  # of one report the newest file tells
        incomplete = haul.partial or bool(haul.failed)
        return Fetched(
            items=tuple(items[name] for name in dict.fromkeys(item.id for item in haul.items)),
            validators=validators if incomplete else Validators(etag=mark),
            body_hash=mark,
            partial=incomplete,
            note=_note(haul, files=len(files), left=left),
        )

    def _files(self, settings: SourceSettings) -> tuple[list[_File], int]:
        folder = self._vetted(settings)
        try:
            return _newest(folder)
        except OSError as error:
            raise SourceError(settings.id, Fault.UNREACHABLE, _reason(error)) from None

    def _vetted(self, settings: SourceSettings) -> Path:
        """Return the folder, or refuse it: it has to lie under the one that the installation allows."""
        allowed = self._root or (Path(os.environ[ROOT]) if os.environ.get(ROOT) else None)
        if allowed is None:
            words = f"no folder may be read: set {ROOT} to the one that holds them all"
            raise SourceError(settings.id, Fault.REFUSED_ADDRESS, words)
        try:
            folder = _path_of(settings.url).resolve(strict=True)
            if not folder.is_relative_to(allowed.resolve(strict=True)):
                raise SourceError(settings.id, Fault.REFUSED_ADDRESS, f"the folder does not lie under {ROOT}")
        except (OSError, ValueError, RuntimeError) as error:
            raise SourceError(settings.id, Fault.UNREACHABLE, _reason(error)) from None
        return folder


class _Haul:
    """What the files brought, the newest first."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.read = 0
        self.failed: list[SourceError] = []
        self.notes: list[str] = []
        self.partial = False


async def _haul(files: list[_File], settings: SourceSettings, now: datetime) -> _Haul:
    """Read *files* one after the other: one that ends its reader does not take its neighbours along."""
    haul, options = _Haul(), options_of(FolderOptions, settings.options, source=settings.id)
    for file in files:
        shown = one_line(file.name, limit=_NAME_SHOWN)
        try:
            read = partial(read_file, file.name, file.body, options=options, settings=settings.bare, now=now)
            fetched = await apart(read, Fetched, source=settings.id)
        except SourceError as error:
            haul.failed.append(SourceError(settings.id, error.fault, f"{shown}: {error.detail}"))
            continue
        haul.read += 1
        haul.items.extend(fetched.items)
        haul.partial = haul.partial or fetched.partial
        if fetched.note:
            haul.notes.append(f"{shown}: {fetched.note}")
    return haul


def _newest(folder: Path) -> tuple[list[_File], int]:
    """Return the files that can be read, the newest first, within bounds, and how many more there are."""
    found = sorted(_candidates(folder), reverse=True)
    files: list[_File] = []
    room = MOST_BYTES
    for _, name in found[:MOST_FILES]:
        body = _content(folder / name, room)
        if body is None:
            continue
        room -= len(body)
        files.append(_File(name, body))
    return files, len(found) - len(files)


def _candidates(folder: Path) -> Iterator[tuple[int, str]]:
    """Yield time and name of each plain file of a kind we read; a link could lead out of the folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if is_read(entry.name) and entry.is_file(follow_symlinks=False):
                yield entry.stat(follow_symlinks=False).st_mtime_ns, entry.name


def _content(path: Path, room: int) -> bytes | None:
    """Return the file's bytes, or ``None`` if it is too large, no plain file any more, or not ours to read."""
    try:
        # O_NOFOLLOW and the look at what was opened: it may have become a link since it was listed.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return None
            body = file.read(min(MAX_BYTES, room) + 1)
    except OSError:
        return None
    return body if len(body) <= min(MAX_BYTES, room) else None


def _mark(files: list[_File]) -> str:
    """Return one short text that changes when the contents of the files do; names and times do not count."""
    digests = sorted(file.digest for file in files)
    return hashlib.sha256(" ".join(digests).encode()).hexdigest()


def _path_of(url: str) -> Path:
    parts = urlsplit(url)
    path = Path(unquote(parts.path))
    if parts.scheme != "file" or parts.netloc or not path.is_absolute() or ".." in path.parts or "\0" in str(path):
        raise ValueError("not the path of a folder")
    return path


def _reason(error: Exception) -> str:
    said = getattr(error, "strerror", None) or "not the path of a folder"
    return f"the folder cannot be read: {said}".lower()


def _note(haul: _Haul, *, files: int, left: int) -> str:
    parts = [str(error.detail) for error in haul.failed] + haul.notes
    if left:
        parts.append(f"{left} file(s) not read: more than {MOST_FILES}, too large, or not readable")
    if not files:
        parts.append("there is no file in the folder")
    more = len(parts) - _NOTES_SHOWN
    return "; ".join(parts[:_NOTES_SHOWN]) + (f"; and {more} more" if more > 0 else "")
