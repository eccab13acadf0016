"""Place and Country: what an assessment's author writes about where."""

from pydantic import Field

from indicators.written import Written


class Place(Written):
    """A named point. ``ambiguous``: each of its names (San) counts only beside its country or a sure place of it.

    Where that holds of some names only (*the capital*), these are its ``ambiguous_names`` and the others ``names``.
    """

    id: str
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)
    names: tuple[str, ...] = Field(min_length=1)
    ambiguous_names: tuple[str, ...] = ()
    country: str = ""
    approx: bool = False
    ambiguous: bool = False
    tags: tuple[str, ...] = ()

    @property
    def every_name(self) -> tuple[str, ...]:
        """All names, those that are believed by themselves first."""
        return (*self.names, *self.ambiguous_names)


class Country(Written):
    """The words by which a text names a country; ``not`` lists phrases in which they mean something else."""

    names: tuple[str, ...] = Field(min_length=1)
    not_: tuple[str, ...] = Field(default=(), alias="not")
