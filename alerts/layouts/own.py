"""Reading an operator's folder of layouts: what is in it by name, and what cannot be used, each with what to do."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from alerts.layouts.environment import shipped_names

LONGEST_FILE = 100_000
"""Characters of one layout."""

MOST_FILES = 200

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,60}\.(?:txt|html)\.j2")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFolder:
    """What a folder holds: the layouts by name, and those that cannot be used with the reason."""

    layouts: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)


def read_own(folder: Path, *, clients: Iterable[str]) -> OwnFolder:
    """Return the layouts in *folder*, and below the name of a client those for its notices alone.

    A file may have the name of a layout that ships and then stands in its place, or another one to be included. What
    cannot be read is named and left out: what ships stands in.
    """
    layouts: dict[str, str] = {}
    refused: dict[str, str] = {}
    for name, path in _files(folder):
        why = _fault(name, frozenset(clients)) or ("" if len(layouts) < MOST_FILES else f"over {MOST_FILES} files")
        text, unread = ("", why) if why else _text(path)
        if unread:
            refused[name] = unread
        else:
            layouts[name] = text
    return OwnFolder(layouts=layouts, refused=refused)


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.glob("*.j2")):
        yield path.name, path
    for path in sorted(folder.glob("*/*.j2")):
        yield f"{path.parent.name}/{path.name}", path


def _fault(name: str, clients: frozenset[str]) -> str:
    client, slash, file = name.rpartition("/")
    if not _NAME.fullmatch(file):
        return "write its name in small letters, ending in .txt.j2 or .html.j2"
    if slash and client not in clients:
        return f"there is no client {client!r}: a folder in here has the id of one"
    if slash and not file.startswith("notice."):
        return "a client is sent notices alone: its folder holds notice.LANG.txt.j2 and notice.LANG.html.j2"
    return ""


def _text(path: Path) -> tuple[str, str]:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return "", f"cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}"
    return (text, "") if len(text) <= LONGEST_FILE else ("", f"it has more than {LONGEST_FILE} characters")


def is_a_place(name: str) -> bool:
    """Whether *name* stands in the place of a layout that ships; others are only there to be included."""
    return name.rpartition("/")[2] in shipped_names()
