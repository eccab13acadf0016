"""What one kind of source asks for beyond an address: a checked model, and faults in words for who wrote them."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from pydantic import SecretStr, ValidationError

from indicators.written import Written
from indicators.written.wording import worded
from watcher.sources.faults import Fault, SourceError


class Shows(StrEnum):
    """What the answer of a kind of source holds; it says what a short answer, or one of nothing but news, means."""

    LATEST = "the latest reports"
    """A list that the old leave as the new come: never empty, and it overlaps with the one before."""
    CURRENT = "what holds or happened lately"
    """As long as there is to tell; it may well be empty."""
    ONCE = "each report once"
    """Validators are a place in a series: without them reports would be lost, or read again."""


class Options(Written):
    """Options of a kind. As it stands: a kind at a web address that asks for nothing else.

    A field of type :class:`pydantic.SecretStr` may only be written as ``${NAME}`` in the configuration;
    it arrives filled in, and nothing prints it.
    """

    shows: ClassVar[Shows] = Shows.LATEST
    pushed: ClassVar[bool] = False
    """Its reports are sent to us: there is nothing to poll, and silence is what its interval is for."""
    for_anybody: ClassVar[bool] = False
    """It reads what a site publishes for anybody, so that the site's robots.txt speaks of it; an API has its terms."""

    @classmethod
    def address_problem(cls, url: str) -> tuple[str, str]:
        """Return what is wrong with the address of such a source and what to write instead, or two empty texts."""
        if url.startswith(("http://", "https://", "${")):
            return "", ""
        return "the address is neither http nor https", "https://…"

    @classmethod
    def secrets(cls) -> tuple[str, ...]:
        """Return the names of the options that are secret, also those that hold several."""
        return tuple(name for name, info in cls.model_fields.items() if SecretStr.__name__ in str(info.annotation))


_Options = TypeVar("_Options", bound=Options)


def options_of(model: type[_Options], options: Mapping[str, Any], *, source: str) -> _Options:
    """Return *options* as a *model*; raises :class:`SourceError` with the first fault if they are not right."""
    try:
        return model.model_validate(dict(options))
    except ValidationError as error:
        _, what, instead = next(_told(error, model))
        raise SourceError(source, Fault.OPTIONS, "; ".join(x for x in (what, instead) if x)) from None


def option_faults(model: type[Options], options: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield where *options* go against *model*, what is wrong, and what to write instead; never a value."""
    try:
        model.model_validate(dict(options))
    except ValidationError as error:
        yield from _told(error, model)


def _told(error: ValidationError, model: type[Options]) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    for found in error.errors(include_url=False, include_input=False):
        path = tuple(step for step in found["loc"] if step != "[key]")
        name = ".".join(str(step) for step in path)
        kind = found["type"]
        if kind == "missing":
            yield path, f"the option {name!r} is missing", ""
        elif kind == "extra_forbidden":
            known = ", ".join(model.model_fields) or "none"
            yield path, f"there is no option {name!r} for this kind", f"its options: {known}"
        else:
            words, instead = worded(found)
            yield path, f"option {name!r}: {words}" if name else words, instead
