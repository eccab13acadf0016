"""The plainest channel: print the message; every other channel sends these same words."""

import sys
from datetime import timedelta
from typing import TextIO

from alerts.channels.channel import Answer, Message, Outcome, Secret
from indicators.text import clean, one_line

SUBJECT_LIMIT = 180  # fits a phone's notification and the 250 characters some providers allow
TEXT_LIMIT = 60_000  # a warning of more than a few pages is a fault upstream; cut it where all can see
REPEAT = "(may be a repeat)"


def heading(message: Message) -> str:
    """Return the subject on one line; a message that may already have arrived says so here."""
    subject = one_line(message.subject, limit=SUBJECT_LIMIT) or "(no subject)"
    return f"{subject} {REPEAT}" if message.repeat else subject


def plain_text(message: Message, *, limit: int = TEXT_LIMIT) -> str:
    """Return the body as safe lines; never empty, since providers refuse that."""
    lines = message.text.replace("\r\n", "\n").replace("\r", "\n")
    return clean(lines, limit=limit).strip() or heading(message)


class Console:
    """Prints to *stream*, or to whatever standard output is at that moment."""

    kind = "console"

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def problems(self, address: str) -> list[str]:  # noqa: ARG002 - every channel is asked the same way
        """Return nothing: printing needs no address."""
        return []

    async def send(self, message: Message, address: Secret, *, deadline: timedelta) -> Outcome:  # noqa: ARG002
        """Print subject and text; *address* and *deadline* have no meaning here."""
        try:
            _print(f"{heading(message)}\n{plain_text(message)}\n\n", self._stream or sys.stdout)
        except (OSError, ValueError) as fault:  # a broken pipe, a closed stream
            return Outcome(answer=Answer.TEMPORARY, detail=f"could not print ({type(fault).__name__})")
        return Outcome(answer=Answer.ACCEPTED, detail="printed")


def _print(text: str, stream: TextIO) -> None:
    # A terminal set to ASCII must not lose the whole warning over one accent.
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding))
    stream.flush()
