"""Looking a place up: which gazetteers have it, and what a report that names it would be taken to mean."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from indicators.assessments import Assessment
from indicators.concepts import TermError
from indicators.errors import Problem
from indicators.language.text import fold, tokens
from indicators.places import Gazetteer, distance_km, joined
from indicators.places.names import TWICE_LISTED_KM, Name
from watcher.gazetteers import load_atlas


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceEntry:
    """A place as one gazetteer has it; ``source`` is ``assessment``, ``bundled`` or a file."""

    source: str
    id: str
    country: str
    lat: float
    lon: float
    names: tuple[str, ...]
    population: int = 0
    ambiguous: bool = False

    @property
    def line(self) -> str:
        """The place as one writes it under ``places`` of an assessment."""
        own = "_".join(token.word for token in tokens(self.names[0]))
        return f'- {{id: {own}, lat: {self.lat}, lon: {self.lon}, country: {self.country}, names: ["{self.names[0]}"]}}'


class Directory:
    """Every place that *assessment* can use: its own, and those of *gazetteers* in its countries."""

    def __init__(self, assessment: Assessment, gazetteers: Sequence[str]) -> None:
        self.countries = tuple(assessment.countries)
        self.problems: list[Problem] = []
        self.entries = [
            PlaceEntry(
                source="assessment",
                id=p.id,
                country=p.country,
                lat=p.lat,
                lon=p.lon,
                names=p.every_name,
                ambiguous=p.ambiguous,
            )
            for p in assessment.places
        ]
        atlases = []
        for name in gazetteers:
            atlas, problems = load_atlas([name], self.countries)
            self.problems += problems
            atlases.append(atlas)
            self.entries += [
                PlaceEntry(
                    source=name,
                    id=p.id,
                    country=p.country,
                    lat=p.lat,
                    lon=p.lon,
                    names=p.names,
                    population=p.population,
                )
                for p in atlas.places
            ]
        self._gazetteer = Gazetteer(assessment.places, assessment.countries, assessment.regions, atlas=joined(atlases))

    def called(self, name: str) -> tuple[PlaceEntry, ...]:
        """Return the places of that *name*, whatever its case and accents, the assessment's own first."""
        wanted = _folded(name)
        return tuple(entry for entry in self.entries if any(_folded(n) == wanted for n in entry.names))

    def is_own(self, name: str) -> bool:
        """Whether *name* leads to a place of the assessment, by its own names or by another spelling."""
        own = {e.id for e in self.entries if e.source == "assessment"}
        meaning = self._meaning(name)
        return meaning is not None and any(c.place in own for c in meaning.candidates)

    def like(self, name: str) -> tuple[str, ...]:
        """Return up to five names that are written almost like *name*."""
        known = {" ".join(_folded(n)): n for entry in self.entries for n in entry.names}
        return tuple(known[key] for key in get_close_matches(" ".join(_folded(name)), known, n=5, cutoff=0.75))

    def around(self, point: tuple[float, float], km: float) -> tuple[tuple[float, PlaceEntry], ...]:
        """Return the places at most *km* from *point* with their distance, the nearest first; each town once.

        A town that several sources list is the assessment's own place, else that of the first gazetteer
        that has it, and lies where that one says.
        """
        measured = [(distance_km(point, (e.lat, e.lon)), e) for e in self.entries]
        towns = _once((away, e) for away, e in measured if away <= km + TWICE_LISTED_KM)
        return tuple(sorted((pair for pair in towns if pair[0] <= km), key=lambda pair: (pair[0], pair[1].id)))

    def verdict(self, name: str) -> str:
        """Say in a sentence what a report that names *name* is taken to mean."""
        meaning = self._meaning(name)
        if meaning is None:
            return f"No report is located by the name {name!r}: no gazetteer has it, or it is too common a word."
        return _verdict(meaning)

    def _meaning(self, name: str) -> Name | None:
        try:
            return self._gazetteer.meanings(name)
        except TermError:
            return None  # nobody could look for it


def _once(measured: Iterable[tuple[float, PlaceEntry]]) -> Iterator[tuple[float, PlaceEntry]]:
    """Yield the entries less those that are a place of the same name before them."""
    kept: dict[tuple[str, ...], list[PlaceEntry]] = {}
    for away, entry in measured:
        names = [_folded(name) for name in entry.names]
        if any(_same(entry, other) for name in names for other in kept.get(name, ())):
            continue
        for name in names:
            kept.setdefault(name, []).append(entry)
        yield away, entry


def _same(entry: PlaceEntry, known: PlaceEntry) -> bool:
    """Whether *entry* is *known*, which has a name of it; whoever wrote two places of an assessment meant two."""
    if entry.source == "assessment" or known.country not in ("", entry.country):
        return False
    return distance_km((entry.lat, entry.lon), (known.lat, known.lon)) <= TWICE_LISTED_KM


def _verdict(name: Name) -> str:
    places = [c.place for c in name.candidates]
    countries = sorted({c.country for c in name.candidates})
    if name.sure:
        return f"The name alone means {_either(places, 'and')}."
    where = _either(countries, "or")
    said = f"It means {_either(places, 'or')}, if the report also names {where} or a sure place there"
    if len(countries) > 1:
        said += "; if it names several of these countries, it is not located"
    if name.guarded:
        said += "; and as it is a common word, only after a place word (in, near, à, ville de) or before its country"
    return said + "."


def _either(names: Iterable[str], word: str) -> str:
    shown = list(dict.fromkeys(names))
    shown = shown if len(shown) <= 5 else [*shown[:4], f"{len(shown) - 4} more"]  # noqa: PLR2004 - one line's worth
    return f" {word} ".join((", ".join(shown[:-1]), shown[-1])) if len(shown) > 1 else shown[0]


def _folded(name: str) -> tuple[str, ...]:
    return tuple(fold(token.word) for token in tokens(name))
