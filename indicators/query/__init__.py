"""The query language: Boolean, proximity, concepts and actors, over folded whole words."""

from indicators.documents import Document, Hit, Hits
from indicators.query.evaluate import Check, compiled, evaluate
from indicators.query.parse import QueryError, parse
from indicators.query.syntax import Node

__all__ = ["Check", "Document", "Hit", "Hits", "Node", "QueryError", "compiled", "evaluate", "parse"]
