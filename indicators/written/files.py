"""Files that a person wrote: YAML to a checked value, and every fault at its line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from indicators.errors import Problem, Severity
from indicators.written.file_keys import nearest_key, sketch
from indicators.written.wording import worded

LARGEST = 2_000_000
"""Characters; the shipped assessment has about 140,000."""

Path = tuple[str | int, ...]


def _yaml_cure(error: MarkedYAMLError, text: str) -> str:
    """Return what usually was meant by a line that YAML cannot read."""
    problem, mark = str(error.problem or ""), error.problem_mark
    line = text.splitlines()[mark.line] if mark and mark.line < len(text.splitlines()) else ""
    if "\t" in line[: mark.column + 1 if mark else 0]:
        return "indent with spaces, not with tabs"
    if "cannot start any token" in problem and line.strip():
        return 'put the value in quotes: "@fuel AND @shortage"'
    if "expected <block end>" in problem or "could not find expected" in problem:
        begun = f" (it belongs to what begins on line {error.context_mark.line + 1})" if error.context_mark else ""
        return f"look for a quotation mark that is not closed, or a line that stands too far in or out{begun}"
    if "mapping values are not allowed" in problem:
        return 'put a text with a colon in quotes: "Mali : …"'
    return ""


_OPENERS = ("[", "{", "- ", "? ")
"""What can begin another level without a line of its own; indented levels need ever longer lines."""
_DEEPEST = 5_000


class Written(BaseModel):
    """Base of everything a person writes in a file: unknown keys are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_Model = TypeVar("_Model", bound=Written)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault at a path inside a file, e.g. ``("indicators", 3, "where", "region")``."""

    path: Path
    what: str
    instead: str = ""
    severity: Severity = Severity.ERROR


class WrittenFile:
    """One file's text under its name; finds lines for paths, slowly and only when asked."""

    def __init__(self, text: str, *, name: str) -> None:
        self.text = text
        self.name = name
        self.data: Any = None
        """The values of the file once it has been read, however wrong their shape; ``None`` where none could be."""
        self._tree: Any = None

    def read(self, model: type[_Model]) -> tuple[_Model | None, tuple[Problem, ...]]:
        """Return the file as a *model*, or ``None`` and what is wrong with it, all faults at once."""
        data, problem = self._load()
        if problem is not None:
            return None, (problem,)
        self.data = data
        try:
            return model.model_validate(data), ()
        except ValidationError as error:
            errors = error.errors(include_url=False)
            found = {self._schema_problem(e, model) for e in errors if not _echo(e, errors)}
            return None, in_order(found)

    def place(self, fault: Fault) -> Problem:
        """Return *fault* as a problem with its file and line."""
        where = f"{self.name}:{self._line(fault.path)}"
        return Problem(where=where, what=fault.what, instead=fault.instead, severity=fault.severity)

    def _load(self) -> tuple[Any, Problem | None]:
        if len(self.text) > LARGEST:
            what = f"the file has over {LARGEST} characters"
            return None, Problem(where=self.name, what=what, instead="split it")
        try:
            data = _values(self.text)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            where = f"{self.name}:{mark.line + 1}" if mark else self.name
            what = f"not readable as YAML: {error.problem or error.context}"
            return None, Problem(where=where, what=what, instead=_yaml_cure(error, self.text))
        except (YAMLError, ValueError, RecursionError) as error:
            what = f"not readable as YAML: {str(error).splitlines()[0]}"
            return None, Problem(where=self.name, what=what)
        if not isinstance(data, dict):
            what, instead = "the file is not a table of keys", "begin with key: value"
            return None, Problem(where=f"{self.name}:1", what=what, instead=instead)
        return data, None

    def _line(self, path: Iterable[str | int]) -> int:
        if self._tree is None:
            try:
                self._tree = YAML(typ="rt").load(self.text)
            except (YAMLError, ValueError, RecursionError):
                self._tree = False  # readable as values, too deep or too odd to find its lines
        node, line = self._tree, 1
        for step in path:
            try:
                place = node.lc.data[step]
                line, node = place[0] + 1, node[step]
            except (AttributeError, KeyError, IndexError, TypeError):
                break  # a step of the schema that the file does not spell out
        return line

    def _schema_problem(self, error: Mapping[str, Any], model: type[Written]) -> Problem:
        path = tuple(step for step in error["loc"] if _visible(step))
        what, instead = worded(error)
        told = spoken(path) or "the file"
        hint = _cure(str(error["type"]), path, model) or instead
        return Problem(where=f"{self.name}:{self._line(path)}", what=f"{told}: {what}", instead=hint)


def spoken(path: Path) -> str:
    """Return *path* as a person counts, lists from 1: ``entry 2 of levels, name``; keys are joined by dots."""
    told: list[str] = []
    keys: list[str] = []
    for step in path:
        if isinstance(step, int):
            told.append(f"entry {step + 1} of {'.'.join(keys) or 'the list'}")
            keys = []
        else:
            keys.append(step)
    return ", ".join([*told, ".".join(keys)] if keys else told)


def _values(text: str) -> Any:
    """Return the values in *text*, read five times faster by libyaml where that is safe and finds no fault.

    Its C code goes down level by level without looking how deep: two hundred thousand brackets end the
    process. The reader in Python says what is wrong instead, and words other faults better too.
    """
    if sum(map(text.count, _OPENERS)) <= _DEEPEST:
        try:
            return YAML(typ="safe").load(text)
        except (YAMLError, ValueError, RecursionError):
            pass
    return YAML(typ="safe", pure=True).load(text)


def _echo(error: Mapping[str, Any], errors: Iterable[Mapping[str, Any]]) -> bool:
    """Whether *error* only repeats, of a whole list, that one of its entries is wrong."""
    at = error["loc"]
    return error["type"] == "too_short" and any(e["loc"][: len(at)] == at and len(e["loc"]) > len(at) for e in errors)


def _visible(step: str | int) -> bool:
    """Whether *step* is a key of the file and not one of the steps pydantic adds for its unions."""
    return isinstance(step, int) or not (step in ("binary", "exclusive", "Effect") or "[" in step)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return *problems* by file and line."""
    return tuple(sorted(problems, key=lambda p: (*_file_and_line(p.where), p.what)))


def _file_and_line(where: str) -> tuple[str, int]:
    file, _, line = where.rpartition(":")
    return (file, int(line)) if line.isdigit() else (where, 0)


def _cure(kind: str, path: Path, model: type[Written]) -> str:
    """Return what to write instead of a key that is unknown, missing or empty at *path*; empty for any other fault."""
    if kind in ("missing", "too_short"):
        return sketch(model, path)
    if kind != "extra_forbidden" or not path:
        return ""
    if "proof" in path:
        return 'put the sentence in quotes: it has a colon ("Mali : …")'
    near = nearest_key(model, path)
    return f"did you mean {near}?" if near else "remove it"
