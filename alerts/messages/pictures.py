"""What a picture shows, in words, for whoever cannot see it or has not asked for it."""

from datetime import datetime

from alerts.catalogue import day, in_each
from indicators.bands import percent
from indicators.language.text import one_line

_ALT = in_each("{name}: {before} on {begin}, {after} on {end}")


def alt_text(first: tuple[datetime, float], last: tuple[datetime, float], *, name: str, lang: str) -> str:
    """Return what a curve from the figure *first* to the figure *last* (moments in UTC) says."""
    lang = lang if lang in _ALT else "en"
    told = {"before": percent(first[1], lang), "after": percent(last[1], lang)}
    days = {"begin": day(first[0].isoformat(), lang), "end": day(last[0].isoformat(), lang)}
    return one_line(_ALT[lang].format(name=name, **told, **days), limit=300)
