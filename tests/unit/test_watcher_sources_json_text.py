"""JSON from outside: what cannot be believed is marked, half a document is cut back, and a fault names its place."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.sources.json_text import JsonError, Odd, odd_in, read_json


def odd_of(text: str) -> str:
    return odd_in(read_json(text.encode()).value, "top")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        pytest.param("NaN", "NaN", id="X08-nan"),
        pytest.param("-Infinity", "-Infinity", id="X08-infinity"),
        pytest.param("1e999", "beyond all bounds", id="X08-1e999"),
        pytest.param("-1e999", "beyond all bounds", id="X08-minus-1e999"),
        pytest.param("9" * 5000, "5000 digits", id="X08-5000-digits"),
    ],
)
def test_a_number_that_is_none_is_marked_where_it_stands(number: str, words: str) -> None:
    """X08: the path to it is told, and the record beside it is as it was."""
    text = f'{{"data": [{{"n": 1}}, {{"n": {number}}}]}}'
    told = odd_of(text)
    assert told.startswith("top.data[1].n: ")
    assert words in told
    assert read_json(text.encode()).value["data"][0] == {"n": 1}


def test_an_object_that_names_a_key_twice_is_marked() -> None:
    """X08: neither of two equal keys is chosen, and which key it was is told."""
    value = read_json(b'[{"title": "a", "title": "b"}, {"title": "c"}]').value
    assert isinstance(value[0], Odd)
    assert "'title'" in value[0].what
    assert value[1] == {"title": "c"}


@pytest.mark.parametrize("bracket", ["[", '{"a":', '[{"a":'], ids=["X08-lists", "X08-objects", "X08-both"])
def test_a_pit_of_brackets_is_a_fault_that_names_the_way_down(bracket: str) -> None:
    """X08: 100,000 levels end in an error of ours, not of the process, whether they are closed or not."""
    closed = {"[": "]", "{": "}"}
    ends = "".join(closed[mark] for mark in reversed(bracket) if mark in closed)
    for text in (f"{bracket * 100_000}1{ends * 100_000}", bracket * 100_000):
        with pytest.raises(JsonError, match=r"nested too deeply at .+…"):
            read_json(f'{{"data": [1, {text}'.encode())


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" + b"[]," * 3_000_000, id="brackets"),
        pytest.param(b"[" + b'"' * 9_000_000, id="quotes"),
        pytest.param(b'["' + b"\\" * 9_000_001, id="backslashes"),
        pytest.param(b"{" + b"".join(b'"%d":1,' % n for n in range(500_000)) + b'"499999":1}', id="late-twin"),
    ],
)
@pytest.mark.timeout(30)
def test_nine_megabytes_made_to_be_slow_are_left_in_time(body: bytes) -> None:
    """X02: reading them, or saying where they break off, ends by itself in seconds."""
    with suppress(JsonError):
        assert read_json(body).value is not None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param('{"data": []} []', "after the end", id="X08-trailing-document"),
        pytest.param('{"data": []}x', "after the end", id="X08-trailing-letter"),
        pytest.param('{"data": [{"a": 1}, {"b": oops}]}', r"data\[1\]\.b", id="bare-word"),
        pytest.param('{"data": [{"a": 1}, {"b": 2]}', r"data\[1\]", id="wrong-bracket"),
        pytest.param("{'data': []}", "character 1", id="single-quotes"),
        pytest.param("null x", "after the end", id="after-null"),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(text: str, place: str) -> None:
    """X08: the message leads to the place, and a document with something behind it is not read at all."""
    with pytest.raises(JsonError, match=place):
        read_json(text.encode())


def test_white_space_and_a_byte_order_mark_are_no_fault() -> None:
    """What surrounds a document and says nothing does not stop it."""
    assert read_json(b"\xef\xbb\xbf\n [1]\r\n ").value == [1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32"])
def test_every_encoding_that_json_may_have_is_read(encoding: str) -> None:
    """X05: the bytes say which encoding they are in."""
    assert read_json('["Ségou"]'.encode(encoding)).value == ["Ségou"]


def test_bytes_that_are_no_text_are_refused_with_their_place() -> None:
    """X05: nothing is replaced silently: a Latin-1 document called JSON is a fault."""
    with pytest.raises(JsonError, match="byte 3"):
        read_json('["S\u00e9gou"]'.encode("latin-1"))


_LEAVES = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8)
_RECORDS = st.lists(st.dictionaries(st.text(max_size=5), st.recursive(_LEAVES, st.lists, max_leaves=4)), max_size=5)


@given(records=_RECORDS, head=st.dictionaries(st.sampled_from(["a", "b"]), _LEAVES), cut=st.integers(0, 400))
def test_a_document_cut_anywhere_gives_only_whole_records(records: list[Any], head: dict[str, Any], cut: int) -> None:
    """X06: wherever the connection breaks, what is read is the first records, each as it was sent."""
    body = json.dumps({**head, "data": records}, ensure_ascii=False).encode()
    part = body[:cut]
    try:
        found = read_json(part)
    except JsonError:
        assert not part.startswith(b"{")
        return
    assert found.cut is (len(part) < len(body))
    given_back = found.value.get("data", [])
    assert given_back == records[: len(given_back)]
    if found.cut:
        assert set(found.value) <= {*head, "data"}
