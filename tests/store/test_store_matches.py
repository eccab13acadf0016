"""Matches as they are kept: where, for or against, like what, and since when they were known."""

from dataclasses import replace

import pytest

from indicators.matcher import Match
from indicators.stances import Stance
from tests.store.builders import DAY, HOUR, NOON, a_match, an_item
from watcher.store import Database, items, matches

LONG_AGO = NOON - 30 * DAY
SIGNATURE = "0123abcd" * 64


def kept(match: Match) -> Match:
    """Return *match* as it comes back: its item without the long text."""
    return replace(match, item=replace(match.item, content=""))


@pytest.mark.parametrize("stance", Stance)
@pytest.mark.parametrize("spot", [None, (0.0, 0.0), (13.5728, -8.0339)], ids=["nowhere", "null island", "kolokani"])
def test_spot_stance_and_signature_come_back(
    database: Database, stance: Stance, spot: tuple[float, float] | None
) -> None:
    """The spot is the match's, not its item's; 0, 0 is a place; an item has coordinates of its own."""
    match = a_match(an_item(lat=1.5, lon=-2.5), stance=stance, spot=spot, signature=SIGNATURE, known=NOON)
    with database.write() as connection:
        items.add(connection, [match.item])
        matches.replace(connection, "mali", [match.item.id], [match], at=NOON)
    with database.read() as connection:
        assert matches.counting(connection, "mali", since=LONG_AGO) == (kept(match),)


def test_a_match_without_them_comes_back_without_them(database: Database) -> None:
    """A report that says nothing of the three is a plain report that is like no other."""
    match = a_match(an_item(lat=None, lon=None), known=NOON)
    with database.write() as connection:
        items.add(connection, [match.item])
        matches.replace(connection, "mali", [match.item.id], [match], at=NOON)
        (found,) = matches.counting(connection, "mali", since=LONG_AGO)
    assert (found.spot, found.stance, found.signature) == (None, Stance.REPORTS, "")
    assert (found.item.lat, found.item.lon) == (None, None)


def test_counting_brings_vetoed_denials_and_no_other_refused_match(database: Database) -> None:
    """What the veto refused may be the very denial; refused for its place or only watched, it speaks of nothing here.

    What comes is exactly what counts or is contrary by the match's own word.
    """
    reasons = ("", "not: denied", "where: names no place in mali", "watch: where: names no place in mali")
    cases = [(stance, why) for stance in Stance for why in reasons]
    with database.write() as connection:
        told = [
            a_match(an_item(n), stance=stance, rejected_by=why, known=NOON) for n, (stance, why) in enumerate(cases, 10)
        ]
        items.add(connection, [m.item for m in told])
        matches.replace(connection, "mali", [m.item.id for m in told], told, at=NOON)
        found = matches.counting(connection, "mali", since=LONG_AGO)
    assert [(m.stance, m.rejected_by) for m in found] == [
        (Stance.REPORTS, ""),
        (Stance.DENIES, ""),
        (Stance.DENIES, "not: denied"),
        (Stance.RETRACTS, ""),
        (Stance.RETRACTS, "not: denied"),
    ]
    assert [kept(m) for m in told if m.counts or m.contrary] == list(found)


def test_a_match_keeps_when_it_was_first_made(database: Database) -> None:
    """It says so itself when it is judged again; one that does not became known now."""
    item = an_item()
    old, new = a_match(item, known=NOON - DAY), a_match(item, "strike")
    with database.write() as connection:
        items.add(connection, [item])
        matches.replace(connection, "mali", [item.id], [old, new], at=NOON)
        found = matches.counting(connection, "mali", since=LONG_AGO)
        assert {m.indicator: m.known for m in found} == {"fuel": NOON - DAY, "strike": NOON}


def test_when_matches_were_first_made_is_asked_by_item_and_indicator(database: Database) -> None:
    """Refused ones included, of one assessment, and only of the items that were asked for."""
    first, second = an_item(1), an_item(2)
    with database.write() as connection:
        items.add(connection, [first, second])
        mine = [a_match(first), a_match(first, "strike", rejected_by="not: film"), a_match(second)]
        matches.replace(connection, "mali", [first.id, second.id], mine, at=NOON)
        matches.replace(connection, "niger", [first.id], [a_match(first, "coup")], at=NOON + HOUR)
        found = matches.first_known(connection, "mali", [first.id, "unknown"])
        assert found == {(first.id, "fuel"): NOON, (first.id, "strike"): NOON}


def test_since_when_an_edit_says_so_survives_and_keeps_the_match_in_reach(database: Database) -> None:
    """A match that holds since an edit is read back with that time, although its report is older than asked for."""
    old = an_item(fetched=NOON - 30 * DAY, published=NOON - 30 * DAY)
    with database.write() as connection:
        items.add(connection, [old])
        matches.replace(connection, "mali", [old.id], [a_match(old, since=NOON - DAY)], at=NOON)
        (found,) = matches.counting(connection, "mali", since=NOON - 2 * DAY)
        assert (found.since, found.when, found.dated) == (NOON - DAY, NOON - DAY, False)
        assert matches.counting(connection, "mali", since=NOON) == ()
