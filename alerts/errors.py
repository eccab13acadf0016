"""What goes wrong in this room."""


class AlertsError(Exception):
    """Base of every error raised by :mod:`alerts`."""


class NoEvidenceError(AlertsError):
    """An alert without evidence would be a rumour of our own making."""
