"""The story the demo's newspapers tell, and the clock they tell it by."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from ruamel.yaml import YAML

NOISE_EVERY_DAYS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One newspaper of the demo."""

    id: str
    title: str
    lang: str
    format: str
    family: str
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One entry that a paper prints at its time."""

    paper: str
    at: datetime
    title: str
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Papers and headlines in order of time, from the first day of watching to the last."""

    starts: date
    ends: date
    papers: tuple[Paper, ...]
    headlines: tuple[Headline, ...]

    def days(self) -> Iterator[datetime]:
        """Yield the end of each day of the story."""
        day = datetime.combine(self.starts, time(), tzinfo=UTC)
        while day.date() < self.ends:
            day += timedelta(days=1)
            yield day

    def printed(self, paper: str, until: datetime) -> tuple[Headline, ...]:
        """Return what *paper* has printed by *until*, newest first."""
        return tuple(h for h in reversed(self.headlines) if h.paper == paper and h.at <= until)


class StoryClock:
    """The time of the story. The demo moves it; everything else only asks."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the story's present moment."""
        return self.now


def load_story() -> Story:
    """Return the story that ships with the demo."""
    raw = YAML(typ="safe", pure=True).load((Path(__file__).parent / "story.yaml").read_text("utf-8"))
    papers = tuple(Paper(id=name, **fields) for name, fields in raw["papers"].items())
    facts = [
        Headline(paper=f["paper"], at=_moment(f["at"]), title=f["title"], summary=f["summary"]) for f in raw["facts"]
    ]
    last = max(h.at for h in facts).date()
    noise = [h for i, p in enumerate(papers) for h in _noise(p, i, raw["noise"][p.id], raw["starts"], last)]
    headlines = tuple(sorted([*facts, *noise], key=lambda h: (h.at, h.paper)))
    return Story(starts=raw["starts"], ends=raw["ends"], papers=papers, headlines=headlines)


def _moment(value: datetime | str) -> datetime:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return at.replace(tzinfo=UTC)


def _noise(paper: Paper, offset: int, titles: list[str], starts: date, ends: date) -> Iterator[Headline]:
    """Spread everyday news over the story; a title comes back with a number, as columns do."""
    day = datetime.combine(starts, time(6 + offset), tzinfo=UTC) + timedelta(days=offset % NOISE_EVERY_DAYS)
    count = 0
    while day.date() < ends:
        round_, place = divmod(count, len(titles))
        number = f" ({round_ + 1})" if round_ else ""
        yield Headline(paper=paper.id, at=day, title=titles[place] + number)
        count += 1
        day += timedelta(days=NOISE_EVERY_DAYS)
