"""Editing: a program changes one value, and the author's file stays the author's."""

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from indicators.editing import EditError, edited
from tests.builders import SHIPPED, small

MALI = (SHIPPED / "mali-2025-12.yaml").read_text("utf-8")
MATCH = ("indicators", 0, "match")


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("---", "+++")]


def test_only_the_value_changes() -> None:
    """Comments, order, quotes and wrapping of two thousand lines stay byte for byte."""
    after = edited(MALI, ("version",), "1.1.0")
    assert changed_lines(MALI, after) == ['-version: "1.0.0"', '+version: "1.1.0"']


def test_a_long_query_is_folded_where_it_stood() -> None:
    """A folded text takes the place of a folded text; what stands before and after it is as it was."""
    query = " OR ".join(f"title:(@convoy NEAR/{n} @assault)" for n in range(1, 9))
    after = edited(MALI, MATCH, query)
    assert YAML(typ="safe").load(after)["indicators"][0]["match"] == query
    before, _, rest = MALI.partition("    match: >-\n")
    assert after.startswith(before)
    assert after.endswith(rest[rest.index("    not: >-") :])
    assert max(map(len, changed_lines(MALI, after))) <= 120


@pytest.mark.parametrize("value", ["@convoy AND @attack", 'title:"fuel truck*" OR #jnim', "a: b # c", "'"])
@given(
    words=st.lists(
        st.sampled_from(["@convoy", '"fuel truck*"', "AND", "#jnim", "'l", "é", ": ", "- x", "%"]), min_size=1
    )
)
@settings(max_examples=40, deadline=None)
def test_what_is_written_reads_back(value: str, words: list[str]) -> None:
    """Quotes, colons, hashes and accents of the query language need no thought from whoever writes."""
    for text in (value, " ".join(words)):
        after = edited(small(), MATCH, text)
        assert YAML(typ="safe").load(after)["indicators"][0]["match"] == " ".join(text.split())


def test_a_missing_key_is_put_in_and_taken_out_again() -> None:
    """Undoing leaves the file as it was before."""
    path = ("indicators", 1, "not")
    after = edited(small(), path, "title:film")
    assert changed_lines(small(), after) == ['+    not: "title:film"']
    assert edited(after, path, "").rstrip() == small().rstrip()


@pytest.mark.parametrize(
    ("text", "path", "said"),
    [
        ("a: [", ("a",), "not readable as YAML"),
        ("", ("a",), "the file is empty"),
        (small(), ("indicators", 7, "match"), "the file has no indicators.7"),
        (small(), ("concepts", "convoy", "en"), "is not written with one key a line"),
        (small(), ("indicators", 0, "id"), "is the first key of its block"),
    ],
)
def test_what_cannot_be_edited_is_said(text: str, path: tuple[str | int, ...], said: str) -> None:
    """The file stays as it was, and a sentence says why."""
    with pytest.raises(EditError, match=said):
        edited(text, path, "")
