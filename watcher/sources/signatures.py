"""Signed messages: who may push, and when. HMAC-SHA256 (RFC 2104) over the time and the body, as senders must do it."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

TIMESTAMP = "Watcher-Timestamp"
SIGNATURE = "Watcher-Signature"

WINDOW = timedelta(minutes=5)
"""How far a message's time may lie from ours, either way."""

_SECONDS = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"sha256=([0-9a-f]{64})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What a message says of itself: when it was signed (seconds from 1970), and its signature as 64 hex digits."""

    timestamp: str
    signature: str

    def is_timely(self, *, now: datetime) -> bool:
        """Whether it was signed within five minutes of *now*."""
        return abs(now.timestamp() - int(self.timestamp)) <= WINDOW.total_seconds()

    def fits(self, body: bytes, *, secret: str) -> bool:
        """Whether whoever holds *secret* signed this *body* at this time; takes as long if not."""
        return hmac.compare_digest(sign(body, timestamp=self.timestamp, secret=secret), self.signature)


def sign(body: bytes, *, timestamp: str, secret: str) -> str:
    """Return the signature of *body* at *timestamp*: 64 hex digits."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def seal_of(timestamp: str, signature: str) -> Seal | None:
    """Return the seal that these two headers make, or ``None`` if either is not written as it must be."""
    found = _SIGNATURE.fullmatch(signature.strip())
    if found is None or not _SECONDS.fullmatch(timestamp.strip()):
        return None
    return Seal(timestamp=timestamp.strip(), signature=found[1].lower())
