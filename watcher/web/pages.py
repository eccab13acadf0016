"""Pages for people who follow a link: plain HTML, no script, readable on a phone, in English and French."""

import base64
import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

STYLE = (
    "body{margin:0;font:1.05rem/1.5 system-ui,sans-serif;color:#1d2126;background:#fff}"
    "main{max-width:34rem;margin:0 auto;padding:1rem}"
    "h1{font-size:1.3rem}.line{font-weight:600;overflow-wrap:anywhere}.small{font-size:.9rem}"
    "label{display:block;margin-top:1rem}"
    "select,input,button{font:inherit;width:100%;padding:.6rem;box-sizing:border-box}"
    "button{margin-top:1.2rem;background:#14425f;color:#fff;border:0;border-radius:.3rem}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Robots-Tag": "noindex, nofollow",
}
"""One style of our own and a form that comes back to us: nothing else is let into a page."""


def page(template: str, *, status: HTTPStatus, **context: Any) -> HTMLResponse:
    """Return a page as an answer; every value in *context* is text and is escaped."""
    found = _environment().get_template(template)
    return HTMLResponse(found.render(context | {"style": STYLE}), status.value, headers=HEADERS)


@cache
def _environment() -> Environment:
    folder = Path(__file__).parent / "templates"
    return Environment(loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=True)
