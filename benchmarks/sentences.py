"""Sentences with holes, as news agencies build them; :mod:`benchmarks.news` puts words into the holes.

Holes: n noun, N plural, a adjective, v past or participle, V infinitive, g -ing or present, p person,
s surname, l place, o organisation, d day, m month, k number, y year, r one of the awkward words, t title
of a person. In French n, u and e bring their article (la grève, une grève, de la grève). Apostrophes,
quotation marks (<< >>) and dashes (--) get the habit of the item's source.
"""

ENGLISH = """
The {a} {n} {v} the {n} near {l} on {d}, a {n} told {o}.
{p}, the {n} of the {a} {n}, {v} that the {N} would {V} before {m}.
At least {k} {N} were {v} in {l} after {a} {N} {v} a {n}, the {o} said in a statement.
<<We will not {V} the {n},>> {p} told reporters in {l}. <<It's a {a} {n} for all of us.>>
The {o} has {v} {k} {N} since {m} {y}, according to {a} {N} seen by a {n} of the {o}.
But {s} said the {n} had {v} to {V} and that his {n} was not {a}.
In {l}, where the {n} has {v} for {k} days, {N} {v} and {N} {v} without a {n}.
{t} {s} {v} the {n}; his {N} did not {V} a {n} for comment.
It is not clear who {v} the {n}, and no group has said that it {v} it.
The {n} of {l} and the {n} of {l} {v} a {a} {n} on {g} the {N}.
Since {y} the {n} has been {v} by {N}, {N} and {a} {N} from {l} to {l}.
Two {N} who asked not to be named said that {p} had been {v} on {d}.
"There was a {a} {n} and then everybody {v}," said {p}, a {n} who lives in {l}.
The {n}'s {a} {n} comes as {N} in the {a} {n} {V} more {N} and fewer {N}.
Officials from the {o} and the {o} are to meet in {l} in {m} to {V} the {n}.
Prices have {v} by {k} percent, {s} said, because {N} cannot {V} the {n} between {l} and {l}.
A {n} for the {n} said that they had {v} {k} {N}, but gave no {n}.
He {v} that {a} {N} had {v} the {n} -- a {n} which the {o} has {v}.
The {r} {n} {v} after {N} {v} their {a} {n} with the {o}.
{p} has {v} the {a} {n} since {m}, when {t} {s} was {v} from the {n}.
While the {n} is {a}, its {N} are still {g} and some of them have {v} the {n} around {l}.
No one should {V} what the {N} {v} here, {s} wrote in a {n} on {d}.
More than {k},000 people have {v} their homes, says the {o}; most of them are in {l}.
The {o} would not say how many {N} it had {v} or whether its {n} had {v}.
Under the {n}, which was {v} in {y}, both {N} must {V} {a} {N} within {k} days.
Its {n}, {p}, {v} the {n} of {g} {N}, and {v} those who {V} them.
For years, the {n} between {l} and the {n} has been among the most {a} in the {n}.
On {d} evening a {a} {n} was {v} {k} kilometres north of {l}, {N} and a {n} said.
There is {a} {n} in {l}: the {n} has {v}, the {N} are {a} and the {n} is {g}.
They {v} into the {n} at dawn, {v} {N} and {v} a {n} belonging to the {o}.
Analysts say that a {r} {n} could {V} the {n}, if {N} do not {V} it first.
He was {v} to {V} the {n} in {m} but has since {v}, {g} that his {N} were {a}.
The U.N. says about {k} {N} of {l} need {a} {N} this year.
Neither {s} nor his {n} has {v} on the {n}, which {N} in {l} call {a}.
""".strip().splitlines()

ENGLISH_TITLES = """
{l}: {k} {N} {v} in {a} {n}
{o} {N} {V} {n} near {l}
{p} {v} over {a} {n}
{N} {V} as {n} {v} in {l}
{l} {n}: what we know about the {a} {n}
{t} {s} says {n} <<{a}>>
{r} {n} in {l} after {N} {v}
Why {l}'s {N} {V} the {n}
""".strip().splitlines()

