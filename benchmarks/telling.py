"""Telling: what every benchmark does around its measuring, and how its figures are printed."""

import gc
import json
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict

from benchmarks import yardstick
from benchmarks.figures import Figure, table


def tell(measure: Callable[[], Sequence[Figure]], *, about: str = "", one_core: bool = False, as_json: bool) -> None:
    """Measure between two looks at the yardstick, and print the figures with the machine and what they are *about*.

    With *one_core* this process keeps to one processor, where the system can say so.
    """
    if one_core and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    before = yardstick.rate()
    figures = [*measure(), yardstick.figure((before, yardstick.rate()))]
    machine = _machine(one_core=one_core)
    if as_json:
        print(json.dumps({"machine": machine, "figures": [asdict(figure) for figure in figures]}, indent=2))
    else:
        print(f"{'; '.join(filter(None, (machine, about)))}\n{table(figures)}")


def _machine(*, one_core: bool) -> str:
    parts = [f"Python {platform.python_version()}", platform.machine(), *(["one core"] if one_core else [])]
    garbage = f"garbage collector {'on' if gc.isenabled() else 'off'} {gc.get_threshold()}"
    return ", ".join([*parts, garbage])
