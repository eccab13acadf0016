"""The shared library: concepts that every assessment can name, in the YAML files beside this module."""

import re
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from ruamel.yaml import YAML

from indicators.concepts.concept import Concept

_FOLDER = Path(__file__).parent
_ENTRY = re.compile(r"^  ([a-z][a-z0-9_]*):", re.MULTILINE)


def shared_concept(name: str) -> Concept | None:
    """Return the library's concept *name*, if it has one; only the file that holds it is read."""
    file = _files().get(name)
    return _read(file)[name] if file is not None else None


def shared_names() -> tuple[str, ...]:
    """Return the names of all concepts of the library, sorted."""
    return tuple(sorted(_files()))


@cache
def shared_digest() -> str:
    """Return a short name for exactly this state of the library: another one may match other items."""
    return sha256("".join(_texts().values()).encode()).hexdigest()[:16]


@cache
def _texts() -> Mapping[Path, str]:
    return {path: path.read_text("utf-8") for path in sorted(_FOLDER.glob("*.yaml"))}


@cache
def _files() -> Mapping[str, Path]:
    """Return the file of each concept, without reading the files as YAML: that takes a while for all."""
    return {name: path for path, text in _texts().items() for name in _ENTRY.findall(text)}


@cache
def _read(path: Path) -> Mapping[str, Concept]:
    entries = YAML(typ="safe").load(_texts()[path])["concepts"]
    return {name: Concept.model_validate(entry) for name, entry in entries.items()}
