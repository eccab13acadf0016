"""What is asked: a yes/no scenario or an exclusive set, as one question with states of which one comes true."""

from collections.abc import Mapping
from dataclasses import dataclass

from indicators.assessments import Assessment, Question

NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """One question. ``keys`` are its lines of the outlook: one for yes/no, one a state for a set."""

    id: str
    name: str
    horizon_days: int
    keys: tuple[str, ...]
    prior: tuple[float, ...]
    """A probability for each of :attr:`states`."""

    @property
    def exclusive(self) -> bool:
        """Whether it is a set of states; else a yes/no question, whose states are yes and no."""
        return len(self.keys) > 1

    @property
    def states(self) -> tuple[str, ...]:
        """The states of which one comes true: the lines, and "no" for a yes/no question."""
        return self.keys if self.exclusive else (*self.keys, NO)

    def figures(self, estimates: Mapping[str, float]) -> tuple[float, ...]:
        """Return the probability of each state, given that of each line."""
        own = tuple(estimates[key] for key in self.keys)
        return own if self.exclusive else (own[0], 1 - own[0])


def asked_of(assessment: Assessment) -> tuple[AskedQuestion, ...]:
    """Return the questions of *assessment*, in the file's order."""
    found = []
    keys: tuple[str, ...]
    prior: tuple[float, ...]
    for scenario in assessment.scenarios:
        if isinstance(scenario, Question):
            keys, prior = (scenario.id,), (scenario.prior.p, 1 - scenario.prior.p)
        else:
            keys = tuple(f"{scenario.id}.{state.id}" for state in scenario.states)
            total = sum(state.prior.p for state in scenario.states)
            prior = tuple(state.prior.p / total for state in scenario.states)
        name = scenario.name.get("en") or next(iter(scenario.name.values()))
        found.append(
            AskedQuestion(id=scenario.id, name=name, horizon_days=scenario.horizon_days, keys=keys, prior=prior)
        )
    return tuple(found)
