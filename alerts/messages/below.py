"""Below the line: what a message says to one recipient alone, under a line that nothing from outside can draw.

Text from feeds stands in one line each, within quotation marks and never at the beginning of one; what begins a
line after the separator is ours.
"""

from dataclasses import dataclass, replace
from html import escape

from alerts.channels.wording import SEPARATOR
from alerts.messages import Rendered


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """Why this recipient is told just now (a step of a chain, a reminder) and where they can take the alert."""

    step: str = "first"
    link: str = ""


_STEP = {
    "en": "On call: nobody has acknowledged this yet (step {step}).",
    "fr": "Astreinte : personne ne l'a encore pris en charge (étape {step}).",
}
_REMINDER = {
    "en": "Reminder: your acknowledgement has expired, and the warning stands.",
    "fr": "Rappel : votre prise en charge a expiré, et l'alerte tient toujours.",
}
_LINK = {"en": "Acknowledge", "fr": "Prendre en charge"}


def with_below(words: Rendered, below: Below, *, lang: str) -> Rendered:
    """Return *words* with what stands below the line, if anything does; a page gets it before its end."""
    lang = lang if lang in _LINK else "en"
    told = _told(below.step, lang)
    lines = [*([told] if told else []), *([f"{_LINK[lang]}: {below.link}"] if below.link else [])]
    if not lines:
        return words
    above = words.text.rstrip("\n").replace(SEPARATOR, "─")
    text = "\n".join([above, "", SEPARATOR, *lines])
    data = {**words.data, **({"acknowledge": below.link} if below.link else {})}
    return replace(words, text=text, html=_in_page(words.html, told, below.link, lang), data=data)


def _told(step: str, lang: str) -> str:
    if step == "first":
        return ""
    return _REMINDER[lang] if step.startswith("reminder ") else _STEP[lang].format(step=step)


def _in_page(page: str, told: str, link: str, lang: str) -> str:
    head, end, tail = page.rpartition("</body>")
    if not end:
        return page
    block = f"<p>{escape(told)}</p>" if told else ""
    if link:
        block += f'<p><a href="{escape(link)}">{_LINK[lang]}</a></p>'
    return f'{head}<div style="padding:0 16px 24px"><hr>{block}</div>{end}{tail}'
