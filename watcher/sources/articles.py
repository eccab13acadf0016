"""The article on a web page: its text without what surrounds it. The only file that knows trafilatura (an extra)."""

from importlib.util import find_spec

from indicators.language.text import clean
from watcher.sources.fields import FIELD_LIMIT

READ = 2_000_000
"""Bytes of a page that are read."""

EXTRA = "trafilatura"


def can_be_read() -> bool:
    """Whether the extra is installed."""
    return find_spec(EXTRA) is not None


def article_in(page: bytes) -> str:
    """Return the main text of the web page *page*, lines of plain text up to 64 KB; nothing where none is found."""
    from trafilatura import extract

    found = extract(page[:READ], include_comments=False, include_tables=True, include_links=False, favor_precision=True)
    lines = (" ".join(line.split()) for line in clean(found or "").splitlines())
    return clean("\n".join(line for line in lines if line), limit=FIELD_LIMIT)
