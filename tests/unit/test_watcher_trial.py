"""Trials: what a rule would have found and moved, knowing on each day what was known, and against today's version."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from indicators.assessments import Assessment
from indicators.concepts import Concept
from indicators.errors import Severity
from indicators.items import Item
from indicators.levels import Level
from indicators.matcher import Match, Matcher
from indicators.publishers import Publisher, Reliability
from tests.builders import a_small_assessment, an_item
from watcher.judging.replay import dated, replay
from watcher.judging.unchanged import read_alike
from watcher.workbench.drafts import drafted
from watcher.workbench.excerpts import excerpts_of
from watcher.workbench.period import Period, since_of
from watcher.workbench.trial import Against, Trial, level_days, moved_lines
from watcher.workbench.trying import try_rule

DAY = timedelta(days=1)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
PERIOD = Period(since=BEGIN, until=BEGIN + 30 * DAY)
PUBLISHERS = "[{match: [afp], family: afp, grade: B}, {match: [rfi], family: rfi, grade: B}]"


def assessment(**changes: Any) -> Assessment:
    return a_small_assessment(publishers=PUBLISHERS, **changes)


def report(day: float, title: str = "Convoy ambushed near Kolokani", **changes: Any) -> Item:
    """Return an English agency report of that day of January (0 is the first), known at once."""
    at = BEGIN + day * DAY
    values = {"id": f"{title} {day}", "source": "afp", "lang": "en", "published": at, "fetched": at}
    return an_item(title, **(values | changes))


def attacks(*days: float) -> list[Item]:
    return [report(day) for day in days]


def tried(items: list[Item], *, changed: Assessment | None = None, period: Period = PERIOD, **more: Any) -> Trial:
    return try_rule("convoy_attack", changed or assessment(), items, period=period, **more)


def test_each_day_tells_what_was_read_and_what_counted() -> None:
    """A day without any item is not a calm one: nothing is known of it."""
    quiet = report(2, "Rain in Kolokani")
    trial = tried([*attacks(1, 1.5, 3), quiet])
    told = {d.day.day: (d.items, d.counted) for d in trial.days if d.items}
    assert told == {2: (2, 2), 3: (1, 0), 4: (1, 1)}
    assert len(trial.days) == 31
    assert trial.items == 4
    assert trial.oldest == BEGIN + DAY


def test_only_what_is_dated_inside_the_period_and_known_by_its_end_is_read() -> None:
    """Both ends belong to it; a report that came later did not exist yet."""
    inside = [report(0), report(30)]
    outside = [report(-0.1), report(30.1), report(29, "Convoy ambushed at Kolokani", fetched=PERIOD.until + DAY)]
    assert {f.match.item.id for f in tried(inside + outside).changed.found} == {i.id for i in inside}


def test_refused_matches_are_kept_with_their_reason() -> None:
    """By place or by veto; they do not count."""
    far, film = report(1, "Convoy ambushed near Gao"), report(2, "Film: convoy ambushed near Kolokani")
    trial = tried([report(3), far, film])
    assert len(trial.changed.counted) == 1
    assert trial.changed.refusals == {"where: names no place in near": 1, "not: Film": 1}


def test_the_level_of_each_day_is_what_stood_at_its_end() -> None:
    """Three attacks in a week make level 2, and a week later none is in the window."""
    levels = {(r.at - DAY).day: r.level for r in tried(attacks(1.5, 3.5, 5.5)).changed.changes}
    assert levels == {1: Level.QUIET, 2: Level.LEVEL_1, 6: Level.LEVEL_2, 9: Level.LEVEL_1, 13: Level.QUIET}


def test_a_late_report_raises_the_level_when_it_came_and_not_before() -> None:
    """What was not known on a day moved nothing on that day."""
    late = report(1, fetched=BEGIN + 4.5 * DAY)
    changes = tried([late]).changed.changes
    assert [((r.at - timedelta(microseconds=1)).day, r.level) for r in changes][:2] == [
        (1, Level.QUIET),
        (5, Level.LEVEL_1),
    ]


def test_the_outlook_is_that_of_a_replay() -> None:
    """A trial and a replay of the same items to the same moment say the same of every line."""
    items = [*attacks(20, 24, 28), report(27, "Officers arrested in Bamako")]
    known = assessment()
    last = replay(dated(known, date(2026, 1, 1)), items, until=PERIOD.until).last
    assert last is not None
    assert tried(items).changed.end.outlook.estimates == last.outlook.estimates


def test_without_the_rule_is_the_outlook_of_an_assessment_that_lacks_it() -> None:
    """The other rules stay as they are."""
    items = [*attacks(28, 29), report(27, "Officers arrested in Bamako")]
    known = assessment()
    less = known.model_copy(update={"indicators": known.indicators[1:]})
    last = replay(dated(less, date(2026, 1, 1)), items, until=PERIOD.until).last
    end = tried(items).changed.end
    assert last is not None
    assert end.without.estimates == last.outlook.estimates
    assert moved_lines(end.without, end.outlook) == ("blockade",)
    assert end.outlook.estimates["blockade"].p > end.without.estimates["blockade"].p


def test_the_peak_is_the_first_day_of_the_highest_activation() -> None:
    """What has faded by the end still shows."""
    version = tried(attacks(1.5, 2.5, 3.5)).changed
    assert version.peak.at == BEGIN + 4 * DAY
    assert version.peak.reading.activation > version.end.reading.activation
    assert moved_lines(version.peak.without, version.peak.outlook) == ("blockade",)


def test_a_rule_without_history_still_shows_what_one_event_would_do() -> None:
    """That is what a warning rule looks like on a calm day."""
    trial = tried([report(1, "Rain in Kolokani")])
    assert not trial.has_history
    assert trial.changed.end.reading.level is Level.QUIET
    more = trial.changed.one_more
    assert (more.reading.level, more.reading.count) == (Level.LEVEL_1, 1.0)
    assert moved_lines(trial.changed.end.outlook, more.outlook) == ("blockade",)


def test_one_more_event_comes_on_top_of_what_there_was() -> None:
    """Two in the window and one more make level 2."""
    version = tried(attacks(26, 28)).changed
    assert version.end.reading.level is Level.LEVEL_1
    assert version.one_more.reading.level is Level.LEVEL_2


def test_the_assessment_is_read_as_if_written_on_the_first_day() -> None:
    """A stretch before its own date is not lost to its priors."""
    early = Period(since=BEGIN - 60 * DAY, until=BEGIN - 30 * DAY)
    version = tried(attacks(-35, -33, -31), period=early).changed
    assert version.assessment.as_of == early.since.date()
    assert version.end.reading.level is Level.LEVEL_2


def test_the_operators_word_on_a_publisher_goes_before_the_assessments() -> None:
    """As it does in the daemon: an event of a source nobody knows counts 0.40."""
    nobody = [report(29, source="blog")]
    known = {"blog": Publisher(family="blog", reliability=Reliability.B)}
    assert tried(nobody).changed.end.reading.count == pytest.approx(0.25 / 0.63)
    assert tried(nobody, publishers=known).changed.end.reading.count == 1.0


def wider() -> Assessment:
    """Return the assessment with lorries as convoys, as if an analyst had changed the file."""
    known = assessment()
    lorries = Concept.model_validate({"en": ["lorry", "tanker*"], "fr": ["convoi*"]})
    return known.model_copy(update={"concepts": known.concepts | {"convoy": lorries}})


def test_the_difference_is_what_only_one_version_counts() -> None:
    """By item, with the reason for which the other does not; and by level and outlook."""
    lorry, convoy = report(26.5, "Lorry ambushed near Kolokani"), report(28.5, "Convoy ambushed near Kolokani")
    tanker = report(27.5, "Tanker ambushed near Kolokani")
    gao = report(29, "Lorry ambushed near Gao")
    trial = tried([lorry, convoy, tanker, gao], changed=wider(), today=assessment())
    assert trial.against is Against.TODAY
    assert [f.match.item.title for f in trial.gained] == ["Lorry ambushed near Kolokani"]
    assert [f.match.item.title for f in trial.lost] == ["Convoy ambushed near Kolokani"]
    assert trial.today is not None
    assert trial.refusal(lorry.id, trial.today) == "its words are not all there"
    assert trial.refusal(gao.id, trial.changed) == "where: names no place in near"
    assert level_days(trial.changed, trial.today) == ((date(2026, 1, 27), Level.LEVEL_1, Level.QUIET),)


def unsure() -> Assessment:
    """Return the assessment with reports that name no place kept for a person to look at."""
    known = assessment()
    where = known.indicators[0].where.model_copy(update={"unlocated": "watch"})
    first = known.indicators[0].model_copy(update={"where": where})
    return known.model_copy(update={"indicators": (first, *known.indicators[1:])})


def test_the_difference_has_what_only_one_version_keeps_to_look_at() -> None:
    """Against what is refused or not matched; what the other counts is gained or lost, and told once."""
    nowhere, lorry = report(2, "Convoy ambushed by night"), report(3, "Lorry ambushed by night")
    items = [report(1), nowhere, lorry]
    more = tried(items, changed=unsure(), today=assessment())
    assert [f.match.item.title for f in more.watch_gained] == ["Convoy ambushed by night"]
    assert (more.watch_lost, more.gained, more.lost) == ((), (), ())
    less = tried(items, changed=wider(), today=unsure())
    assert [f.match.item.title for f in less.watch_lost] == ["Convoy ambushed by night"]
    assert less.refusal(nowhere.id, less.changed) == "its words are not all there"
    assert [f.match.item.title for f in less.lost] == ["Convoy ambushed near Kolokani"]
    known = unsure()
    counted = known.indicators[0].where.model_copy(update={"unlocated": "count"})
    first = known.indicators[0].model_copy(update={"where": counted})
    counts = known.model_copy(update={"indicators": (first, *known.indicators[1:])})
    up = tried(items, changed=counts, today=unsure())
    assert ([f.match.item.title for f in up.gained], up.watch_gained, up.watch_lost) == (
        ["Convoy ambushed by night"],
        (),
        (),
    )
    new = tried(items, changed=unsure(), today=known.model_copy(update={"indicators": known.indicators[1:]}))
    assert len(new.watch_gained) == 1


def test_an_unlisted_source_is_known_by_its_name_or_its_link() -> None:
    """A publisher's pattern may fit either; one report of a stranger is enough to name it."""
    known = a_small_assessment(publishers='[{match: [afp, "*.rfi.fr"], family: afp, grade: B}]')
    items = [
        report(1, source="afp"),
        report(2, source="mirror", url="https://www.rfi.example/1"),
        report(3, source="radio", url="https://news.rfi.fr/2"),
        report(4, "Rain", source="blog"),
    ]
    assert tried(items, changed=known).unlisted == ("blog", "mirror")
    named = {"blog": Publisher(family="blog", reliability=Reliability.F)}
    assert tried(items, changed=known, publishers=named).unlisted == ("mirror",)


