"""Event codes: what a structured record (ACLED, GDELT, CAP) says happened, without a word to be read.

A code is written ``scheme:code``: ``cameo:19`` (GDELT uses CAMEO), ``acled:armed clash``, ``cap:cem``.
CAMEO codes are a tree: ``cameo:19`` fits 190, 193 and 1951. ACLED has event types and sub-event
types; a record carries both, so either fits. Others fit when they are equal, case aside.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches

_CAMEO = re.compile("[0-9]{2,4}")

CAMEO_ROOTS = 20
"""CAMEO event codes begin with 01 (make public statement) to 20 (unconventional mass violence)."""

ACLED_TYPES = {
    "battles": ("armed clash", "government regains territory", "non-state actor overtakes territory"),
    "protests": ("peaceful protest", "protest with intervention", "excessive force against protesters"),
    "riots": ("violent demonstration", "mob violence"),
    "explosions/remote violence": (
        "chemical weapon",
        "air/drone strike",
        "suicide bomb",
        "shelling/artillery/missile attack",
        "remote explosive/landmine/ied",
        "grenade",
    ),
    "violence against civilians": ("sexual violence", "attack", "abduction/forced disappearance"),
    "strategic developments": (
        "agreement",
        "arrests",
        "change to group/activity",
        "disrupted weapons use",
        "headquarters or base established",
        "looting/property destruction",
        "non-violent transfer of territory",
        "other",
    ),
}
"""Event types and their sub-event types (ACLED codebook)."""


def fits(wanted: str, given: str) -> bool:
    """Whether the code *given* by a record is *wanted*, or lies below it in CAMEO's tree."""
    scheme, _, code = _plain(given).partition(":")
    wanted_scheme, _, wanted_code = _plain(wanted).partition(":")
    if scheme != wanted_scheme or not wanted_code:
        return False
    return code.startswith(wanted_code) if scheme == "cameo" else code == wanted_code


def fault_of(code: str) -> tuple[str, str] | None:
    """Return what is wrong with *code* as a rule writes it and what to write instead; ``None`` if nothing is."""
    scheme, _, name = _plain(code).partition(":")
    if not scheme or not name:
        return f"the code {code!r} has no scheme", "write scheme:code, e.g. cameo:19 or acled:battles"
    if scheme == "cameo" and not (_CAMEO.fullmatch(name) and 1 <= int(name[:2]) <= CAMEO_ROOTS):
        return f"{code!r} is no CAMEO code", "write two to four digits that begin with 01 to 20, e.g. cameo:190"
    if scheme == "acled" and name not in _ACLED:
        near = get_close_matches(name, _ACLED, n=1, cutoff=0.5)
        return f"{code!r} is no ACLED event or sub-event type", f"did you mean acled:{(near or ['battles'])[0]}?"
    return None


def codes_fitting(wanted: Iterable[str], given: Iterable[str]) -> tuple[str, ...]:
    """Return those of the *given* codes that fit one of the *wanted*, in the record's order."""
    asked = tuple(wanted)
    return tuple(code for code in given if any(fits(one, code) for one in asked))


def withdrawn(given: Iterable[str]) -> str:
    """Return why a record with the codes *given* reports nothing real, in a few words; nothing if it may.

    A CAP alert says of itself that it is an exercise or a test (``cap:status:exercise``), or that its sender takes
    back what was said before (``cap:msgtype:cancel``, ``cap:msgtype:error``). Whatever words it has, no rule counts it.
    """
    return next(
        (f"{_UNREAL[mark]} ({code})" for code in map(_plain, given) for mark in _UNREAL if code.startswith(mark)), ""
    )


def names_its_day(given: Iterable[str]) -> bool:
    """Whether a record with the codes *given* can be held to the day that it says.

    A machine reads the day out of an article (CAMEO), and a warning's day moves with each update of it (CAP).
    """
    return not any(code.startswith(_LOOSE) for code in map(_plain, given))


def _plain(code: str) -> str:
    scheme, _, name = code.casefold().strip().partition(":")
    return f"{scheme.strip()}:{' '.join(name.split())}"


_UNREAL = {
    "cap:status:": "its sender marks it as not actual",
    "cap:msgtype:cancel": "its sender has cancelled it",
    "cap:msgtype:error": "its sender has declared it an error",
}
"""How the codes of a record begin that is no report of anything real, and why."""

_LOOSE = ("cameo:", "cap:")

_ACLED = tuple(ACLED_TYPES) + tuple(sub for subs in ACLED_TYPES.values() for sub in subs)
