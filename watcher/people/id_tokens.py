"""Identity tokens: what another house signs about who somebody is. The only file that knows authlib and joserfc.

Authlib (the extra ``oidc``) knows the protocol; it fetches nothing here, for there is one door out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import Any

from watcher.people.accounts import LONGEST_SUBJECT
from watcher.people.trips import Trip

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures by a key that only the provider has: never ``none``, and none by a secret that we share."""

LEEWAY = timedelta(minutes=1)
"""How far the provider's clock may be from ours."""

_KEY_TYPES = {"R": "RSA", "P": "RSA", "E": "EC"}


class TokenError(Exception):
    """A token proves nothing; the sentence is for the log and quotes nothing of it."""


class UnknownKeyError(TokenError):
    """It names a key that we have not seen: the provider may have new ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What an identity token must say: by whom, for whom, on which trip."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str = ""


def is_installed() -> bool:
    """Whether the extra ``oidc`` is there."""
    return find_spec("authlib") is not None and find_spec("joserfc") is not None


def request_address(endpoint: str, trip: Trip, *, client_id: str, callback: str) -> str:
    """Return where a browser asks the provider for a code: the code flow with PKCE (S256), state and nonce."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    made: str = prepare_grant_uri(
        endpoint,
        client_id=client_id,
        response_type="code",
        redirect_uri=callback,
        scope="openid",
        state=trip.state,
        nonce=trip.nonce,
        code_challenge=create_s256_code_challenge(trip.verifier),
        code_challenge_method="S256",
    )
    return made


def subject_of(token: str, keys: Mapping[str, Any], expected: Expected, *, now: datetime) -> str:
    """Return whom *token* speaks of, once its signature by one of *keys* (a JWK set) and all it claims are checked."""
    from authlib.oidc.core import CodeIDToken
    from joserfc import errors, jwt

    try:
        found = jwt.decode(token, lambda one: _key(one.headers(), keys), algorithms=ALGORITHMS)
        options = {
            "iss": {"essential": True, "value": expected.issuer},
            "aud": {"essential": True, "value": expected.client_id},
        }
        params = {"nonce": expected.nonce, "client_id": expected.client_id, "access_token": expected.access_token}
        claims = CodeIDToken(found.claims, found.header, options, params)
        claims.validate(now=int(now.timestamp()), leeway=int(LEEWAY.total_seconds()))
    except errors.ClaimError as error:
        raise TokenError(f"its {error.claim} is not as it must be ({error.error})") from None
    except errors.JoseError as error:
        raise TokenError(f"its signature does not hold ({error.error})") from None
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise TokenError(f"it cannot be read ({type(error).__name__})") from None
    return _subject(claims.get("sub"))


def _subject(written: object) -> str:
    if not isinstance(written, str) or not 0 < len(written) <= LONGEST_SUBJECT or not written.isprintable():
        raise TokenError("its sub is no name")
    return written


def _key(header: Mapping[str, Any], keys: Mapping[str, Any]) -> Any:
    """Return the key that *header* names, or the only one of its kind where it names none."""
    from joserfc import errors, jwk

    listed = keys.get("keys")
    wanted, kind = header.get("kid"), _KEY_TYPES.get(str(header.get("alg"))[:1])
    fitting = [
        key
        for key in (listed if isinstance(listed, list) else [])
        if isinstance(key, dict)
        and key.get("kty") == kind
        and key.get("use", "sig") == "sig"
        and key.get("alg", header.get("alg")) == header.get("alg")
        and (wanted is None or key.get("kid") == wanted)
    ]
    if len(fitting) != 1:
        raise UnknownKeyError(f"{len(fitting)} of the provider's keys could have signed it")
    try:
        return jwk.import_key(fitting[0])
    except (errors.JoseError, ValueError):
        raise TokenError("the provider's key cannot be read") from None
