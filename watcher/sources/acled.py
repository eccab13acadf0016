"""ACLED's API: a login that yields tokens for a day, pages of events, and refusals that ask for different cures."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import ClassVar

from pydantic import Field, SecretStr, field_validator

from watcher.sources.acled_event import acled_record
from watcher.sources.data_pages import Page, further_pages, harvested, page_of
from watcher.sources.exchange import apart, check_status, conditions, validators_of, with_query
from watcher.sources.faults import Fault, SourceError
from watcher.sources.http import Http, Response
from watcher.sources.json_documents import document_of
from watcher.sources.options import Options, Shows, options_of
from watcher.sources.records import Harvest
from watcher.sources.source import Fetched, SourceSettings, Validators

TOKEN_URL = "https://acleddata.com/oauth/token"  # noqa: S105 - an address
_EARLY = timedelta(minutes=5)
_LONGEST = timedelta(days=1)
_WRONG = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class AcledOptions(Options):
    """The account at myACLED; ``days`` looked back, ``limit`` events a page, at most so many ``pages`` a poll."""

    shows: ClassVar[Shows] = Shows.CURRENT

    email: str = Field(min_length=3, max_length=200)
    password: SecretStr = Field(min_length=1)
    days: int = Field(default=30, ge=1, le=366)
    limit: int = Field(default=1000, ge=1, le=5000)
    pages: int = Field(default=10, ge=1, le=50)
    token_url: str = TOKEN_URL

    @field_validator("token_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("write an address that begins with https://")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a login gave; kept in memory only."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    until: datetime

    def holds(self, now: datetime) -> bool:
        """Whether it can still be used for a poll that begins now."""
        return now < self.until - _EARLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A login's answer as it came; ``seconds`` is how long it says the token holds."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """One poll: who asks, with what, and when."""

    settings: SourceSettings
    options: AcledOptions
    http: Http
    now: datetime

    @property
    def account(self) -> tuple[str, str, str]:
        return self.options.token_url, self.options.email, self.options.password.get_secret_value()

    @property
    def harvest(self) -> Harvest:
        """An empty one for what this poll brings."""
        return Harvest(source=self.settings.id, language=self.settings.lang or "en", now=self.now)


class AcledSource:
    """A kind of source: ACLED's ``read`` endpoint; its address may carry filters, ``?country=Mali``."""

    options = AcledOptions

    def __init__(self) -> None:
        self._tokens: dict[tuple[str, str, str], Token] = {}

    async def fetch(self, settings: SourceSettings, http: Http, validators: Validators, now: datetime) -> Fetched:
        """Poll the newest events, page by page; raises LOGIN and NO_ACCESS apart, each with what to do."""
        options = options_of(AcledOptions, settings.options, source=settings.id)
        desk = _Desk(settings=settings, options=options, http=http, now=now)
        answer = await self._ask(desk, 1, validators)
        if answer.status == HTTPStatus.NOT_MODIFIED and validators != Validators():
            return Fetched(not_modified=True, validators=validators)
        pages = [await self._page(desk, answer, 1)]

        async def ask(number: int) -> Page:
            return await self._page(desk, await self._ask(desk, number, Validators()), number)

        remarks = await further_pages(pages, ask, limit=options.limit, most=options.pages)
        fetched = harvested(pages, desk.harvest, remarks=remarks)
        # A second page may change while the first does not: only a poll of one page can say "not modified".
        fresh = validators_of(answer) if len(pages) == 1 and not remarks else Validators()
        return replace(fetched, validators=validators if fetched.partial else fresh)

    async def _page(self, desk: _Desk, answer: Response, number: int) -> Page:
        page = await page_of(answer, partial(acled_record, now=desk.now), desk.harvest, number=number)
        _check(desk, page.says)  # ACLED can say 200 on the wire and 403 in the text
        return page

    async def _ask(self, desk: _Desk, page: int, validators: Validators) -> Response:
        """Return the answer for one page, after a second login where the first token is refused."""
        answer = await _read(desk, await self._token(desk), page, validators)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            self._tokens.pop(desk.account, None)
            answer = await _read(desk, await self._token(desk), page, validators)
        if answer.status == HTTPStatus.NOT_MODIFIED and validators != Validators():
            return answer
        _check(desk, answer.status)
        check_status(answer, source=desk.settings.id, now=desk.now)
        return answer

    async def _token(self, desk: _Desk) -> Token:
        kept = self._tokens.get(desk.account)
        if kept is not None and kept.holds(desk.now):
            return kept
        fresh = None
        if kept is not None and kept.refresh:
            fresh = await _granted(desk, {"grant_type": "refresh_token", "refresh_token": kept.refresh})
        if fresh is None:
            _, email, password = desk.account
            fresh = await _granted(desk, {"grant_type": "password", "username": email, "password": password})
        if fresh is None:
            words = "the token address does not take this email and password: correct email, password or the variable"
            raise SourceError(desk.settings.id, Fault.LOGIN, words)
        self._tokens[desk.account] = fresh
        return fresh


