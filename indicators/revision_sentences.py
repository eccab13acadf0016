"""Sentences of the revisions: what a new version of an assessment does to what is open, by language."""

from indicators.phrases import Sentences

SENTENCES: Sentences = {
    "en": {
        "date": "its date goes from {before} to {after}: what is older ends counting",
        "scale": "figures are said in the words of {scale}; a kept word is read in the new scale",
        "model": "numbers of the model changed: every line is worked out anew from the same events",
        "places": "places or regions changed: every kept item is judged again",
        "concepts": "concepts or actors changed: every kept item is judged again",
        "queries": "named queries changed: every kept item is judged again by the rules that call them",
        "publishers": "publishers or their grades changed: every kept item is judged again, and events are graded anew",
        "line renamed": "is now called {other}, which begins at its prior: an open warning stands down once, aloud; "
        "its history, rulings and scores stay under its old name",
        "line gone": "is gone: an open warning stands down once, aloud; its history, rulings and scores stay under its "
        "old name",
        "line new": "is new and begins at its prior",
        "prior": "its prior goes from {before} to {after}; the change is a row of its own in the next ledger",
        "horizon": "its horizon goes from {before} to {after} days; published figures keep the old one",
        "resolves": "its resolution rule changed: figures published before are scored by the rule that stood then",
        "rule renamed": "is now called {other}: its items are judged again under that name; its events end counting, "
        "decisions about them stay on record",
        "rule gone": "is gone; its events end counting, decisions about them stay on record",
        "rule new": "is new: every kept item is judged by it, as known from that moment on",
        "match": "its rule changed: every kept item is judged again, and old news stays as old as it was",
        "counted": "counts {after} instead of {before}: its events are grouped and counted anew",
        "thresholds": "its thresholds, window, half-life or baseline changed: the same events are read anew, past "
        "readings stay",
        "watch": "puts what it raises on Watch from its level {after} on instead of {before}: at the next judgement a "
        "warning may begin, or stand down after its hold, without any news",
        "ratings": "its ratings or group changed: the difference shows in the next ledger",
        "NOTHING_OPEN": "nothing open",
        "MATCHES": "matches",
        "EVENTS": "events",
        "LEVELS": "levels",
        "OUTLOOK": "outlook",
        "WARNING": "warning",
    },
    "fr": {
        "date": "sa date passe du {before} au {after} : ce qui est plus ancien cesse de compter",
        "scale": "les chiffres sont dits dans les termes de {scale} ; un terme gardé se lit dans la nouvelle échelle",
        "model": "des nombres du modèle ont changé : chaque ligne est recalculée à partir des mêmes événements",
        "places": "des lieux ou des régions ont changé : chaque article gardé est jugé de nouveau",
        "concepts": "des concepts ou des acteurs ont changé : chaque article gardé est jugé de nouveau",
        "queries": "des requêtes nommées ont changé : chaque article gardé est jugé de nouveau par les règles qui les "
        "appellent",
        "publishers": "des éditeurs ou leurs cotes ont changé : chaque article gardé est jugé de nouveau, et les "
        "événements sont recotés",
        "line renamed": "s'appelle désormais {other}, qui commence à sa probabilité initiale : une alerte en cours est "
        "levée une fois, à voix haute ; son histoire, ses constats et ses scores restent sous son ancien nom",
        "line gone": "disparaît : une alerte en cours est levée une fois, à voix haute ; son histoire, ses constats et "
        "ses scores restent sous son ancien nom",
        "line new": "est nouvelle et commence à sa probabilité initiale",
        "prior": "sa probabilité initiale passe de {before} à {after} ; le changement fait une ligne du prochain "
        "compte",
        "horizon": "son horizon passe de {before} à {after} jours ; les chiffres publiés gardent l'ancien",
        "resolves": "sa règle de résolution a changé : les chiffres publiés avant sont notés selon la règle d'alors",
        "rule renamed": "s'appelle désormais {other} : ses articles sont jugés de nouveau sous ce nom ; ses événements "
        "cessent de compter, les décisions à leur sujet restent au registre",
        "rule gone": "disparaît ; ses événements cessent de compter, les décisions à leur sujet restent au registre",
        "rule new": "est nouveau : chaque article gardé est jugé par lui, comme connu à partir de ce moment",
        "match": "sa règle a changé : chaque article gardé est jugé de nouveau, et les vieilles nouvelles gardent leur "
        "âge",
        "counted": "compte {after} au lieu de {before} : ses événements sont regroupés et recomptés",
        "thresholds": "ses seuils, sa fenêtre, sa demi-vie ou son niveau de base ont changé : les mêmes événements "
        "sont relus, les lectures passées restent",
        "watch": "porte à Veille ce qu'il fait monter dès son niveau {after} au lieu de {before} : au prochain "
        "jugement une alerte peut commencer, ou être levée après son délai, sans rien de nouveau",
        "ratings": "ses cotations ou son groupe ont changé : la différence se voit dans le prochain compte",
        "NOTHING_OPEN": "rien d'ouvert",
        "MATCHES": "correspondances",
        "EVENTS": "événements",
        "LEVELS": "niveaux",
        "OUTLOOK": "perspectives",
        "WARNING": "alerte",
    },
}
