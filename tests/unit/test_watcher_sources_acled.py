"""ACLED's API against a host that speaks its protocol: login, refresh, pages, tiers."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from indicators.codes import fault_of
from tests.servers import FeedServer, Page, Seen
from watcher.sources import Fault, Fetched, Http, SourceError, SourceSettings, Validators
from watcher.sources.acled import AcledSource

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PASSWORD = "hush-password"


def event(number: int, **changes: Any) -> dict[str, Any]:
    """One event, of our own making, with the columns of ACLED's answers."""
    return {
        "event_id_cnty": f"MLI{number}",
        "event_date": "2026-02-27",
        "time_precision": "1",
        "event_type": "Explosions/Remote violence",
        "sub_event_type": "Remote explosive/landmine/IED",
        "actor1": "Group A",
        "assoc_actor_1": "",
        "actor2": "Army of Mali",
        "assoc_actor_2": "Police; Militia B",
        "country": "Mali",
        "admin1": "Mopti",
        "location": "Douentza",
        "latitude": "15.0",
        "longitude": "-2.95",
        "source": "Paper A",
        "notes": f"A mine went off ({number}).",
        "fatalities": "2",
        "timestamp": "1772352000",
    } | changes


@dataclass
class AcledHost:
    """Two addresses of one host: tokens for a name and password, events by page for a token."""

    events: list[Any] = field(default_factory=lambda: [event(n) for n in range(5)])
    password: str = PASSWORD
    entitled: bool = True
    lifetime: int = 86_400
    refreshes: bool = True
    etag: str = ""
    given: list[str] = field(default_factory=list)
    """The grants that were asked for, in order."""
    good: set[str] = field(default_factory=set)
    instead: dict[int, Page] = field(default_factory=dict)
    """What certain pages answer instead of their events."""

    def token(self, seen: Seen) -> Page:
        form = {name: values[0] for name, values in parse_qs(seen.body.decode()).items()}
        self.given.append(form["grant_type"])
        known = form.get("password") == self.password if form["grant_type"] == "password" else self.refreshes
        if seen.method != "POST" or form.get("client_id") != "acled" or not known:
            return Page(status=400, body=b'{"error": "invalid_grant"}')
        access = f"token-{len(self.given)}"
        self.good.add(access)
        body = {"token_type": "Bearer", "expires_in": self.lifetime, "access_token": access, "refresh_token": "again"}
        return Page(body=json.dumps(body).encode(), content_type="application/json")

    def read(self, seen: Seen) -> Page:
        if seen.headers.get("Authorization", "").removeprefix("Bearer ") not in self.good:
            return Page(status=401)
        if not self.entitled:
            return Page(status=403)
        query = parse_qs(seen.query)
        page, limit = int(query["page"][0]), int(query["limit"][0])
        if page in self.instead:
            return self.instead[page]
        rows = self.events[(page - 1) * limit : page * limit]
        body = {"status": 200, "success": True, "count": len(rows), "data": rows}
        return Page(body=json.dumps(body).encode(), content_type="application/json", etag=self.etag)


@dataclass
class Bench:
    host: AcledHost
    server: FeedServer
    http: Http
    source: AcledSource
    settings: SourceSettings

    async def poll(self, *, now: datetime = NOON, validators: Validators | None = None, **options: Any) -> Fetched:
        settings = replace(self.settings, options={**self.settings.options, **options})
        return await self.source.fetch(settings, self.http, validators or Validators(), now)

    async def fails(self, **options: Any) -> SourceError:
        with pytest.raises(SourceError) as failure:
            await self.poll(**options)
        return failure.value

    @property
    def queries(self) -> list[dict[str, list[str]]]:
        """What was asked of the events, in order."""
        return [parse_qs(seen.query) for seen in self.server.requests if seen.path == "/read"]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    host = AcledHost()
    async with FeedServer() as server, Http(deadline=timedelta(seconds=10)) as http:
        options = {"email": "desk@example.org", "password": PASSWORD, "token_url": server.put("/token", host.token)}
        url = server.put("/read", host.read) + "?country=Mali"
        settings = SourceSettings(id="acled", url=url, kind="acled", allow_private=True, options=options)
        yield Bench(host, server, http, AcledSource(), settings)


