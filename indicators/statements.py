"""Statements: the judgements of the paper, a sentence each, with the scenarios and the indicators that serve it."""

from collections.abc import Iterator
from dataclasses import dataclass

from indicators.assessments import Assessment, Forecast, Question, Scenario, forecasts
from indicators.rules import Indicator


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence of the assessment, with the lines of the outlook that quote it and the indicators that watch it."""

    key: str
    text: str
    lines: tuple[Forecast, ...]
    indicators: tuple[Indicator, ...]

    @property
    def orphan(self) -> bool:
        """Whether nothing would show if it stopped holding."""
        return not self.lines and not self.indicators

    @property
    def unwatched(self) -> bool:
        """Whether scenarios rest on it, but no indicator was made for it."""
        return bool(self.lines) and not self.indicators


def statements(assessment: Assessment) -> tuple[Statement, ...]:
    """Return every sentence of *assessment*, in the file's order."""
    lines = forecasts(assessment)
    quoted = {scenario.id: set(_quoted(scenario)) for scenario in assessment.scenarios}
    return tuple(
        Statement(
            key=key,
            text=text,
            lines=tuple(f for f in lines if key in f.prior.statements or key in quoted[f.scenario]),
            indicators=tuple(i for i in assessment.indicators if key in i.why.statements),
        )
        for key, text in assessment.statements.items()
    )


def _quoted(scenario: Scenario) -> Iterator[str]:
    """Yield what the links of a scenario quote; its priors are looked at line by line."""
    if isinstance(scenario, Question):
        for link in scenario.links:
            yield from link.statements
