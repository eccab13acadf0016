"""A new version of an assessment says what it does to what is open."""

import re

import pytest

from indicators.assessments import Assessment
from indicators.parsing import parse_assessment
from indicators.revision_sentences import SENTENCES
from indicators.revisions import Touches, revisions
from tests.builders import a_small_assessment, small


def changed(old: str, new: str) -> Assessment:
    text = small()
    assert old in text
    assessment, problems = parse_assessment(text.replace(old, new), name="small", proven=False)
    assert assessment is not None, problems
    return assessment


@pytest.mark.parametrize(
    ("old", "new", "subject", "touches", "told"),
    [
        ("thresholds: [1, 3, 6]", "thresholds: [1, 2, 6]", "convoy_attack", Touches.LEVELS, "read anew"),
        ("window_days: 7", "window_days: 9", "convoy_attack", Touches.LEVELS, "read anew"),
        ("@convoy NEAR/12 @attack", "@convoy NEAR/9 @attack", "convoy_attack", Touches.MATCHES, "judged again"),
        ("of: event, window_days: 7", "of: place_day, window_days: 7", "convoy_attack", Touches.EVENTS, "place_day"),
        ("{blockade: [VL, U]}", "{blockade: [AC, U]}", "convoy_attack", Touches.OUTLOOK, "next ledger"),
        ("- id: convoy_attack", "- id: convoy_raid", "convoy_attack", Touches.EVENTS, "now called convoy_raid"),
        (
            "{blockade: [VL, U]}",
            "{blockade: [VL, U]}\n    raises_watch_at: 1",
            "convoy_attack",
            Touches.WARNING,
            "level 1 on instead of 2",
        ),
        ("p: 0.12", "p: 0.15", "coup", Touches.OUTLOOK, "from 0.12 to 0.15"),
        (
            "horizon_days: 90\n    impact: extreme",
            "horizon_days: 60\n    impact: extreme",
            "coup",
            Touches.OUTLOOK,
            "60 days",
        ),
        ("[convoy*, tanker*]", "[convoy*, lorr*]", "small", Touches.MATCHES, "judged again"),
        ("as_of: 2026-01-01", "as_of: 2026-02-01", "small", Touches.EVENTS, "2026-02-01"),
        ("to unseat the government", "to take over the government", "coup", Touches.NOTHING_OPEN, "resolution rule"),
    ],
)
def test_each_change_says_what_it_touches(old: str, new: str, subject: str, touches: Touches, told: str) -> None:
    """The one line that changed is named, with what happens to what is open."""
    found = [r for r in revisions(a_small_assessment(), changed(old, new)) if r.subject == subject]
    assert [(r.touches, told in str(r)) for r in found] == [(touches, True)]


def test_the_same_version_changes_nothing() -> None:
    """Comments and spaces are no revision."""
    assert revisions(a_small_assessment(), changed("as_of: 2026-01-01", "as_of:   2026-01-01")) == ()


def test_a_scenario_that_is_gone_ends_its_warning() -> None:
    """It says so before the file is taken up, and under what name the same is asked now, from its prior on."""
    text = small().replace("id: blockade\n", "id: siege\n").replace("{blockade:", "{siege:")
    after, _ = parse_assessment(text, name="small", proven=False)
    assert after is not None
    found = {r.subject: r for r in revisions(a_small_assessment(), after)}
    assert found["blockade"].touches is Touches.WARNING
    assert "is now called siege, which begins at its prior: an open warning stands down once" in str(found["blockade"])
    assert found["siege"].touches is Touches.NOTHING_OPEN
    other, _ = parse_assessment(
        text.replace("Three or more attacks", "Four or more attacks"), name="small", proven=False
    )
    assert other is not None
    gone = next(r for r in revisions(a_small_assessment(), other) if r.subject == "blockade")
    assert str(gone).startswith("blockade: is gone: an open warning stands down once")


def test_two_assessments_are_not_two_versions() -> None:
    """They share nothing that could be open."""
    with pytest.raises(ValueError, match="two assessments"):
        revisions(a_small_assessment(), a_small_assessment(id="other"))


def test_a_revision_says_itself_in_the_languages_of_the_desk() -> None:
    """Every sentence has its French with the same facts in it, and every thing touched its word."""
    english, french = SENTENCES["en"], SENTENCES["fr"]
    assert english.keys() == french.keys()
    for key, told in english.items():
        assert sorted(re.findall(r"{(\w+)}", told)) == sorted(re.findall(r"{(\w+)}", french[key])), key
    assert {touched.value for touched in Touches} == {english[touched.name] for touched in Touches}
    (found,) = revisions(a_small_assessment(), changed("p: 0.12", "p: 0.15"))
    assert found.told_in("fr").startswith("sa probabilité initiale passe de 0.12 à 0.15")
    assert (found.touches_in("fr"), found.touches_in("xx")) == ("perspectives", "outlook")