FRENCH = """
{n} {a} a {v} {n} près de {l}, {d}, a indiqué {u} à {o}.
{p}, {n} {e} {a}, a {v} que les {N} devraient {V} avant {m}.
Au moins {k} {N} ont été {v} à {l} après que des {N} {a} ont {v} {n}, selon un communiqué de {o}.
<<Nous n'allons pas {V} {n}>>, a déclaré {p} à la presse à {l}. <<C'est {u} {a} pour nous tous.>>
L'{o} a {v} {k} {N} depuis {m} {y}, d'après des {N} {a} que {u} de {o} a pu consulter.
Mais {s} assure que {n} {g} et que {n} n'était pas {a}.
À {l}, où {n} dure depuis {k} jours, les {N} {g} et les {N} ne {g} plus.
Le {t} {s} a {v} {n} ; ses {N} n'ont pas {v}.
On ignore qui a {v} {n}, et personne ne l'a {v} jusqu'ici.
{n} de {l} et {n} de {l} ont {v} {u} {a} sur les {N}.
Depuis {y}, {n} est {v} par des {N}, des {N} et des {N} {a} entre {l} et {l}.
Deux {N} qui ont requis l'anonymat disent que {p} a été {v} {d}.
<<Il y a eu {u} {a}, puis tout le monde s'est {v}>>, raconte {p}, qui habite {l}.
Cette {n} {a} intervient alors que les {N} {e} veulent {V} plus de {N} et moins de {N}.
Des responsables de {o} et de {o} se retrouveront à {l} en {m} pour {V} {n}.
Les prix ont {v} de {k} %, explique {s}, parce que les {N} ne peuvent {V} {n} entre {l} et {l}.
Selon {u} {e}, ils auraient {v} {k} {N}, sans donner {e}.
Il a {v} que des {N} {a} avaient {v} {n} -- ce que {o} a {v}.
{n} {r} a {v} après que les {N} ont {v} leur {n} {a} avec {o}.
{p} a {v} {n} {a} depuis {m}, quand le {t} {s} a été {v} {e}.
Si {n} est {a}, ses {N} continuent à {V} et certains d'entre eux ont {v} {n} autour de {l}.
Il ne faut pas {V} ce que les {N} ont {v} ici, a écrit {s} dans {u} {d}.
Plus de {k} 000 personnes ont {v} leur domicile, d'après {o} ; la plupart se trouvent à {l}.
{o} refuse de dire combien de {N} ont été {v}, ni si {n} a {v}.
Aux termes {e}, {v} en {y}, les deux {N} doivent {V} des {N} {a} sous {k} jours.
Le {t} {p} a {v} {n} qui {g} aux {N}, et ceux qui les {g}.
Depuis des années, {n} entre {l} et {n} est l'un des plus {a} {e}.
{d} soir, {u} {a} a été {v} à {k} kilomètres au nord de {l}, ont dit des {N} et {u}.
La situation est {a} à {l} : {n} a {v}, les {N} sont {a} et {n} {g}.
Ils sont entrés dans {n} à l'aube, ont {v} des {N} et {v} {u} qui appartenait à {o}.
D'après les analystes, {u} {r} pourrait {V} {n}, à moins que les {N} ne la {g} d'abord.
Qu'en sera-t-il {e} ? Aujourd'hui, rien n'est {a}, reconnaît {s}.
L'ONU estime que {k} {N} de {l} ont besoin de {N} {a} cette année.
Ni {s} ni {n} n'ont {v} {n}, que les {N} de {l} disent {a}.
""".strip().splitlines()

FRENCH_TITLES = """
{l} : {k} {N} {v} dans {u} {a}
{o} : les {N} {g} {n} près de {l}
{p} {v} après {u} {a}
Les {N} {g}, {n} {v} à {l}
{l} : ce que l'on sait {e} {a}
Le {t} {s} juge {n} <<{a}>>
{n} {r} à {l} : des {N} {v}
Pourquoi les {N} de {l} veulent {V} {n}
""".strip().splitlines()

DAYS = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "fr": ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
}
MONTHS = {
    "en": ["January", "February", "March", "April", "May", "June", "July", "September", "October", "December"],
    "fr": ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "décembre"],
}
