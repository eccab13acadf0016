"""Wording: a system warning from the troubles that one message tells of, in English and French."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from alerts.system import Standing, SystemWarning, system_warning_id
from alerts.worded import Names
from indicators.bands import WarningLevel
from watcher.health.due import ToldTrouble
from watcher.health.troubles import Trouble, TroubleKind

MOST_LISTED = 30
"""Sources that one message names; the others are counted."""

URGENCY: Mapping[TroubleKind, WarningLevel] = MappingProxyType(
    {
        TroubleKind.BLIND: WarningLevel.CRITICAL,
        TroubleKind.STAGE: WarningLevel.CRITICAL,
        TroubleKind.CANARY: WarningLevel.CRITICAL,
        TroubleKind.DISK: WarningLevel.CRITICAL,
        TroubleKind.CHANNEL: WarningLevel.WARNING,
        TroubleKind.ASSESSMENT: WarningLevel.WARNING,
        TroubleKind.LEFT_OUT: WarningLevel.WARNING,
        TroubleKind.ROTA: WarningLevel.WARNING,
        TroubleKind.ROUTE: WarningLevel.WARNING,
        TroubleKind.CLIENT: WarningLevel.WARNING,
        TroubleKind.TEMPLATE: WarningLevel.ADVISORY,
        TroubleKind.UNANSWERED: WarningLevel.CRITICAL,
        TroubleKind.SOURCE: WarningLevel.ADVISORY,
        TroubleKind.CLOCK: WarningLevel.ADVISORY,
    }
)

NO_WATCHDOG: Names = {
    "en": "No watchdog outside is set: if this machine dies, nobody is told. Set watchdog: {url: …} in watcher.yaml.",
    "fr": "Aucun chien de garde extérieur : si cette machine meurt, personne ne le saura. Réglez watchdog: {url: …}.",
}

_MEANING: Mapping[TroubleKind, Names] = MappingProxyType(
    {
        TroubleKind.BLIND: {
            "en": "Nothing is seen. No level is lowered, and no warning can come until sources answer again.",
            "fr": "Plus rien n'est vu. Aucun niveau n'est abaissé, et aucune alerte ne viendra avant leur retour.",
        },
        TroubleKind.SOURCE: {
            "en": "What it could have shown may be missed; without it, coverage is lower and nothing is called calm.",
            "fr": "Ce qu'elle aurait montré peut manquer ; sans elle la couverture baisse et rien n'est dit calme.",
        },
        TroubleKind.STAGE: {
            "en": "New reports are not collected, not judged, or not told, although the service seems to run.",
            "fr": "Les nouvelles ne sont plus collectées, jugées ou transmises, bien que le service semble tourner.",
        },
        TroubleKind.ASSESSMENT: {
            "en": "The last good version stays in force; what was changed in the file has no effect yet.",
            "fr": "La dernière bonne version reste en vigueur ; les changements du fichier sont sans effet.",
        },
        TroubleKind.LEFT_OUT: {
            "en": "Nothing ends it by itself: whoever was told goes on believing it, and chains go on.",
            "fr": "Rien n'y met fin de soi-même : qui a été prévenu y croit toujours, et les chaînes continuent.",
        },
        TroubleKind.CHANNEL: {
            "en": "Messages to this recipient do not arrive by this channel. They wait and are tried again.",
            "fr": "Les messages n'arrivent pas à ce destinataire par cette voie. Ils attendent et seront réessayés.",
        },
        TroubleKind.CANARY: {
            "en": "A test item was put in and did not come out: a real report might not come out either.",
            "fr": "Une dépêche d'essai est entrée et n'est pas ressortie : une vraie pourrait se perdre aussi.",
        },
        TroubleKind.DISK: {
            "en": "Once the disk is full nothing can be kept, judged or sent.",
            "fr": "Une fois le disque plein, plus rien ne peut être gardé, jugé ni envoyé.",
        },
        TroubleKind.CLOCK: {
            "en": "Dates of that time may be wrong; what was due is brought forward by itself.",
            "fr": "Les dates de ce moment peuvent être fausses ; ce qui était dû est avancé de lui-même.",
        },
        TroubleKind.ROTA: {
            "en": "In that time warnings for who is on call go to the last resort instead.",
            "fr": "Pendant ce temps, les alertes pour l'astreinte vont au dernier recours.",
        },
        TroubleKind.TEMPLATE: {
            "en": "Messages go out in the layout that ships instead; none is held up or lost.",
            "fr": "Les messages partent dans la mise en page d'origine ; aucun n'est retenu ni perdu.",
        },
        TroubleKind.UNANSWERED: {
            "en": "Everybody in the chain was told, the warning stands, and perhaps nobody has read it.",
            "fr": "Toute la chaîne a été prévenue, l'alerte tient, et personne ne l'a peut-être lue.",
        },
        TroubleKind.ROUTE: {
            "en": "Whoever it is to reach hears nothing by it, and perhaps nobody hears what it was written for.",
            "fr": "Personne n'apprend rien par elle, et ce pour quoi elle est écrite n'atteint peut-être personne.",
        },
        TroubleKind.CLIENT: {
            "en": "Nobody can see or release them, and nobody is reminded: the client knows nothing of what they tell.",
            "fr": "Nul ne peut les voir, les diffuser ni être relancé : le client ne sait rien de leur contenu.",
        },
    }
)

_NEXT: Mapping[TroubleKind, Names] = MappingProxyType(
    {
        TroubleKind.BLIND: {
            "en": "Look at this machine's network, its DNS and its proxy; `watcher sources` shows each fault.",
            "fr": "Vérifiez le réseau de cette machine, son DNS, son proxy ; `watcher sources` montre chaque défaut.",
        },
        TroubleKind.SOURCE: {
            "en": "`watcher sources` shows it; `watcher sources test ID` polls it now. It is polled on by itself.",
            "fr": "`watcher sources` le montre ; `watcher sources test ID` l'interroge. Elle reste interrogée.",
        },
        TroubleKind.STAGE: {
            "en": "Look into the log of the service; if nothing moves, restart it. Nothing kept is lost.",
            "fr": "Lisez le journal du service ; si rien ne bouge, redémarrez-le. Rien de gardé n'est perdu.",
        },
        TroubleKind.ASSESSMENT: {
            "en": "`watcher check` names every fault with its line.",
            "fr": "`watcher check` nomme chaque faute avec sa ligne.",
        },
        TroubleKind.LEFT_OUT: {
            "en": "If it was taken out on purpose: `watcher assessments end ID --why TEXT`. Else put its file back.",
            "fr": "Si c'est voulu : `watcher assessments end ID --why TEXTE`. Sinon, remettez son fichier en place.",
        },
        TroubleKind.CHANNEL: {
            "en": "Repair the address or the token in watcher.yaml or the environment, and restart.",
            "fr": "Corrigez l'adresse ou le jeton dans watcher.yaml ou l'environnement, puis redémarrez.",
        },
        TroubleKind.CANARY: {
            "en": "Look into the log of the service for what failed since; `watcher status` shows the last success.",
            "fr": "Cherchez dans le journal ce qui a échoué depuis ; `watcher status` montre le dernier succès.",
        },
        TroubleKind.DISK: {
            "en": "Free some space, or move the database to a larger disk.",
            "fr": "Libérez de la place, ou déplacez la base sur un disque plus grand.",
        },
        TroubleKind.CLOCK: {
            "en": "Look at the time service of this machine (`timedatectl`).",
            "fr": "Vérifiez le service de temps de cette machine (`timedatectl`).",
        },
        TroubleKind.ROTA: {
            "en": "`watcher oncall` shows who is on; `watcher oncall override` names somebody.",
            "fr": "`watcher oncall` montre qui est d'astreinte ; `watcher oncall override` désigne quelqu'un.",
        },
        TroubleKind.TEMPLATE: {
            "en": "`watcher template check` names the fault with its line; restart once it is mended.",
            "fr": "`watcher template check` nomme la faute et sa ligne ; redémarrez une fois corrigée.",
        },
        TroubleKind.UNANSWERED: {
            "en": "Call somebody; `watcher alerts` shows it and `watcher ack ID --by NAME` takes it.",
            "fr": "Appelez quelqu'un ; `watcher alerts` la montre et `watcher ack ID --by NOM` la prend en charge.",
        },
        TroubleKind.ROUTE: {
            "en": "`watcher check` says which name it could mean; correct watcher.yaml, and restart.",
            "fr": "`watcher check` dit quel nom serait le bon ; corrigez watcher.yaml, puis redémarrez.",
        },
        TroubleKind.CLIENT: {
            "en": "Call the client, or put it back as it was; release or archive what waits before it is taken out.",
            "fr": "Appelez le client, ou remettez-le tel quel ; diffusez ou archivez avant de le retirer.",
        },
    }
)


_OF_AN_ID = frozenset({TroubleKind.SOURCE, TroubleKind.LEFT_OUT})
"""Kinds of trouble whose next step is done for one ID, that of what is in trouble."""


def raised(troubles: Sequence[Trouble], *, at: datetime, salt: str = "") -> SystemWarning:
    """Return the warning that tells of *troubles*: one, or several sources at once."""
    first = troubles[0]
    about = _about([trouble.about for trouble in troubles], first.kind, at)
    return SystemWarning(
        id=system_warning_id(about, Standing.RAISED, at, salt=salt),
        about=about,
        at=at,
        since=min(trouble.since for trouble in troubles),
        standing=Standing.RAISED,
        urgency=URGENCY[first.kind],
        headline=_headline([trouble.reason for trouble in troubles], over=False),
        details=_listed([trouble.reason for trouble in troubles]),
        meaning=_MEANING[first.kind],
        next_step=_next_step(troubles),
    )


def cleared(told: Sequence[ToldTrouble], *, at: datetime, salt: str = "") -> SystemWarning:
    """Return the stand-down of what was *told*, all of it by one alert."""
    first = told[0]
    about = _about([one.about for one in told], first.kind, first.told_at)
    reasons = [one.reason for one in told]
    return SystemWarning(
        id=system_warning_id(about, Standing.CLEARED, at, salt=salt),
        about=about,
        at=at,
        since=min(one.since for one in told),
        standing=Standing.CLEARED,
        urgency=URGENCY[first.kind],
        headline=_headline(reasons, over=True),
        details=_listed(reasons),
        meaning=_MEANING[first.kind],
        next_step=_NEXT[first.kind],
    )


def _next_step(troubles: Sequence[Trouble]) -> Names:
    """Return what to do, with the ids of the sources that it is to be done for: a command can then be copied."""
    first = troubles[0]
    step = _NEXT[first.kind]
    if len(troubles) == 1 and first.kind in _OF_AN_ID:
        step = {lang: words.replace(" ID", f" {first.of}") for lang, words in step.items()}
    doubted = [trouble.of for trouble in troubles if trouble.doubted]
    if not doubted:
        return step
    source, more = doubted[0], ", ".join(doubted[1:MOST_LISTED])
    also = {"en": f" (the same for {more})" if more else "", "fr": f" (de même pour {more})" if more else ""}
    trust = f"`watcher sources trust {source} --by NAME --why TEXT`"
    return {
        "en": f"{step['en']} If what it prints is still the source you trust: {trust}{also['en']}.",
        "fr": f"{step['fr']} Si c'est bien encore la source que vous croyez : {trust}{also['fr']}.",
    }


def _about(names: Sequence[str], kind: TroubleKind, at: datetime) -> str:
    return names[0] if len(names) == 1 else f"{kind}s {at:%Y-%m-%d %H:%M}"


def _headline(reasons: Sequence[Names], *, over: bool) -> Names:
    if len(reasons) == 1:
        return reasons[0]
    count = len(reasons)
    if over:
        return {"en": f"{count} sources are well again", "fr": f"{count} sources vont de nouveau bien"}
    return {"en": f"{count} sources are in trouble at once", "fr": f"{count} sources en difficulté à la fois"}


def _listed(reasons: Sequence[Names]) -> tuple[Names, ...]:
    if len(reasons) == 1:
        return ()
    more = len(reasons) - MOST_LISTED
    rest = ({"en": f"… and {more} more", "fr": f"… et {more} autres"},) if more > 0 else ()
    return (*reasons[:MOST_LISTED], *rest)
