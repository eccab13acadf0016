"""Archive: made-up stored items, and those among them that match; the same for the same seed.

Stories break in the places of an assessment and are told for days: as copies, as rewrites, in words of one's own,
in English and French, late, as records of a data set, and now and then denied or taken back.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zlib import crc32

from indicators.assessments import Assessment
from indicators.items import Item
from indicators.likeness import SIGNATURE
from indicators.matcher import Evidence, Match
from indicators.places import Point
from indicators.publishers import Publisher, Reliability
from indicators.stances import Stance

START = datetime(2025, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
_WORDS = (
    "convoy",
    "tanker",
    "road",
    "garrison",
    "mayor",
    "drivers",
    "route",
    "soldats",
    "carburant",
    "attaque",
    "barrage",
    "camion",
    "escorte",
    "marché",
)
_LONG = " ".join(_WORDS) * 16
_FAMILIES = 40
_FEW = 0.06
"""Reports that name only the country, or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How often what happens among matching reports; the rest tells its story in its own words, within a day."""

    match: float = 0.10
    copy: float = 0.35
    rewrite: float = 0.20
    late: float = 0.04
    record: float = 0.04
    denial: float = 0.03
    retraction: float = 0.003
    reports: float = 3.0
    """Reports of one story, on average."""


@dataclass(frozen=True, slots=True)
class _Story:
    indicator: str
    day: int
    place: str
    spot: Point | None
    text: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Archive:
    """Items of so many *days*, of which some match. ``storm`` of them are told of one story on the middle day."""

    assessment: Assessment
    items: int
    days: int
    storm: int
    seed: int = 1
    shares: Shares = field(default_factory=Shares)

    @property
    def stormy(self) -> int:
        """The number of the day of the storm."""
        return self.days // 2

    def matches(self) -> Iterator[Match]:
        """Yield every match of the archive, story by story, the storm last; at most one of an item."""
        rng = random.Random(f"archive {self.seed}")
        count = round(self.items * self.shares.match) - self.storm
        made = 0
        while made < count:
            story = self._story(rng, rng.randrange(self.days))
            for _ in range(min(count - made, 1 + int(rng.expovariate(1 / (self.shares.reports - 0.5))))):
                yield self._told(story, f"m{made}", rng)
                made += 1
        yield from self._storm(rng, self.storm, "s")

    def new(self, count: int, day: int, name: str) -> tuple[Match, ...]:
        """Return so many matches more of stories of the day of that number."""
        rng = random.Random(f"new {name} {self.seed}")
        return tuple(self._told(self._story(rng, day), f"{name}{n}", rng) for n in range(count))

    def more_of_the_storm(self, count: int, name: str) -> tuple[Match, ...]:
        """Return so many reports more of the story of the storm."""
        return tuple(self._storm(random.Random(f"more {self.seed}"), count, name))

    def silent(self) -> Iterator[Item]:
        """Yield the items that match nothing."""
        rng = random.Random(f"silent {self.seed}")
        for n in range(self.items - round(self.items * self.shares.match)):
            yield _item(f"x{n}", rng, START + rng.random() * self.days * DAY, timedelta(minutes=10))

    def _storm(self, rng: random.Random, count: int, name: str) -> Iterator[Match]:
        incident = next(i.id for i in self.assessment.indicators if i.matched and i.count.of.value == "event")
        luck = random.Random(f"storm {self.seed}")
        place, spot = self._place(luck)
        story = _Story(incident, self.stormy, place, spot, _text(luck))
        rewrites = [_rewritten(story.text, luck) for _ in range(60)]
        for n in range(count):
            text = rng.choice(rewrites) if rng.random() < self.shares.rewrite else story.text
            when = START + (self.stormy + rng.random()) * DAY
            item = _item(f"{name}{n}", rng, when, timedelta(minutes=10))
            yield self._match(story, item, text, rng)

    def _story(self, rng: random.Random, day: int) -> _Story:
        indicators = [i.id for i in self.assessment.indicators if i.matched]
        place, spot = self._place(rng) if rng.random() > _FEW else (rng.choice(("", "ML")), None)
        return _Story(rng.choice(indicators), day, place, spot, _text(rng))

    def _place(self, rng: random.Random) -> tuple[str, Point]:
        place = rng.choice(self.assessment.places)
        return place.id, (place.lat, place.lon)

    def _told(self, story: _Story, name: str, rng: random.Random) -> Match:
        shares, chance = self.shares, rng.random()
        when = START + (story.day + min(rng.expovariate(2), 6)) * DAY
        if chance < shares.retraction + shares.denial:
            stance = Stance.RETRACTS if chance < shares.retraction else Stance.DENIES
            said = _item(name, rng, when + DAY, timedelta(minutes=10))
            return replace(self._match(story, said, _text(rng), rng), stance=stance)
        chance = rng.random()
        if chance < shares.record:
            item = _item(name, rng, when + 9 * DAY, timedelta(hours=1))
            item = replace(item, occurred=START + story.day * DAY, actors=(rng.choice(("JNIM", "FAMa", "ISGS")),))
            return self._match(story, item, _text(rng), rng)
        delay = timedelta(days=rng.uniform(1, 14)) if chance < shares.record + shares.late else timedelta(minutes=10)
        item = _item(name, rng, when, delay)
        chance = rng.random()
        if chance < shares.copy:
            return self._match(story, item, story.text, rng)
        text = _rewritten(story.text, rng) if chance < shares.copy + shares.rewrite else _text(rng)
        return self._match(story, item, text if rng.random() > _FEW else (), rng)

    def _match(self, story: _Story, item: Item, text: Sequence[int], rng: random.Random) -> Match:
        family = rng.randrange(_FAMILIES)
        words = item.title.split()[0]
        return Match(
            indicator=story.indicator,
            item=item,
            publisher=Publisher(
                family=f"family-{family}", reliability=Reliability("BCDF"[family % 4]), party=not family
            ),
            evidence=(Evidence(words=words, field="title", start=0, end=len(words)),),
            places=(story.place,) if story.place else (),
            announcement=rng.random() < _FEW,
            known=item.fetched,
            spot=story.spot,
            signature="".join(f"{number:08x}" for number in text),
        )


def _item(name: str, rng: random.Random, published: datetime, delay: timedelta) -> Item:
    return Item(
        id=name,
        source=f"source-{rng.randrange(_FAMILIES)}",
        title=" ".join(rng.choices(_WORDS, k=8)),
        summary=" ".join(rng.choices(_WORDS, k=40)),
        lang=rng.choice(("en", "fr")),
        published=published,
        fetched=published + delay,
        url=f"https://news.example/{name}",
    )


def with_text(item: Item) -> Item:
    """Return *item* with a long text, about 800 characters on average, as it is stored and not kept at hand."""
    return replace(item, content=_LONG[: crc32(item.id.encode()) % len(_LONG)])


def _text(rng: random.Random) -> tuple[int, ...]:
    """Return the signature of a text of its own, as numbers."""
    return tuple(rng.getrandbits(32) for _ in range(SIGNATURE))


def _rewritten(text: tuple[int, ...], rng: random.Random) -> tuple[int, ...]:
    """Return *text* as a desk rewrites it: one to three tenths of its runs of words are others."""
    share = rng.uniform(0.1, 0.3)
    return tuple(rng.getrandbits(32) if rng.random() < share else number for number in text)
