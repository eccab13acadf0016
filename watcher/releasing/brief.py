"""Brief."""

from alerts.notices import Notice


class BriefError(Exception):
    """No brief can be made."""


def brief(notice: Notice, *, lang: str) -> bytes:
    """Return *notice* as a PDF."""
    raise BriefError(f"{notice.id} {lang}")
