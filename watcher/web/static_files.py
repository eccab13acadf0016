"""What a browser loads beside the pages: our own style and script, and what was built from npm packages.

Every file lies under one fingerprint of all of them, so that a browser may keep it for ever and a new version has a new
address. Only files that were there at the start are served: no path from outside is ever opened.
"""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.responses import Response

from watcher.built_assets import BUILT, STATIC
from watcher.web.permissions import Open, open_to_all
from watcher.web.refusals import Refusal, RefusedError
from watcher.web.site import Site

_TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".geojson": "application/geo+json", ".css": "text/css"}
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_ASK_AGAIN = {"Cache-Control": "no-cache"}
_NOT_THERE = Refusal(status=HTTPStatus.NOT_FOUND, kind="not-found", what="there is no such file")


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFiles:
    """The files by their names, and the fingerprint they go under."""

    files: Mapping[str, Path]
    fingerprint: str

    def address(self, name: str) -> str:
        """Return the path of a file, or ``""`` if it was not built."""
        return f"/static/{self.fingerprint}/{name}" if name in self.files else ""

    @property
    def missing(self) -> tuple[str, ...]:
        """What was not built: the pages are then read without script."""
        return tuple(name for name in BUILT if name not in self.files)


@cache
def static_files() -> StaticFiles:
    """Return what lies there when it is first asked for."""
    found = {path.relative_to(STATIC).as_posix(): path for path in sorted(STATIC.rglob("*")) if path.is_file()}
    whole = hashlib.sha256()
    for name, path in found.items():
        whole.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return StaticFiles(files=found, fingerprint=whole.hexdigest()[:12])


def router(site: Site) -> APIRouter:
    """Return the route; *site* is not asked."""
    del site
    routes = APIRouter()

    @routes.api_route(
        "/static/{fingerprint}/{name:path}",
        methods=["GET", "HEAD"],
        dependencies=open_to_all(Open.NOTHING_PRIVATE),
    )
    async def serve(fingerprint: str, name: str) -> Response:
        known = static_files()
        path = known.files.get(name)
        if path is None:
            raise RefusedError(_NOT_THERE)
        kept = _FOR_EVER if fingerprint == known.fingerprint else _ASK_AGAIN
        kind = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        return FileResponse(path, media_type=kind, headers=kept)

    return routes
