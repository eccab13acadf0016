"""Fixed words and forms that messages of every kind share, in each language."""

from collections.abc import Mapping
from datetime import datetime

from alerts.catalogue import in_each

LEVELS = in_each(("Baseline", "Watch", "Advisory", "Warning", "Critical"))
"""The warning levels by their number."""


def in_language(texts: Mapping[str, str], lang: str) -> str:
    """Return the text in *lang*, else in English, else whichever there is."""
    return texts.get(lang) or texts.get("en") or next(iter(texts.values()))


def moment(at: datetime) -> str:
    """Return *at* as it stands in a message; stored moments are in UTC."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
