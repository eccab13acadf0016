"""Editing: a program changes one value, and the author's file stays the author's."""

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from indicators.written.editing import EditError, edited
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
        (small(), ("indicators", 7, "match"), "the file has no entry 8 of indicators"),
        (small(), ("concepts", "convoy", "en"), "is not written with one key a line"),
        (small(), ("indicators", 0, "id"), "is the first key of its block"),
    ],
)
def test_what_cannot_be_edited_is_said(text: str, path: tuple[str | int, ...], said: str) -> None:
    """The file stays as it was, and a sentence says why."""
    with pytest.raises(EditError, match=said):
        edited(text, path, "")


RULES = "rules:\n  - &base\n    id: one\n    match: x\n"


@pytest.mark.parametrize(
    ("text", "path", "said"),
    [
        pytest.param(
            RULES + "  - id: two\n    <<: *base\n",
            ("rules", 1, "not"),
            r"entry 2 of rules takes keys from .*<<",
            id="merge",
        ),
        pytest.param(
            RULES + "again:\n  two: *base\n", ("again", "two", "not"), r"again\.two is a reference", id="parent"
        ),
        pytest.param("a: &q x\nb: *q\n", ("b",), r"b is a reference", id="value"),
        pytest.param(RULES + "  - *base\n", ("rules", 1, "not"), "without changing more than it", id="sibling"),
        pytest.param(
            RULES + "  - id: two\n    <<: *base\n", ("rules", 0, "match"), "without changing more than it", id="source"
        ),
    ],
)
def test_what_several_places_share_is_not_edited(text: str, path: tuple[str | int, ...], said: str) -> None:
    """A change meant for one rule never reaches another one through an anchor of YAML."""
    with pytest.raises(EditError, match=said):
        edited(text, path, "title:movie")


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        pytest.param("a: &q x\nb: *q\n", "y", "a cannot be changed here .*alias", id="an anchor that is needed"),
        pytest.param("a: x\nb: 1\nb: 2\n", "y", "not readable as YAML: .*duplicate key", id="a key given twice"),
        pytest.param("a: x\n", "\ud800", "a cannot be changed here", id="half a character"),
        pytest.param("a: x\n", "\x7f", "a cannot be changed here", id="a control character"),
        pytest.param("a: " + "[" * 3000, "y", "not readable as YAML", id="too deep"),
    ],
)
def test_every_fault_of_yaml_is_an_edit_error(text: str, value: str, said: str) -> None:
    """Whoever calls has one error to catch, and its sentence can be printed."""
    with pytest.raises(EditError, match=said) as raised:
        edited(text, ("a",), value)
    str(raised.value).encode("utf-8")


@pytest.mark.parametrize("value", ["title:film", " OR ".join(["title:film"] * 20)])
@pytest.mark.parametrize("rule", [0, 1])
def test_new_lines_end_as_the_lines_of_the_file(rule: int, value: str) -> None:
    """A file from Windows has no line of another kind after a value is exchanged or put in."""
    after = edited(small().replace("\n", "\r\n"), ("indicators", rule, "not"), value)
    assert after == edited(small(), ("indicators", rule, "not"), value).replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("block", "rest"),
    [
        pytest.param("  a: 1\n  b: {c: 2}  # mine\n", "\n  # of the next\n# one\nnext: 1\n", id="before the next rule"),
        pytest.param("  a: 1\n", "\n# the end\n", id="at the end of the file"),
        pytest.param("  a:\n    - 1\n    - - 2\n", "    # of the next\nnext: 1\n", id="behind a list"),
        pytest.param("  a: >-\n    @convoy\n    #jnim\n", "  # of the next\nnext: 1\n", id="behind a folded query"),
        pytest.param("  a: &q x\n  b: *q\n", "# of the next\nnext: 1\n", id="behind a reference"),
        pytest.param("  a:\n    - &q x\n    - *q\n", "# of the next\nnext: 1\n", id="behind a list of references"),
        pytest.param("  a:\n    - 1\n    -\n", "# of the next\nnext: 1\n", id="behind an entry without a value"),
        pytest.param("  a:\n", "# of the next\nnext: 1\n", id="behind a key without a value"),
    ],
)
def test_a_new_key_stands_before_the_comment_of_what_follows(block: str, rest: str) -> None:
    """Comment and empty lines behind a rule belong to the next one and stay with it."""
    assert edited("rule:\n" + block + rest, ("rule", "not"), "x") == "rule:\n" + block + '  not: "x"\n' + rest


@pytest.mark.parametrize("end", ["", "\n", "\n\n# the end\n", "\r\n", "\r\n\r\n"])
def test_taking_out_undoes_putting_in(end: str) -> None:
    """The end of a file stays as it was, with or without a last line end."""
    text = small().rstrip().replace("\n", "\r\n" if "\r" in end else "\n") + end
    path = ("indicators", 1, "not")
    assert edited(edited(text, path, "title:film"), path, "") == text


def test_a_key_without_a_value_gets_one() -> None:
    """A key that was left empty is filled where it stands."""
    assert edited("a: 1\nb:\nc: 2\n", ("b",), "x") == 'a: 1\nb: "x"\nc: 2\n'


def test_a_comment_beside_a_value_stays_beside_a_long_one() -> None:
    """A comment never becomes part of the query, however long the query is."""
    value = " OR ".join(["title:film"] * 20)
    assert edited("a: x  # why\nb: 1\n", ("a",), value) == f'a: "{value}"  # why\nb: 1\n'
