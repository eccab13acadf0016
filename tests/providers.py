"""An identity provider of our own: real HTTP, real keys, and whatever a test wants wrong with what it signs."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from aiohttp import web
from joserfc import jwk, jwt

HERE = "127.0.0.1"
CLIENT_ID, CLIENT_SECRET = "watcher desk", "a secret: with+signs%"

_KINDS: dict[str, tuple[str, Any]] = {"RS256": ("RSA", 2048), "ES256": ("EC", "P-256")}


@dataclass
class Provider:
    """Signs in *subject* at once, as the code flow with PKCE says; the fields bend what it answers."""

    clock: Callable[[], float] = time.time
    algorithm: str = "RS256"
    subject: str = "248289761001"
    claims: dict[str, Any] = field(default_factory=dict)
    """Claims in place of the right ones."""
    forge: Callable[[str], str] = str
    """What is done to a token after it was signed."""
    named: str = ""
    """An issuer in the description in place of its own."""
    methods: list[str] | None = None
    down: bool = False
    asked: list[str] = field(default_factory=list)
    port: int = 0

    async def __aenter__(self) -> Self:
        self.new_key()
        self._codes: dict[str, dict[str, str]] = {}
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HERE, 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    @property
    def issuer(self) -> str:
        return f"http://{HERE}:{self.port}/realm"

    def new_key(self) -> None:
        """Change the key, as providers do."""
        kind, size = _KINDS[self.algorithm]
        self.key: Any = jwk.generate_key(kind, size, {"kid": secrets.token_hex(4), "use": "sig"})  # type: ignore[call-overload]  # the kind is a value here

    def visited(self, address: str) -> dict[str, str]:
        """Be asked by a browser at *address*; return what it brings back to the callback."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert address.startswith(f"{self.issuer}/authorize?")
        assert (asked["response_type"], asked["scope"], asked["client_id"]) == ("code", "openid", CLIENT_ID)
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(12)
        self._codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if self.down:
            return web.Response(status=503)
        if request.path == "/realm/.well-known/openid-configuration":
            told = {
                "issuer": self.named or self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
            return web.json_response(
                told | ({"token_endpoint_auth_methods_supported": self.methods} if self.methods else {})
            )
        if request.path == "/realm/keys":
            return web.json_response({"keys": [self.key.as_dict(private=False)]})
        if request.path == "/realm/token" and request.method == "POST":
            return self._token(dict(parse_qsl(await request.text())), request.headers.get("Authorization", ""))
        return web.Response(status=404)

    def _token(self, form: dict[str, str], authorization: str) -> web.Response:
        asked = self._codes.pop(form.get("code", ""), None)
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or form["grant_type"] != "authorization_code"
            or form["redirect_uri"] != asked["redirect_uri"]
            or base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() != asked["code_challenge"]
            or self._secret(form, authorization) != (CLIENT_ID, CLIENT_SECRET)
        ):
            return web.json_response({"error": "invalid_grant"}, status=400)
        now = int(self.clock())
        claims = {"iss": self.issuer, "sub": self.subject, "aud": CLIENT_ID, "iat": now, "exp": now + 300}
        claims |= {"nonce": asked["nonce"]} | self.claims
        signed = jwt.encode({"alg": self.algorithm, "kid": self.key.kid}, claims, self.key, [self.algorithm])
        return web.json_response({"access_token": "x", "token_type": "Bearer", "id_token": self.forge(signed)})

    def _secret(self, form: dict[str, str], authorization: str) -> tuple[str, str]:
        if self.methods == ["client_secret_post"]:
            return form.get("client_id", ""), form.get("client_secret", "")
        name, _, given = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        return unquote_plus(name), unquote_plus(given)


def unsigned(token: str) -> str:
    """Return *token* with the algorithm "none" and no signature."""
    return f"{_part({'alg': 'none'})}.{token.split('.')[1]}."


def signed_with_the_public_key(provider: Provider) -> Callable[[str], str]:
    """Return a forger who signs with the public key as if it were a secret that both share (HS256)."""

    def forge(token: str) -> str:
        claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        shared = jwk.import_key(base64.b64encode(provider.key.as_bytes(private=False)), "oct")
        return jwt.encode({"alg": "HS256", "kid": provider.key.kid}, claims, shared, ["HS256"])

    return forge


def _part(told: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()
