"""The layouts that a configuration names, ready to be used; none where it names no folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alerts.layouts.apart import OwnLayouts
from alerts.layouts.own import OwnFolder, read_own
from watcher.settings import Settings


def own_folder(settings: Settings) -> OwnFolder:
    """Return what the folder of *settings* holds now; nothing where none is named."""
    if not settings.templates:
        return OwnFolder()
    return read_own(Path(settings.templates), clients=[client.id for client in settings.clients])


def own_layouts(settings: Settings) -> OwnLayouts | None:
    """Return the layouts of *settings* as they stand now; a later change to a file counts from the next start on."""
    folder = own_folder(settings)
    if not folder.layouts and not folder.refused:
        return None
    return OwnLayouts(folder.layouts, refused=folder.refused)


@contextmanager
def closing_layouts(settings: Settings) -> Iterator[OwnLayouts | None]:
    """Lend the layouts of *settings*, and end what runs them."""
    layouts = own_layouts(settings)
    try:
        yield layouts
    finally:
        if layouts is not None:
            layouts.close()
