"""Documents: the shapes that the API sends and takes. What is not in a shape is refused, never passed over."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

MOST_ROWS = 200
"""Rows of one page."""

USUAL_ROWS = 50

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(2200, 1, 1, tzinfo=UTC)


def _utc(moment: datetime) -> datetime:
    """Return *moment* in UTC, and one that no row can have as the first or the last that one can."""
    bare = moment.replace(tzinfo=UTC)
    if not _FIRST <= bare <= _LAST:
        return _FIRST if bare < _FIRST else _LAST
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
"""A time that is asked for. It needs a zone; one that is not written would be somebody's guess."""

Share = Annotated[float, Field(ge=0, le=1)]
"""Something between nothing (0) and all (1)."""

Names = Annotated[
    dict[str, str], Field(description="A text by language code.", examples=[{"en": "Coup", "fr": "Coup"}])
]


class Document(BaseModel):
    """What is sent. Times are in UTC, distances in kilometres, probabilities between 0 and 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Wanted(BaseModel):
    """What is taken: a field that nobody knows is refused, so that none is believed to have been heard."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_Row = TypeVar("_Row")
_From = TypeVar("_From")


class Page(Document, Generic[_Row]):
    """Some rows, and where the next ones begin."""

    data: tuple[_Row, ...]
    next: str | None = Field(
        description="Send it as `cursor`, with the same filters, for the rows that follow; null after the last.",
        examples=["WyJpdGVtcyIsIjAiXQ"],
    )


def page_of(
    rows: tuple[_From, ...], size: int, made: Callable[[_From], _Row], at: Callable[[_From], str]
) -> Page[_Row]:
    """Return the first *size* of *rows*, of which one more was asked for; *at* makes the cursor behind a row."""
    shown = rows[:size]
    return Page(data=tuple(map(made, shown)), next=at(shown[-1]) if len(rows) > size else None)


class Listing(Wanted):
    """How much of a list is wanted, and from where on."""

    limit: int = Field(USUAL_ROWS, ge=1, le=MOST_ROWS, description="Rows of one page.")
    cursor: str = Field(
        "", max_length=600, description="`next` of the page before, sent with the same filters. Empty: from the start."
    )


class Span(Listing):
    """A list between two moments."""

    since: Moment | None = Field(None, description="Only what is from this moment or later; with a zone.")
    until: Moment | None = Field(None, description="Only what is from before this moment; with a zone.")
