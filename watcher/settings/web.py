"""Where the web server listens, as the operator writes it."""

from datetime import timedelta
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from pydantic import field_validator

from alerts.markings import Marking
from alerts.spans import Duration
from indicators.written import Written
from watcher.settings.oidc import Oidc


class Web(Written):
    """Where the web server listens, under which address others reach it, and whose word on their address counts."""

    listen: str = "127.0.0.1:8467"
    base_url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    session_idle: Duration = timedelta(hours=12)
    """After so long without a click one signs in again."""
    session_ends: Duration = timedelta(days=7)
    """After so long one signs in again, however busy."""
    marking: Marking = "TLP:AMBER+STRICT"
    """What stands above every page of the desk; a client's pages carry that of what they show."""
    oidc: Oidc | None = None
    """An identity provider at which people may sign in, beside passwords."""

    @field_validator("listen")
    @classmethod
    def _a_place(cls, value: str) -> str:
        try:
            host, port = _host_and_port(value)
            ip_address(host)
        except ValueError:
            raise ValueError("write an IP address of this machine and a port: 127.0.0.1:8467 or [::1]:8467") from None
        if not 0 <= port < 2**16:
            raise ValueError("a port is a number from 0 (any free one) to 65535")
        return value

    @field_validator("base_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc):
            raise ValueError("write the address under which others reach this machine: https://watch.example.org")
        if parts.query or parts.fragment:
            raise ValueError("write it without ? and #")
        return value.rstrip("/")

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            try:
                ip_network(one)
            except ValueError:
                raise ValueError(f"{one!r} is neither an IP address nor a network such as 10.0.0.0/8") from None
        return value

    @property
    def place(self) -> tuple[str, int]:
        """The address and the port of ``listen``."""
        return _host_and_port(self.listen)


def _host_and_port(written: str) -> tuple[str, int]:
    host, _, port = written.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), int(port)
