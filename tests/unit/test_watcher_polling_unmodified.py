"""T19: "nothing new" is believed for a while, then everything is asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from tests.builders import small
from tests.daemons import configure
from tests.fakes import FakeClock
from watcher.collecting.polling import LONGEST_UNMODIFIED, MOST_UNMODIFIED, poll
from watcher.settings import Settings, WrittenSource, load_settings
from watcher.sources import Fetched, Options, SourceSettings, Validators
from watcher.sources.http import Http
from watcher.sources.options import Shows
from watcher.wiring import build

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KNOWN = Validators(etag='"the same for ever"')


@dataclass
class _Stuck:
    """Gives its validator once and says "nothing new" to whoever asks with it."""

    options: ClassVar[type[Options]] = Options
    asked: list[bool] = field(default_factory=list)
    """Of each poll, whether it set a condition."""

    async def fetch(self, settings: SourceSettings, http: Http, validators: Validators, now: datetime) -> Fetched:
        del settings, http, now
        self.asked.append(validators == KNOWN)
        return Fetched(not_modified=validators == KNOWN, validators=KNOWN)


class _Once(Options):
    shows: ClassVar[Shows] = Shows.ONCE


class _Series(_Stuck):
    """Its validator is a place in a series."""

    options: ClassVar[type[Options]] = _Once


@contextmanager
def _configured(folder: Path, every: timedelta) -> Iterator[tuple[Settings, WrittenSource]]:
    config = configure(folder, small(), sources={"wire": "https://wire.example/rss"}, channels={"console": ""})
    settings, problems = load_settings(config)
    assert settings is not None, problems
    yield settings, settings.sources[0].model_copy(update={"every": every})


async def _asked(folder: Path, source: _Stuck, *, every: timedelta, polls: int) -> list[bool]:
    """Return of each of so many polls whether it set a condition."""
    clock = FakeClock(NOON)
    with _configured(folder, every) as (settings, wire):
        async with build(settings, now=clock, sources={"feed": source}) as plant:
            for _ in range(polls):
                await poll(plant, wire, now=clock.pass_(seconds=every.total_seconds()))
    return source.asked


async def test_t19_after_twelve_times_nothing_new_everything_is_asked_for(tmp_path: Path) -> None:
    """A cache in between that never changes hides nothing for longer than a dozen polls."""
    asked = await _asked(tmp_path, _Stuck(), every=timedelta(minutes=5), polls=2 * MOST_UNMODIFIED + 4)
    assert [n for n, conditional in enumerate(asked) if not conditional] == [0, MOST_UNMODIFIED + 1, 26]


async def test_t19_or_after_six_hours_of_it(tmp_path: Path) -> None:
    """A source that is asked once an hour need not hide anything for half a day."""
    asked = await _asked(tmp_path, _Stuck(), every=timedelta(hours=1), polls=8)
    hours = int(LONGEST_UNMODIFIED / timedelta(hours=1))
    assert [n for n, conditional in enumerate(asked) if not conditional] == [0, hours]


@pytest.mark.parametrize("minutes", [5, 60])
async def test_t19_a_place_in_a_series_is_never_given_up(tmp_path: Path, minutes: int) -> None:
    """GDELT would lose the files in between, a folder would be read anew."""
    asked = await _asked(tmp_path, _Series(), every=timedelta(minutes=minutes), polls=20)
    assert asked == [False, *[True] * 19]


async def test_an_interval_that_was_written_shorter_counts_at_once(tmp_path: Path) -> None:
    """Whoever shortens `every` and starts anew does not wait out the interval that stood before."""
    source, clock = _Stuck(), FakeClock(NOON)
    with _configured(tmp_path, timedelta(hours=6)) as (settings, wire):
        async with build(settings, now=clock, sources={"feed": source}) as plant:
            await poll(plant, wire, now=clock())
            assert await poll(plant, wire, now=clock.pass_(minutes=20)) is None
            shorter = wire.model_copy(update={"every": timedelta(minutes=15)})
            assert await poll(plant, shorter, now=clock()) is not None
