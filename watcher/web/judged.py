"""Judged: the last judgement of each assessment with what takes long to work out of it, once for all who look."""

import asyncio

from indicators.assessments import Assessment
from watcher.deciding.desk import Desk
from watcher.showing.standing import Depths, depths_of
from watcher.web.kept_desks import KeptDesks
from watcher.web.site import Site

QUICK = 3_000
"""Events times publisher families up to which a page waits for the depths; beyond, it asks for them afterwards."""


class JudgedDesks:
    """The desks behind the pages, and their depths, which are worked out when they are first asked for."""

    def __init__(self, site: Site, desks: KeptDesks) -> None:
        self._site = site
        self._desks = desks
        self._depths: dict[str, tuple[Desk, Depths]] = {}
        self._working = asyncio.Lock()

    @property
    def assessments(self) -> tuple[Assessment, ...]:
        """The assessments in force, in the order of the configuration."""
        return tuple(live.assessment for live in self._site.plant.library.live)

    async def desk(self, assessment: str) -> Desk | None:
        """Return the desk of *assessment*, ``None`` where it is not in force or was never judged."""
        if not any(one.id == assessment for one in self.assessments):
            return None
        return next(iter(await self._desks.of(assessment)), None)

    async def depths(self, desk: Desk, *, patient: bool = True) -> Depths | None:
        """Return what takes long to work out of *desk*; unless *patient* only if it is known or does not take long."""
        name = desk.assessment.id
        async with self._working:
            known = self._depths.get(name)
            if known is not None and known[0] is desk:
                return known[1]
            if not patient and not _is_quick(desk):
                return None
            depths = await self._site.compute(depths_of, desk)
            self._depths[name] = (desk, depths)
            return depths


def _is_quick(desk: Desk) -> bool:
    families = {r.publisher.family for r in desk.evaluation.casebook.reports()}
    return len(families) * len(desk.events) <= QUICK
