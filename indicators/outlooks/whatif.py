"""What if: a line's probability with some signals changed, computed as the outlook computes it.

Only what a change can touch is computed again, and what was computed once is remembered.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indicators.levels import Level
from indicators.outlooks.compiled import Arithmetic, Group, States, YesNo
from indicators.outlooks.evidence import sums_of
from indicators.outlooks.solution import TINY, link_nats, solve_question
from indicators.outlooks.states import believed, softmax


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A level that an indicator could go to, the signal it would then have, and how far that is from now.

    ``cost`` is the number of levels between, then the change of activation. ``bit`` is a power of two of its
    own, so that a number stands for a set of options.
    """

    indicator: str
    level: Level
    signal: float
    cost: tuple[int, float]
    bit: int


class WhatIf:
    """The lines of an outlook under changed signals. Remembers every answer, so it is for one outlook only."""

    def __init__(
        self,
        arithmetic: Arithmetic,
        signals: Mapping[str, float],
        rulings: Mapping[str, bool],
        options: Iterable[Option],
    ) -> None:
        self._arithmetic = arithmetic
        self._signals = signals
        self._rulings = rulings
        self._options = {option.bit: option for option in options}
        self._questions = {q.key: q for q in arithmetic.questions}
        self._states = {key: states for states in arithmetic.sets for key in states.keys}
        self._needed = {
            q.key: (*(link.parent for link in q.links), *q.floors, *((q.ceiling,) if q.ceiling else ()))
            for q in arithmetic.questions
        }
        self._groups = groups_of(arithmetic)
        self._group_bits = {key: [self._bits_of(group) for group in groups] for key, groups in self._groups.items()}
        self._direct = {key: sum(bits) for key, bits in self._group_bits.items()}
        self._touching = self._all_bits()
        self._known: dict[str, dict[int, tuple[float, float]]] = {key: {} for key in arithmetic.lines}
        self._evidence: dict[str, dict[int, float]] = {key: {} for key in arithmetic.lines}
        self._group_sums: dict[tuple[str, int, int], float] = {}
        self._present = {
            key: [self._group_sum(key, number, 0) for number in range(len(groups))]
            for key, groups in self._groups.items()
        }

    def p(self, key: str, options: int) -> float:
        """Return the probability of line *key* if all *options* (the sum of their bits) came about."""
        return self._solved(key, options)[0]

    def _bits_of(self, group: Group) -> int:
        names = {name for name, _ in group}
        return sum(bit for bit, option in self._options.items() if option.indicator in names)

    def _all_bits(self) -> dict[str, int]:
        """Return the options that can touch each line, directly or through what it depends on."""
        found: dict[str, int] = {}
        for states in self._arithmetic.sets:
            together = 0
            for key in states.keys:
                together |= self._direct[key]
            found.update(dict.fromkeys(states.keys, together))
        for question in self._arithmetic.questions:
            bits = self._direct[question.key]
            for parent in self._needed[question.key]:
                bits |= found[parent]
            found[question.key] = bits
        return found

    def _solved(self, key: str, options: int) -> tuple[float, float]:
        """Return p, and what links take the line for."""
        options &= self._touching[key]
        found = self._known[key].get(options)
        if found is None:
            if key in self._questions:
                found = self._known[key][options] = self._question(self._questions[key], options)
            else:
                self._solve_states(self._states[key], options)
                found = self._known[key][options]
        return found

    def _question(self, question: YesNo, options: int) -> tuple[float, float]:
        key = question.key
        known = {parent: self._solved(parent, options)[1] for parent in self._needed[key]}
        p, _ = solve_question(question, self._evidence_for(key, options), link_nats(question, known), known)
        return p, float(self._rulings[key]) if key in self._rulings else p

    def _solve_states(self, states: States, options: int) -> None:
        ps = softmax(states, [self._evidence_for(key, options) for key in states.keys])
        for key, p, known in zip(states.keys, ps, believed(states, ps, self._rulings), strict=True):
            self._known[key][options] = p, known

    def _evidence_for(self, key: str, options: int) -> float:
        options &= self._direct[key]
        found = self._evidence[key].get(options)
        if found is None:
            sums = self._present[key].copy()
            for number, bits in enumerate(self._group_bits[key]):
                if options & bits:
                    sums[number] = self._group_sum(key, number, options & bits)
            total, most = math.fsum(sums), self._arithmetic.cap_total
            found = self._evidence[key][options] = min(max(total, -most), most)
        return found

    def _group_sum(self, key: str, number: int, options: int) -> float:
        """Return what one group says after its cap."""
        found = self._group_sums.get((key, number, options))
        if found is None:
            group = self._groups[key][number]
            signals = {name: self._signals[name] for name, _ in group if name in self._signals}
            left = options
            while left:
                option = self._options[left & -left]  # the lowest bit that is set
                signals[option.indicator] = option.signal
                left &= left - 1
            signals = {name: signal for name, signal in signals.items() if abs(signal) > TINY}
            sums = sums_of((group,), signals, self._arithmetic.discounts)
            cap = self._arithmetic.cap_group
            found = self._group_sums[key, number, options] = min(max(sums[0], -cap), cap) if sums else 0.0
        return found


def groups_of(arithmetic: Arithmetic) -> dict[str, Sequence[Group]]:
    """Return the groups of indicators that speak to each line directly."""
    found: dict[str, Sequence[Group]] = {q.key: q.groups for q in arithmetic.questions}
    for states in arithmetic.sets:
        found.update(zip(states.keys, states.groups, strict=True))
    return found