def test_the_same_file_is_not_compared_with_itself() -> None:
    """Another version number or date alone is no difference of the rules."""
    renumbered = assessment(version='"2"', as_of="2026-01-02")
    trial = tried(attacks(1), changed=renumbered, today=assessment())
    assert (trial.against, trial.today) == (Against.ITSELF, None)
    assert tried(attacks(1)).against is Against.NOTHING


def test_a_new_rule_is_compared_with_an_outlook_without_it() -> None:
    """Everything it counts is new."""
    known = assessment()
    today = known.model_copy(update={"indicators": known.indicators[1:]})
    trial = tried(attacks(29), today=today)
    assert trial.against is Against.NEW
    assert trial.today is None
    assert len(trial.gained) == 1
    assert trial.outlook_today is not None
    assert moved_lines(trial.outlook_today, trial.changed.end.outlook) == ("blockade",)


class _Counting(Matcher):
    """A matcher that remembers its rules and how many items it was given."""

    made: list["_Counting"] = []  # noqa: RUF012 - emptied by each test that uses it

    def __init__(self, known: Assessment) -> None:
        super().__init__(known)
        self.rules = [i.id for i in known.indicators]
        self.given = 0
        self.made.append(self)

    def match_item(self, item: Item, *, publisher: Publisher | None = None) -> tuple[Match, ...]:
        self.given += 1
        return super().match_item(item, publisher=publisher)


