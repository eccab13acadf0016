"""What is looked for at once is found as it is when looked for term by term."""

from hypothesis import given
from hypothesis import strategies as st

from indicators.concepts import parse_term
from indicators.documents import Document
from indicators.lexicon import Lexicon, Search
from indicators.matcher import Matcher
from tests.builders import an_item, mali

WORDS = ("coup", "d'État", "Bamako", "army", "armies", "fuel", "re-fuel", "mutiny", "army~", "blockade*")
TERMS = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join), min_size=1, max_size=6, unique=True
)
TITLES = st.lists(st.sampled_from([w.strip("~*") for w in WORDS] + ["in", "blockaded"]), max_size=9).map(" ".join)


@given(terms=TERMS, titles=st.lists(TITLES, min_size=1, max_size=3))
def test_a_search_finds_what_is_found_term_by_term(terms: list[str], titles: list[str]) -> None:
    alone, together = (Lexicon([("some", parse_term(t)) for t in terms], lang="en") for _ in range(2))
    for lexicon in (alone, together):
        for term in terms:
            lexicon.written(parse_term(term))
    Search(together.unsearched())
    for title in titles:
        document, same = Document(an_item(title)), Document(an_item(title))
        for term in terms:
            own = alone.written(parse_term(term)).standing(document)
            assert together.written(parse_term(term)).standing(same) == own
        assert together.terms("some").find(same) == alone.terms("some").find(document)


def test_a_matcher_looks_for_nothing_term_by_term() -> None:
    matcher = Matcher(mali())
    lexicons = matcher.lexicons_for(Document(an_item("anything"))).values()
    assert [terms.needles for lexicon in lexicons for terms in lexicon.unsearched()] == []
