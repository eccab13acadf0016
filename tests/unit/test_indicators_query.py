"""The query language: what can be written, what is refused and where, and what each construct finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.concepts import Term, Word, parse_term
from indicators.documents import FIELD_END
from indicators.items import Item
from indicators.language.text import fold
from indicators.language.words import TURNED
from indicators.lexicon import Lexicon
from indicators.needles import needles_of
from indicators.query import Document, QueryError, evaluate, parse
from indicators.query.syntax import Find
from tests.builders import an_item

THOROUGH = settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])

TERMS = [
    ("@convoy", "convoy*"),
    ("@convoy", "fuel truck*"),
    ("@attack", "attack*"),
    ("@attack", "ambush*"),
    ("#jnim", "JNIM"),
    ("#jnim", "jihadist*"),
    ("#army", "FAMa"),
]


def lexicon_of(terms: list[tuple[str, str]]) -> Lexicon:
    return Lexicon((name, parse_term(term)) for name, term in terms)


def found(query: str, title: str = "", **fields: Any) -> list[str] | None:
    """Return the words of an item that make *query* hold, ``None`` if it does not."""
    document = Document(an_item(title, **fields))
    hits = evaluate(parse(query), document, lexicon_of(TERMS))
    return None if hits is None else [document.quote(hit) for hit in hits]


@pytest.mark.parametrize(
    ("query", "column", "said"),
    [
        pytest.param("", 1, "the query is empty", id="empty"),
        pytest.param(" \n ", 1, "the query is empty", id="only spaces"),
        pytest.param("convoy attack", 8, "found 'attack', expected AND or", id="two words without an operator"),
        pytest.param("convoy && attack", 8, "found '&&', expected AND or", id="operator of another language"),
        pytest.param("convoy and attack", 8, "found 'and', expected AND or", id="operator in small letters"),
        pytest.param("convoy NOT attack", 8, "found 'NOT', expected AND or", id="NOT without AND"),
        pytest.param("(convoy", 8, "found the end of the query, expected )", id="open parenthesis"),
        pytest.param("convoy)", 7, "found ')', expected", id="closing parenthesis too many"),
        pytest.param("()", 2, "found ')', expected", id="nothing in parentheses"),
        pytest.param('"fuel shortage', 1, "found '\"', expected", id="open quotation"),
        pytest.param('fuel AND ""', 10, "has no letters or digits", id="empty phrase"),
        pytest.param("convoy NEAR attack", 8, "expected AND or BEFORE/n or NEAR/n", id="NEAR without its number"),
        pytest.param("convoy NEAR/0 attack", 8, "take 1 to 200 words, not 0", id="NEAR nothing"),
        pytest.param("convoy BEFORE/201 attack", 8, "take 1 to 200 words, not 201", id="BEFORE half a page"),
        pytest.param("convoy SAME attack", 8, "SAME SENTENCE", id="SAME what"),
        pytest.param("title:", 7, "found the end of the query, expected", id="field of nothing"),
        pytest.param("headline:coup", 9, "found ':'", id="unknown field"),
        pytest.param("convoy AND @", 12, "expected", id="concept without a name"),
        pytest.param("convoy AND #1st", 12, "expected", id="actor that begins with a digit"),
        pytest.param("convoy AND fu*", 12, "at least 3 letters must stand before *", id="too open"),
        pytest.param("fuel OR *truck", 9, "a * that does not end a word", id="open at the front"),
        pytest.param("convoy AND -", 12, "has no letters or digits", id="a hyphen for a word"),
        pytest.param("NOT convoy", 1, "NOT alone would match almost everything", id="only NOT"),
        pytest.param("convoy OR NOT attack", 1, "NOT alone", id="NOT behind OR"),
        pytest.param("title:NOT convoy", 1, "NOT alone", id="NOT in a field"),
        pytest.param("NOT a AND NOT b", 1, "NOT alone", id="nothing but NOT"),
        pytest.param("convoy NEAR/5 NOT attack", 1, "join words", id="near something absent"),
        pytest.param("lang:fr SAME SENTENCE attack", 1, "join words", id="near a language"),
        pytest.param("a NEAR/" + "9" * 5000 + " b", 3, "expected", id="NEAR with five thousand digits"),
        pytest.param("coup AND lang:french", 10, "two letters, as in lang:fr", id="a language by its name"),
        pytest.param("coup AND", 6, "something must follow AND", id="AND at the end"),
        pytest.param(
            "coup near/5 army", 6, "write operators in capitals", id="operator in small letters with a number"
        ),
        pytest.param("headline:coup", 9, "headline: is no field; did you mean lead:?", id="nearest field"),
        pytest.param(
            "fuel AND (truck OR car", 23, "the bracket at column 10 is not closed", id="where the bracket opened"
        ),
        pytest.param("a" * 20_001, 20_000, "at most 20000 are read", id="endless"),
    ],
)
def test_a_query_that_cannot_be_read_says_where_and_what_was_expected(query: str, column: int, said: str) -> None:
    """The error points at the column, counted from 1, and names what could stand there."""
    with pytest.raises(QueryError) as refusal:
        parse(query)
    assert (refusal.value.column, said in refusal.value.what) == (column, True), refusal.value
    assert str(refusal.value) == f"column {column}: {refusal.value.what}"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a OR b AND c", "a OR (b AND c)"),
        ("a AND b NEAR/3 c", "a AND (b NEAR/3 c)"),
        ("a NEAR/2 b BEFORE/3 c", "(a NEAR/2 b) BEFORE/3 c"),
        ("a AND NOT b OR c", "(a AND (NOT b)) OR c"),
        ("title:a AND b", "(title:a) AND b"),
        ("a AND NOT title:b", "a AND (NOT (title:b))"),
        ("a SAME SENTENCE b OR c", "(a SAME SENTENCE b) OR c"),
        ("a AND b AND c", "(a AND b AND c)"),
        ("a\n  AND\tb", "a AND b"),
        ("a SAME   SENTENCE b", "a SAME SENTENCE b"),
        ("((a))", "a"),
    ],
)
def test_operators_bind_as_the_grammar_says(written: str, read: str) -> None:
    """NOT and fields bind tightest, then NEAR, BEFORE and SAME SENTENCE, then AND, then OR."""
    assert parse(written) == parse(read)


def test_parentheses_change_the_meaning() -> None:
    """Without this the table above would hold for a parser that drops its parentheses."""
    assert parse("(a OR b) AND c") != parse("a OR b AND c")
    assert parse("a NEAR/2 (b NEAR/3 c)") != parse("a NEAR/2 b NEAR/3 c")


@pytest.mark.parametrize(
    ("query", "title", "wanted"),
    [
        ("convoy", "Convoy attacked", ["Convoy"]),
        ("convoy", "Convoys attacked", None),
        ("convoy*", "Convoys attacked, convoy burnt", ["Convoys", "convoy"]),
        ("penurie", "La PÉNURIE dure", ["PÉNURIE"]),
        ('"fuel shortage"', "Fuel-shortage in Bamako", ["Fuel-shortage"]),
        ('"fuel shortage"', "Fuel price and shortage", None),
        ('"pénurie d\'essence"', "Pénurie d’essence à Ségou", ["Pénurie d’essence"]),
        ("escalation", "Talks on de-escalation", None),
        ("de-escalation", "Talks on de-escalation", ["de-escalation"]),
        ("escalation", "De-escalation fails: escalation", ["escalation"]),
        ("@convoy", "Three fuel trucks burnt", ["fuel trucks"]),
        ("@convoy", "Trucks burnt", None),
        ("#jnim", "JNIM-linked men seen", ["JNIM"]),
        ("@convoy AND #jnim", "Jihadists stop convoy", ["Jihadists", "convoy"]),
        ("@convoy AND #jnim", "Men stop convoy", None),
        ("@convoy OR #jnim", "Men stop convoy", ["convoy"]),
        ("@convoy AND NOT film", "Convoy of clips", ["Convoy"]),
        ("@convoy AND NOT film", "Convoy, the film", None),
        ("@convoy NEAR/2 @attack", "Convoy near Kati attacked", ["Convoy", "attacked"]),
        ("@convoy NEAR/1 @attack", "Convoy near Kati attacked", None),
        ("@convoy NEAR/2 @attack", "Attack on convoy", ["Attack", "convoy"]),
        ("@attack BEFORE/2 @convoy", "Attack on convoy", ["Attack", "convoy"]),
        ("@convoy BEFORE/2 @attack", "Attack on convoy", None),
        ('"fuel truck*" NEAR/3 truck*', "Fuel trucks", None),
        ('"fuel truck*" NEAR/3 "truck* burn*"', "Fuel trucks burnt", None),
        ('"truck* burn*" NEAR/3 "fuel truck*"', "Fuel trucks burnt", None),
    ],
)
def test_each_construct_finds_what_it_says_and_shows_it(query: str, title: str, wanted: list[str] | None) -> None:
    """The words that made a query hold come back as they were written; a query that fails has none."""
    assert found(query, title) == wanted


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("title:convoy", None),
        ("body:convoy", ["convoy", "convoy"]),
        ("title:Kidal", ["Kidal"]),
        ("body:Kidal", None),
        ("convoy AND NOT title:convoy", ["convoy", "convoy"]),
        ('"convoy burnt"', ["convoy burnt"]),
        ('"Kidal A"', None),
        ("title:(Kidal OR convoy)", ["Kidal"]),
    ],
)
def test_a_field_sees_only_itself(query: str, wanted: list[str] | None) -> None:
    """``body:`` is summary and content together; no phrase runs from one field into the next."""
    assert found(query, "News from Kidal", summary="A convoy left.", content="The convoy burnt.") == wanted


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("convoy AND source:rfi", ["Convoy"]),
        ("convoy AND source:RFI", ["Convoy"]),
        ("convoy AND source:afp", None),
        ('convoy AND source:(afp OR "rfi")', ["Convoy"]),
        ("convoy AND NOT source:rfi", None),
        ("convoy AND NOT source:afp", ["Convoy"]),
        ("convoy AND lang:fr", ["Convoy"]),
        ("convoy AND lang:en", None),
    ],
)
def test_source_and_language_are_conditions_without_words(query: str, wanted: list[str] | None) -> None:
    """They compare the whole name in any case, and add nothing to the evidence."""
    assert found(query, "Convoy", source="rfi", lang="fr") == wanted


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("A convoy was attacked.", True),
        ("A convoy left. Villages were attacked.", False),
        ("A convoy left! Attack in Kati", False),
        ("A convoy left… Attack in Kati", False),
        ("A convoy left.\u00a0Attack in Kati", False),
        ("Convoy left\n\nattack in Kati", False),
        ("A convoy of approx. fifty was attacked.", True),
        ("A convoy of 3.5 km was attacked.", True),
    ],
)
def test_a_sentence_ends_where_a_reader_sees_its_end(text: str, together: bool) -> None:
    """A full stop before a capital ends a sentence, one before a small letter or inside a number does not."""
    assert (found("@convoy SAME SENTENCE @attack", "", summary=text) is not None) is together


def test_a_title_and_the_text_below_it_are_two_sentences() -> None:
    """A headline has no full stop and is still not one sentence with what follows."""
    assert found("@convoy SAME SENTENCE @attack", "Convoy leaves", summary="Attack in Kati") is None


@pytest.mark.parametrize("query", ["@fuel", "#fama", "convoy AND NOT @fuel"])
def test_a_name_nobody_defined_is_a_fault_not_a_miss(query: str) -> None:
    """An unknown concept or actor must never look like a text in which nothing was found."""
    with pytest.raises(KeyError):
        found(query, "Convoy")


# --- a second evaluator, as plain as can be, must agree -------------------------------------------------

WORDS = ["alpha", "alphabet", "beta", "gamma", "delta", "alp", "de-alpha", "anti-beta", "beta-gamma"]
ENTRIES = [("@c", "alpha"), ("@c", "beta gamma"), ("@d", "alph*"), ("#a", "delta"), ("#a", "gam* delta")]
SENTENCES = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), max_size=3)


@dataclass(frozen=True)
class Seen:
    """A word of the generated text, cut by ``split`` alone."""

    word: str
    turned: bool
    field: str
    sentence: tuple[str, int]


Pairs = list[tuple[int, int]]
Tree = tuple[Any, ...]


def written(sentences: list[list[str]]) -> str:
    return " ".join(f"{' '.join(words).capitalize()}." for words in sentences)


def split_up(texts: Mapping[str, list[list[str]]]) -> list[Seen]:
    """Return the words of all fields, with something after each field that is no word."""
    seen: list[Seen] = []
    for field, sentences in texts.items():
        seen += [
            Seen(piece, i > 0 and word.split("-")[i - 1] in ("de", "anti"), field, (field, number))
            for number, words in enumerate(sentences)
            for word in words
            for i, piece in enumerate(word.split("-"))
        ]
        seen.append(Seen("", False, field, (field, -1)))
    return seen


def stand(seen: list[Seen], term: str) -> Pairs:
    """Return where *term* stands, comparing word by word from every position."""
    parts = term.split()
    pairs = []
    for i in range(len(seen) - len(parts) + 1):
        run = seen[i : i + len(parts)]
        fits = all(
            s.word.startswith(p[:-1]) if p.endswith("*") else s.word == p for s, p in zip(run, parts, strict=True)
        )
        if fits and not run[0].turned and len({s.field for s in run}) == 1:
            pairs.append((i, i + len(parts) - 1))
    return pairs


def plain(tree: Tree, seen: list[Seen], fields: tuple[str, ...]) -> Pairs | None:
    """Evaluate *tree* by its definition, comparing everything with everything."""
    kind, *rest = tree
    if kind == "find":
        terms = [rest[0].strip('"')] if rest[0][0] not in "@#" else [t for name, t in ENTRIES if name == rest[0]]
        hits = {h for term in terms for h in stand(seen, term) if seen[h[0]].field in fields}
        return sorted(hits) or None
    if kind == "not":
        return [] if plain(rest[0], seen, fields) is None else None
    if kind in ("title", "body"):
        return plain(rest[0], seen, ("title",) if kind == "title" else ("summary", "content"))
    left, right = (plain(part, seen, fields) for part in rest[:2])
    if kind == "or":
        return None if left is None and right is None else sorted({*(left or []), *(right or [])})
    if left is None or right is None:
        return None
    apart = {hit for a in left for b in right if joined(kind, a, b, seen, rest) for hit in (a, b)}
    return sorted({*left, *right} if kind == "and" else apart) or None


def joined(kind: str, a: tuple[int, int], b: tuple[int, int], seen: list[Seen], rest: list[Any]) -> bool:
    if kind in ("and", "same"):
        return seen[a[0]].sentence == seen[b[0]].sentence
    if seen[a[0]].field != seen[b[0]].field:
        return False
    forward = 0 <= b[0] - a[1] - 1 <= rest[2]
    return forward or (kind == "near" and 0 <= a[0] - b[1] - 1 <= rest[2])


def spoken(tree: Tree) -> str:
    kind, *rest = tree
    if kind == "find":
        return str(rest[0])
    if kind in ("not", "title", "body"):
        return f"{'NOT ' if kind == 'not' else kind + ':'}({spoken(rest[0])})"
    operator = {"near": "NEAR/{}", "before": "BEFORE/{}", "same": "SAME SENTENCE"}.get(kind, kind.upper())
    return f"({spoken(rest[0])}) {operator.format(*rest[2:])} ({spoken(rest[1])})"


ATOM = st.tuples(
    st.just("find"),
    st.sampled_from(["alpha", "beta", "gamma", "delta", "alph*", '"beta gamma"', '"gam* delta"', "@c", "@d", "#a"]),
)


def larger(part: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    return st.one_of(
        st.tuples(st.sampled_from(["and", "or", "same"]), part, part),
        st.tuples(st.sampled_from(["near", "before"]), part, part, st.integers(1, 3)),
        st.tuples(st.just("and"), part, st.tuples(st.just("not"), part)),
        st.tuples(st.sampled_from(["title", "body"]), ATOM | st.tuples(st.sampled_from(["and", "or"]), ATOM, ATOM)),
    )


@given(tree=st.recursive(ATOM, larger, max_leaves=5), title=SENTENCES, summary=SENTENCES, content=SENTENCES)
@THOROUGH
def test_the_evaluator_agrees_with_the_definition_of_every_construct(
    tree: Tree, title: list[list[str]], summary: list[list[str]], content: list[list[str]]
) -> None:
    """Index, bisection and caches give the hits that comparing every word with every word gives."""
    texts = {"title": title, "summary": summary, "content": content}
    document = Document(an_item(**{field: written(sentences) for field, sentences in texts.items()}))
    hits = evaluate(parse(spoken(tree)), document, lexicon_of(ENTRIES))
    got = None if hits is None else [(hit.first, hit.last) for hit in hits]
    assert got == plain(tree, split_up(texts), ("title", "summary", "content"))


LOOKED_UP = ["alpha", "alph*", "beta gamma", "bet* gam*", "de alpha", "delta", "gamma delta", "alphabet*", "anti*"]


@given(terms=st.lists(st.sampled_from(LOOKED_UP), min_size=1, unique=True), title=SENTENCES, summary=SENTENCES)
@THOROUGH
def test_the_lexicon_finds_what_each_term_finds_alone(
    terms: list[str], title: list[list[str]], summary: list[list[str]]
) -> None:
    """Looking up all terms at once gives term by term the same hits, in reading order, and no empty entry."""
    document = Document(an_item(written(title), summary=written(summary)))
    together = Lexicon((term, parse_term(term)) for term in terms).scan(document)
    alone = {term: hits for term in terms if (hits := evaluate(Find(parse_term(term)), document, Lexicon([])))}
    assert dict(together) == alone


def test_a_name_with_many_terms_counts_each_place_once() -> None:
    """Two terms that meet on the same words are one hit."""
    document = Document(an_item("Convoys burn"))
    lexicon = Lexicon([("@c", parse_term("convoy*")), ("@c", parse_term("convoys")), ("@c", parse_term("con*"))])
    assert [document.quote(hit) for hit in lexicon.scan(document)["@c"]] == ["Convoys"]


@given(title=st.text(max_size=40), content=st.text(max_size=80))
@THOROUGH
def test_evidence_can_always_be_shown_in_the_original(title: str, content: str) -> None:
    """A hit in any text quotes the piece of its own field that its offsets name."""
    item: Item = an_item(title, content=content)
    document = Document(item)
    for position, word in enumerate(document.words):
        for needle in () if word == FIELD_END else needles_of(Term(word, (Word(word),)), ""):
            hits = document.find(needle)
            assert position in [hit.first for hit in hits]
            for hit in hits:
                start, end = document.span_of(hit)
                assert document.quote(hit) == getattr(item, document.field_of(hit))[start:end]
                assert fold(document.quote(hit)) == word.removeprefix(TURNED)


@pytest.mark.parametrize(
    ("fields", "holds"),
    [
        ({"title": "Convoy burns"}, True),
        ({"title": "Mali today", "summary": "A convoy burns. Rain is expected."}, True),
        ({"title": "Mali today", "summary": "Rain is expected. A convoy burns."}, False),
        ({"title": "Mali today", "content": "A convoy burns. Rain is expected."}, True),
        ({"title": "Mali today", "summary": "Rain.", "content": "A convoy burns."}, False),
        ({"title": "Mali today", "summary": "Rain", "content": "A convoy burns."}, False),
    ],
)
def test_the_lead_is_the_title_and_the_first_sentence_below_it(fields: dict[str, str], holds: bool) -> None:
    """What a story is about stands there; background comes later."""
    assert (found("lead:convoy", **fields) is not None) is holds


def test_an_abbreviation_before_a_small_letter_ends_no_sentence() -> None:
    """However many spaces stand between: feeds break lines there."""
    for gap in (" ", "  ", "\n ", "\u00a0 "):
        assert (
            found("@convoy SAME SENTENCE @attack", "A convoy of approx." + gap + "fifty came under attack") is not None
        )
        assert found("@convoy SAME SENTENCE @attack", "A convoy left." + gap + "Fifty came under attack") is None
