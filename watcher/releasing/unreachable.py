"""Unreachable: whoever got a notice that is taken back or put right and has left the configuration must be called."""

from datetime import datetime

from alerts.clients import Client
from alerts.notices import Notice
from alerts.system import Standing, SystemWarning, system_warning_id
from indicators.bands import WarningLevel

_HEADLINES = {
    True: {
        "en": "A correction cannot reach everybody at {client}",
        "fr": "Une correction ne peut pas atteindre tout le monde chez {client}",
    },
    False: {
        "en": "A recall cannot reach everybody at {client}",
        "fr": "Un retrait ne peut pas atteindre tout le monde chez {client}",
    },
}


def unreachable(client: Client, notice: Notice, gone: tuple[str, ...], *, now: datetime) -> SystemWarning:
    """Return the warning to our operators that *gone* got what *notice* puts right, and do not get *notice*."""
    about = f"{'correction' if notice.corrects else 'recall'} {notice.id}"
    return SystemWarning(
        id=system_warning_id(about, Standing.RAISED, now, salt=notice.id),
        about=about,
        at=now,
        since=now,
        standing=Standing.RAISED,
        passing=True,
        urgency=max(notice.urgency, WarningLevel.WARNING),
        headline={lang: words.format(client=client.name) for lang, words in _HEADLINES[notice.corrects].items()},
        details=tuple({"en": name, "fr": name} for name in gone),
        meaning={
            "en": f"They got notice {notice.supersedes}, left the configuration, and rely on it still.",
            "fr": f"Ils ont reçu l'avis {notice.supersedes}, ont quitté la configuration et s'y fient encore.",
        },
        next_step={"en": "Call them.", "fr": "Appelez-les."},
    )
