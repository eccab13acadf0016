"""The rulebook against the definition: whatever rules and items there are, the same rules hold."""

from itertools import chain, product
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import naive
from indicators.items import Item
from indicators.lexicon import Search
from indicators.query import Document, evaluate, parse
from indicators.query.triggers import terms_in
from indicators.rulebook import Rulebook
from tests.builders import an_item

THOROUGH = settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])

LANGUAGES = ("en", "fr")
CONCEPTS: dict[str, dict[str, tuple[str, ...]]] = {
    "@army": {"en": ("army", "troop*"), "fr": ("armée", "troupe~"), "any": ("FAMa",)},
    "@attack": {"en": ("attack*", "post coup"), "fr": ("attaque~", "coup d'armée"), "any": ()},
    "@french": {"fr": ("œuvre", "attaqué")},
    "#junta": {"any": ("Goïta", "l'armée de Goita"), "en": ("the army",), "fr": ()},
}

# Few words, so that they collide; spelled as feeds spell them, prefixes that turn a meaning among them.
WORDS = [
    *("army", "Army", "armée", "ARMÉE", "armee", "arme\u0301e", "armées", "attack", "attacks", "attacked", "attaque"),
    *("attaques", "attaquée", "attaqué", "œuvre", "oeuvre", "Œuvre", "coup", "coup", "coups", "troops", "troupe"),
    *("troupes", "FAMa", "Goïta", "goita", "de", "anti", "post", "contre", "the", "l", "d", "a", "BM", "21", "İ"),
    *(
        "post-coup",
        "anti-coup",
        "contre-attaque",
        "contre‐attaques",
        "de-attaquée",
        "l'armée",
        "coup d’armée",
        "post coup",
    ),
    "\u0645\u0627\u0644\u064a",
]
GAPS = [
    *[" "] * 8,
    *(
        "-",
        "-",
        "\u2010",
        "'",
        "\u2019",
        ", ",
        ". ",
        ".  ",
        ".\n ",
        "! ",
        ".\u00a0",
        "\u2026 ",
        "\n\n",
        " \u2014 ",
        "_",
        "\u200b",
    ),
]

TERMS = [
    *("army", "armée", "attack", "coup", "œuvre", "oeuvre", "de", "post", "FAMa", "Goita", "21"),
    *("arm*", "atta*", "coup*", "oeu*", "tro*", "attack~", "attaque~", "armée~", "troupe~"),
    *('"post coup"', '"post-coup"', '"the army"', '"l\'armée"', '"army attack*"', '"attack* army"', '"coup coup"'),
    *('"de attaque~"', '"coup d\'armée"', '"arm* atta*"', '"contre attaque"', '"anti coup army"'),
    *("@army", "@attack", "@french", "#junta"),
]
TOLD = [
    "lang:fr",
    "lang:(en OR de)",
    "source:wire",
    "source:(afp OR rfi*)",
    "NOT lang:fr",
    "type:190*",
    "NOT source:wire",
]


def written(kind: str, *parts: Any) -> str:
    """Return a query of *parts*, which are queries."""
    match kind, parts:
        case "and" | "or" | "same sentence", (left, right):
            return f"({left}) {kind.upper()} ({right})"
        case "and not", (left, right):
            return f"({left}) AND NOT ({right})"
        case "near" | "before", (left, right, words):
            return f"({left}) {kind.upper()}/{words} ({right})"
        case _, (part,):
            return f"{kind}:({part})"
        case _:
            raise ValueError(kind)


def larger(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return queries made of smaller ones, by every operator."""
    return st.one_of(
        st.builds(written, st.sampled_from(["and", "or", "same sentence", "and not"]), part, part),
        st.builds(written, st.sampled_from(["near", "before"]), part, part, st.integers(1, 4)),
        st.builds(written, st.sampled_from(["title", "body", "lead"]), part),
        st.builds("({}) AND {}".format, part, st.sampled_from(TOLD)),
    )


QUERIES = st.recursive(st.sampled_from(TERMS), larger, max_leaves=5)
TEXTS = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), max_size=12).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)
ITEMS = st.builds(
    an_item,
    title=TEXTS,
    summary=TEXTS,
    content=TEXTS,
    lang=st.sampled_from([None, "en", "fr", "de"]),
    source=st.sampled_from(["wire", "afp", "rfi-monde"]),
    codes=st.sampled_from([(), ("190",), ("14", "1901")]),
)


@given(
    queries=st.lists(QUERIES, min_size=1, max_size=6),
    items=st.lists(ITEMS, min_size=1, max_size=3),
    sample=st.lists(ITEMS, max_size=2),
)
@THOROUGH
def test_the_rules_that_hold_are_those_of_the_definition(
    queries: list[str], items: list[Item], sample: list[Item]
) -> None:
    """Triggers, needs, automaton, caches and bisection find what comparing every word with every term finds."""
    rules = {f"r{number}": query for number, query in enumerate(queries)}
    book = Rulebook(rules, CONCEPTS, LANGUAGES, sample=[Document(item).line for item in sample])
    for item in items:
        assert book.match(Document(item)).keys() == naive.matches(rules, item, CONCEPTS, LANGUAGES)


@given(
    queries=st.lists(QUERIES, min_size=1, max_size=3),
    conditions=st.lists(QUERIES, min_size=1, max_size=3),
    items=st.lists(ITEMS, min_size=1, max_size=3),
    late=st.booleans(),
)
@THOROUGH
def test_a_condition_holds_where_its_query_does(
    queries: list[str], conditions: list[str], items: list[Item], late: bool
) -> None:
    """What a veto needs is looked at first, whichever search covers its words by then; that changes no answer."""
    book = Rulebook({f"r{number}": query for number, query in enumerate(queries)}, CONCEPTS, LANGUAGES)
    asked = [parse(query) for query in conditions]
    if late:
        for lexicon, term in product(book.lexicons.values(), chain.from_iterable(map(terms_in, asked))):
            lexicon.written(term)
        Search(chain.from_iterable(lexicon.unsearched() for lexicon in book.lexicons.values()))
    for node in asked:
        for lang, check in book.condition(node).items():
            for item in items:
                assert check(Document(item)) == evaluate(node, Document(item), book.lexicons[lang])
