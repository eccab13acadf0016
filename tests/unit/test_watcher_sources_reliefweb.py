"""ReliefWeb's API, version 2, against a host that speaks it: approval, versions, pages."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.servers import FeedServer, Page, Seen
from watcher.sources import Fault, Fetched, Http, SourceError, SourceSettings, Validators
from watcher.sources.reliefweb import ReliefWebOptions, ReliefWebSource

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
APPROVED = "desk-watch-x7"


def report(number: int, **changes: Any) -> dict[str, Any]:
    """One report, of our own making, in the shape of the API."""
    fields = {
        "title": f"Mali: situation report {number}",
        "body": "Needs grow.\n\nAccess shrinks.",
        "url": f"https://reliefweb.example/node/{number}",
        "url_alias": f"https://reliefweb.example/report/mali/{number}",
        "date": {"original": "2026-02-27T00:00:00+00:00", "created": "2026-02-28T09:00:00+00:00"},
        "language": [{"code": "fr"}],
        "primary_country": {"name": "Mali"},
        "source": [{"name": "Agency A"}, {"name": "Agency B"}],
    }
    return {"id": str(number), "score": 1, "fields": fields | changes}


class ReliefWebHost:
    """One address: approved names may ask, in pages, newest first."""

    def __init__(self) -> None:
        self.reports: list[Any] = [report(number) for number in range(5)]

    def __call__(self, seen: Seen) -> Page:
        query = parse_qs(seen.query)
        if "appname" not in query:
            return Page(status=400)
        if query["appname"] != [APPROVED]:
            return Page(status=403)
        offset, limit = int(query["offset"][0]), int(query["limit"][0])
        rows = self.reports[offset : offset + limit]
        body = {"totalCount": len(self.reports), "count": len(rows), "data": rows}
        return Page(body=json.dumps(body).encode(), content_type="application/json", etag=f'"{len(self.reports)}"')


@dataclass
class Bench:
    host: ReliefWebHost
    server: FeedServer
    http: Http
    settings: SourceSettings

    async def poll(self, validators: Validators | None = None, **options: Any) -> Fetched:
        settings = replace(self.settings, options={**self.settings.options, **options})
        return await ReliefWebSource().fetch(settings, self.http, validators or Validators(), NOON)

    async def fails(self, **options: Any) -> SourceError:
        with pytest.raises(SourceError) as failure:
            await self.poll(**options)
        return failure.value


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    host = ReliefWebHost()
    async with FeedServer() as server, Http(deadline=timedelta(seconds=10)) as http:
        url = server.put("/v2/reports", host) + "?query[value]=Mali"
        server.put("/v1/reports", Page(status=410))
        options = {"appname": APPROVED}
        settings = SourceSettings(id="rw", url=url, kind="reliefweb", allow_private=True, options=options)
        yield Bench(host, server, http, settings)


async def test_a_report_becomes_an_item_that_says_who_published_it(bench: Bench) -> None:
    """ReliefWeb carries the reports of others: the item names them, and the date is the report's own."""
    item = (await bench.poll()).items[0]
    assert (item.title, item.lang, item.place) == ("Mali: situation report 0", "fr", "Mali")
    assert item.summary == "Published by Agency A, Agency B."
    assert item.content == "Needs grow.\nAccess shrinks."
    assert item.url == "https://reliefweb.example/report/mali/0"
    assert item.published == datetime(2026, 2, 27, tzinfo=UTC)
    assert item.occurred is None


async def test_the_question_has_the_operators_query_the_name_and_the_newest_first(bench: Bench) -> None:
    """What stands in the address stays; name, fields and order are added."""
    await bench.poll(limit=3)
    query = parse_qs(bench.server.requests[0].query)
    assert query["query[value]"] == ["Mali"]
    assert query["appname"] == [APPROVED]
    assert query["sort[]"] == ["date.created:desc"]
    assert {"title", "body", "date.original", "source.name"} <= set(query["fields[include][]"])


async def test_pages_are_read_as_far_as_asked(bench: Bench) -> None:
    """All reports of several pages arrive once."""
    fetched = await bench.poll(limit=2, pages=5)
    assert len({item.id for item in fetched.items}) == 5
    assert [parse_qs(seen.query)["offset"] for seen in bench.server.requests] == [["0"], ["2"], ["4"]]


async def test_nothing_new_is_asked_for_and_answered_with_304(bench: Bench) -> None:
    """A poll of one page keeps the ETag and uses it."""
    first = await bench.poll()
    assert (await bench.poll(first.validators)).not_modified


async def test_a_name_that_is_not_approved_is_no_access_and_says_where_to_apply(bench: Bench) -> None:
    """403: the cure is a form at ReliefWeb, so the fault leads there."""
    error = await bench.fails(appname="my-own-idea")
    assert error.fault is Fault.NO_ACCESS
    assert "https://apidoc.reliefweb.int/parameters#appname" in error.detail


async def test_a_version_that_was_switched_off_is_another_fault(bench: Bench) -> None:
    """410: the cure is another address, and the fault writes it down."""
    bench.settings = replace(bench.settings, url=bench.settings.url.replace("/v2/", "/v1/"))
    error = await bench.fails()
    assert error.fault is Fault.HTTP_STATUS
    assert "answered 410" in error.detail
    assert "/v2/" in error.detail


async def test_version_1_is_refused_before_the_first_poll() -> None:
    """The configuration is told with the address to write instead."""
    what, instead = ReliefWebOptions.address_problem("https://api.reliefweb.int/v1/reports?query[value]=Mali")
    assert "version 1" in what
    assert instead == "https://api.reliefweb.int/v2/reports"


async def test_a_question_it_cannot_read_is_told_as_one(bench: Bench) -> None:
    """400: the fault is in the address and not in the approval."""
    bench.server.put("/v2/reports", Page(status=400))
    error = await bench.fails()
    assert error.fault is Fault.HTTP_STATUS
    assert "answered 400" in error.detail


async def test_a_busy_host_is_left_alone_as_long_as_it_says(bench: Bench) -> None:
    """T17: 429 comes with the time it asked for."""
    bench.server.put("/v2/reports", Page(status=429, headers={"Retry-After": "60"}))
    assert (await bench.fails()).retry_after == timedelta(minutes=1)


async def test_odd_fields_cost_their_field_and_bad_reports_themselves(bench: Bench) -> None:
    """I22, X08: a list where an object stood, a language that is none, a report without fields."""
    bench.host.reports = [
        report(1, language=[{"code": "ot"}], source={}, primary_country=[{"name": "Mali"}], date=[]),
        report(2, title={"en": "x"}),
        {"id": "3", "fields": []},
    ]
    fetched = await bench.poll()
    (item,) = fetched.items
    assert (item.lang, item.summary, item.place, item.published) == (None, "", "Mali", None)
    assert "skipped 2 unreadable records (the first: data[1]: title is an object" in fetched.note
