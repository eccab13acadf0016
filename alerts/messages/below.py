"""Below the line: what a message says to one recipient alone, under a line that nothing from outside can draw.

Text from feeds stands in one line each, within quotation marks and never at the beginning of one; what begins a
line after the separator is ours.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape

from alerts.acknowledgements import Answer
from alerts.catalogue import in_each
from alerts.channels.channel import Button
from alerts.channels.wording import SEPARATOR
from alerts.messages import Rendered


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """Why this recipient is told just now (a step of a chain, a reminder) and where they can take the alert."""

    step: str = "first"
    link: str = ""
    command: str = ""
    """What to type to take the alert, for whoever is at a terminal; empty for none."""
    press: "Press | None" = None
    """What a button of the message says when it is pressed, where its channel has buttons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What a press of the button is about: an alert at a level, in a message to a recipient. No secret is in it."""

    alert: str
    level: int
    recipient: str

    @property
    def value(self) -> str:
        """The press as one short text, to travel with the button."""
        return json.dumps([self.alert, self.level, self.recipient])

    @classmethod
    def read(cls, value: str) -> "Press | None":
        """Return the press that *value* writes, or None for anything else."""
        match json.loads(value):
            case [str(alert), int(level), str(recipient)]:
                return cls(alert=alert, level=level, recipient=recipient)
            case _:
                return None


_STEP = in_each("On call: nobody has acknowledged this yet (step {step}).")
_REMINDER = in_each("Reminder: your acknowledgement has expired, and the warning stands.")
_LINK = in_each("Acknowledge")
_COMMAND = in_each("Take it with")


def with_below(words: Rendered, below: Below, *, lang: str) -> Rendered:
    """Return *words* with what stands below the line, if anything does; a page gets it before its end."""
    lang = lang if lang in _LINK else "en"
    told = _told(below.step, lang)
    typed = f"{_COMMAND[lang]}: {below.command}" if below.command else ""
    lines = [line for line in (told, typed, f"{_LINK[lang]}: {below.link}" if below.link else "") if line]
    if not lines:
        return words
    above = words.text.rstrip("\n").replace(SEPARATOR, "─")
    text = "\n".join([above, "", SEPARATOR, *lines])
    data = {**words.data, **({"acknowledge": below.link} if below.link else {})}
    return replace(words, text=text, html=_in_page(words.html, below, told, lang), data=data)


_PRESSED: Mapping[str, Mapping[Answer | None, str]] = in_each(
    {
        Answer.YOURS: "{owner} has it.",
        Answer.OTHERS: "{owner} has it already. Nothing was changed.",
        Answer.OVERTAKEN: "The alert has moved on since: look at the newer message. Nothing was changed.",
        Answer.AT_REST: "The warning is over: there is nothing to acknowledge.",
        None: "This alert is not known here. Nothing was changed.",
    }
)


def told_of_press(said: Answer | None, owner: str, *, lang: str) -> str:
    """Return in a sentence what came of somebody's wish to take an alert; None is one that is not known."""
    return _PRESSED.get(lang, _PRESSED["en"])[said].format(owner=owner)


def button_of(below: Below, *, lang: str) -> Button | None:
    """Return the button of a message, if it has one."""
    return None if below.press is None else Button(label=_LINK.get(lang, _LINK["en"]), value=below.press.value)


def _told(step: str, lang: str) -> str:
    if step == "first":
        return ""
    return _REMINDER[lang] if step.startswith("reminder ") else _STEP[lang].format(step=step)


def _in_page(page: str, below: Below, told: str, lang: str) -> str:
    head, end, tail = page.rpartition("</body>")
    if not end:
        return page
    block = f"<p>{escape(told)}</p>" if told else ""
    if below.command:
        block += f"<p>{_COMMAND[lang]}: <code>{escape(below.command)}</code></p>"
    if below.link:
        block += f'<p><a href="{escape(below.link)}">{_LINK[lang]}</a></p>'
    return f'{head}<div style="padding:0 16px 24px"><hr>{block}</div>{end}{tail}'
