"""What judgements rested on: kept once, and given back as it was."""

from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from indicators.publishers import Publisher, Reliability
from tests.store.builders import NOON
from watcher.store import Database, evaluations, footings, tables
from watcher.store.evaluations import KeptJudgement
from watcher.store.footings import Footing, footing_of

WIRE = Publisher(family="wire", reliability=Reliability.B)
STATE = Publisher(family="state", reliability=Reliability.C, party=True)


def a_footing(**changes: Any) -> Footing:
    values: dict[str, Any] = {
        "rules": "digest of the text",
        "terms": {"@convoy": {"fr": ("convoi*", "citerne*"), "en": ("convoy*",)}, "denial": {"any": ("hoax",)}},
        "publishers": {"wire": WIRE, "state": STATE},
        "gazetteers": "bundled 3.0.1",
    }
    return footing_of(**(values | changes))


def test_a_footing_comes_back_as_it_was_kept(database: Database) -> None:
    """Every term in its order, every publisher with its party, and none twice however often it is kept."""
    first, other = a_footing(), a_footing(gazetteers="bundled 3.0.2")
    with database.write() as connection:
        for footing in (first, first, other):
            footings.keep(connection, footing)
        assert footings.kept(connection, first.digest) == first
        assert footings.kept(connection, other.digest) == other
        assert footings.kept(connection, "no such") is None
        assert connection.execute(select(func.count()).select_from(tables.footings)).scalar_one() == 2


def test_whatever_a_judgement_rests_on_gives_its_footing_another_name() -> None:
    """The order in which sources are configured is nothing; every part and each term is something."""
    first = a_footing()
    changed = (
        a_footing(rules="another text"),
        a_footing(terms={"@convoy": {"fr": ("citerne*", "convoi*"), "en": ("convoy*",)}, "denial": {"any": ("hoax",)}}),
        a_footing(publishers={"wire": replace(WIRE, party=True), "state": STATE}),
        a_footing(gazetteers=""),
    )
    assert len({first.digest, *(footing.digest for footing in changed)}) == 5
    assert a_footing(publishers={"state": STATE, "wire": WIRE}).digest == first.digest


def test_the_last_footing_is_that_of_the_newest_judgement(database: Database) -> None:
    """Of one assessment, or of any; what was judged before footings were kept has none."""
    first, other = a_footing(), a_footing(gazetteers="bundled 3.0.2")
    with database.write() as connection:
        assert footings.last(connection) is None
        for footing in (first, other):
            footings.keep(connection, footing)
        for assessment, digest in (("mali", first.digest), ("niger", other.digest), ("niger", None)):
            evaluations.add(connection, a_judgement(assessment, digest))
        found = [footings.last(connection, name) for name in ("", "mali", "niger", "chad")]
    assert found == [other, first, other, None]


def a_judgement(assessment: str, footing: str | None) -> KeptJudgement:
    return KeptJudgement(
        number=0, assessment=assessment, at=NOON, judged_with="1", sight={}, happened={}, decisions=0, footing=footing
    )