async def test_an_event_becomes_an_item_with_codes_sides_and_place(bench: Bench) -> None:
    """The day it happened is its time, its types are codes that rules can name, and both sides are actors."""
    (item,) = (await bench.poll(limit=5, pages=1)).items[:1]
    assert item.title == "Remote explosive/landmine/IED: Group A / Army of Mali, Douentza, Mali"
    assert item.occurred == datetime(2026, 2, 27, tzinfo=UTC)
    assert item.codes == ("acled:explosions/remote violence", "acled:remote explosive/landmine/ied")
    assert not [fault for code in item.codes if (fault := fault_of(code))]
    assert item.actors == ("Group A", "Army of Mali", "Police", "Militia B")
    assert (item.lat, item.lon, item.place) == (15.0, -2.95, "Douentza, Mopti, Mali")
    assert (item.summary, item.lang) == ("A mine went off (0).", "en")
    assert item.content == "Fatalities: 2.\nSources: Paper A."


async def test_a_day_known_to_the_month_only_says_so(bench: Bench) -> None:
    """A reader must not take the middle of a month for the day of an attack."""
    bench.host.events = [event(1, time_precision="3", fatalities="0", source="")]
    assert (await bench.poll()).items[0].content == "The day is known to the month only."


async def test_a_corrected_event_is_the_same_report(bench: Bench) -> None:
    """I05: ACLED corrects events for weeks; the correction is judged again as a revision."""
    bench.host.events = [event(1)]
    before = (await bench.poll()).items[0]
    bench.host.events = [event(1, fatalities="9", event_date="2026-02-26")]
    after = (await bench.poll()).items[0]
    assert before.id == after.id
    assert before.content != after.content


# Asking


async def test_the_question_has_the_operators_filter_and_a_window_of_days(bench: Bench) -> None:
    """What stands in the address stays, and without a date in it the last days are asked for."""
    await bench.poll(days=10)
    (query,) = bench.queries
    assert query["country"] == ["Mali"]
    assert query["event_date"] == ["2026-02-19|2026-03-01"]
    assert query["event_date_where"] == ["BETWEEN"]


async def test_a_window_of_the_operators_own_is_left_alone(bench: Bench) -> None:
    """An address that names days is asked as it is."""
    bench.settings = replace(bench.settings, url=bench.settings.url + "&event_date=2026-01-01")
    await bench.poll()
    assert bench.queries[0]["event_date"] == ["2026-01-01"]


async def test_pages_are_read_until_one_is_not_full(bench: Bench) -> None:
    """Every event of all pages arrives once, with one login."""
    fetched = await bench.poll(limit=2)
    assert [query["page"] for query in bench.queries] == [["1"], ["2"], ["3"]]
    assert len(fetched.items) == len({item.id for item in fetched.items}) == 5
    assert bench.host.given == ["password"]
    assert not fetched.note


async def test_more_pages_than_allowed_are_told(bench: Bench) -> None:
    """X13: what was left out is said, so that nobody takes a part for the whole."""
    fetched = await bench.poll(limit=2, pages=2)
    assert len(fetched.items) == 4
    assert "more than 2 pages of 2" in fetched.note


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (Page(status=500), "page 2: http status: answered 500"),
        (Page(status=429, headers={"Retry-After": "60"}), "page 2: http status: answered 429"),
        (Page(body=b'{"data": {}}'), "page 2: not a feed: JSON without records: data is an object"),
    ],
    ids=["500", "T17-429", "X08-object"],
)
async def test_a_later_page_that_fails_keeps_the_newest_events(bench: Bench, page: Page, told: str) -> None:
    """The first page is used and the note says what is missing; nothing is remembered as seen."""
    bench.host.etag = '"1"'
    bench.host.instead = {2: page}
    fetched = await bench.poll(limit=2)
    assert len(fetched.items) == 2
    assert told in fetched.note
    assert fetched.validators == Validators()


async def test_only_a_poll_of_one_page_can_be_not_modified(bench: Bench) -> None:
    """304: the first page may stand still while the second changes."""
    bench.host.etag = '"1"'
    assert (await bench.poll(limit=2)).validators == Validators()
    whole = await bench.poll(limit=10)
    assert whole.validators == Validators(etag='"1"')
    assert (await bench.poll(limit=10, validators=whole.validators)).not_modified


async def test_a_busy_host_is_left_alone_as_long_as_it_says(bench: Bench) -> None:
    """T17: 429 at the first page is a fault, with the time it asked for."""
    bench.host.instead = {1: Page(status=429, headers={"Retry-After": "120"})}
    error = await bench.fails()
    assert (error.fault, error.retry_after) == (Fault.HTTP_STATUS, timedelta(minutes=2))


async def test_a_bad_event_is_counted_and_its_neighbours_go_on(bench: Bench) -> None:
    """I22, X08: the note names its place and what is wrong with it."""
    bench.host.events = [event(1), event(2, actor1=["x"]), "x", {"event_id_cnty": "MLI4"}, event(5, event_type="")]
    fetched = await bench.poll()
    assert len(fetched.items) == 1
    assert "skipped 4 unreadable records (the first: data[1]: actor1 is no single value)" in fetched.note


