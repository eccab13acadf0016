"""``/scorecard``: every probability that was published, resolved or open, and how good they were."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from indicators.assessments import forecasts
from indicators.bands import Band, band_of
from watcher.scoring.scorecards import PublishedFigure, Scorecard, Status
from watcher.web.charts.reliability import reliability
from watcher.web.kept_card import KeptCard
from watcher.web.site import Site
from watcher.web.visits import Reading, Visit

PAGE = 50
"""Figures on one page."""


def router(site: Site) -> APIRouter:
    """Return the route."""
    del site
    routes = APIRouter()

    @routes.get("/scorecard")
    async def show(visit: Reading, status: str = "", page: str = "1") -> HTMLResponse:
        kept: KeptCard = visit.request.app.state.scorecard
        card = await kept.card()
        number = int(page) if page.isascii() and page.isdecimal() and len(page) < len(str(10**6)) else 1
        wanted = next((one for one in Status if one.value == status), None)
        return _page(visit, card, wanted, max(1, number))

    return routes


def _page(visit: Visit, card: Scorecard, status: Status | None, number: int) -> HTMLResponse:
    fitting = [one for one in reversed(card.entries) if _fits(one, visit.assessment, status)]
    pages = max(1, -(-len(fitting) // PAGE))
    number = min(number, pages)
    bins = card.calibration
    names = {
        f"{live.assessment.id}/{f.key}": f.name
        for live in visit.site.plant.library.live
        for f in forecasts(live.assessment)
    }
    scales = {live.assessment.id: live.assessment.scale for live in visit.site.plant.library.live}

    def band(entry: PublishedFigure) -> Band | None:
        """Return the term of a figure in the scale of its assessment, ``None`` for one that is in force no more."""
        scale = scales.get(entry.assessment)
        return scale[band_of(entry.p, scale)] if scale is not None else None

    return visit.page(
        "scorecard.html.j2",
        card=card,
        entries=fitting[(number - 1) * PAGE : number * PAGE],
        found=len(fitting),
        number=number,
        pages=pages,
        chosen=status.value if status is not None else "",
        statuses=tuple(Status),
        bins=bins,
        band=band,
        plot=reliability(bins, lang=visit.language) if card.resolved else None,
        name=lambda assessment, key: visit.language.name(names.get(f"{assessment}/{key}", {"en": key})),
    )


def _fits(entry: PublishedFigure, assessment: str, status: Status | None) -> bool:
    return assessment in ("", entry.assessment) and status in (None, entry.status)
