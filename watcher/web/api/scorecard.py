"""``/api/v1/scorecard``: every probability that was published, what came of it, and what is still open."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from watcher.scoring.scorecards import PublishedFigure, Scorecard, Status
from watcher.web.api.cursors import Cursor
from watcher.web.api.documents import Document, Page, Share, Span, page_of
from watcher.web.api.routes import routes_of
from watcher.web.kept_card import KeptCard
from watcher.web.site import Site
from watcher.web.visits import Reading


class ScoreQuery(Span):
    """Which figures are wanted, by when they were published."""

    status: Status | None = Field(None, description="Only those with this status.")
    assessment: str = Field("", max_length=200, description="Only those of this assessment.")
    scenario: str = Field("", max_length=200, description="Only those of this line.")


class FigureScored(Document):
    """One published probability. It is settled by a person's ruling alone; until then it is open, then due."""

    assessment: str
    version: str
    scenario: str
    at: datetime = Field(description="When it was published, UTC.")
    probability: Share
    prior: Share
    end: datetime = Field(description="The end of its horizon, UTC.")
    why: str
    status: Status
    happened: bool | None
    brier: float | None = Field(ge=0, le=1, description="0 is perfect; null until it is settled.")
    ruled_by: str | None


class BinDocument(Document):
    """The settled figures that were published with one term: how many, and how many came true."""

    term: str
    printed: str
    figures: int
    mean_probability: Share | None
    came_true: int


class Summary(Document):
    """All figures together. Figures of one line weeks apart share their days: they are no separate cases."""

    counts: dict[str, int] = Field(examples=[{"open": 11, "due": 0, "resolved": 0, "void": 0}])
    brier: float | None = Field(description="The mean of the settled ones; null where none is.")
    skill_against_priors: float | None = Field(description="Above 0: it helped to move the figures.")
    calibration: tuple[BinDocument, ...]


def router(site: Site) -> APIRouter:
    """Return the routes, over what *site*'s plant has published."""
    routes = routes_of("scorecard")

    @routes.get("/scorecard", summary="List the published figures, the newest first")
    async def list_scores(visit: Reading, asked: Annotated[ScoreQuery, Query()]) -> Page[FigureScored]:
        cursor = Cursor("scorecard", asked)
        rows = figures(await card_of(visit.request), asked, cursor.moment_and_key())
        return page_of(rows, asked.limit, document, lambda row: cursor.at(row.at, key_of(row)))

    @routes.get("/scorecard/summary", summary="Show how good they were")
    async def get_score_summary(visit: Reading) -> Summary:
        card = await card_of(visit.request)
        return Summary(
            counts={status.value: card.count(status) for status in Status},
            brier=card.brier,
            skill_against_priors=card.skill,
            calibration=tuple(
                BinDocument(
                    term=one.term,
                    printed=one.printed,
                    figures=one.forecasts,
                    mean_probability=one.mean_p,
                    came_true=one.happened,
                )
                for one in card.calibration
            ),
        )

    del site
    return routes


async def card_of(request: Request) -> Scorecard:
    """Return the scorecard, worked out once for all until something changes."""
    kept: KeptCard = request.app.state.scorecard
    return await kept.card()


def figures(card: Scorecard, asked: ScoreQuery, after: tuple[datetime, str] | None) -> tuple[PublishedFigure, ...]:
    """Return the rows of a page of *asked*, the newest first, and one more where there is one."""
    found: list[PublishedFigure] = []
    for entry in sorted(card.entries, key=_order, reverse=True):
        if len(found) > asked.limit:
            break
        if _is_wanted(entry, asked) and (after is None or _order(entry) < after):
            found.append(entry)
    return tuple(found)


def _is_wanted(entry: PublishedFigure, asked: ScoreQuery) -> bool:
    return (
        (asked.since is None or entry.at >= asked.since)
        and (asked.until is None or entry.at < asked.until)
        and asked.status in (None, entry.status)
        and asked.assessment in ("", entry.assessment)
        and asked.scenario in ("", entry.key)
    )


def key_of(entry: PublishedFigure) -> str:
    """Return the name of a figure among those of the same moment."""
    return f"{entry.assessment} {entry.key}"


def _order(entry: PublishedFigure) -> tuple[datetime, str]:
    return entry.at, key_of(entry)


def document(entry: PublishedFigure) -> FigureScored:
    """Return a figure as it is sent."""
    return FigureScored(
        assessment=entry.assessment,
        version=entry.version,
        scenario=entry.key,
        at=entry.at,
        probability=entry.p,
        prior=entry.prior,
        end=entry.end,
        why=entry.why,
        status=entry.status,
        happened=entry.happened,
        brier=entry.brier,
        ruled_by=entry.ruled_by or None,
    )