async def _granted(desk: _Desk, form: Mapping[str, str]) -> Token | None:
    """Return the token for a grant, or ``None`` if it is refused."""
    source = desk.settings.id
    answer = await desk.http.post(
        desk.options.token_url,
        source=source,
        form={**form, "client_id": "acled"},
        headers={"Accept": "application/json"},
        allow_private=desk.settings.allow_private,
    )
    if answer.status in _WRONG:
        return None
    check_status(answer, source=source, now=desk.now)
    said = await apart(partial(_said, answer.body, source), Granted, source=source)
    return Token(access=said.access, refresh=said.refresh, until=desk.now + _lifetime(said.seconds))


def _said(body: bytes, source: str) -> Granted:
    said = document_of(body, source=source).value
    access = said.get("access_token") if isinstance(said, dict) else None
    if not isinstance(access, str) or not access.isascii() or not access.isprintable() or not access:
        raise SourceError(source, Fault.LOGIN, "the token address answered without a token")
    refresh, lasts = said.get("refresh_token"), said.get("expires_in")
    return Granted(
        access=access,
        refresh=refresh if isinstance(refresh, str) else "",
        seconds=float(lasts) if isinstance(lasts, int | float) else _LONGEST.total_seconds(),
    )


def _lifetime(seconds: float) -> timedelta:
    return timedelta(seconds=min(max(seconds, 0.0), _LONGEST.total_seconds())) if math.isfinite(seconds) else _LONGEST


async def _read(desk: _Desk, token: Token, page: int, validators: Validators) -> Response:
    settings, options = desk.settings, desk.options
    first = desk.now - timedelta(days=options.days)
    query: dict[str, str | list[str]] = {"_format": "json", "limit": str(options.limit), "page": str(page)}
    if "event_date=" not in settings.url:
        query |= {"event_date": f"{first:%Y-%m-%d}|{desk.now:%Y-%m-%d}", "event_date_where": "BETWEEN"}
    return await desk.http.get(
        with_query(settings.url, query),
        source=settings.id,
        headers={"Authorization": f"Bearer {token.access}", "Accept": "application/json", **conditions(validators)},
        allow_private=settings.allow_private,
    )


def _check(desk: _Desk, status: int) -> None:
    """Tell a refused login from an account that may not read: one needs a password, the other a letter to ACLED."""
    if status == HTTPStatus.UNAUTHORIZED:
        words = (
            "answered 401 to a token it has just given: log in at acleddata.com once and see whether it asks for more"
        )
        raise SourceError(desk.settings.id, Fault.LOGIN, words)
    if status == HTTPStatus.FORBIDDEN:
        words = (
            "answered 403: the login is good, but this account may not read events; accept the terms and complete "
            "the profile at acleddata.com, and ask ACLED for access to the API (private mail addresses often get none)"
        )
        raise SourceError(desk.settings.id, Fault.NO_ACCESS, words)
