"""Who must hear, and did they? Alerts, routes, messages, deliveries and the channels they leave by.

This package imports :mod:`indicators` and never :mod:`watcher`. It decides and renders; the
outbox of :mod:`watcher` keeps and sends.
"""

from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
"""The layouts of messages, one file for each language."""
