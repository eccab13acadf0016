"""The life of an alert: raised, taken, given back, expired, risen, over, in any order, against a small model."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings as profile
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.strategies import integers, sampled_from

from alerts.acknowledgements import Answer, Reopening
from alerts.chains import Progress
from tests.builders import NOON, an_alert
from watcher.deciding.acknowledging import take
from watcher.saying import watched
from watcher.settings import Settings
from watcher.store import Database, acknowledgements, escalations
from watcher.store import alerts as alert_store

MINUTE = timedelta(minutes=1)
SETTINGS = Settings.model_validate(
    {
        "assessments": ["small"],
        "sources": [{"id": "wire", "url": "https://wire.example/rss"}],
        "recipients": [{"id": "awa", "channels": {"console": ""}}],
        "chains": [{"id": "night", "steps": [{"to": ["awa"]}, {"to": ["awa"], "after": "10m"}]}],
        "routes": [{"to": ["chain:night"]}],
        "last_resort": "awa",
    }
)


@dataclass
class Model:
    """What ought to be so: the level that stands, who has it until when, and whether the chain runs."""

    level: int = 0
    owner: str = ""
    until: datetime = NOON
    runs: bool = False


class AlertLife(RuleBasedStateMachine):
    """One subject, any order of events; the record must say what the model says."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        self.database = Database(f"sqlite:///{Path(self._folder.name) / 'life.db'}")
        self.model, self.now, self.count = Model(), NOON, 0

    @initialize()
    def begin(self) -> None:
        """The tables are there."""
        self.database.migrate()

    def teardown(self) -> None:
        """Nothing of it stays."""
        self.database.close()
        self._folder.cleanup()

    @rule(level=integers(0, 4), sign=sampled_from([-0.05, 0.05]))
    def say(self, level: int, sign: float) -> None:
        """A move: up, down, or at the same level with more or less behind it."""
        before, model = self.model.level, self.model
        self._pass(MINUTE)
        self.count += 1
        alert = an_alert(
            id=f"a{self.count}", level_before=before, level_after=level, at=self.now, before=0.3, after=0.3 + sign
        )
        with self.database.write() as connection:
            alert_store.add(connection, alert)
            watched.follow(connection, SETTINGS, alert, now=self.now)
            watched.follow(connection, SETTINGS, alert, now=self.now)  # twice is as once
        news = level > before or (level == before and sign > 0 and level > 0)
        if news or level == 0:
            model.owner = ""
        model.level, model.runs = level, level > 0 and (news or model.runs)

    @precondition(lambda self: self.count)
    @rule(who=sampled_from(["Awa", "Ben"]), minutes=integers(1, 90), old=integers(1, 6))
    def ack(self, who: str, minutes: int, old: int) -> None:
        """Somebody takes the newest alert, or one that they saw before."""
        self._pass(MINUTE)
        name = f"a{max(1, self.count - old + 1)}"
        with self.database.write() as connection:
            seen = alert_store.get(connection, name)
            lasts = minutes * MINUTE
            done = take(
                connection,
                SETTINGS,
                seen,
                owner=who,
                note="",
                lasts=lasts,
                by="test",
                now=self.now,
                level=seen.level,
            )
        model = self.model
        has = model.owner if model.owner and self.now < model.until else ""
        if done.answer is Answer.TAKEN:
            assert model.level > 0
            assert not has
            model.owner, model.until, model.runs = who, self.now + minutes * MINUTE, False
        elif done.answer in (Answer.YOURS, Answer.OTHERS):
            assert (has == who) == (done.answer is Answer.YOURS)
            assert has
        elif done.answer is Answer.AT_REST:
            assert model.level == 0
        else:
            assert old > 1

    @precondition(lambda self: self.model.owner)
    @rule()
    def give_back(self) -> None:
        """Whoever has it gives it back."""
        self._open(Reopening.TAKEN_BACK)

    @rule(minutes=integers(1, 60))
    def wait(self, minutes: int) -> None:
        """Time passes, and the watch looks at what has expired."""
        self._pass(minutes * MINUTE)
        with self.database.read() as connection:
            expired = acknowledgements.expired(connection, now=self.now)
        assert bool(expired) == bool(self.model.owner and self.model.until <= self.now)
        if expired:
            self._open(Reopening.EXPIRED)

    @invariant()
    def the_record_says_what_the_model_says(self) -> None:
        """One owner at most, and the chain runs exactly while the warning stands and nobody has it."""
        if not self.count:
            return
        with self.database.read() as connection:
            newest = alert_store.get(connection, f"a{self.count}")
            standing = acknowledgements.standing(connection, newest)
            running = escalations.about(connection, newest)
        assert (standing.owner if standing is not None else "") == self.model.owner
        assert bool(running) == self.model.runs
        assert all(self._is_newest(progress) for progress in running)

    def _is_newest(self, progress: Progress) -> bool:
        return progress.alert_id == f"a{self.count}"

    def _open(self, why: Reopening) -> None:
        with self.database.write() as connection:
            newest = alert_store.get(connection, f"a{self.count}")
            standing = acknowledgements.standing(connection, newest)
            assert standing is not None
            watched.go_on(connection, SETTINGS, standing, newest, why, who="Awa", now=self.now)
        self.model.owner, self.model.runs = "", self.model.level > 0

    def _pass(self, time: timedelta) -> None:
        self.now += time


TestAlertLife = AlertLife.TestCase
TestAlertLife.settings = profile(max_examples=15, stateful_step_count=25, deadline=None)