def test_an_item_is_matched_once_and_again_only_with_the_rules_that_changed() -> None:
    """The officers' rule reads the same in both versions."""
    _Counting.made = []
    items = [*attacks(27, 28), report(29, "Officers arrested in Bamako")]
    trial = tried(items, changed=wider(), today=assessment(), matcher_of=_Counting)
    assert [(m.rules, m.given) for m in _Counting.made] == [
        (["convoy_attack", "officer_unrest"], 3),
        (["convoy_attack"], 3),
    ]
    assert trial.outlook_today is not None
    assert trial.outlook_today.estimates["coup"] == trial.changed.end.outlook.estimates["coup"]
    assert trial.outlook_today.estimates["coup"].p > 0.12


WIDER = "  near: {within_km: 151, of: bamako}\n  mali: {countries: [ML]}\n  anywhere: {anywhere: true}"


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, {"convoy_attack", "officer_unrest"}),
        ({"groups": "[supply, officers, more]"}, {"convoy_attack", "officer_unrest"}),
        ({"regions": WIDER}, set()),
        ({"publishers": "[{match: [afp], family: afp, grade: C}]"}, set()),
    ],
    ids=["the same", "groups", "a region", "a publisher"],
)
def test_rules_that_read_alike_are_known_by_all_they_rest_on(changes: dict[str, str], same: set[str]) -> None:
    """Places and publishers concern all, groups none."""
    other = a_small_assessment(**({"publishers": PUBLISHERS} | changes))
    assert read_alike(assessment(), other) == same


