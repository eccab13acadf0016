"""The words every channel sends: one heading and one plain body, safe and bounded."""

from alerts.channels.channel import Message
from indicators.language.text import clean, one_line

SUBJECT_LIMIT = 180  # fits a phone's notification and the 250 characters some providers allow
TEXT_LIMIT = 60_000  # a warning of more than a few pages is a fault upstream; cut it where all can see
REPEAT = "(may be a repeat)"
OVERTAKEN = "(older than what you were told last)"
SEPARATOR = "─" * 40
"""Below it stands what is for one recipient alone, a link among it; a text that is cut is cut above it."""


def heading(message: Message) -> str:
    """Return the subject on one line; a message that may already have arrived, or comes late, says so here."""
    subject = one_line(message.subject, limit=SUBJECT_LIMIT) or "(no subject)"
    marks = (OVERTAKEN if message.overtaken else "", REPEAT if message.repeat else "")
    return " ".join((subject, *filter(None, marks)))


def plain_text(message: Message, *, limit: int = TEXT_LIMIT) -> str:
    """Return the body as safe lines; never empty, since providers refuse that."""
    lines = message.text.replace("\r\n", "\n").replace("\r", "\n")
    above, line, below = lines.rpartition(f"\n{SEPARATOR}\n")
    if not line:
        return clean(lines, limit=limit).strip() or heading(message)
    kept = line + clean(below, limit=limit // 2).strip()
    return (clean(above, limit=limit - len(kept)).strip() or heading(message)) + kept