# The login


async def test_a_token_is_kept_and_used_again(bench: Bench) -> None:
    """The password travels once a day, not at every poll."""
    await bench.poll()
    await bench.poll(now=NOON + timedelta(hours=20))
    assert bench.host.given == ["password"]


async def test_an_old_token_is_refreshed_and_the_password_stays_home(bench: Bench) -> None:
    """Before a token ends a new one is asked for with what came beside it."""
    await bench.poll()
    await bench.poll(now=NOON + timedelta(hours=23, minutes=56))
    assert bench.host.given == ["password", "refresh_token"]


async def test_a_refresh_that_is_refused_leads_to_a_new_login(bench: Bench) -> None:
    """After two weeks of silence the refresh token is worth nothing: the password is."""
    await bench.poll()
    bench.host.refreshes = False
    assert (await bench.poll(now=NOON + timedelta(days=15))).items
    assert bench.host.given == ["password", "refresh_token", "password"]


async def test_a_token_that_is_revoked_early_costs_one_more_question(bench: Bench) -> None:
    """401 in the middle of its life: log in again and ask once more, in the same poll."""
    await bench.poll()
    bench.host.good.clear()
    assert (await bench.poll()).items
    assert bench.host.given == ["password", "password"]


async def test_a_wrong_password_is_a_refused_login(bench: Bench) -> None:
    """The fault names what to correct; no event is asked for without a token."""
    error = await bench.fails(password="wrong")
    assert error.fault is Fault.LOGIN
    assert "password" in error.detail
    assert bench.queries == []


async def test_an_account_without_entitlement_is_another_fault_than_a_wrong_password(bench: Bench) -> None:
    """A good login that may not read events needs a letter to ACLED and no new password."""
    bench.host.entitled = False
    error = await bench.fails()
    assert error.fault is Fault.NO_ACCESS
    assert "answered 403: the login is good" in error.detail


async def test_a_403_that_calls_itself_200_is_noticed(bench: Bench) -> None:
    """The refusal may stand in the text of a good answer."""
    bench.host.instead = {1: Page(body=b'{"status": 403, "success": false, "error": "no"}')}
    assert (await bench.fails()).fault is Fault.NO_ACCESS


async def test_a_token_that_is_never_taken_does_not_loop(bench: Bench) -> None:
    """401 to a fresh token ends the poll after the second question."""
    bench.host.instead = {1: Page(status=401)}
    error = await bench.fails()
    assert error.fault is Fault.LOGIN
    assert len(bench.queries) == 2


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (Page(status=500), Fault.HTTP_STATUS),
        (Page(status=429, headers={"Retry-After": "60"}), Fault.HTTP_STATUS),
        (Page(redirect_to="/read"), Fault.REDIRECTS),
        (Page(body=b"<html></html>"), Fault.NOT_A_FEED),
        (Page(body=b"[]"), Fault.LOGIN),
        (Page(body=b'{"access_token": 7}'), Fault.LOGIN),
        (Page(body=b'{"access_token": "a\\r\\nX-Evil: 1"}'), Fault.LOGIN),
        (Page(body=b'{"access_token": ""}'), Fault.LOGIN),
    ],
    ids=["500", "T17-429", "redirect", "T20-html", "list", "number", "header-injection", "empty"],
)
async def test_a_token_address_that_misbehaves_is_a_named_fault(bench: Bench, answer: Page, fault: Fault) -> None:
    """A password is never posted onward, and what is no token is not sent as one."""
    bench.server.put("/token", answer)
    error = await bench.fails()
    assert error.fault is fault
    assert bench.queries == []


@pytest.mark.parametrize("lifetime", [-5, 0, 10**12])
async def test_a_lifetime_without_sense_is_bounded(bench: Bench, lifetime: int) -> None:
    """A token is used at least for the poll that asked for it, and at most for a day."""
    bench.host.lifetime = lifetime
    assert (await bench.poll()).items
    await bench.poll(now=NOON + timedelta(days=2))
    assert len(bench.host.given) == 2


async def test_nothing_prints_the_password_or_a_token(bench: Bench) -> None:
    """P15: settings, source, options and errors show neither."""
    await bench.poll()
    bench.host.entitled = False
    error = await bench.fails()
    seen = f"{bench.settings!r} {bench.source!r} {bench.source._tokens.values()!r} {error!r} {error.detail}"
    assert PASSWORD not in seen
    assert "token-1" not in seen


async def test_options_that_are_not_right_fail_the_poll_by_name(bench: Bench) -> None:
    """A configuration that got past its check is still a named fault and not a crash."""
    error = await bench.fails(days=0)
    assert error.fault is Fault.OPTIONS
    assert "days" in error.detail
