"""Logs: one JSON object a line on standard error, a constant message and fields."""

import logging
import sys
from contextlib import suppress

import structlog
from structlog.tracebacks import ExceptionDictTransformer


class _StandardError:
    """Prints to standard error as it is at that moment; a log that cannot be written stops no warning."""

    def __init__(self, *_: object) -> None: ...

    def msg(self, message: str) -> None:
        """Print *message*, if anybody can still read it."""
        with suppress(OSError, ValueError):  # a full disk, a broken pipe, a closed stream
            print(message, file=sys.stderr, flush=True)

    debug = info = warning = error = critical = exception = log = msg


def log_as_json() -> None:
    """Send every log line of this process to standard error as JSON, with UTC times."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Local variables of a traceback hold addresses and passwords: never print them.
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(default=str, ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=_StandardError,
        cache_logger_on_first_use=False,
    )


def log_warnings_only() -> None:
    """Let only warnings and errors through, as short lines for a person at a screen."""
    # The usual tracebacks print local variables, which hold addresses and passwords, and take minutes over large ones.
    told = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[structlog.processors.add_log_level, told],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=_StandardError,
    )
