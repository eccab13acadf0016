"""Provider: the identity provider of ``watcher.yaml``, asked through the one door out (:mod:`watcher.sources.http`)."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus, urlsplit

from watcher.people import id_tokens
from watcher.people.id_tokens import Expected, UnknownKeyError
from watcher.people.trips import Trip
from watcher.plant import Plant
from watcher.settings import secret
from watcher.settings.oidc import Oidc
from watcher.sources.faults import SourceError
from watcher.sources.http import Response

KEPT = timedelta(hours=1)
"""How long what the provider says of itself, and its keys, are used without asking again."""

NEW_KEYS_EVERY = timedelta(minutes=1)
"""How often a token with an unknown key may have us ask for the keys again."""

PATIENCE = timedelta(seconds=10)
"""How long somebody at the sign-in waits for the provider, however many questions it takes."""

AT_ONCE = 8
"""Sign-ins that ask the provider at the same time."""

_NAME = "sign-in"
"""What errors of the door call us."""


class ProviderError(Exception):
    """The provider does not answer, or not as OpenID Connect says; the sentence is for the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Itself:
    """What the provider says of itself (OpenID Connect Discovery 1.0)."""

    authorization: str
    token: str
    keys: str
    secret_in_form: bool
    """It takes our secret among the fields only, not in a header."""


class Provider:
    """Sends people to the provider and finds out who comes back."""

    def __init__(self, oidc: Oidc, plant: Plant, *, callback: str) -> None:
        self._oidc = oidc
        self._plant = plant
        self._callback = callback
        self._itself: tuple[datetime, _Itself] | None = None
        self._keys: tuple[datetime, Mapping[str, Any]] | None = None
        self._room = asyncio.Semaphore(AT_ONCE)

    async def begin(self, trip: Trip) -> str:
        """Return the address at which a browser sets out on *trip*. Raises :class:`ProviderError`."""
        async with self._bounded():
            itself = await self._discovered()
        client_id = secret(self._oidc.client_id).value
        return id_tokens.request_address(itself.authorization, trip, client_id=client_id, callback=self._callback)

    async def subject(self, code: str, trip: Trip) -> str:
        """Return who came back from *trip* with *code*.

        Raises :class:`ProviderError` where the provider does not answer, and
        :class:`~watcher.people.id_tokens.TokenError` where its answer proves nothing.
        """
        async with self._bounded():
            itself = await self._discovered()
            told = await self._exchanged(itself, code, trip)
            token, access = told.get("id_token"), told.get("access_token")
            if not isinstance(token, str):
                raise ProviderError("its answer to the code has no id_token")
            expected = Expected(
                issuer=self._oidc.issuer,
                client_id=secret(self._oidc.client_id).value,
                nonce=trip.nonce,
                access_token=access if isinstance(access, str) else "",
            )
            keys = await self._signing_keys(itself, KEPT)
            try:
                return id_tokens.subject_of(token, keys, expected, now=self._plant.now())
            except UnknownKeyError:
                newer = await self._signing_keys(itself, NEW_KEYS_EVERY)
                return id_tokens.subject_of(token, newer, expected, now=self._plant.now())

    @asynccontextmanager
    async def _bounded(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()), self._room:
                yield
        except TimeoutError:
            raise ProviderError(f"no answer within {PATIENCE.total_seconds():g} s") from None
        except SourceError as error:
            raise ProviderError(f"{error.fault}: {error.detail}") from None

    async def _discovered(self) -> _Itself:
        now = self._plant.now()
        if self._itself is None or now - self._itself[0] >= KEPT:
            address = f"{self._oidc.issuer.rstrip('/')}/.well-known/openid-configuration"
            self._itself = now, self._described(await self._get(address))
        return self._itself[1]

    def _described(self, told: Mapping[str, Any]) -> _Itself:
        if told.get("issuer") != self._oidc.issuer:
            raise ProviderError("it calls itself otherwise than issuer: under web: oidc: in watcher.yaml")
        listed = told.get("token_endpoint_auth_methods_supported")
        methods = listed if isinstance(listed, list) else ["client_secret_basic"]
        if "client_secret_basic" not in methods and "client_secret_post" not in methods:
            raise ProviderError("it takes a client secret neither as basic authentication nor in the form")
        return _Itself(
            authorization=self._endpoint(told, "authorization_endpoint"),
            token=self._endpoint(told, "token_endpoint"),
            keys=self._endpoint(told, "jwks_uri"),
            secret_in_form="client_secret_basic" not in methods,
        )

    def _endpoint(self, told: Mapping[str, Any], name: str) -> str:
        """Return an address the provider gives, which is never less private than the provider's own."""
        written = told.get(name)
        good = isinstance(written, str) and written.isprintable() and not {" ", "\\", "#"} & set(written)
        if not good or not self._is_private_enough(str(written)):
            raise ProviderError(f"its {name} is no address that we may use")
        return str(written)

    def _is_private_enough(self, address: str) -> bool:
        try:
            parts = urlsplit(address)
        except ValueError:
            return False
        schemes = {"https", "http"} if self._oidc.issuer.startswith("http://") else {"https"}
        return parts.scheme in schemes and bool(parts.hostname) and "@" not in parts.netloc

    async def _signing_keys(self, itself: _Itself, kept: timedelta) -> Mapping[str, Any]:
        now = self._plant.now()
        if self._keys is None or now - self._keys[0] >= kept:
            self._keys = now, await self._get(itself.keys)
        return self._keys[1]

    async def _exchanged(self, itself: _Itself, code: str, trip: Trip) -> Mapping[str, Any]:
        """Give the code for tokens; our secret goes to this address alone, for no redirect is followed."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback,
            "code_verifier": trip.verifier,
        }
        headers = {"Accept": "application/json"}
        client_id, client_secret = secret(self._oidc.client_id).value, secret(self._oidc.client_secret).value
        if itself.secret_in_form:
            form |= {"client_id": client_id, "client_secret": client_secret}
        else:
            both = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"  # RFC 6749, 2.3.1
            headers["Authorization"] = f"Basic {base64.b64encode(both.encode()).decode()}"
        http, private = self._plant.http, self._oidc.allow_private
        return _read(await http.post(itself.token, source=_NAME, form=form, headers=headers, allow_private=private))

    async def _get(self, address: str) -> Mapping[str, Any]:
        headers = {"Accept": "application/json"}
        found = await self._plant.http.get(
            address, source=_NAME, headers=headers, allow_private=self._oidc.allow_private
        )
        if not self._is_private_enough(found.url):
            raise ProviderError("it redirects to an address without TLS")
        return _read(found)


def _read(answer: Response) -> Mapping[str, Any]:
    if answer.status != 200:  # noqa: PLR2004 - HTTP's own number
        raise ProviderError(f"{urlsplit(answer.url).path or '/'} answered {answer.status}")
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        told = None
    if answer.truncated or not isinstance(told, dict):
        raise ProviderError(f"{urlsplit(answer.url).path or '/'} answered something else than a JSON object")
    return told
