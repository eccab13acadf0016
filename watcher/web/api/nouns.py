"""The table of nouns: a new one is a file beside this and a row here."""

from collections.abc import Callable
from functools import partial

from fastapi import APIRouter

from watcher.web.api import (
    alerts,
    assessments,
    audit,
    client,
    client_feeds,
    deliveries,
    events,
    feeds,
    indicators,
    items,
    notices,
    openapi,
    rota,
    scenarios,
    scorecard,
    silences,
    sources,
    stream,
    tables,
)
from watcher.web.site import Site

_DESCRIBED: tuple[Callable[[Site], APIRouter], ...] = (
    assessments.router,
    scenarios.router,
    indicators.router,
    events.router,
    items.router,
    alerts.router,
    deliveries.router,
    silences.router,
    rota.router,
    notices.router,
    client.router,
    client_feeds.router,
    sources.router,
    scorecard.router,
    audit.router,
    tables.router,
    feeds.router,
    stream.router,
)

NOUNS: tuple[Callable[[Site], APIRouter], ...] = (*_DESCRIBED, partial(openapi.router, nouns=_DESCRIBED))
"""In the order of the documentation."""
