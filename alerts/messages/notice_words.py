"""The fixed words of notices to clients, in each language, written by hand."""

from alerts.notices.notice import NoticeType

HEADINGS: dict[str, dict[str, str]] = {
    "en": {
        "facts": "",
        "correction": "",
        "recall": "Withdrawn",
        "judgement": "Judgement",
        "changed": "What changed since our last notice",
        "so_what": "What it means for your sites and roads",
        "evidence": "Evidence",
        "confidence": "Confidence and gaps",
        "alternatives": "Alternative",
        "mind": "What would change our mind",
        "advice": "Advice",
        "next": "Next update and all-clear",
        "about": "About this notice",
    },
    "fr": {
        "facts": "",
        "correction": "",
        "recall": "Retrait",
        "judgement": "Jugement",
        "changed": "Ce qui a changé depuis notre dernier avis",
        "so_what": "Ce que cela signifie pour vos sites et vos routes",
        "evidence": "Éléments",
        "confidence": "Confiance et lacunes",
        "alternatives": "Autre issue",
        "mind": "Ce qui nous ferait changer d'avis",
        "advice": "Conseil",
        "next": "Prochain avis et fin d'alerte",
        "about": "À propos de cet avis",
    },
}

TYPES = {
    "en": {
        NoticeType.ALERT: "Alert",
        NoticeType.UPDATE: "Update",
        NoticeType.CANCEL: "Cancel",
        NoticeType.CORRECTION: "Correction",
    },
    "fr": {
        NoticeType.ALERT: "Alerte",
        NoticeType.UPDATE: "Mise à jour",
        NoticeType.CANCEL: "Annulation",
        NoticeType.CORRECTION: "Correction",
    },
}
CLEAR = {"en": "All-clear", "fr": "Fin d'alerte"}
ONLY_FACTS = {"en": "Facts only", "fr": "Faits seuls"}
MONTHS = {
    "en": "January February March April May June July August September October November December".split(),  # noqa: SIM905
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),  # noqa: SIM905
}
RELIABILITY = {
    "en": {
        "A": "completely reliable",
        "B": "usually reliable",
        "C": "fairly reliable",
        "D": "not usually reliable",
        "E": "unreliable",
        "F": "reliability cannot be judged",
    },
    "fr": {
        "A": "entièrement fiable",
        "B": "habituellement fiable",
        "C": "assez fiable",
        "D": "pas habituellement fiable",
        "E": "peu fiable",
        "F": "fiabilité impossible à juger",
    },
}
CREDIBILITY = {
    "en": {
        "1": "confirmed by others",
        "2": "probably true",
        "3": "plausible, not confirmed",
        "4": "doubtful",
        "5": "improbable",
        "6": "truth cannot be judged",
    },
    "fr": {
        "1": "confirmé par d'autres",
        "2": "probablement vrai",
        "3": "plausible, non confirmé",
        "4": "douteux",
        "5": "improbable",
        "6": "véracité impossible à juger",
    },
}
VOICES = {
    "en": ("no publisher", "one publisher", "two independent publishers", "three independent publishers"),
    "fr": ("aucun éditeur", "un éditeur", "deux éditeurs indépendants", "trois éditeurs indépendants"),
}
MANY = {"en": "{n} independent publishers", "fr": "{n} éditeurs indépendants"}
DRIVES = {
    "en": {True: ("raises it slightly", "raises it clearly", "raises it strongly")}
    | {False: ("lowers it slightly", "lowers it clearly", "lowers it strongly")},
    "fr": {True: ("la relève un peu", "la relève nettement", "la relève fortement")}
    | {False: ("l'abaisse un peu", "l'abaisse nettement", "l'abaisse fortement")},
}
FADING = {"en": ", and is fading", "fr": ", et s'estompe"}
THROUGH = {"en": {"link": "through: "}, "fr": {"link": "par : "}}
SIGNS = {
    "en": {"level 1": "first signs", "level 2": "clear signs", "level 3": "strong signs"},
    "fr": {"level 1": "premiers signes", "level 2": "signes nets", "level 3": "signes forts"},
}
NO_SIGNS = {"en": "no more signs", "fr": "plus aucun signe"}
SURE = {
    "en": {"low": "low", "moderate": "moderate", "high": "high"},
    "fr": {"low": "faible", "moderate": "modérée", "high": "élevée"},
}
DOUBTS = {
    "en": {
        "coverage": "only {value} of our sources can see",
        "one family": "{value} of the evidence comes from one publisher alone",
        "poor sources": "{value} of the evidence comes from sources that are not usually reliable",
        "wide range": "another weighing of the same evidence would give any of {value} terms",
    },
    "fr": {
        "coverage": "seules {value} de nos sources sont en état de voir",
        "one family": "{value} des éléments viennent d'un seul éditeur",
        "poor sources": "{value} des éléments viennent de sources peu fiables",
        "wide range": "une autre pondération des mêmes éléments donnerait l'un de {value} termes",
    },
}
MARKED = {
    "en": {
        "TLP:RED": "for the named addressees only; not to be passed on",
        "TLP:AMBER+STRICT": "within your organisation only, as far as needed",
        "TLP:AMBER": "within your organisation and its clients, as far as needed",
        "TLP:GREEN": "within your community; not for publication",
        "TLP:CLEAR": "may be passed on without limit",
    },
    "fr": {
        "TLP:RED": "pour les seuls destinataires nommés ; à ne pas transmettre",
        "TLP:AMBER+STRICT": "dans votre organisation seulement, selon le besoin",
        "TLP:AMBER": "dans votre organisation et chez ses clients, selon le besoin",
        "TLP:GREEN": "dans votre communauté ; pas de publication",
        "TLP:CLEAR": "transmission libre",
    },
}


HAPPENED = {
    "en": {True: "it has occurred", False: "it did not occur"},
    "fr": {True: "cela s'est produit", False: "cela ne s'est pas produit"},
}
