"""Sentences of the findings: what is so (``…``), and what to do about it (``… do``), by language."""

from indicators.phrases import Sentences

SENTENCES: Sentences = {
    "en": {
        "as checked": "{subject}: {what}",
        "as checked do": "{instead}",
        "edge": "{subject}: prior {p} lies within {margin} of the edge of its band ({range})",
        "edge do": "small moves may change its word",
        "chain": "{indicator} feeds {child} and also {start}, which reaches it through {way}",
        "chain do": "drop the weaker effect, or write direct_reason: {{{child}: why it speaks directly}}",
        "unseen": "no single indicator multiplies the odds of {line} by {factor}, where a warning begins: {strongest}",
        "unseen do": "add an indicator that is rare unless {line} comes, e.g. [VL, VU], or a link from what leads to "
        "it",
        "nothing raises": "no indicator raises it",
        "strongest": "the strongest, {indicator}, makes it x{factor}",
        "late": "only the event itself ({events}) can warn of {line}; before it, {strongest}",
        "late do": "add an indicator of what comes before: preparations, movements, statements, arrests",
        "one way": "no indicator can lower {line}: it can rise and fall back to its prior, and no further",
        "one way do": "add a counter-indicator, or give an indicator the baseline it had on the assessment's date",
        "fixed": "{line} stays '{term}' whatever is seen ({low} to {high}): no alert about its term can ever go out",
        "fixed do": "add an indicator that tells it apart, link it to what would bring it about, or leave it to a "
        "person and say so in the paper",
        "weak": "{indicator} is about as likely whatever is true: its best likelihood ratio is {ratio} (below {least})",
        "weak do": "rate it further apart where you can argue it, keep it as one of a cluster that you name in its "
        "why, or take it out",
        "alike": "{one} ({group}) and {other} ({other_group}) say nearly the same about {lines}",
        "alike do": "if one development makes both be seen, put them in one group, where the second counts half; if "
        "they are independent, leave them",
        "together": "{line} has {p}; its parts give at least {low}, at most {high}, and {independent} ({term}) if "
        "they were independent",
        "together below do": "keep it only if the parts come together or not at all, and say in the paper what they "
        "share; else raise it",
        "together above do": "keep it only if one part keeps the others from happening, and say so in the paper; "
        "else lower it",
        "INCOHERENT": "numbers contradict one another",
        "DOUBLE": "counted twice",
        "CHAIN": "counted twice along a chain",
        "UNSEEN": "nobody would see it coming",
        "LATE": "no early indicator",
        "ONE_WAY": "can only rise",
        "FIXED": "its word can never change",
        "WEAK": "tells nothing apart",
        "ALIKE": "rated alike in different groups",
        "EDGE": "prior at the edge of its term",
        "TOGETHER": "the parts must hang together",
    },
    "fr": {
        "as checked": "{subject} : {what}",
        "as checked do": "{instead}",
        "edge": "{subject} : la probabilité initiale de {p} est à moins de {margin} du bord de son intervalle "
        "({range})",
        "edge do": "de petits mouvements peuvent changer son terme",
        "chain": "{indicator} alimente {child} et aussi {start}, qui y mène par {way}",
        "chain do": "retirez l'effet le plus faible, ou écrivez direct_reason: {{{child}: pourquoi il parle "
        "directement}}",
        "unseen": "aucun indicateur à lui seul ne multiplie la cote de {line} par {factor}, seuil où commence une "
        "alerte : {strongest}",
        "unseen do": "ajoutez un indicateur rare à moins que {line} n'arrive, p. ex. [VL, VU], ou un lien depuis ce "
        "qui y mène",
        "nothing raises": "aucun indicateur ne la relève",
        "strongest": "le plus fort, {indicator}, la multiplie par {factor}",
        "late": "seul l'événement lui-même ({events}) peut avertir de {line} ; avant lui, {strongest}",
        "late do": "ajoutez un indicateur de ce qui précède : préparatifs, mouvements, déclarations, arrestations",
        "one way": "aucun indicateur ne peut abaisser {line} : cela peut monter et revenir à la probabilité "
        "initiale, pas plus bas",
        "one way do": "ajoutez un contre-indicateur, ou donnez à un indicateur le niveau de base qu'il avait à la "
        "date de l'évaluation",
        "fixed": "{line} reste « {term} » quoi que l'on voie ({low} à {high}) : aucune alerte sur son terme ne "
        "partira jamais",
        "fixed do": "ajoutez un indicateur qui le départage, liez-le à ce qui le provoquerait, ou laissez-le à une "
        "personne et dites-le dans le document",
        "weak": "{indicator} est à peu près aussi probable quoi qu'il en soit : son meilleur rapport de "
        "vraisemblance est {ratio} (sous {least})",
        "weak do": "écartez ses cotations là où cela se défend, gardez-le dans un faisceau que vous nommez dans son "
        "why, ou retirez-le",
        "alike": "{one} ({group}) et {other} ({other_group}) disent presque la même chose de {lines}",
        "alike do": "si une même évolution fait voir les deux, mettez-les dans un seul groupe, où le second compte "
        "pour moitié ; s'ils sont indépendants, laissez-les",
        "together": "{line} a {p} ; ses parties donnent au moins {low}, au plus {high}, et {independent} ({term}) si "
        "elles étaient indépendantes",
        "together below do": "ne le gardez que si les parties arrivent ensemble ou pas du tout, et dites dans le "
        "document ce qu'elles partagent ; sinon relevez-le",
        "together above do": "ne le gardez que si une partie empêche les autres d'arriver, et dites-le dans le "
        "document ; sinon abaissez-le",
        "INCOHERENT": "des chiffres se contredisent",
        "DOUBLE": "compté deux fois",
        "CHAIN": "compté deux fois le long d'une chaîne",
        "UNSEEN": "personne ne le verrait venir",
        "LATE": "aucun indicateur précoce",
        "ONE_WAY": "ne peut que monter",
        "FIXED": "son terme ne peut jamais changer",
        "WEAK": "ne départage rien",
        "ALIKE": "cotés de même dans des groupes différents",
        "EDGE": "probabilité initiale au bord de son terme",
        "TOGETHER": "les parties doivent se tenir",
    },
}
