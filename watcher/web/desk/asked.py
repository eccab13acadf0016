"""What an address asks of a stream: a query in the language of the rules, a place to read on from, a stretch of time.

Each comes back with what is wrong with it, for the page to say under its field.
"""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

from indicators.assessments import Assessment
from indicators.query import QueryError
from watcher.web.refusals import Refusal, RefusedError
from watcher.web.visits import Visit
from watcher.workbench.period import since_of
from watcher.workbench.searching import Searcher

LONGEST = 4_000
"""Characters of a query in an address."""

_NO_PLACE = Refusal(
    status=HTTPStatus.BAD_REQUEST,
    kind="no-such-place",
    what="this is no place in the list",
    instead="leave `behind` out",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuery:
    """A query as it was typed, ready for items, or with what is wrong with it and the column (from 1) where."""

    text: str = ""
    searcher: Searcher | None = None
    fault: str = ""
    column: int = 0

    @property
    def caret(self) -> str:
        """Blanks up to the column of the fault, and a mark under it."""
        return " " * (self.column - 1) + "^"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedSince:
    """The moment from which on is asked for, as it was typed, and what is wrong with it."""

    text: str
    at: datetime
    fault: str = ""


def assessment_of(visit: Visit) -> Assessment | None:
    """Return the assessment whose concepts a query may call: the chosen one, or the only one."""
    live = visit.site.plant.library.live
    chosen = [one.assessment for one in live if one.assessment.id == visit.assessment]
    return chosen[0] if chosen else live[0].assessment if len(live) == 1 else None


def query_of(visit: Visit) -> AskedQuery:
    """Return the query ``q`` of the address."""
    text = " ".join(visit.request.query_params.get("q", "").split())[:LONGEST]
    if not text:
        return AskedQuery()
    try:
        return AskedQuery(text=text, searcher=Searcher(text, assessment_of(visit)))
    except QueryError as error:
        return AskedQuery(text=text, fault=error.what, column=error.column)


def since_asked(visit: Visit, usual: str) -> AskedSince:
    """Return ``since`` of the address, the *usual* one where there is none or it cannot be read."""
    text = visit.request.query_params.get("since", "").strip()[:20] or usual
    try:
        return AskedSince(text=text, at=since_of(text, until=visit.now))
    except ValueError as error:
        return AskedSince(text=text, at=since_of(usual, until=visit.now), fault=str(error))


def spot_asked(visit: Visit) -> tuple[datetime, str] | None:
    """Return the place ``behind`` which to read on, a moment and an id; refused where it is none."""
    told = visit.request.query_params.get("behind", "")
    if not told:
        return None
    moment, _, name = told.partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        raise RefusedError(_NO_PLACE) from None
    if at.tzinfo is None or not name or len(name) > LONGEST:
        raise RefusedError(_NO_PLACE)
    return at, name


def spot_told(at: datetime, name: str) -> str:
    """Return a place as :func:`spot_asked` reads it."""
    return f"{at.isoformat()}~{name}"


def asked_again(visit: Visit, *, behind: tuple[datetime, str] | None = None) -> str:
    """Return the query of the address to read on *behind* a place, or from the beginning."""
    kept = [(key, value) for key, value in visit.request.query_params.multi_items() if key != "behind"]
    return urlencode([*kept, ("behind", spot_told(*behind))] if behind is not None else kept)
