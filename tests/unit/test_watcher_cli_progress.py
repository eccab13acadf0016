"""A bar on the terminal while long work goes on: everything passes through it, and it draws no other line to itself."""

import io
import sys
from datetime import UTC, datetime, timedelta

import pytest

from watcher.cli.progress import LONG, LONG_DAYS, with_days, with_progress

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


class Terminal(io.StringIO):
    """What is written to somebody who looks."""

    def isatty(self) -> bool:
        return True


def looking(monkeypatch: pytest.MonkeyPatch, kind: type[io.StringIO]) -> io.StringIO:
    """Return what is written to standard error from here on; not a fixture, because capsys takes that over again."""
    written = kind()
    monkeypatch.setattr(sys, "stderr", written)
    monkeypatch.setenv("TERM", "xterm")
    return written


def moments(days: int) -> list[datetime]:
    return [BEGIN + timedelta(days=n) for n in range(days)]


@pytest.mark.parametrize("kind", [Terminal, io.StringIO])
def test_long_work_shows_a_bar_to_who_looks_and_passes_everything_on(
    kind: type[io.StringIO], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stderr = looking(monkeypatch, kind)
    end = BEGIN + timedelta(days=LONG_DAYS)
    passed = []
    for moment in with_days(moments(LONG_DAYS), BEGIN, end, at=lambda moment: moment):
        print(moment.date())
        passed.append(moment)
    assert passed == moments(LONG_DAYS)
    assert list(with_progress(range(LONG), LONG, doing="Matching")) == list(range(LONG))
    drawn = stderr.getvalue()
    assert [word in drawn for word in ("Replaying", "Matching")] == [stderr.isatty()] * 2
    assert capsys.readouterr().out.split() == [str(moment.date()) for moment in passed], "lines went elsewhere"


def test_short_work_shows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = looking(monkeypatch, Terminal)
    days = LONG_DAYS - 1
    found = with_days(moments(days), BEGIN, BEGIN + timedelta(days=days), at=lambda moment: moment)
    assert list(found) == moments(days)
    assert list(with_progress("abc", 3, doing="Matching")) == ["a", "b", "c"]
    assert stderr.getvalue() == ""
