"""Pages: what browsers load beside them was built."""

from collections.abc import Iterator

from watcher import built_assets
from watcher.doctor.finding import Finding, Grounds


def assets(grounds: Grounds) -> Iterator[Finding]:
    """Find that pages are served whose live parts, maps or outlines of countries were never built."""
    missing = built_assets.missing_assets(built_assets.STATIC) if grounds.settings.web is not None else ()
    if missing:
        yield Finding(
            what="pages are served without what makes them live or draws the base map; they can be read all the same",
            instead="`make assets` in the source tree builds it; an installed wheel must have been built after that",
            ids=missing,
        )
