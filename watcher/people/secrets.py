"""Secrets that are handed out once: only their digest is ever kept."""

import hashlib
import secrets as _secrets

_BYTES = 32


def new_secret() -> str:
    """Return 256 bits of chance as text that fits into an address, a cookie and a header."""
    return _secrets.token_urlsafe(_BYTES)


def digest_of(secret: str) -> str:
    """Return what is kept of *secret*. It is all chance, so a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()
