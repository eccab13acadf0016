"""Mutants: small faults put into a package, which of them the tests noticed, and what share of all that says."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from watcher.workbench.measuring import interval


class Verdict(StrEnum):
    """What became of a mutant."""

    NOTICED = "noticed"  # a test failed
    SURVIVED = "survived"  # all tests passed
    UNTESTED = "no test runs it"  # survives as well
    TIMEOUT = "timeout"  # noticed perhaps, and never counted so
    UNDECIDED = "not tried"


_VERDICTS = {0: Verdict.SURVIVED, 1: Verdict.NOTICED, 3: Verdict.NOTICED, 5: Verdict.UNTESTED, 33: Verdict.UNTESTED}
"""By the exit code of pytest, or the one that mutmut gives; what was ended by a signal or a limit is a timeout."""

_INTERRUPTED = 2


def verdict_of(code: int | None) -> Verdict:
    """Return the verdict that an exit *code* in mutmut's records stands for."""
    if code is None or code == _INTERRUPTED:
        return Verdict.UNDECIDED
    return _VERDICTS.get(code, Verdict.TIMEOUT)


@dataclass(frozen=True, slots=True)
class Mutants:
    """The verdicts by the names of all mutants, and the *seed* of the order in which they are drawn."""

    verdicts: Mapping[str, Verdict]
    seed: int

    def drawn(self) -> list[str]:
        """Return all names in the order in which they are drawn, the same for the same names and seed."""
        names = sorted(self.verdicts)
        random.Random(self.seed).shuffle(names)
        return names

    def undecided(self, tries: int) -> list[str]:
        """Return those of the first *tries* drawn that have no verdict yet."""
        return [name for name in self.drawn()[:tries] if self.verdicts[name] is Verdict.UNDECIDED]

    def sample(self) -> dict[str, Verdict]:
        """Return the first drawn up to the first that was not tried: an interrupted run leaves a fair sample too."""
        decided = takewhile(lambda name: self.verdicts[name] is not Verdict.UNDECIDED, self.drawn())
        return {name: self.verdicts[name] for name in decided}


def report(mutants: Mutants) -> str:
    """Return the score of the sample with its 95 % interval, the timeouts beside it, and below the survivors."""
    sample = mutants.sample()
    counted = Counter(sample.values())
    judged = len(sample) - counted[Verdict.TIMEOUT]
    share = counted[Verdict.NOTICED] / judged if judged else None
    between = interval(share, judged)
    score = "no score" if share is None or between is None else f"{share:.1%} ({between[0]:.1%} to {between[1]:.1%})"
    head = (
        f"{len(sample)} of {len(mutants.verdicts)} mutants, seed {mutants.seed}: {counted[Verdict.NOTICED]} noticed, "
        f"{judged - counted[Verdict.NOTICED]} not, {counted[Verdict.TIMEOUT]} timeouts; score {score}"
    )
    left = sorted(f"{found}: {name}" for name, found in sample.items() if found is not Verdict.NOTICED)
    return "\n".join([head, *left])
