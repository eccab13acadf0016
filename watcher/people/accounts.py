"""Accounts: made, changed and disabled, each time with a line in the audit."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from watcher.people import passwords
from watcher.people.roles import PeopleError, Person, Role
from watcher.settings import Settings
from watcher.store import Connection, accounts, audit, sessions, setup_tokens
from watcher.store.accounts import AccountRow

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._@-]{0,62}[a-z0-9])?")
LANGS = ("en", "fr")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What an account is made from.

    ``password`` is empty for one that signs in elsewhere, by ``subject`` (as :func:`known_as` makes it).
    """

    name: str
    role: Role
    password: str = ""
    shown: str = ""
    client: str = ""
    recipient: str = ""
    lang: str = ""
    zone: str = ""
    subject: str = ""


def tidy(name: str) -> str:
    """Return *name* as accounts are found by."""
    return name.strip().casefold()


def add(connection: Connection, new: NewAccount, *, settings: Settings, by: str, now: datetime) -> AccountRow:
    """Make an account. The first one takes the set-up token away."""
    name = tidy(new.name)
    _check(new, name, settings)
    if accounts.get(connection, name) is not None:
        raise PeopleError(f"there is an account {name} already: `watcher people list` shows it")
    _check_free(connection, new.subject, name)
    kept = passwords.hashed(new.password, name=name) if new.password or not new.subject else ""
    row = AccountRow(
        name=name,
        shown=" ".join(new.shown.split()) or name,
        role=new.role.value,
        client=new.client,
        recipient=new.recipient,
        lang=new.lang,
        zone=new.zone,
        created_at=now,
        password_at=now,
        password=kept,
        subject=new.subject,
    )
    accounts.add(connection, row)
    setup_tokens.clear(connection)
    detail = {"account": name, "role": row.role, "client": row.client, "recipient": row.recipient}
    audit.write(connection, at=now, who=by, what="account made", detail=detail)
    return row


def set_password(
    connection: Connection, name: str, password: str, *, by: str, now: datetime, keep_session: str = ""
) -> None:
    """Change a password; every session of the account dies but the one with the digest *keep_session*."""
    row = known(connection, name)
    accounts.change(connection, row.name, password=passwords.hashed(password, name=row.name), password_at=now)
    ended = sessions.end_all(connection, row.name, but=keep_session)
    _note(connection, "password changed", row.name, by=by, now=now, sessions_ended=ended)


def disable(connection: Connection, name: str, *, by: str, now: datetime) -> None:
    """Let nobody in by that account, from this moment on; the last operator stays."""
    row = known(connection, name)
    _not_the_last_operator(connection, row)
    accounts.change(connection, row.name, disabled_at=now)
    ended = sessions.end_all(connection, row.name)
    _note(connection, "account disabled", row.name, by=by, now=now, sessions_ended=ended)


def enable(connection: Connection, name: str, *, by: str, now: datetime) -> None:
    """Let the account in again."""
    row = known(connection, name)
    accounts.change(connection, row.name, disabled_at=None)
    _note(connection, "account enabled", row.name, by=by, now=now)


def set_role(
    connection: Connection, name: str, role: Role, *, client: str, settings: Settings, by: str, now: datetime
) -> None:
    """Make somebody something else; they sign in again as that."""
    row = known(connection, name)
    _check_role(role, client, settings)
    if role is not Role.OPERATOR:
        _not_the_last_operator(connection, row)
    accounts.change(connection, row.name, role=role.value, client=client)
    sessions.end_all(connection, row.name)
    before = {"role": row.role, "client": row.client}
    _note(connection, "role changed", row.name, by=by, now=now, before=before, after={"role": role, "client": client})


def tie(connection: Connection, name: str, recipient: str, *, settings: Settings, by: str, now: datetime) -> None:
    """Say as which recipient of ``watcher.yaml`` somebody is on call; empty: as none."""
    row = known(connection, name)
    _check_recipient(recipient, settings)
    accounts.change(connection, row.name, recipient=recipient)
    _note(connection, "account tied", row.name, by=by, now=now, before=row.recipient, after=recipient)


def tie_login(
    connection: Connection, name: str, subject: str, *, settings: Settings, by: str, now: datetime
) -> AccountRow:
    """Say as whom the identity provider of ``watcher.yaml`` knows an account; empty: as nobody.

    Who signed in by what is no longer so is signed out.
    """
    row = known(connection, name)
    kept = subject_here(subject, settings) if subject else ""
    _check_free(connection, kept, row.name)
    if kept != row.subject:
        accounts.change(connection, row.name, subject=kept)
        ended = sessions.end_all(connection, row.name) if row.subject else 0
        told = {"before": row.subject, "after": kept, "sessions_ended": ended}
        _note(connection, "login tied", row.name, by=by, now=now, **told)
    return known(connection, name)


