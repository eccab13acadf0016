"""Readers: who reads what is sent to an address, however it is written."""

from urllib.parse import urlsplit

from alerts.channels.mail_address import read_mail_address


def reader(kind: str, address: str) -> str:
    """Return what two addresses of one *kind* have in common that the same people read; else the *address* itself.

    A mailbox is the same by whatever server, sender and letter case; a chat room by whatever bot; a web address by
    whatever key and with its host in whatever letter case.
    """
    match kind:
        case "email":
            mail, _ = read_mail_address(address)
            return mail.recipient.casefold() if mail is not None else address
        case "slack" if address.startswith("slackbot://"):
            return address.rpartition("@")[2].strip("/")
        case "webhook":
            return _web(address)
        case _:
            return address


def _web(address: str) -> str:
    """What stands behind ``#`` is for us and is never sent; a header that is asked for may well tell readers apart."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    scheme = {"json": "http", "jsons": "https"}.get(parts.scheme, parts.scheme)
    user, at, host = parts.netloc.rpartition("@")
    return parts._replace(
        scheme=scheme, netloc=f"{user}{at}{host.lower()}", path=parts.path or "/", fragment=""
    ).geturl()
