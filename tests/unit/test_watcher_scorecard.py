"""``watcher scorecard``: everything that was published stays on it, and only a person settles it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from indicators.assessments import Forecast, forecasts
from indicators.bands import Estimative
from indicators.outlooks import Outlook
from tests.builders import a_small_assessment, mali, small
from tests.store.builders import a_move, an_estimate
from watcher.assessments import digest_of
from watcher.cli import app
from watcher.scoring.scorecards import Lead, PublishedFigure, Scorecard, Status, lead_days, published_figures, settled
from watcher.store import Database, outlooks, rulings
from watcher.store import assessments as kept_assessments
from watcher.store.assessments import GoodAssessment
from watcher.store.outlooks import KeptFigure
from watcher.store.rulings import Ruling

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def at(day: float) -> datetime:
    return START + day * DAY


def an_entry(day: float = 0, p: float = 0.2, **more: object) -> PublishedFigure:
    entry = PublishedFigure(
        assessment="small",
        version="1",
        key="coup",
        at=at(day),
        p=p,
        prior=0.12,
        end=at(day + 90),
        why="odds up",
        status=Status.OPEN,
    )
    return replace(entry, **more)  # type: ignore[arg-type] # fields by name


def a_ruling(day: float, *, happened: bool | None, key: str = "coup", void: bool = False) -> Ruling:
    return Ruling(assessment="small", key=key, happened=happened, who="A. Diallo", why="seen", at=at(day), void=void)


def status_at(day: float, *decided: Ruling, siblings: tuple[str, ...] = ()) -> tuple[Status, bool | None]:
    found = settled(an_entry(), siblings, decided, now=at(day))
    return found.status, found.happened


def test_a_figure_is_open_then_due_and_never_settled_by_silence() -> None:
    """That nobody said anything is no ruling."""
    assert status_at(89) == (Status.OPEN, None)
    assert status_at(90) == (Status.DUE, None)
    assert status_at(900) == (Status.DUE, None)


def test_a_ruling_within_the_horizon_settles_it_at_once() -> None:
    """One after its end does not say that it happened in time."""
    assert status_at(60, a_ruling(50, happened=True)) == (Status.RESOLVED, True)
    assert status_at(45, a_ruling(50, happened=True)) == (Status.OPEN, None)
    assert status_at(120, a_ruling(100, happened=True)) == (Status.DUE, None)


def test_that_it_did_not_happen_is_ruled_after_the_end() -> None:
    """Before it nobody can know."""
    assert status_at(60, a_ruling(50, happened=False)) == (Status.OPEN, None)
    assert status_at(100, a_ruling(95, happened=False)) == (Status.RESOLVED, False)


def test_a_period_that_is_over_is_settled_and_the_next_goes_on() -> None:
    """It did not happen until day 95: what ended by then is settled, what goes on is open, and may still come true."""
    over = replace(a_ruling(95, happened=False), goes_on=True)
    looked = replace(a_ruling(99, happened=None), goes_on=True)
    seen = a_ruling(110, happened=True)
    later = an_entry(40)
    assert status_at(100, over) == (Status.RESOLVED, False)
    assert status_at(100, over, looked) == (Status.RESOLVED, False), "that somebody looked takes nothing back"
    assert status_at(100, over, a_ruling(99, happened=None)) == (Status.DUE, None), "taking it back does"
    assert settled(later, (), [over, looked], now=at(100)).status is Status.OPEN
    found = settled(later, (), [over, looked, seen], now=at(120))
    assert (found.status, found.happened) == (Status.RESOLVED, True)
    assert status_at(120, over, seen) == (Status.RESOLVED, False), "its own time was over"


def test_another_state_that_came_true_settles_this_one() -> None:
    """Of an exclusive set exactly one holds."""
    other = a_ruling(50, happened=True, key="war.off")
    assert status_at(60, other, siblings=("war.off",)) == (Status.RESOLVED, False)
    assert status_at(60, other) == (Status.OPEN, None)


def test_a_ruling_that_was_taken_back_counts_for_nothing() -> None:
    """And one that nobody can say makes it void."""
    assert status_at(70, a_ruling(50, happened=True), a_ruling(60, happened=None)) == (Status.OPEN, None)
    assert status_at(70, a_ruling(50, happened=None, void=True)) == (Status.VOID, None)


def test_an_earlier_ruling_says_nothing_of_a_later_figure() -> None:
    """The coup of last year does not settle this year's question."""
    found = settled(an_entry(20), (), [a_ruling(10, happened=True)], now=at(30))
    assert found.status is Status.OPEN


def test_scores_of_a_card_by_hand() -> None:
    """20 % of what came true and 10 % of what did not: .64 and .01; the priors' 12 % did worse."""
    yes = an_entry(0, 0.2, status=Status.RESOLVED, happened=True)
    no = an_entry(1, 0.1, status=Status.RESOLVED, happened=False)
    card = Scorecard(at=at(100), assessments=("small",), entries=(yes, no, an_entry(2)))
    assert card.brier == pytest.approx((0.64 + 0.01) / 2)
    assert card.skill == pytest.approx(1 - 0.65 / (0.88**2 + 0.12**2))
    assert sum(b.forecasts for b in card.calibration) == 2
    assert card.next == (an_entry(2),)
    assert card.calibration[1].term == "very unlikely"
    british = replace(card, speaks={"small": Estimative.PHIA})
    assert [(b.term, b.forecasts) for b in british.calibration if b.forecasts] == [("highly unlikely", 2)]