def subject_here(subject: str, settings: Settings) -> str:
    """Return what an account is kept under for *subject*, as the identity provider of ``watcher.yaml`` writes it."""
    oidc = settings.web.oidc if settings.web is not None else None
    if oidc is None:
        raise PeopleError("watcher.yaml has no identity provider: write web: {oidc: {issuer: …}} first")
    if not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable() or subject != subject.strip():
        raise PeopleError(f"a subject has 1 to {LONGEST_SUBJECT} printable characters, and no space around it")
    return known_as(oidc.issuer, subject)


def tied_here(row: AccountRow, settings: Settings) -> str:
    """Return the subject by which the identity provider of ``watcher.yaml`` knows *row*; empty where it does not."""
    oidc = settings.web.oidc if settings.web is not None else None
    issuer, _, subject = row.subject.partition(" ")
    return subject if oidc is not None and issuer == oidc.issuer else ""


def known_as(issuer: str, subject: str) -> str:
    """Return who *subject* is, told apart from one of the same name at another provider; an issuer has no space."""
    return f"{issuer} {subject}"


def prefer(connection: Connection, name: str, *, shown: str, lang: str, zone: str, by: str, now: datetime) -> None:
    """Keep how somebody wants to be called, and in which language and time zone they read."""
    row = known(connection, name)
    _check_reading(lang, zone)
    told = " ".join(shown.split())[:_LONGEST_SHOWN] or row.name
    accounts.change(connection, row.name, shown=told, lang=lang, zone=zone)
    _note(connection, "account's preferences changed", row.name, by=by, now=now)


def known(connection: Connection, name: str) -> AccountRow:
    """Return the account of that name, or refuse."""
    row = accounts.get(connection, tidy(name))
    if row is None:
        raise PeopleError(f"there is no account {tidy(name)!r}: `watcher people list` shows them")
    return row


def person(row: AccountRow, settings: Settings) -> Person | None:
    """Return who *row* is, or ``None`` where it opens nothing: disabled, or of a client that is gone."""
    if row.disabled_at is not None:
        return None
    role = Role(row.role)
    if role is Role.CLIENT and settings.client(row.client) is None:
        return None
    return Person(
        name=row.name,
        shown=row.shown,
        role=role,
        client=row.client,
        recipient=row.recipient if settings.recipient(row.recipient) is not None else "",
        lang=row.lang,
        zone=row.zone,
    )


_LONGEST_SHOWN = 80
LONGEST_SUBJECT = 255
"""Characters, as OpenID Connect bounds them."""


def _check(new: NewAccount, name: str, settings: Settings) -> None:
    if not _NAME.fullmatch(name):
        raise PeopleError("a name has 1 to 64 of: small letters, digits, and . _ @ - inside")
    _check_role(new.role, new.client, settings)
    _check_recipient(new.recipient, settings)
    _check_reading(new.lang, new.zone)


def _check_free(connection: Connection, subject: str, name: str) -> None:
    taken = [row.name for row in accounts.every(connection) if subject and row.subject == subject and row.name != name]
    if taken:
        raise PeopleError(
            f'that login is tied to {taken[0]} already: `watcher people tie-login {taken[0]} --subject ""`'
        )


def _check_role(role: Role, client: str, settings: Settings) -> None:
    if (role is Role.CLIENT) != bool(client):
        raise PeopleError("an account of the role client belongs to one client, and no other account does")
    if client and settings.client(client) is None:
        there = ", ".join(c.id for c in settings.clients) or "none; add it under clients: first"
        raise PeopleError(f"watcher.yaml has no client {client!r}; it has: {there}")


def _check_recipient(recipient: str, settings: Settings) -> None:
    if recipient and settings.recipient(recipient) is None:
        there = ", ".join(r.id for r in settings.recipients)
        raise PeopleError(f"watcher.yaml has no recipient {recipient!r}; it has: {there}")


def _check_reading(lang: str, zone: str) -> None:
    if lang and lang not in LANGS:
        raise PeopleError(f"the desk speaks {' and '.join(LANGS)}, not {lang!r}")
    if zone and zone not in available_timezones():
        raise PeopleError(f"{zone!r} is no time zone: write one such as Africa/Bamako")


def _not_the_last_operator(connection: Connection, row: AccountRow) -> None:
    others = [r for r in accounts.every(connection) if r.name != row.name and r.disabled_at is None]
    if row.role == Role.OPERATOR and row.disabled_at is None and not any(r.role == Role.OPERATOR for r in others):
        raise PeopleError(f"{row.name} is the only operator left: make another one first")


def _note(connection: Connection, what: str, account: str, *, by: str, now: datetime, **detail: object) -> None:
    audit.write(connection, at=now, who=by, what=what, detail={"account": account, **detail})
