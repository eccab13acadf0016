"""Trip: one way to the identity provider and back, of which the browser alone holds the secret."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Trip:
    """What proves that who comes back is who left. All of it follows from one secret, so nothing is kept here.

    None of the three tells the secret or another of the three: the provider and everybody on the way see *state* and
    *nonce*, and only the provider, from us, *verifier*.
    """

    secret: str = field(repr=False)

    @property
    def state(self) -> str:
        """Comes back in the address: the browser is the one that left."""
        return self._part("state")

    @property
    def nonce(self) -> str:
        """Comes back signed in the identity token: it was made for this trip."""
        return self._part("nonce")

    @property
    def verifier(self) -> str:
        """Goes with the code (RFC 7636): the code was given to this trip."""
        return self._part("verifier")

    def is_back(self, state: str) -> bool:
        """Whether *state* is this trip's."""
        return bool(self.secret) and hmac.compare_digest(self.state.encode(), state.encode(errors="replace"))

    def _part(self, purpose: str) -> str:
        made = hmac.digest(self.secret.encode(), f"watcher sign-in {purpose}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()
