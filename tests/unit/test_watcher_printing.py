"""Printing: what a narrow screen, and a text from outside, may do to a table."""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from indicators.levels import Level, Reading
from indicators.outlooks.turning import Change
from tests.builders import START, small
from watcher.cli import app
from watcher.cli.outlook import _change
from watcher.cli.printing import new_table

EVENT = "b61e184a"
TITLE = "Convoy ambushed near Kolokani, twelve soldiers are missing"


@pytest.mark.parametrize("width", [80, 60])
def test_a_narrow_screen_cuts_nothing_off(width: int) -> None:
    """The id that the next command asks for stands whole, in one line, and no word of the rest is lost."""
    columns = ("id", "day", "indicator", "place", "grade", "counts", "reports", "decided", "title")
    table = new_table(*columns, title="Events")
    table.add_row(EVENT, "2026-01-10", "convoy_attack_bamako", "Kolokani", "C3", "0.83", "2 (wire)", "-", TITLE)
    page = StringIO()
    Console(file=page, width=width).print(table)
    assert EVENT in page.getvalue()
    assert "…" not in page.getvalue()


HOSTILE = "Convoy ambushed [/bold] on the [red]road[/red] :smile:"


def test_what_is_put_in_a_table_is_no_markup() -> None:
    """A headline that closes what was never opened would end the command with a traceback."""
    table = new_table("report", title=HOSTILE)
    table.add_row(f"{HOSTILE} and no end")
    page = StringIO()
    Console(file=page, width=120).print(table)
    assert page.getvalue().count(HOSTILE) == 2


def test_a_hostile_headline_ends_no_match(tmp_path: Path) -> None:
    """What an analyst tries rules on comes from anywhere."""
    (tmp_path / "small.yaml").write_text(small(), "utf-8")
    item = {"source": "wire", "title": HOSTILE, "published": "2026-01-02T10:00:00Z", "lang": "en"}
    (tmp_path / "items.jsonl").write_text(json.dumps(item), "utf-8")
    named = ("--assessment", str(tmp_path / "small.yaml"), "--items", str(tmp_path / "items.jsonl"))
    done = CliRunner().invoke(app, ["match", *named])
    assert done.exit_code == 0, done.output
    assert "Convoy ambushed [/bold] on the" in done.output


def test_what_fades_is_not_said_as_quiet_to_quiet() -> None:
    """An indicator below its first level can still carry a figure: what would change our mind is that it fades."""
    assert _change(Change(indicator="gunfire", before=Level.QUIET, level=Level.QUIET), {}).endswith("fades away")
    assert (
        _change(Change(indicator="gunfire", before=Level.LEVEL_2, level=Level.QUIET), {}) == "gunfire level 2 -> quiet"
    )


def test_what_was_seen_and_is_not_enough_for_a_level_is_not_said_to_be_quiet() -> None:
    """An event of an unknown outlet counts 0.4: the indicator moves the figure, and quiet would be the wrong word."""
    reading = Reading(indicator="gunfire", at=START, level=Level.QUIET, count=0.4, activation=0.1, baseline=0.0)
    change = Change(indicator="gunfire", before=Level.QUIET, level=Level.LEVEL_1)
    assert _change(change, {"gunfire": reading}) == "gunfire below level 1 -> level 1"
    assert _change(change, {"gunfire": replace(reading, count=0.0)}) == "gunfire quiet -> level 1"
