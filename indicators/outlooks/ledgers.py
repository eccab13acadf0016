"""Ledgers: the outlook of an assessment, whose ledgers and ranges are written when somebody asks for them."""

import math
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cached_property

from indicators.assessments import Assessment
from indicators.errors import OutlookError
from indicators.levels import Reading
from indicators.outlooks.compiled import Arithmetic, States, YesNo, arithmetic_of
from indicators.outlooks.evidence import shares
from indicators.outlooks.ledger import Estimate, Estimates, Outlook, Row, RowKind
from indicators.outlooks.odds import logit
from indicators.outlooks.solution import Solved, sums_by_line, telling
from indicators.outlooks.states import raised_by, rows_of

SENSITIVITY = (0.5, 1.5)
"""All ln LR are halved and raised by half to show how far the outlook rests on the ratings."""


def outlook(
    assessment: Assessment,
    readings: Iterable[Reading],
    *,
    now: datetime,
    happened: Mapping[str, bool] | None = None,
    coverage: float = 1.0,
    seen: Mapping[str, float] | None = None,
) -> Outlook:
    """Return the outlook of *assessment* given its *readings* and what a person ruled *happened*.

    *coverage* is that of the assessment, *seen* that of single indicators where it is another.

    Raises :class:`OutlookError` for a signal or a coverage that is no finite number, and for an
    assessment whose numbers contradict one another.
    """
    signals = {r.indicator: r.activation - r.baseline for r in readings}
    return outlook_of(assessment, signals, now=now, happened=happened, coverage=coverage, seen=seen)


def outlook_of(
    assessment: Assessment,
    signals: Mapping[str, float],
    *,
    now: datetime,
    happened: Mapping[str, bool] | None = None,
    coverage: float = 1.0,
    seen: Mapping[str, float] | None = None,
) -> Outlook:
    """Return the outlook of *assessment* given the signal of each indicator; raises what :func:`outlook` raises.

    Probabilities are worked out at once; ledgers and ranges when somebody asks for them.
    """
    for share in (coverage, *(seen or {}).values()):
        if not math.isfinite(share):
            raise OutlookError(f"coverage is {share}; it must be a share of the sources, 0 to 1")
    ledgers = Ledgers(arithmetic_of(assessment), telling(signals), dict(happened or {}))
    return Outlook(
        assessment=assessment.id,
        version=assessment.version,
        at=now,
        estimates=ledgers,
        coverage=coverage,
        seen=dict(seen or {}),
    )


class Ledgers(Estimates):
    """An assessment's *arithmetic* solved for *signals* and *rulings*; each estimate is written when it is asked for.

    Most judgements ask for none: what is published moves by figures, and only a move shows its ledger.
    """

    def __init__(self, arithmetic: Arithmetic, signals: Mapping[str, float], rulings: Mapping[str, bool]) -> None:
        """Solve every line with the ratings as they are written."""
        self._arithmetic, self._signals = arithmetic, signals
        self._sums = sums_by_line(arithmetic, signals)
        self._solved = Solved.of(arithmetic, self._sums, rulings)
        self._rows: dict[str, tuple[Row, ...]] = {}
        self._said: dict[tuple[str, ...], list[dict[str, float]]] = {}
        p = self._solved.p
        super().__init__({key: p[key] for key in arithmetic.priors}, arithmetic.priors, rulings)

    def __getitem__(self, key: str) -> Estimate:
        found = self._written.get(key)
        if found is None:
            found = self._written[key] = self._estimate(key)
        return found

    def _estimate(self, key: str) -> Estimate:
        """Return a line with its ledger and its range under other ratings."""
        p = self.figures[key]
        others = [solved.p[key] for solved in self._otherwise]
        return Estimate(
            key=key,
            prior=self.priors[key],
            p=p,
            low=min(p, *others),
            high=max(p, *others),
            rows=self.rows(key),
            happened=self.rulings.get(key),
        )

    @cached_property
    def _otherwise(self) -> list[Solved]:
        return [Solved.of(self._arithmetic, self._sums, self.rulings, scale=scale) for scale in SENSITIVITY]

    def rows(self, key: str) -> tuple[Row, ...]:
        """Return the ledger of a line, without the range beside it."""
        found = self._rows.get(key)
        if found is None:
            question = self._arithmetic.by_key.get(key)
            found = self._rows[key] = self._state_rows(key) if question is None else self._question_rows(question)
        return found

    def raised_by(self, key: str, indicators: Collection[str]) -> bool:
        """Return the same without the ledger, wherever the signs alone can tell."""
        ratios = self._arithmetic.ratios[key]
        rated = [name for name in indicators if name in ratios and name in self._signals]
        if not rated:
            return False
        if key in self._arithmetic.by_key:
            # Discounts and caps shrink what an indicator says and never turn it round.
            return any(self._signals[name] * ratios[name] > 0 for name in rated)
        states, number = self._arithmetic.state[key]
        found = raised_by(states, self._nats(states), number, rated)
        return super().raised_by(key, rated) if found is None else found

    def _question_rows(self, question: YesNo) -> tuple[Row, ...]:
        key, solved = question.key, self._solved
        said = shares(question.groups, self._signals, self._sums[key], self._arithmetic)
        rows = [Row(kind=RowKind.INDICATOR, source=name, nats=nats) for name, nats in said]
        for link, nats in zip(question.links, solved.links[key], strict=True):
            rows.append(Row(kind=RowKind.LINK, source=link.parent, nats=nats))
        if key in solved.bounds:
            source, nats = solved.bounds[key]
            rows.append(Row(kind=RowKind.COHERENCE, source=source, nats=nats))
        return tuple(rows)

    def _state_rows(self, key: str) -> tuple[Row, ...]:
        states, number = self._arithmetic.state[key]
        change = logit(self.figures[key]) - logit(states.priors[number])
        return rows_of(states, self._nats(states), number, change=change)

    def _nats(self, states: States) -> list[dict[str, float]]:
        """Return what each indicator says for each of *states*, after all caps."""
        found = self._said.get(states.keys)
        if found is None:
            found = self._said[states.keys] = [
                dict(shares(groups, self._signals, self._sums[key], self._arithmetic))
                for key, groups in zip(states.keys, states.groups, strict=True)
            ]
        return found
