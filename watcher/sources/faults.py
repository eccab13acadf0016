"""Why a poll saw nothing: one word for log, page and test."""

from datetime import timedelta
from enum import StrEnum


class Fault(StrEnum):
    """Why a poll saw nothing. The word is the same in the log, the page and the test."""

    UNREACHABLE = "unreachable"  # DNS, refused, reset, TLS
    TIMEOUT = "timeout"
    REFUSED_ADDRESS = "refused address"  # private or special network, scheme, credentials trick
    HTTP_STATUS = "http status"  # 4xx, 5xx
    REDIRECTS = "redirects"  # loop, too many, bad Location
    TOO_LARGE = "too large"
    NOT_A_FEED = "not a feed"  # HTML, login page, JSON error
    EMPTY = "empty"  # 200 with no bytes, or a feed that lost all its entries
    TRUNCATED = "truncated"
    ROBOTS = "robots.txt says no"  # and the operator wrote to obey it
    COSTLY = "too costly to parse"  # it took too much time or memory, or ended its parser
    LOGIN = "login refused"  # name, password or token
    NO_ACCESS = "no access"  # the login is good, this account may not read that
    COLUMNS = "columns changed"  # a table whose columns are not those that were asked for
    OPTIONS = "options"  # what the operator wrote for this kind cannot be used


class SourceError(Exception):
    """A poll failed. The source stays scheduled, its validators do not move, the others go on."""

    def __init__(self, source: str, fault: Fault, detail: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(f"source {source}: {fault}: {detail}")
        self.source = source
        self.fault = fault
        self.detail = detail
        self.retry_after = retry_after
