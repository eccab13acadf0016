"""``watcher places``: import a country's places, look one up, see what lies around it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from watcher.cli.loading import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    assessment_meant,
    assessment_or_exit,
    settings_or_exit,
)
from watcher.cli.printing import USAGE, fail, new_table, print_json, print_problems, screen

if TYPE_CHECKING:
    from indicators.assessments import Assessment
    from indicators.places import Atlas
    from watcher.gazetteers.dump import Imported
    from watcher.gazetteers.lookup import Directory, PlaceEntry

PlacesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--places", metavar="FILE", help="A file of `watcher places import`, or bundled (the default); may be repeated."
    ),
]
OwnAssessmentOption = Annotated[
    str,
    typer.Option("--assessment", "-a", help="An assessment; without it, all that the configuration names."),
]

MOST_SHOWN = 40
"""Rows of a table; with --json all are printed."""

group = typer.Typer(
    name="places",
    help=(
        "Look up and import places.\n\n"
        "An assessment has places of its own. Others of its countries come from a larger gazetteer: the bundled "
        "one (GeoNames, places with 500 people or more) or a country's whole list, which you download from "
        "https://download.geonames.org/export/dump/ (ML.zip for Mali), unpack and import."
    ),
    no_args_is_help=True,
    rich_markup_mode="rich",
)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to *app*."""
    group.command("import")(import_)
    group.command("find")(find)
    group.command("near")(near)
    app.add_typer(group)


def atlas_or_exit(places: list[str] | None, assessment: "Assessment") -> "Atlas":
    """Return the extra places for *assessment* from the gazetteers *places*, or end with every problem printed."""
    from watcher.gazetteers import DEFAULT, load_atlas

    atlas, problems = load_atlas(places or DEFAULT, assessment.countries)
    if print_problems(problems):
        raise typer.Exit(1)
    return atlas


