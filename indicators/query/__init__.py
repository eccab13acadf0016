"""The query language: Boolean, proximity, concepts and actors, over folded whole words."""

from indicators.query.document import Document, Hit, Hits
from indicators.query.evaluate import Vocabulary, evaluate
from indicators.query.parse import QueryError, parse
from indicators.query.syntax import Node

__all__ = ["Document", "Hit", "Hits", "Node", "QueryError", "Vocabulary", "evaluate", "parse"]
