"""Cookies: the session's secret, how somebody wants to look and read, and a message for the next page."""

import base64
import binascii
from datetime import timedelta

from fastapi import Request
from starlette.responses import Response

from watcher.web.languages import CODES, preferred

SESSION = "watcher"
THEMES = ("light", "dark")

AWAY = timedelta(minutes=10)
"""How long somebody may take at the identity provider."""

_YEAR = timedelta(days=365)
_FLASH = "watcher-said"
_LANGUAGE = "watcher-lang"
_THEME = "watcher-look"
_ASSESSMENT = "watcher-assessment"
_LONGEST = 500


def session_name(*, secure: bool) -> str:
    """Return the cookie's name; ``__Host-`` lets no sibling of our domain set it."""
    return f"__Host-{SESSION}" if secure else SESSION


def session_of(request: Request, *, secure: bool) -> str:
    """Return the secret that the browser brings."""
    return request.cookies.get(session_name(secure=secure), "")[:_LONGEST]


def set_session(answer: Response, secret: str, *, lasts: timedelta, secure: bool) -> None:
    """Let the browser bring *secret* from now on; no script can read it."""
    _set(answer, session_name(secure=secure), secret, lasts=lasts, secure=secure)


def drop_session(answer: Response, *, secure: bool) -> None:
    """Let the browser forget its session."""
    _drop(answer, session_name(secure=secure), secure=secure)


def set_trip(answer: Response, secret: str, back: str, *, secure: bool) -> None:
    """Let the browser keep the *secret* of its way to the identity provider, and the page it wants *back* to."""
    told = base64.urlsafe_b64encode(back[:_LONGEST].encode()).decode()
    _set(answer, _trip_name(secure=secure), f"{secret}.{told}", lasts=AWAY, secure=secure)


def trip_of(request: Request, *, secure: bool) -> tuple[str, str]:
    """Return what :func:`set_trip` gave the browser; the path is the browser's word and must be looked at."""
    secret, _, told = request.cookies.get(_trip_name(secure=secure), "")[: 3 * _LONGEST].partition(".")
    try:
        return secret, base64.urlsafe_b64decode(told.encode()).decode()
    except (ValueError, binascii.Error):
        return secret, ""


def drop_trip(answer: Response, *, secure: bool) -> None:
    """Let the browser forget its way: one secret brings nobody back twice."""
    _drop(answer, _trip_name(secure=secure), secure=secure)


def _trip_name(*, secure: bool) -> str:
    return f"__Host-{SESSION}-trip" if secure else f"{SESSION}-trip"


def language_of(request: Request) -> str:
    """Return the language that was chosen here, else the one the browser likes best."""
    chosen = request.cookies.get(_LANGUAGE, "")
    return chosen if chosen in CODES else preferred(request.headers.get("accept-language", ""))


def set_language(answer: Response, code: str, *, secure: bool) -> None:
    """Keep the language for pages where nobody is signed in."""
    if code in CODES:
        _set(answer, _LANGUAGE, code, lasts=_YEAR, secure=secure)


def theme_of(request: Request) -> str:
    """Return ``light`` or ``dark`` where one was chosen, else ``""``: then the machine's own wish counts."""
    chosen = request.cookies.get(_THEME, "")
    return chosen if chosen in THEMES else ""


def set_theme(answer: Response, theme: str, *, secure: bool) -> None:
    """Keep how the pages look; anything but light and dark goes back to the machine's own wish."""
    if theme in THEMES:
        _set(answer, _THEME, theme, lasts=_YEAR, secure=secure)
    else:
        _drop(answer, _THEME, secure=secure)


def chosen_assessment(request: Request) -> str:
    """Return the assessment that the address names, else the one chosen last; it may not exist."""
    return (request.query_params.get("assessment") or request.cookies.get(_ASSESSMENT, ""))[:_LONGEST]


def keep_choice(answer: Response, request: Request, *, secure: bool) -> None:
    """Remember the assessment that the address names, and forget the message that was shown."""
    named = request.query_params.get("assessment", "")
    if named and named.isascii() and named.isprintable() and len(named) <= _LONGEST:
        _set(answer, _ASSESSMENT, named, lasts=_YEAR, secure=secure)
    if _FLASH in request.cookies:
        _drop(answer, _FLASH, secure=secure)


def set_flash(answer: Response, text: str, *, secure: bool) -> None:
    """Let the next page show *text* once."""
    told = base64.urlsafe_b64encode(text[:_LONGEST].encode()).decode()
    _set(answer, _FLASH, told, lasts=timedelta(minutes=1), secure=secure)


def flash_of(request: Request) -> str:
    """Return the message for this page; it is text, and escaped like any other."""
    try:
        return base64.urlsafe_b64decode(request.cookies.get(_FLASH, "").encode()).decode()
    except (ValueError, binascii.Error):
        return ""


def _set(answer: Response, name: str, value: str, *, lasts: timedelta, secure: bool) -> None:
    age = int(lasts.total_seconds())
    answer.set_cookie(name, value, max_age=age, path="/", secure=secure, httponly=True, samesite="lax")


def _drop(answer: Response, name: str, *, secure: bool) -> None:
    answer.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")