def coup() -> Forecast:
    return next(f for f in forecasts(a_small_assessment()) if f.key == "coup")


def test_first_figures_and_notices_are_published() -> None:
    """Once a version, and with each move; what the model thought in between is not, nor is what was ruled."""
    kept = [
        KeptFigure(at=at(0), version="1", prior=0.1, p=0.12, happened=None),
        KeptFigure(at=at(5), version="1", prior=0.1, p=0.14, happened=None),
        KeptFigure(at=at(9), version="2", prior=0.1, p=0.20, happened=None),
        KeptFigure(at=at(12), version="3", prior=0.1, p=0.30, happened=True),
    ]
    moves = [replace(a_move(1, at=at(7)), version="1"), replace(a_move(2, at=at(12)), happened=True)]
    found = published_figures("small", coup(), kept, moves)
    assert [(e.at, e.p) for e in found] == [(at(0), 0.12), (at(7), 0.17), (at(9), 0.20)]
    assert found[1].end == at(97)
    assert found[1].prior == 0.1


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration over the small assessment, without a database yet."""
    (tmp_path / "small.yaml").write_text(small(), "utf-8")
    path = tmp_path / "watcher.yaml"
    written = {
        "database": "watcher.db",
        "assessments": ["small.yaml"],
        "sources": [{"id": "wire", "url": "https://news.example/feed", "every": "1h", "family": "wire", "grade": "B"}],
        "recipients": [{"id": "desk", "lang": "en", "channels": {"console": ""}}],
        "routes": [{"to": ["desk"]}],
        "last_resort": "desk",
    }
    path.write_text(json.dumps(written), "utf-8")
    return path


def filled(folder: Path, *, estimates: int = 1) -> None:
    """Put the assessment in force and, if asked, a first outlook and a ruling on it."""
    database = Database(f"sqlite:///{folder / 'watcher.db'}")
    database.migrate()
    file, text = str(folder / "small.yaml"), small()
    with database.write() as connection:
        good = GoodAssessment(file=file, id="small", version="1", sha=digest_of(text), text=text, loaded_at=START)
        kept_assessments.keep_good(connection, good)
        if estimates:
            lines = {k: an_estimate(key=k, p=0.3, prior=0.12) for k in ("coup", "blockade")}
            outlooks.save_estimates(connection, Outlook(assessment="small", version="1", at=START, estimates=lines))
            rulings.add(connection, a_ruling(5, happened=True))
    database.close()


def test_the_command_shows_what_is_settled_and_what_is_next(config: Path) -> None:
    """Both figures of the first judgement: one came true, one is due; with its score in the JSON."""
    filled(config.parent)
    done = CliRunner().invoke(app, ["scorecard", "-c", str(config)])
    assert done.exit_code == 0, done.output
    assert "2 published figure(s): 0 open, 1 due, 1 resolved, 0 void." in done.stdout
    assert "What resolves next" in done.stdout
    told = json.loads(CliRunner().invoke(app, ["scorecard", "-c", str(config), "--json"]).stdout)
    assert told["brier"] == pytest.approx(0.49)
    (came,) = (e for e in told["entries"] if e["status"] == "resolved")
    assert (came["scenario"], came["happened"], came["ruled_by"]) == ("coup", True, "A. Diallo")


def test_an_empty_card_says_what_to_do(config: Path) -> None:
    """Without a database, and with one in which nothing was judged."""
    done = CliRunner().invoke(app, ["scorecard", "-c", str(config)])
    assert done.exit_code == 1
    assert "run `watcher once`" in done.stderr
    filled(config.parent, estimates=0)
    done = CliRunner().invoke(app, ["scorecard", "-c", str(config)])
    assert done.exit_code == 0, done.output
    assert "Nothing was published yet" in done.stdout


def test_each_state_of_a_set_knows_the_others() -> None:
    """The shipped set has three, so that one ruling settles them all."""
    from watcher.scoring.scorecards import _siblings

    states = [f for f in forecasts(mali()) if f.state]
    assert all(len(_siblings(mali(), f)) == len(states) - 1 for f in states)


@pytest.mark.parametrize(
    ("levels", "days"),
    [
        ([], None),
        ([(0, 1)], 10.0),
        ([(0, 1), (4, 3)], 10.0),
        ([(0, 1), (4, 0), (6, 2)], 4.0),
        ([(0, 2), (8, 0)], None),
        ([(10, 4), (12, 4)], None),
    ],
    ids=["never", "watch", "rising", "a break", "stood down", "only afterwards"],
)
def test_a_lead_is_what_stood_without_a_break(levels: list[tuple[float, int]], days: float | None) -> None:
    """From the notice by which a warning stood to the ruling; what stood down, or came too late, warned of nothing."""
    assert lead_days([(at(day), level) for day, level in levels], ruled_at=at(10)) == days


def test_an_unwarned_end_counts_among_the_leads() -> None:
    """Else a service that warns of one thing well would look as if it warned of all."""
    leads = tuple(Lead(assessment="small", key="coup", ruled_at=at(9), days=days) for days in (8.0, None))
    found = Scorecard(at=at(9), assessments=("small",), entries=(), leads=leads).lead_times
    assert (found.episodes, found.warned, found.median, found.share_enough) == (2, 1, 8.0, 0.5)