def test_a_changed_concept_concerns_the_rules_that_use_it() -> None:
    """And no other."""
    assert read_alike(assessment(), wider()) == {"officer_unrest"}


def test_a_duration_cannot_be_tried() -> None:
    """It reads no items; the caller says which indicator to try instead."""
    known = assessment()
    count = {"of": "duration", "while": {"indicator": "convoy_attack"}, "thresholds": (1, 2, 3), "half_life_days": 9}
    written = known.indicators[1].model_dump(by_alias=True) | {
        "id": "lasting",
        "count": count,
        "match": "",
        "proof": None,
    }
    lasting = type(known.indicators[1]).model_validate(written)
    with pytest.raises(ValueError, match="reads no items"):
        try_rule("lasting", known.model_copy(update={"indicators": (*known.indicators, lasting)}), [], period=PERIOD)
    with pytest.raises(KeyError):
        try_rule("nothing", known, [], period=PERIOD)


def test_a_draft_is_tried_in_the_place_of_the_files_query() -> None:
    """An example that it breaks is a warning; what cannot be read is an error with its column."""
    known = assessment()
    draft, faults = drafted(known, "convoy_attack", match="@convoy NEAR/1 @attack", not_="title:music")
    assert (draft.indicators[0].match, draft.indicators[0].not_) == ("@convoy NEAR/1 @attack", "title:music")
    assert draft.indicators[1] is known.indicators[1]
    assert faults == ()
    _, (broken,) = drafted(known, "convoy_attack", match="@officer")
    assert (broken.severity, broken.path[2]) == (Severity.WARNING, "proof")
    _, (unread,) = drafted(known, "convoy_attack", match="@convoy AND")
    assert (unread.severity, "column" in unread.what) == (Severity.ERROR, True)
    _, (unknown,) = drafted(known, "convoy_attack", not_="@convoi")
    assert "did you mean convoy?" in unknown.instead


def test_found_words_are_marked_where_they_stand() -> None:
    """In the headline, and in a stretch of whole words around them below it; offsets stay true."""
    summary = "Nothing happened in the morning, said the mayor of the town that everybody knows well. " * 2
    summary += (
        "In the afternoon a convoy of lorries was ambushed near Kolokani by some men on motorcycles who then fled."
    )
    (match,) = Matcher(assessment()).match_item(report(1, "Bad day for a convoy near Kolokani", summary=summary))
    title, below = excerpts_of(match)
    assert (title.text, title.marks) == (match.item.title, ())
    assert "a [convoy] of lorries was [ambushed] near Kolokani" in below.marked()
    assert below.marked("", "").startswith("… ")
    assert below.text in summary
    assert [below.text[a:b] for a, b in below.marks] == ["convoy", "ambushed"]


def test_overlapping_words_are_marked_once() -> None:
    """Two hits on the same words are one mark."""
    (match,) = Matcher(assessment()).match_item(report(1))
    twice = replace(match, evidence=match.evidence + match.evidence)
    assert excerpts_of(twice)[0].marked() == "[Convoy] [ambushed] near Kolokani"


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("90d", datetime(2026, 1, 30, tzinfo=UTC)),
        ("2w", datetime(2026, 4, 16, tzinfo=UTC)),
        ("12h", datetime(2026, 4, 30, 6, 30, tzinfo=UTC)),
        ("48h", datetime(2026, 4, 28, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_stretch_of_time_is_told_shortly_or_by_its_first_day(told: str, moment: datetime) -> None:
    """From a day on it begins at midnight UTC."""
    assert since_of(told, until=datetime(2026, 4, 30, 18, 30, tzinfo=UTC)) == moment


@pytest.mark.parametrize("told", ["", "d", "0d", "-3d", "1.5d", "90", "3m", "yesterday", "99999d", "2026-05-01", "²d"])
def test_what_is_no_stretch_of_time_is_refused_in_a_sentence(told: str) -> None:
    """The message says what to write."""
    with pytest.raises(ValueError, match=r"write 90d|is not before the end"):
        since_of(told, until=datetime(2026, 4, 30, 18, 30, tzinfo=UTC))
