"""Region: an area that an indicator is watched in."""

from typing import Annotated

from pydantic import Field

from indicators.places.distance import HALF_WAY_ROUND_KM
from indicators.written import Written

Kilometres = Annotated[float, Field(gt=0, le=HALF_WAY_ROUND_KM, allow_inf_nan=False)]


class Region(Written):
    """An area: a circle, a corridor, named places, countries, other regions, or everywhere (exactly one).

    A corridor joins the places it names by great circles, in their order; ``width_km`` is its whole
    width, so a point is inside up to half of it to either side, and as far beyond both ends.
    """

    within_km: Kilometres | None = None
    of: str | None = None
    corridor: tuple[str, ...] = ()
    width_km: Kilometres | None = None
    places: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    anywhere: bool = False
