"""ReliefWeb's API, version 2: reports of humanitarian organisations. It answers approved application names only."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from pydantic import Field

from watcher.sources.data_pages import Page, further_pages, harvested, page_of
from watcher.sources.exchange import check_status, conditions, validators_of, with_query
from watcher.sources.faults import Fault, SourceError
from watcher.sources.http import Http, Response
from watcher.sources.json_text import shape_of
from watcher.sources.options import Options, options_of
from watcher.sources.records import Harvest, Record, RecordError
from watcher.sources.source import Fetched, SourceSettings, Validators

APPLY = "https://apidoc.reliefweb.int/parameters#appname"

_FIELDS = (
    "title",
    "body",
    "url",
    "url_alias",
    "date.original",
    "date.created",
    "language.code",
    "primary_country.name",
    "source.name",
)
_NO_LANGUAGE = "ot"
"""ReliefWeb's code for any other language."""


class ReliefWebOptions(Options):
    """``appname``: the name that ReliefWeb approved for you. ``limit`` reports a page, at most so many ``pages``."""

    appname: str = Field(pattern=r"^[!-~]+$", max_length=200)
    limit: int = Field(default=100, ge=1, le=1000)
    pages: int = Field(default=1, ge=1, le=10)

    @classmethod
    def address_problem(cls, url: str) -> tuple[str, str]:
        """Return what is wrong with the address; version 1 is known to be gone."""
        if "/v1/" in url:
            return "version 1 of ReliefWeb's API was switched off", url.partition("?")[0].replace("/v1/", "/v2/")
        return super().address_problem(url)


class ReliefWebSource:
    """A kind of source: ReliefWeb's list of reports; its address may carry a query, ``?query[value]=Mali``."""

    options = ReliefWebOptions

    async def fetch(self, settings: SourceSettings, http: Http, validators: Validators, now: datetime) -> Fetched:
        """Poll the newest reports; raises faults that tell a missing approval from a version that is gone."""
        options = options_of(ReliefWebOptions, settings.options, source=settings.id)
        answer = await _ask(settings, options, http, 1, validators)
        if answer.status == HTTPStatus.NOT_MODIFIED and validators != Validators():
            return Fetched(not_modified=True, validators=validators)
        harvest = Harvest(source=settings.id, language=settings.lang, now=now)
        pages = [await _page(answer, harvest, 1)]

        async def ask(number: int) -> Page:
            return await _page(await _ask(settings, options, http, number, Validators()), harvest, number)

        remarks = await further_pages(pages, ask, limit=options.limit, most=options.pages) if options.pages > 1 else ()
        fetched = harvested(pages, harvest, remarks=remarks)
        fresh = validators_of(answer) if len(pages) == 1 and not remarks else Validators()
        return replace(fetched, validators=validators if fetched.partial else fresh)


async def _page(answer: Response, blank: Harvest, number: int) -> Page:
    _check(answer.status, source=blank.source)
    check_status(answer, source=blank.source, now=blank.now)
    return await page_of(answer, _record, blank, number=number)


async def _ask(
    settings: SourceSettings, options: ReliefWebOptions, http: Http, page: int, validators: Validators
) -> Response:
    query: dict[str, str | list[str]] = {
        "appname": options.appname,
        "limit": str(options.limit),
        "offset": str((page - 1) * options.limit),
        "fields[include][]": list(_FIELDS),
    }
    if "sort" not in settings.url and "preset" not in settings.url:
        query["sort[]"] = "date.created:desc"
    return await http.get(
        with_query(settings.url, query),
        source=settings.id,
        headers={"Accept": "application/json", **conditions(validators)},
        allow_private=settings.allow_private,
    )


def _check(status: int, *, source: str) -> None:
    """Tell apart what looks alike from afar: no approval, a version that is gone, a question it cannot read."""
    if status == HTTPStatus.FORBIDDEN:
        words = (
            f"answered 403: ReliefWeb has not approved this appname; ask for one at {APPLY} and write it into options"
        )
        raise SourceError(source, Fault.NO_ACCESS, words)
    if status == HTTPStatus.GONE:
        words = (
            "answered 410: this version of its API was switched off; write https://api.reliefweb.int/v2/… as the url"
        )
        raise SourceError(source, Fault.HTTP_STATUS, words)
    if status == HTTPStatus.BAD_REQUEST:
        words = (
            "answered 400: ReliefWeb cannot read the question in the url; try it in a browser, it says what is wrong"
        )
        raise SourceError(source, Fault.HTTP_STATUS, words)


def _record(entry: Mapping[str, Any]) -> Record:
    fields = entry.get("fields")
    if not isinstance(fields, dict):
        raise RecordError(f"fields is {shape_of(fields)}, not an object")
    dates = fields.get("date")
    dates = dates if isinstance(dates, dict) else {}
    code = _first(fields.get("language"), "code")
    return Record(
        id=entry.get("id"),
        title=fields.get("title"),
        summary=_published_by(fields.get("source")),
        content=fields.get("body"),
        url=fields.get("url_alias") or fields.get("url"),
        published=dates.get("original") or dates.get("created"),
        lang=None if code == _NO_LANGUAGE else code,
        place=_first(fields.get("primary_country"), "name"),
    )


def _published_by(sources: Any) -> str:
    """Return who stands behind the report: ReliefWeb itself only carries it."""
    told = sources if isinstance(sources, list) else []
    names = [one["name"] for one in told if isinstance(one, dict) and isinstance(one.get("name"), str)]
    return f"Published by {', '.join(names[:5])}." if names else ""


def _first(value: Any, name: str) -> Any:
    """Return *name* of an object, or of the first object in a list."""
    one = value[0] if isinstance(value, list) and value else value
    return one.get(name) if isinstance(one, dict) else None
