"""Kept: what was worked out from an object once, for as long as that object lives."""

import weakref
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

_Object = TypeVar("_Object")
_Value = TypeVar("_Value")


def once_for_each(work: Callable[[_Object], _Value]) -> Callable[[_Object], _Value]:
    """Return *work* so that it runs once for each object it is given, told apart by identity.

    For frozen objects that are costly to compare. A changed copy is another object, and so is an equal
    one. The value is dropped with its object, so it must not hold on to it.
    """
    kept: dict[int, tuple[weakref.ref[_Object], _Value]] = {}

    @wraps(work)
    def known(of: _Object) -> _Value:
        number = id(of)
        entry = kept.get(number)
        if entry is not None and entry[0]() is of:
            return entry[1]

        def forget(gone: weakref.ref[_Object]) -> None:
            # By then another object may live at the same address.
            if number in kept and kept[number][0] is gone:
                del kept[number]

        value = work(of)
        kept[number] = (weakref.ref(of, forget), value)
        return value

    return known
