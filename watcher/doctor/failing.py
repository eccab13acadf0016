"""Failing: a check that could not be made is a finding itself, and says nothing of its promise."""

from pathlib import Path
from traceback import extract_tb

from watcher.doctor.finding import Finding
from watcher.store.errors import as_store_error

_ROOT = Path(__file__).resolve().parents[2]


def could_not_look(name: str, error: Exception) -> Finding:
    """Return the finding that the check *name* ended with *error*.

    A fault of the database is told in its sentence. Of any other error the kind and the place in our code are told:
    its text may hold what is private, and who reads this may send it on.
    """
    known = as_store_error(error, "the database")
    if known is not None:
        return Finding(
            what=f"{name} could not be checked: {known}",
            instead="mend that first, then `watcher doctor` again; what the other checks say holds all the same",
        )
    return Finding(
        what=f"{name} could not be checked: a fault of ours, {type(error).__name__}{_where(error)}",
        instead="report it, with this line; what the other checks say holds all the same",
    )


def _where(error: Exception) -> str:
    """Return the last line of our own code that was reached, as `` at watcher/store/soundness.py:12``."""
    ours = [f for f in extract_tb(error.__traceback__) if Path(f.filename).resolve().is_relative_to(_ROOT / "watcher")]
    return f" at {Path(ours[-1].filename).resolve().relative_to(_ROOT)}:{ours[-1].lineno}" if ours else ""
