"""Terms: the words of our own values (levels, confidence) as fixed texts, for pages to say in their language."""

from watcher.web.languages import words

LEVELS = (words("baseline"), words("watch"), words("advisory"), words("warning"), words("critical"))
"""Warning levels by number."""

SURENESS = (words("low"), words("moderate"), words("high"))
"""Confidence, as :class:`indicators.outlooks.Sureness` spells it."""
