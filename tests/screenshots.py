"""Pictures of six pages of the desk, light and dark, on a phone and a desktop: ``make screenshots``.

The pages are real: the demo's story is played, the desk is served, chromium looks. Three of the pictures stand in the
README and are kept; the others are made for whoever wants to look, and are not.
"""

import asyncio
import io
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from PIL import Image  # comes with matplotlib

from tests.browsers import CHROMIUM, DESKTOP, PHONE, Person, Scheme, at, chromium
from tests.desks import ServedDesk, desk_of, play_demo
from watcher.deciding.acknowledging import open_alerts
from watcher.people.roles import Role

FOLDER = Path(__file__).parents[1] / "docs" / "images"
SIZES = {"desktop": DESKTOP, "phone": PHONE}
_COLOURS = 96
"""So many are enough for a page of ours, and a picture has 30 to 90 kB."""


def pages(desk: ServedDesk) -> Mapping[str, str]:
    """Return the six pages, by the names of their pictures."""
    taken = open_alerts(desk.plant.settings, now=desk.clock())
    gravest = next(one.alert.id for one in taken if not one.alert.id.startswith("sys-"))
    assessment = desk.plant.library.live[0].assessment.id
    return {
        "board": "/",
        "scenario": "/scenarios/blockade_status.negotiated_end",
        "alert": f"/alerts/{gravest}",
        "events": "/events?since=90d",
        "map": "/map?days=90",
        "editor": f"/indicators/{assessment}/officer_unrest/edit",
    }


async def _picture(person: Person, path: str, name: str) -> None:
    status = await person.open(path)
    if status != 200:
        raise SystemExit(f"{path} answers {status}: there is no picture of it")
    await person.page.wait_for_load_state("networkidle" if "map" in name else "load")
    await person.page.evaluate("document.fonts.ready")
    taken = Image.open(io.BytesIO(await person.page.screenshot()))
    taken.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


async def main() -> None:
    """Play the demo, serve it, and take every picture."""
    if not CHROMIUM:
        raise SystemExit("no chromium on PATH: install Debian's package `chromium`, then run this again")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as made:
        folder = await asyncio.to_thread(partial(play_demo, Path(made) / "demo", more={}))
        async with desk_of(folder) as desk, chromium() as browser:
            for size, window in SIZES.items():
                for scheme in get_args(Scheme):
                    lead = await at(browser, desk, Role.LEAD, scheme=scheme, size=window)
                    for name, path in pages(desk).items():
                        await _picture(lead, path, f"{name}-{size}-{scheme}")
                    if lead.heard:
                        raise SystemExit("\n".join(lead.heard))
    sys.stdout.write(f"pictures are in {FOLDER}\n")


if __name__ == "__main__":
    asyncio.run(main())
