"""Made-up alerts, one of each kind, by which a layout is tried before a real warning needs it."""

from datetime import UTC, datetime, timedelta

from alerts.acknowledged import Acknowledged
from alerts.alert import Alert, Cause, Line, Sighting
from alerts.digest import Digest, DigestEntry
from alerts.notices import Notice, NoticeType, Release
from alerts.notices.notice import Alternative, Before, Driver, Exposure, Finding, Judgement, Reliance, Shift, Turn
from alerts.ping import Ping
from alerts.said import AnyAlert
from alerts.system import Standing, SystemWarning
from indicators.bands import WarningLevel

AT = datetime(2026, 1, 4, 6, 30, tzinfo=UTC)
"""When all of them were decided."""

_QUESTION = {"en": "Coup attempt", "fr": "Tentative de coup d'État"}
_UNREST = {"en": "Officer unrest", "fr": "Agitation d'officiers"}
_TITLE = {"en": "Sample assessment", "fr": "Évaluation d'exemple"}
_DEADLINE = AT + timedelta(days=90)


def samples(client: str = "sample-client") -> dict[str, AnyAlert]:
    """Return an alert of each kind, by kind; the notice is for *client*."""
    return {
        "move": _move(),
        "system": _system(),
        "digest": _digest(),
        "notice": _notice(client),
        "acknowledged": _acknowledged(),
        "watchdog": _ping(),
    }


def _move() -> Alert:
    line = Line(
        key="coup", name=_QUESTION, before=0.12, after=0.24, low=0.17, high=0.36, band_before=1, band_after=2,
        deadline=_DEADLINE,
    )  # fmt: skip
    cause = Cause(kind="indicator", source="unrest", name=_UNREST, nats=0.99, odds_factor=2.69, level="level 3")
    against = Cause(kind="indicator", source="fuel", name={"en": "Fuel", "fr": "Carburant"}, nats=-0.2, odds_factor=0.8)
    seen = Sighting(
        event="e1", indicator="unrest", name=_UNREST, place="Bamako", day="2026-01-02", dated=True, grade="B2",
        title="Officers arrested in Bamako <b>&amp;</b> {{ 7*7 }}", source="sample-wire", families=("wire",),
        url="https://news.example/1", reports=2,
    )  # fmt: skip
    return Alert(
        id="sample-move", assessment="sample", version="1", title=_TITLE, marking="TLP:AMBER", scenario="coup", at=AT,
        level_before=0, level_after=2, reasons=("warning level up",), line=line, causes=(cause,), other_nats=0.0,
        evidence=(seen,), more_events=1, against=(against,), missing=(), families=("wire", "daily"), coverage=0.85,
        degraded=False, review_by="2026-04-01",
    )  # fmt: skip


def _system() -> SystemWarning:
    return SystemWarning(
        id="sys-sample",
        about="source sample-wire",
        at=AT,
        since=AT - timedelta(hours=2),
        standing=Standing.RAISED,
        urgency=WarningLevel.ADVISORY,
        headline={"en": "sample-wire has not answered for two hours", "fr": "sample-wire ne répond plus depuis 2 h"},
        details=({"en": "HTTP 503", "fr": "HTTP 503"},),
        meaning={"en": "What it prints may be missed.", "fr": "Ce qu'elle publie peut manquer."},
        next_step={"en": "`watcher sources` shows it.", "fr": "`watcher sources` la montre."},
    )


def _digest() -> Digest:
    line = {"en": "Fuel: 12 % -> 24 %", "fr": "Carburant : 12 % -> 24 %"}
    held = DigestEntry(
        alert="sample-move", kind="move", about="coup", at=AT, urgency=WarningLevel.WATCH, line=line, count=2
    )
    return Digest(
        id="dig-sample",
        recipient="desk",
        at=AT,
        urgency=WarningLevel.WATCH,
        reasons={"quiet hours": 2},
        entries=(held,),
        marking="TLP:AMBER",
    )


def _notice(client: str) -> Notice:
    judged = Judgement(scenario="coup", name=_QUESTION, p=0.24, deadline=_DEADLINE, level=2)
    finding = Finding(
        name=_UNREST, place="Bamako", day="2026-01-02", dated=True, grade="B2", voices=2,
        title="Officers arrested in Bamako", url="https://news.example/1",
    )  # fmt: skip
    ways = ((Shift(name={"en": "Gunfire", "fr": "Tirs"}, before="quiet", level="level 2"),),)
    return Notice(
        id="n-sample", client=client, client_name="Sample client", assessment="sample", version="1", title=_TITLE,
        marking="TLP:AMBER", at=AT, type=NoticeType.ALERT, judgement=judged,
        before=Before(at=AT - timedelta(days=3), p=0.12, level=1),
        drivers=(Driver(kind="indicator", name=_UNREST, up=True, strength=3),), findings=(finding,),
        exposures=(Exposure(road=False, name="Depot", km=14.6, what=_UNREST, place="Bamako", day="2026-01-02"),),
        reliance=Reliance(level="moderate", coverage=0.85),
        alternative=Alternative(name=_QUESTION, p=0.76, opposite=True), turns=(Turn(rises=True, band=3, ways=ways),),
        advice={"en": "Keep two weeks of fuel.", "fr": "Gardez deux semaines de carburant."}, clear_at=1,
        hold_hours=72, issuer="Sample desk", contact="desk@example.org",
        release=Release(by="A. Person", at=AT + timedelta(minutes=20), next_update=AT + timedelta(days=1)),
    )  # fmt: skip


def _acknowledged() -> Acknowledged:
    return Acknowledged(
        id="has-sample",
        assessment="sample",
        alert="sample-move",
        about="coup",
        line={"en": "Coup attempt: 12 % -> 24 %", "fr": "Tentative de coup : 12 % -> 24 %"},
        owner="awa",
        note="calling the embassy",
        at=AT,
        until=AT + timedelta(hours=4),
        urgency=WarningLevel.ADVISORY,
        marking="TLP:AMBER",
    )


def _ping() -> Ping:
    return Ping(id="ping-sample", at=AT)
