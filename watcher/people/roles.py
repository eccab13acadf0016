"""Role and Person: as what somebody is here, and who asks."""

from dataclasses import dataclass
from enum import StrEnum


class PeopleError(Exception):
    """What was asked cannot be done with people's accounts, in a sentence that says what to do instead."""


class Role(StrEnum):
    """What somebody is here; what each may do stands at every page."""

    ANALYST = "analyst"  # reads all, judges events and moves, drafts
    LEAD = "lead"  # an analyst who also releases, and changes what the assessment says
    OPERATOR = "operator"  # reads all, looks after sources, rules and people; judges nothing
    CLIENT = "client"  # sees what was released to one client, and nothing else
    READ_ONLY = "read-only"  # reads all, changes nothing


DESK = frozenset(Role) - {Role.CLIENT}
"""Everybody of our own desk."""

JUDGES = frozenset({Role.ANALYST, Role.LEAD})
"""Who says what an event or a move is worth."""

ACTS = JUDGES | {Role.OPERATOR}
"""Who may change anything at all."""


class Scope(StrEnum):
    """What a token may be used for; never more than its role may do."""

    READ = "read"
    ACT = "act"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who proved who they are; ``client`` is whom a client account belongs to, ``""`` for our own desk.

    ``recipient`` is the recipient of ``watcher.yaml`` that this person is on call as. For a program with a token
    ``token`` is its id, and ``scopes`` bound it; a person at a browser has every scope.
    """

    name: str
    shown: str
    role: Role
    client: str = ""
    recipient: str = ""
    lang: str = ""
    zone: str = ""
    token: str = ""
    scopes: frozenset[Scope] = frozenset(Scope)

    @property
    def who(self) -> str:
        """Return the name that the record of acts has them by: as a recipient where they are one."""
        return self.recipient or self.name