def import_(
    dump: Annotated[Path, typer.Argument(help="A country's list from GeoNames, unpacked: ML.txt.")],
    to: Annotated[Path | None, typer.Option("--to", help="The file to write.  [default: places/ML.tsv]")] = None,
    feature: Annotated[
        list[str] | None,
        typer.Option(
            "--feature", help="Keep this class or code of GeoNames (P towns, AIRP airports, MNQ …); may be repeated."
        ),
    ] = None,
    min_population: Annotated[int, typer.Option("--min-population", min=0, help="Keep places this large.")] = 0,
    near: Annotated[
        str, typer.Option("--near", metavar="PLACE", help="With --within: keep what lies around this town or LAT,LON.")
    ] = "",
    within: Annotated[float, typer.Option("--within", min=0, metavar="KM", help="How far around --near.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Import a country's places from a GeoNames list, so that reports that name a village are located.

    Keeps towns and villages unless told otherwise. GeoNames knows the population of few villages (the others have
    0), so a minimum leaves mostly towns. Broken lines are named and left out. Then write the new file under
    `gazetteers:` in watcher.yaml, or give it to a command with --places.
    """
    from watcher.gazetteers.compact import write_places
    from watcher.gazetteers.dump import POPULATED, Selection, read_dump

    target = to or Path("places") / f"{dump.stem}.tsv"
    if bool(near) != bool(within):
        fail("--near and --within go together: --near Bamako --within 200", code=USAGE)
    if target.exists() and not force:
        fail(f"{target} is there already; --force overwrites it")
    selection = Selection(
        features=tuple(feature or POPULATED),
        min_population=min_population,
        near=_point_in_dump(near, dump) if near else None,
        within_km=within,
    )
    done = read_dump(dump, selection)
    print_problems(done.problems(dump))
    if done.refused is not None:
        raise typer.Exit(1)
    try:
        write_places(target, done.sorted())
    except OSError as error:
        fail(f"{target} cannot be written: {error.strerror}; give another path with --to")
    (print_json(_import_json(done, target)) if as_json else _print_import(done, target))


def _point_in_dump(near: str, dump: Path) -> tuple[float, float]:
    from watcher.gazetteers.dump import find_in_dump

    if (point := _coordinates(near)) is not None:
        return point
    try:
        place = find_in_dump(dump, near)
    except OSError as error:
        fail(f"{dump}: cannot be read: {error.strerror}")
    if place is None:
        fail(f"no town in {dump} is called {near!r}: write its name as GeoNames has it, or LAT,LON", code=USAGE)
    return place.lat, place.lon


def _coordinates(written: str) -> tuple[float, float] | None:
    from indicators.places.geonames import position_from

    lat, comma, lon = written.partition(",")
    try:
        float(lat)
    except ValueError:
        return None
    point, what = position_from(lat.strip(), lon.strip()) if comma else (None, "write LAT,LON: 12.64,-8.00")
    return point if point is not None else fail(f"{written!r}: {what}", code=USAGE)


def _import_json(done: "Imported", target: Path) -> dict[str, Any]:
    return {
        "file": str(target),
        "kept": len(done.places),
        "by_country": done.by_country,
        "left_out": dict(done.left_out),
        "broken": done.broken.count,
    }


def _print_import(done: "Imported", target: Path) -> None:
    kept = ", ".join(f"{n} in {country}" for country, n in done.by_country.items())
    left = ", ".join(f"{n} {why}" for why, n in done.left_out.most_common()) or "none"
    screen().print(f"Wrote {target}: {len(done.places)} place(s), {kept}.", markup=False)
    screen().print(f"Left out: {left}; {done.broken.count} broken line(s).", markup=False)
    screen().print(
        f"Next: write [bold]gazetteers: \\[{target}, bundled][/bold] into watcher.yaml, then "
        "[bold]watcher places find NAME[/bold]."
    )


def find(
    name: Annotated[str, typer.Argument(help="A name, with or without accents.")],
    assessment: OwnAssessmentOption = "",
    places: PlacesOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show which places have NAME, in the assessment and in larger gazetteers, and what a report with it means.

    For a place that only a gazetteer has, the line to write under `places:` of the assessment is
    printed: a region can be drawn around it then. Exit code 1 if no place has the name.
    """
    known = False
    for own, directory in _directories(assessment, places, config):
        entries = directory.called(name)
        known |= bool(entries)
        if as_json:
            print_json(
                {
                    "assessment": own.id,
                    "name": name,
                    "places": [_entry_json(e) for e in entries],
                    "verdict": directory.verdict(name),
                    "like": [] if entries else list(directory.like(name)),
                }
            )
            continue
        _print_found(name, own, directory, entries)
    if not known:
        raise typer.Exit(1)


def _print_found(name: str, own: "Assessment", directory: "Directory", entries: tuple["PlaceEntry", ...]) -> None:
    if not entries:
        like = ", ".join(directory.like(name))
        hint = f"; written almost so: {like}" if like else ""
        screen().print(f"{own.id}: no place of {', '.join(directory.countries)} is called {name!r}{hint}", markup=False)
        return
    _print_entries(entries[:MOST_SHOWN], title=f"{own.id}: places called {name}")
    screen().print(directory.verdict(name), markup=False)
    if not directory.is_own(name):
        screen().print(f"To draw a region around it, write under places:\n  {entries[0].line}", markup=False)


def near(
    place: Annotated[str, typer.Argument(help="A place's name, or LAT,LON (12.64,-8.00).")],
    within: Annotated[float, typer.Option("--within", min=0, max=1000, metavar="KM", help="How far around it.")] = 50,
    assessment: OwnAssessmentOption = "",
    places: PlacesOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show the places within KM of PLACE, the nearest first: what a region around it would hold."""
    for own, directory in _directories(assessment, places, config):
        found = directory.around(_point(place, directory), within)
        if as_json:
            rows = [{"km": round(km, 1), **_entry_json(e)} for km, e in found]
            print_json({"assessment": own.id, "place": place, "within_km": within, "places": rows})
            continue
        title = f"{own.id}: {len(found)} place(s) within {within:g} km of {place}"
        _print_entries([e for _, e in found[:MOST_SHOWN]], title=title, km=[km for km, _ in found])
        if len(found) > MOST_SHOWN:
            screen().print(f"{len(found) - MOST_SHOWN} more; --json prints all.")


def _point(place: str, directory: "Directory") -> tuple[float, float]:
    if (point := _coordinates(place)) is not None:
        return point
    entries = directory.called(place)
    if not entries:
        like = ", ".join(directory.like(place)) or "nothing that is written almost so"
        fail(f"no place is called {place!r}; known: {like}", code=USAGE)
    best = entries[0] if entries[0].source == "assessment" else max(entries, key=lambda e: e.population)
    return best.lat, best.lon


def _print_entries(
    entries: "list[PlaceEntry] | tuple[PlaceEntry, ...]", *, title: str, km: list[float] | None = None
) -> None:
    distance = ["km"] if km is not None else []
    table = new_table(*distance, "from", "place", "country", "lat", "lon", "people", "names", title=title)
    for i, e in enumerate(entries):
        people = f"{e.population:,}" if e.population else ""
        names = ", ".join(e.names[:4]) + (" …" if len(e.names) > 4 else "")  # noqa: PLR2004 - one line's worth
        ambiguous = " (ambiguous)" if e.ambiguous else ""
        cells = (e.source, e.id + ambiguous, e.country, f"{e.lat:.4f}", f"{e.lon:.4f}", people, names)
        table.add_row(*([f"{km[i]:.1f}"] if km is not None else []), *cells)
    screen().print(table)


def _entry_json(entry: "PlaceEntry") -> dict[str, Any]:
    return {
        "source": entry.source,
        "id": entry.id,
        "country": entry.country,
        "lat": entry.lat,
        "lon": entry.lon,
        "population": entry.population,
        "names": list(entry.names),
        "ambiguous": entry.ambiguous,
    }


def _directories(name: str, places: list[str] | None, config: Path) -> "list[tuple[Assessment, Directory]]":
    """Return the assessment *name*, or those of the configuration, each with every place it can use."""
    from watcher.gazetteers import DEFAULT
    from watcher.gazetteers.lookup import Directory

    gazetteers: Sequence[str] = places or DEFAULT
    if name:
        assessments = [assessment_or_exit(name)]
    elif config.exists():
        settings = settings_or_exit(config)
        assessments = [assessment_or_exit(file) for file in settings.assessments]
        gazetteers = places or settings.gazetteers
    else:
        assessments = [assessment_meant("", config)]
    found = [(own, Directory(own, gazetteers)) for own in assessments]
    if print_problems(problem for _, directory in found for problem in directory.problems):
        raise typer.Exit(1)
    return found
