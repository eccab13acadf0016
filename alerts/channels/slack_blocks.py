"""A message as Slack's blocks: within Slack's limits, and with nothing in it that Slack would read.

Text stands in rich-text elements, which Slack shows as it is: no mention, no formatting, no hidden link
is possible there. Only what is a bare web address becomes a link, to itself.
"""

import re
from typing import Any

MOST_BLOCKS = 50
"""More of them Slack refuses whole."""

OUR_BLOCKS = MOST_BLOCKS - 2
"""What the words may take: room is left for a row of buttons."""
LONGEST_HEADER = 150
LONGEST_SECTION = 3_000

Block = dict[str, Any]

_URL = re.compile(r"(https?://[^\s<>|`\"]+)")


def blocks(heading: str, text: str) -> list[Block]:
    """Return *heading* as the header, and *text* below it; a heading that is too long goes on as text."""
    short = heading if len(heading) <= LONGEST_HEADER else heading[: LONGEST_HEADER - 1] + "…"
    whole = text if short == heading else f"{heading}\n\n{text}"
    header: Block = {"type": "header", "text": {"type": "plain_text", "text": short, "emoji": False}}
    return [header, *(_section(part) for part in _parts(whole)[: OUR_BLOCKS - 1])]


def button(label: str, value: str, *, action: str) -> Block:
    """Return a row with one button; *label* has 75 characters at most, *value* 2,000."""
    shown = {"type": "plain_text", "text": label[:75], "emoji": False}
    element = {"type": "button", "action_id": action, "text": shown, "value": value[:2_000], "style": "primary"}
    return {"type": "actions", "elements": [element]}


def _section(text: str) -> Block:
    pieces = [
        {"type": "link", "url": piece, "text": piece} if odd else {"type": "text", "text": piece}
        for position, piece in enumerate(_URL.split(text))
        if piece
        for odd in [position % 2]
    ]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": pieces}]}


def _parts(text: str) -> list[str]:
    """Cut *text* between lines, and within one only where it is longer than a section may be."""
    parts: list[str] = []
    for line in text.split("\n"):
        for start in range(0, max(len(line), 1), LONGEST_SECTION):
            piece = line[start : start + LONGEST_SECTION]
            if parts and start == 0 and len(parts[-1]) + 1 + len(piece) <= LONGEST_SECTION:
                parts[-1] += "\n" + piece
            else:
                parts.append(piece)
    return [part for part in parts if part.strip()]
