"""Naming: which one thing is meant by what somebody typed, or which are near."""

from collections.abc import Iterable

from indicators.assessments import Assessment, forecasts
from indicators.checks.references import did_you_mean, near_names, suggestion
from watcher.asking.refusal import DecisionError
from watcher.store import Connection
from watcher.store import alerts as alert_store

SHORT = 8
"""Letters of an id that are printed; as many as are needed to tell it apart may be typed."""


def named(wanted: str, names: Iterable[str], *, what: str, elsewhere: str = "") -> str:
    """Return the one of *names* that *wanted* is, or is the beginning of; else say which is near, or which there are.

    *elsewhere* says where they are listed, where they are too many to be told.
    """
    known = tuple(dict.fromkeys(names))
    if wanted in known:
        return wanted
    fitting = [name for name in known if wanted and name.startswith(wanted)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        listed = ", ".join(sorted(fitting)[:SHORT])
        raise DecisionError(f"{wanted} begins the name of {len(fitting)} {what}s: {listed}; write more of it")
    hint = did_you_mean(near_names(wanted, known)) or elsewhere or suggestion(wanted, known) or "there is none yet"
    raise DecisionError(f"no {what} {wanted!r}: {hint}")


def line_named(among: Iterable[Assessment], wanted: str) -> tuple[Assessment, str]:
    """Return the assessment that has the line *wanted*, and its key; a set without its state is refused."""
    assessments = tuple(among)
    for assessment in assessments:
        keys = [f.key for f in forecasts(assessment)]
        if wanted in keys:
            return assessment, wanted
        states = [f.key for f in forecasts(assessment) if f.scenario == wanted]
        if states:
            raise DecisionError(f"{wanted} is a set of states: name one of {', '.join(states)}")
    every = [f.key for a in assessments for f in forecasts(a)]
    raise DecisionError(f"no scenario {wanted!r}: {suggestion(wanted, every)}")


def alert_named(connection: Connection, key: str) -> str:
    """Return the id of an alert by its id or the beginning of it, or by the scenario it is about."""
    standing = alert_store.standing(connection)
    about = [alert.id for alert in standing if alert.subject_key == key]
    if len(about) == 1:
        return about[0]
    if alert_store.is_there(connection, key):
        return key
    return named(key, (alert.id for alert in standing), what="open alert", elsewhere="`watcher alerts` lists them")
