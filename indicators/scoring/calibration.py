"""Calibration: of all that was called "unlikely", how much came true? By the bands in which the assessment speaks."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum

from indicators.bands import ICD_203, Band, Scale, band_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """The forecasts of one band: how many, their mean probability, and how many came true."""

    band: Band
    forecasts: int
    mean_p: float | None
    happened: int

    @property
    def term(self) -> str:
        """The band's term in English."""
        return self.band.term("en")

    @property
    def printed(self) -> str:
        """The band's range."""
        return self.band.printed

    @property
    def share(self) -> float | None:
        """The share that came true; ``None`` of nothing."""
        return self.happened / self.forecasts if self.forecasts else None


def calibration(forecasts: Iterable[tuple[float, bool]], scale: Scale = ICD_203) -> tuple[Bin, ...]:
    """Return a bin for each band of *scale*, empty ones too, of pairs of a probability and whether it came true."""
    held: list[list[tuple[float, bool]]] = [[] for _ in scale]
    for p, happened in forecasts:
        held[band_of(p, scale)].append((p, happened))
    return tuple(
        Bin(
            band=band,
            forecasts=len(own),
            mean_p=fsum(sorted(p for p, _ in own)) / len(own) if own else None,
            happened=sum(h for _, h in own),
        )
        for band, own in zip(scale, held, strict=True)
    )
