"""Persons: who asks, and why; nothing is put on record without both."""

from watcher.asking.refusal import DecisionError


def by_whom(who: str, why: str) -> tuple[str, str]:
    """Return the name and the reason without blanks around them; refused where one is missing."""
    if not who.strip():
        raise DecisionError("a decision needs the name of a person: --by NAME")
    if not why.strip():
        raise DecisionError("a decision needs its reason in a sentence: --why TEXT")
    return who.strip(), why.strip()
