"""Permission: what each route declares about who may call it. A route that declares nothing is not served.

``visit: Reading`` in a route's arguments is the declaration and gives the route its :class:`~watcher.web.visits.Visit`;
the aliases stand in :mod:`watcher.web.visits`. What anybody may call says why with :func:`open_to_all`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fastapi import Depends
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from watcher.people.roles import Role, Scope

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Open(StrEnum):
    """Why a route needs nobody to sign in."""

    NOTHING_PRIVATE = "it tells nothing that is not public"
    SIGNED = "its messages prove themselves by a signature"
    ONE_TIME_LINK = "the secret in its address is the proof"
    SIGNING_IN = "one cannot have signed in before"


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may call a route: people of these roles, or everybody for a reason. Tests read it off the router."""

    roles: frozenset[Role] = frozenset()
    scope: Scope = Scope.READ
    open: Open | None = None

    def allows(self, role: Role | None) -> bool:
        """Whether somebody of *role* (``None``: nobody signed in) may call it."""
        return self.open is not None or role in self.roles


class UndeclaredError(Exception):
    """A route says nothing about who may call it."""


@dataclass(frozen=True, slots=True)
class _Declared:
    """The dependency of an open route: it does nothing but say so."""

    permission: Permission

    async def __call__(self) -> None:
        """Let everybody pass."""


def open_to_all(why: Open) -> list[Any]:
    """Return the ``dependencies=`` of a route that needs nobody to sign in."""
    return [Depends(_Declared(Permission(open=why)))]


def permission_of(route: BaseRoute) -> Permission:
    """Return what *route* declares; raises :class:`UndeclaredError` for nothing, or for two different things."""
    found = set(_permissions(route.dependant)) if isinstance(route, APIRoute) else set()
    if len(found) != 1:
        told = "nothing" if not found else "several things"
        path = getattr(route, "path", "?")
        raise UndeclaredError(f"{path} declares {told} about who may call it: docs/extend.md, 'a page'")
    return found.pop()


def check_declared(routes: Sequence[BaseRoute]) -> None:
    """Refuse to serve where a route declares nothing."""
    for route in routes:
        permission_of(route)


def _permissions(dependant: Dependant) -> Iterator[Permission]:
    declared = getattr(dependant.call, "permission", None)
    if isinstance(declared, Permission):
        yield declared
    for one in dependant.dependencies:
        yield from _permissions(one)
