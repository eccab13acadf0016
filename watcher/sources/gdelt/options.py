"""What an operator can ask of GDELT: countries, roots, which files, how many, and what for while they fail."""

import re
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from watcher.sources.gdelt import doc
from watcher.sources.gdelt.events import WORDS, Wanted
from watcher.sources.options import Options, Shows

CATCH_UP = 8
"""Files that are read after a pause, two hours of them, where the options say nothing else."""

MOST_CATCH_UP = 96

_COUNTRY = re.compile("[A-Z]{2}")


def _several(written: Any) -> Any:
    """Let one value stand for a list of one."""
    return list(written) if isinstance(written, list | tuple | set | frozenset) else [written]


def _country(written: Any) -> str:
    code = str(written).upper()
    if not _COUNTRY.fullmatch(code):
        raise ValueError(f"{written!r} is no FIPS code of a country: write two letters, countries: [ML, UV, NG]")
    return code


def _root(written: Any) -> str:
    code = str(written).zfill(2)
    if code not in WORDS:
        raise ValueError(f"{written!r} is no CAMEO root: write numbers from 1 to 20, roots: [14, 18, 19, 20]")
    return code


Country = Annotated[str, BeforeValidator(_country)]
Root = Annotated[str, BeforeValidator(_root)]


class GdeltOptions(Options):
    """What the operator wants of the stream: countries (FIPS), root codes, and the most files that one poll reads.

    ``files``: the coded events; the events and every further article that mentions them within a day; or the articles
    of the Global Knowledge Graph with their titles and themes. ``fallback``: the words that the DOC API is asked for
    while the files fail; without any it is not asked.
    """

    shows: ClassVar[Shows] = Shows.ONCE

    files: Literal["events", "mentions", "articles"] = "events"
    countries: Annotated[frozenset[Country], BeforeValidator(_several)] = Field(min_length=1)
    roots: Annotated[frozenset[Root], BeforeValidator(_several)] = frozenset()
    catch_up: int = Field(default=CATCH_UP, ge=1, le=MOST_CATCH_UP)
    fallback: str = Field(default="", max_length=500)
    fallback_url: str = Field(default=doc.ADDRESS, pattern="^https?://")

    @model_validator(mode="after")
    def _roots_are_of_events(self) -> Self:
        if self.roots and self.files == "articles":
            raise ValueError("roots are codes of events: take them out, or read files: events")
        return self

    @property
    def wanted(self) -> Wanted:
        """Which events are kept."""
        return Wanted(countries=self.countries, roots=self.roots)
