"""The shared library of concepts: every term is sound, and each concept finds what it says and no namesake."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from indicators.concepts import (
    ANY_LANGUAGE,
    Concept,
    Term,
    gathered,
    parse_term,
    shared_concept,
    shared_names,
    terms_for,
)
from indicators.documents import Document
from indicators.lexicon import Lexicon
from tests.builders import an_item

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "indicators" / "concepts"
PHRASES = ROOT / "tests" / "corpus" / "concepts"
NAMES = shared_names()
ENOUGH = 3
"""Phrases of each kind that every concept is tried on."""


def concept(name: str) -> Concept:
    """Return the library's concept *name*, which must be there."""
    found = shared_concept(name)
    assert found is not None, name
    return found


def whole(name: str) -> Mapping[str, tuple[str, ...]]:
    """Return the terms of *name* with those of all that it includes."""
    found = gathered(name, lambda part, _: shared_concept(part))
    assert found is not None, name
    return found


@cache
def lexicon(lang: str) -> Lexicon:
    return Lexicon(((n, term) for n in NAMES for term in terms_for(whole(n), lang)), lang=lang)


def finds(name: str, lang: str, text: str) -> bool:
    """Whether the concept *name* finds something in a headline in *lang*."""
    return name in lexicon(lang).scan(Document(an_item(title=text, lang=lang)))


@cache
def phrases() -> Mapping[str, Mapping[str, Mapping[str, list[str]]]]:
    """Return the phrases of the corpus: concept, ``hit`` or ``miss``, language."""
    found: dict[str, Any] = {}
    for path in sorted(PHRASES.glob("*.yaml")):
        entries = YAML(typ="safe").load(path.read_text("utf-8"))
        assert not (found.keys() & entries.keys()), path.name
        found |= entries
    return found


def covers(wide: Term, narrow: Term) -> bool:
    """Whether every text that *narrow* is found in has *wide* too, word for word or inside the phrase."""
    for first in range(len(narrow.words) - len(wide.words) + 1):
        pairs = zip(wide.words, narrow.words[first:], strict=False)
        if all(
            n.folded.startswith(w.folded) if w.open_ended else w == n and not n.open_ended  # a star needs a wider star
            for w, n in pairs
        ):
            return True
    return False


def needless(name: str) -> Iterator[str]:
    """Yield each own term of *name* that another term of it, or of what it includes, already covers."""
    own = concept(name).terms
    rest = {lang: terms[len(own.get(lang, ())) :] for lang, terms in whole(name).items()}
    for lang, written in own.items():
        terms = [parse_term(t) for t in written]
        others = [parse_term(t) for key in {lang, ANY_LANGUAGE} for t in rest.get(key, ())]
        if lang != ANY_LANGUAGE:
            others += [parse_term(t) for t in own.get(ANY_LANGUAGE, ())]
        for i, term in enumerate(terms):
            wider = next((o for o in (*terms[:i], *terms[i + 1 :], *others) if covers(o, term)), None)
            if wider is not None:
                yield f"{lang}: {term.written!r} (covered by {wider.written!r})"


def test_a_name_stands_in_one_file_only() -> None:
    """Two concepts of one name would hide each other."""
    files = [YAML(typ="safe").load(path.read_text("utf-8")) for path in sorted(LIBRARY.glob("*.yaml"))]
    seen = Counter(name for file in files for name in file["concepts"])
    assert [name for name, times in seen.items() if times > 1] == []
    assert sorted(seen) == sorted(NAMES)


def test_every_file_says_what_its_field_holds_and_what_it_leaves_out() -> None:
    """The first lines of a file are comments for the analyst who looks for a concept."""
    for path in sorted(LIBRARY.glob("*.yaml")):
        comments = path.read_text("utf-8").partition("concepts:")[0].splitlines()
        assert len(comments) >= 2, path.name
        assert all(line.startswith("#") for line in comments), path.name


def test_includes_lead_somewhere_and_never_back() -> None:
    """Every included concept exists in the library, and none includes itself by a detour."""
    graph = {name: concept(name).include for name in NAMES}
    assert {part for parts in graph.values() for part in parts} <= set(NAMES)
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("name", NAMES)
def test_a_concept_says_what_it_means_in_both_languages(name: str) -> None:
    """`watcher describe` shows one sentence; English and French texts are both read."""
    assert re.fullmatch(r"[A-Z][^\n]{10,140}[^.\s]", concept(name).about), concept(name).about
    languages = set(whole(name))
    assert ANY_LANGUAGE in languages or {"en", "fr"} <= languages


@pytest.mark.parametrize("name", NAMES)
def test_every_term_parses_and_none_is_needless(name: str) -> None:
    """A term that another one covers only makes the list longer and its reader doubt."""
    assert list(needless(name)) == []


def test_the_corpus_tries_every_concept_and_nothing_else() -> None:
    """Three phrases in English and French that must be found, three near misses, one in Arabic where it has Arabic."""
    assert sorted(phrases()) == sorted(NAMES)
    short = []
    for name, tried in phrases().items():
        hits = {lang: len(texts) for lang, texts in tried["hit"].items()}
        enough = min(hits.get("en", 0), hits.get("fr", 0), sum(map(len, tried["miss"].values()))) >= ENOUGH
        if not enough or ("ar" in concept(name).terms and not hits.get("ar")):
            short.append(name)
    assert short == []


@pytest.mark.parametrize("name", NAMES)
def test_a_concept_finds_its_phrases(name: str) -> None:
    """However the phrase is put, the concept is found in it, in the language it is written in."""
    tried = phrases()[name]["hit"]
    assert [f"{lang}: {text}" for lang, texts in tried.items() for text in texts if not finds(name, lang, text)] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_concept_passes_its_near_misses(name: str) -> None:
    """A namesake, a homograph or a word that only begins alike is not the concept."""
    tried = phrases()[name]["miss"]
    assert [f"{lang}: {text}" for lang, texts in tried.items() for text in texts if finds(name, lang, text)] == []
