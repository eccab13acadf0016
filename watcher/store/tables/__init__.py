"""Every table, once. A change here needs a migration; a test compares the two on both databases."""

from watcher.store.shapes import metadata
from watcher.store.tables.collected import fetches, item_revisions, items, known_entries, pushes, sources, subscriptions
from watcher.store.tables.house import audit, audit_head, canary, installation, troubles
from watcher.store.tables.judged import (
    assessments,
    blind_spans,
    current_readings,
    estimates,
    evaluated_items,
    evaluations,
    event_decisions,
    footings,
    judgements,
    matches,
    move_decisions,
    moves,
    published,
    readings,
    rule_proposals,
    rulings,
)
from watcher.store.tables.notices import notice_revisions, notice_steps, notices
from watcher.store.tables.oncall import acknowledge_links, acknowledgements, escalations, overrides
from watcher.store.tables.people import accounts, api_tokens, login_failures, sessions, setup_tokens
from watcher.store.tables.said import alerts, deliveries, silences

__all__ = [
    "accounts",
    "acknowledge_links",
    "acknowledgements",
    "alerts",
    "api_tokens",
    "assessments",
    "audit",
    "audit_head",
    "blind_spans",
    "canary",
    "current_readings",
    "deliveries",
    "escalations",
    "estimates",
    "evaluated_items",
    "evaluations",
    "event_decisions",
    "fetches",
    "footings",
    "installation",
    "item_revisions",
    "items",
    "judgements",
    "known_entries",
    "login_failures",
    "matches",
    "metadata",
    "move_decisions",
    "moves",
    "notice_revisions",
    "notice_steps",
    "notices",
    "overrides",
    "published",
    "pushes",
    "readings",
    "rule_proposals",
    "rulings",
    "sessions",
    "setup_tokens",
    "silences",
    "sources",
    "subscriptions",
    "troubles",
]
