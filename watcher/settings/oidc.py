"""The house that people may sign in at, as the operator writes it."""

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from indicators.errors import Severity
from indicators.written import Fault, Written


class Oidc(Written):
    """An identity provider (OpenID Connect) at which people prove who they are; accounts here say what they may.

    *issuer* is its address, letter by letter as it writes it itself; *client_id* and *client_secret* are what it gave
    us. *label* is how the button calls it, its host where nothing is written. *allow_private* lets it live inside the
    house, there also without TLS.
    """

    issuer: str
    client_id: str = Field(min_length=1)
    client_secret: str = Field(min_length=1, repr=False)
    label: str = Field(default="", max_length=40)
    allow_private: bool = False

    @field_validator("issuer")
    @classmethod
    def _an_address(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            good = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
        except ValueError:
            good = False
        if not good or not value.isprintable() or " " in value or "\\" in value:
            raise ValueError("write the address of the identity provider: https://login.example.org")
        if parts.query or parts.fragment:
            raise ValueError("write it without ? and #")
        return value

    @property
    def called(self) -> str:
        """What people know it by."""
        return self.label.strip() or (urlsplit(self.issuer).hostname or "")


def oidc_faults(
    oidc: Oidc | None, *, base_url: str, filled: Callable[[str], tuple[str, tuple[str, ...]]]
) -> Iterator[Fault]:
    """Find what keeps people from signing in at the provider.

    *filled* gives a text with its ``${NAME}`` parts filled in, and the names that the environment does not have.
    """
    if oidc is None:
        return
    path = ("web", "oidc")
    for key in ("client_id", "client_secret"):
        for name in filled(getattr(oidc, key))[1]:
            yield Fault(path=(*path, key), what=f"the environment has no {name}", instead=f"export {name}=…")
    if not base_url:
        what = "the provider cannot send people back: no base_url"
        yield Fault(path=path, what=what, instead="write base_url: under web:, as people reach the desk")
    if oidc.issuer.startswith("http://") and not oidc.allow_private:
        what = "an identity provider outside the house must be reached over https"
        yield Fault(path=(*path, "issuer"), what=what, instead="https://…, or allow_private: true for one inside")
    if find_spec("authlib") is None or find_spec("joserfc") is None:
        what = "the extra oidc is not installed: people sign in by password only"
        yield Fault(path=path, what=what, instead="install iw-watcher[oidc]", severity=Severity.WARNING)
