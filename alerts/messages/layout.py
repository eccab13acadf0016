"""Layout: how alerts of one kind become words. One file for each kind, one row in ``LAYOUTS``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

A = TypeVar("A")
"""A kind of alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout(Generic[A]):
    """``template`` names the files ``<template>.<lang>.txt.j2``; the others make what goes into a message.

    ``subject`` gives the line that a phone shows, ``context`` what the template may print, ``facts`` what a
    machine files it by, ``fallback`` the plain words below the subject when the template itself fails.
    ``sections`` names those blocks of the text, in order, whose very words a page or a print has as well.
    """

    template: str
    subject: Callable[[A, str], str]
    context: Callable[[A, str], dict[str, Any]]
    facts: Callable[[A], Mapping[str, str]]
    fallback: Callable[[A, str], str]
    sections: Callable[[A], tuple[str, ...]] = lambda _: ()
