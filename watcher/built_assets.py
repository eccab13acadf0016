"""Built assets: what the pages load that `make assets` builds from npm packages. They can be read without any of it."""

from pathlib import Path

STATIC = Path(__file__).parent / "web" / "static"
"""Where everything lies that a browser loads beside the pages."""

BUILT = (
    "vendor/htmx.js",
    "vendor/maplibre-gl.mjs",
    "vendor/maplibre-gl-shared.mjs",
    "vendor/maplibre-gl-worker.mjs",
    "vendor/maplibre-gl.css",
    "vendor/countries-110m.geojson",
    "vendor/countries-50m.geojson",
)
"""By their names under :data:`STATIC`: live parts, the map, and the outlines of countries."""


def missing_assets(folder: Path = STATIC) -> tuple[str, ...]:
    """Return the names of those that were not built into *folder*."""
    return tuple(name for name in BUILT if not (folder / name).is_file())
