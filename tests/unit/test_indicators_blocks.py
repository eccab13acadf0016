"""Blocks: one rule of a file as a text of its own, changed by key, and put back with every other letter as it was."""

from typing import Any

import pytest
from ruamel.yaml import YAML

from indicators.written.blocks import block_of, data_of, first_line, key_lines, with_block, with_values
from indicators.written.editing import EditError
from tests.builders import SHIPPED

FILE = """\
# above
version: "1"
indicators:
  # before the first
  - id: one # its name
    name: {en: "One", fr: "Un"} # both
    match: >-
      a long query
      on two lines
    count: {of: event, thresholds: [1, 3, 6]} # three
    proof:
      must_match:
        - "a: colon"
        - {title: "more", lat: 12.0}
    # behind the last key

  - id: two
    name: Two
after: 1
"""


def test_every_rule_of_the_shipped_assessment_goes_out_and_back_unchanged() -> None:
    """Its block says what the file says of it, and putting it back changes no letter."""
    text = (SHIPPED / "mali-2025-12.yaml").read_text("utf-8")
    rules = YAML(typ="safe").load(text)["indicators"]
    for number in (0, len(rules) // 2, len(rules) - 1):
        block = block_of(text, "indicators", number)
        assert data_of(block) == rules[number]
        assert with_block(text, "indicators", number, block) == text


@pytest.mark.parametrize(
    ("values", "gone", "come"),
    [
        pytest.param(
            {"match": "short"}, "match: >-\n  a long query\n  on two lines\n", 'match: "short"\n', id="a query"
        ),
        pytest.param(
            {"name": {"en": "One", "fr": "Une"}}, 'fr: "Un"} # both', 'fr: "Une"} # both', id="inside a flow table"
        ),
        pytest.param(
            {"count": {"of": "event", "thresholds": [1, 3, 9]}},
            "[1, 3, 6]} # three",
            "[1, 3, 9]} # three",
            id="a number",
        ),
        pytest.param(
            {"proof": {"must_match": ["a: colon", "new", {"title": "more", "lat": 12.0}]}},
            '    - "a: colon"\n',
            '    - "a: colon"\n    - new\n',
            id="an example",
        ),
        pytest.param({"mission": "m x"}, "", 'mission: "m x"\n', id="a key that was not there"),
        pytest.param({"match": None}, "match: >-\n  a long query\n  on two lines\n", "", id="a key taken out"),
    ],
)
def test_only_the_key_that_is_changed_is_written(values: dict[str, Any], gone: str, come: str) -> None:
    """Comments, quotes and order of all the others stay, and so does all around the block."""
    block = block_of(FILE, "indicators", 0)
    changed = with_values(block, values)
    assert changed == (block.replace(gone, come) if gone else block + come)
    assert data_of(changed) == {k: v for k, v in (data_of(block) | values).items() if v is not None}
    whole = with_block(FILE, "indicators", 0, changed)
    assert whole.startswith(FILE[: FILE.index("  - id: one")])
    assert whole.endswith(FILE[FILE.index("    # behind the last key") :])


def test_a_new_rule_stands_behind_the_last_one() -> None:
    """Indented as its neighbours, with an empty line before it; what follows the list stays where it was."""
    whole = with_block(FILE, "indicators", None, "id: three\nname:\n  en: Three\n")
    assert whole == FILE.replace("    name: Two\n", "    name: Two\n\n  - id: three\n    name:\n      en: Three\n")
    windows = FILE.replace("\n", "\r\n")
    assert with_block(windows, "indicators", 1, "id: two\nname: Zwei\n") == windows.replace("Two", "Zwei")


def test_lines_are_those_of_the_file() -> None:
    """Where a rule begins, and which key stands on which line of it."""
    assert FILE.splitlines()[first_line(FILE, "indicators", 0) - 1] == "  - id: one # its name"
    assert key_lines(block_of(FILE, "indicators", 0)) == (
        (1, "id"),
        (2, "name"),
        (3, "match"),
        (6, "count"),
        (7, "proof"),
    )
    assert key_lines("a: [") == ()


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("a: [", "not readable as YAML"),
        ("- a\n- b\n", "a table of keys"),
        ("id: x\nsame: *elsewhere\n", "not readable as YAML"),
        ("[" * 20_000, "not readable as YAML"),
        ("", "a table of keys"),
    ],
)
def test_what_is_no_rule_is_refused(block: str, told: str) -> None:
    """With a sentence, and without taking the process down."""
    with pytest.raises(EditError, match=told):
        with_block(FILE, "indicators", 0, block)


@pytest.mark.parametrize(
    "text", ["indicators: [{id: one}]\n", "indicators: {}\n", "other: 1\n", "indicators:\n- - id: one\n"]
)
def test_a_list_written_otherwise_is_left_to_a_person(text: str) -> None:
    """Nothing is guessed about a file that is not written as ours are."""
    with pytest.raises(EditError):
        with_block(text, "indicators", 0, "id: two\n")
