"""The plainest channel: print the message; every other channel sends these same words."""

import asyncio
import sys
from datetime import timedelta
from typing import TextIO

from alerts.channels.channel import Answer, Message, Outcome, Secret
from alerts.channels.wording import heading, plain_text


class Console:
    """Prints to *stream*, or to whatever standard output is at that moment."""

    kind = "console"

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def problems(self, address: str) -> list[str]:  # noqa: ARG002 - every channel is asked the same way
        """Return nothing: printing needs no address."""
        return []

    async def send(self, message: Message, address: Secret, *, deadline: timedelta) -> Outcome:  # noqa: ARG002 - the protocol has it
        """Print subject and text. A stream that nobody reads holds up its own thread and nothing else."""
        text = f"{heading(message)}\n{plain_text(message)}\n\n"
        try:
            await asyncio.wait_for(
                asyncio.to_thread(_print, text, self._stream or sys.stdout), deadline.total_seconds()
            )
        except TimeoutError:
            return Outcome(answer=Answer.UNKNOWN, detail="nobody reads the output")
        except (OSError, ValueError) as fault:  # a broken pipe, a closed stream
            return Outcome(answer=Answer.TEMPORARY, detail=f"could not print ({type(fault).__name__})")
        return Outcome(answer=Answer.ACCEPTED, detail="printed")


def _print(text: str, stream: TextIO) -> None:
    # A terminal set to ASCII must not lose the whole warning over one accent.
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding))
    stream.flush()
