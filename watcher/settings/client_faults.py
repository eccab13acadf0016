"""What can be wrong with the clients of a configuration beyond the shape of each entry."""

from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec

from alerts.catalogue import LANGUAGES
from alerts.channels.readers import reader
from alerts.clients import Client, ReleaseRule, Subscription
from alerts.routes import Recipient
from indicators.errors import Severity
from indicators.written import Fault, Path

_OURS = ("console",)
"""Channels that end at this machine: a client reads none of them."""


def client_faults(
    clients: Sequence[Client], *, desk: Sequence[Recipient], signed: bool, filled: Callable[[str], str]
) -> Iterator[Fault]:
    """Yield every fault of *clients*.

    *desk* are our own recipients, *signed* says whether a notice would bear an issuer and a contact, and *filled*
    gives an address with its ``${NAME}`` parts.
    """
    if clients and not signed:
        what = "clients are told who speaks to them and whom to call"
        yield Fault(path=("notices",), what=what, instead="write notices: {issuer: …, contact: …}")
    for i, client in enumerate(clients):
        path: Path = ("clients", i)
        if client.id in [other.id for other in clients[:i]]:
            yield Fault(path=(*path, "id"), what=f"the client {client.id!r} is there twice", instead="rename one")
        if client.brief and find_spec("typst") is None:
            what = f"{client.id} wants the printed brief, and what sets it is not installed"
            instead = "pip install iw-watcher[pdf]; until then its mails go without"
            yield Fault(path=(*path, "brief"), what=what, instead=instead, severity=Severity.WARNING)
        yield from _contacts(client, path)
        for j, subscription in enumerate(client.subscriptions):
            yield from _advice(client, subscription, (*path, "subscriptions", j))
    yield from _shared(clients, desk, filled)


def _contacts(client: Client, path: Path) -> Iterator[Fault]:
    for j, contact in enumerate(client.contacts):
        at = (*path, "contacts", j)
        if contact.id in [other.id for other in client.contacts[:j]]:
            what = f"{client.id} has two contacts {contact.id!r}"
            yield Fault(path=(*at, "id"), what=what, instead="rename one")
        for kind in contact.channels:
            if kind in _OURS:
                what = f"{kind} ends at this machine: {client.id}/{contact.id} would be told nothing"
                instead = "write email, webhook or slack; `watcher notices show` previews"
                yield Fault(path=(*at, "channels", kind), what=what, instead=instead, severity=Severity.WARNING)


def _advice(client: Client, subscription: Subscription, path: Path) -> Iterator[Fault]:
    """Advice must be there in each language that is read; where only facts leave by themselves there is none."""
    if subscription.advice is None:
        return
    for lang in sorted(set(subscription.advice) - set(LANGUAGES)):
        what = f"no notice is written in {lang!r}"
        yield Fault(path=(*path, "advice"), what=what, instead=f"one of: {', '.join(LANGUAGES)}")
    for lang in client.languages:
        if not subscription.advice.get(lang, "").strip():
            readers = ", ".join(c.id for c in client.contacts if c.lang == lang)
            what = f"{client.id} has no advice in {lang!r}, which {readers} reads"
            yield Fault(path=(*path, "advice"), what=what, instead=f"write advice: {{{lang}: …}} as well")
    if subscription.release is ReleaseRule.AUTOMATIC_FACTS_ONLY:
        what = "advice is a judgement, and here only facts leave"
        yield Fault(path=(*path, "advice"), what=what, instead="leave advice out, or write release: reviewed")


def _shared(clients: Sequence[Client], desk: Sequence[Recipient], filled: Callable[[str], str]) -> Iterator[Fault]:
    """An address of two owners would show each what is the other's."""
    owners = {(kind, reader(kind, filled(written))): "our own desk" for one in desk for kind, written in _outside(one)}
    for i, client in enumerate(clients):
        for j, contact in enumerate(client.contacts):
            for kind, written in _outside(contact):
                owner = owners.setdefault((kind, reader(kind, filled(written))), client.id)
                if owner != client.id and filled(written):
                    what = f"{client.id}/{contact.id} has an address of {owner}: each would read what is the other's"
                    at = ("clients", i, "contacts", j, "channels", kind)
                    yield Fault(path=at, what=what, instead="give each an address of its own")


def _outside(recipient: Recipient) -> Iterator[tuple[str, str]]:
    return ((kind, written) for kind, written in recipient.channels.items() if kind not in _OURS)
