"""Leverage: how far a change of one indicator can carry a line, whatever else changes with it.

Every step from signals to log-odds moves by no more than what moves into it:

- a weight that grows adds to its group, together with others that grow the same way, no more than what
  each adds alone (a sum with falling shares has falling returns); one that shrinks takes away no more than
  itself; and no cap can be overstepped;
- a link by at most ``(a - b) / (a + b)`` of its parent's change in log-odds, where ``a`` and ``b`` are the
  square roots of P(child | parent) P(not child | not parent) and of P(not child | parent) P(child | not
  parent), and never beyond its two conditionals;
- a state of an exclusive scenario by its own evidence and by the others' pull, the logarithm of a mean of
  exponentials: that falls by no more than the mean fall of the others by their present shares (Jensen), and
  rises, for up to :data:`LARGEST` changes together, by no more than each one's mean at LARGEST times its
  size, divided by LARGEST (Hoelder);
- a floor or ceiling by no more than the larger of the two that it compares.

So the changes of several indicators add up to a bound for all of them together, which is what lets a
search leave out most combinations without trying them.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indicators.outlooks.compiled import Arithmetic, Branches, Group, YesNo
from indicators.outlooks.odds import logit
from indicators.outlooks.states import softmax
from indicators.outlooks.whatif import Option, groups_of

Span = tuple[float, float]
"""How far up and how far down, in nats of the line's log-odds; neither is negative."""

LARGEST = 3
"""Changes whose bounds may be added up; whoever needs four at once is telling a story, not naming a signpost."""

_STILL: Span = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Leverage:
    """What each option can do to each line at most, and which lines follow an indicator in one direction only."""

    options: Mapping[str, list[Option]]
    spans: Mapping[tuple[str, int], Mapping[str, Span]]
    """By indicator and rank of its new level, then by line."""
    ways: Mapping[str, Mapping[str, frozenset[int]]]

    def reach(self, key: str, option: Option, rises: bool) -> float:
        """Return how far *option* can carry line *key* up, or else down, at most; in nats."""
        up, down = self.spans[option.indicator, option.level.rank].get(key, _STILL)
        return up if rises else down

    def one_way(self, key: str, indicator: str) -> bool:
        """Whether line *key* never falls while *indicator* rises, or never rises."""
        return len(self.ways[indicator].get(key, frozenset())) <= 1


def leverage_of(
    arithmetic: Arithmetic, options: Iterable[Option], signals: Mapping[str, float], rulings: Mapping[str, bool]
) -> Leverage:
    """Return the leverage of *options* over the lines of *arithmetic*, from present *signals*."""
    direct = _Direct(arithmetic, signals)
    shares = {states.keys: softmax(states, [direct.evidence[key] for key in states.keys]) for states in arithmetic.sets}
    by_name: dict[str, list[Option]] = {}
    spans: dict[tuple[str, int], Mapping[str, Span]] = {}
    for option in options:
        name = option.indicator
        if name in direct.places:
            by_name.setdefault(name, []).append(option)
            spans[name, option.level.rank] = _spans(arithmetic, direct.spans(option), shares, rulings)
    ratios = {name: {key: ratio for key, _, ratio in places} for name, places in direct.places.items()}
    ways = {name: _ways(arithmetic, ratios[name], rulings) for name in by_name}
    return Leverage(by_name, spans, ways)


class _Direct:
    """What options can do to the evidence of the lines that their indicators speak to."""

    def __init__(self, arithmetic: Arithmetic, signals: Mapping[str, float]) -> None:
        self._arithmetic = arithmetic
        self._signals = signals
        self.places: dict[str, list[tuple[str, int, float]]] = {}
        """By indicator, each line it speaks to, the number of its group there, and its ln LR."""
        self.evidence: dict[str, float] = {}
        self._weights: dict[tuple[str, int], dict[str, float]] = {}
        self._room: dict[tuple[str, int], Span] = {}
        for key, groups in groups_of(arithmetic).items():
            self._line(key, groups)

    def spans(self, option: Option) -> dict[str, Span]:
        """Return how far *option* can carry the evidence of each line it speaks to."""
        found: dict[str, Span] = {}
        for key, number, ratio in self.places[option.indicator]:
            weights, room = self._weights[key, number], self._room[key, number]
            now, new = weights.get(option.indicator, 0.0), option.signal * ratio
            sign = 1 if new > now else -1
            others = [sign * w for name, w in weights.items() if name != option.indicator and sign * w > 0]
            grown = self._sum([*others, sign * new]) - self._sum([*others, sign * now])
            shrunk = max(-sign * now, 0.0) - max(-sign * new, 0.0)
            found[key] = (min(grown + shrunk, room[0]), 0.0) if sign > 0 else (0.0, min(grown + shrunk, room[1]))
        return found

    def _sum(self, weights: Iterable[float]) -> float:
        rising = sorted([w for w in weights if w > 0], reverse=True)
        return math.fsum([w * share for w, share in zip(rising, self._arithmetic.discounts, strict=False)])

    def _line(self, key: str, groups: Sequence[Group]) -> None:
        cap, most = self._arithmetic.cap_group, self._arithmetic.cap_total
        sums: list[float] = []
        for number, group in enumerate(groups):
            for name, ratio in group:
                self.places.setdefault(name, []).append((key, number, ratio))
            weights = {name: self._signals[name] * ratio for name, ratio in group if name in self._signals}
            self._weights[key, number] = weights
            total = self._sum(weights.values()) - self._sum([-w for w in weights.values()])
            sums.append(min(max(total, -cap), cap))
        self.evidence[key] = evidence = min(max(math.fsum(sums), -most), most)
        for number, total in enumerate(sums):
            self._room[key, number] = min(cap - total, most - evidence), min(cap + total, most + evidence)


_Shares = Mapping[tuple[str, ...], Sequence[float]]


def _spans(
    arithmetic: Arithmetic, direct: Mapping[str, Span], shares: _Shares, rulings: Mapping[str, bool]
) -> dict[str, Span]:
    spans: dict[str, Span] = {}
    known: dict[str, Span] = {}
    for states in arithmetic.sets:
        own = [direct.get(key, _STILL) for key in states.keys]
        found = dict(zip(states.keys, _state_spans(own, shares[states.keys]), strict=True))
        spans |= found
        if any(rulings.get(key) for key in states.keys):
            found = {}
        elif any(key in rulings for key in states.keys):  # the states left share anew
            found = dict(zip(states.keys, _wide_spans(own), strict=True))
        known |= found
    for question in arithmetic.questions:
        up, down = direct.get(question.key, _STILL)
        for link in question.links:
            more, less = _through(link, known.get(link.parent, _STILL))
            up, down = up + more, down + less
        for bound in _bounds(question):
            other = known.get(bound, _STILL)
            up, down = max(up, other[0]), max(down, other[1])
        spans[question.key] = (up, down)
        known[question.key] = _STILL if question.key in rulings else (up, down)
    return spans


def _bounds(question: YesNo) -> tuple[str, ...]:
    return (*question.floors, question.ceiling) if question.ceiling else question.floors


def _state_spans(own: Sequence[Span], shares: Sequence[float]) -> list[Span]:
    """Return the spans of the states of one set from those of their evidence, at their present *shares*."""
    found: list[Span] = []
    for number, (up, down) in enumerate(own):
        rest = math.fsum([share for other, share in enumerate(shares) if other != number])
        others = [(shares[other] / rest, span) for other, span in enumerate(own) if other != number]
        fall = math.fsum([share * span[1] for share, span in others])
        rise = math.log(math.fsum([share * math.exp(LARGEST * span[0]) for share, span in others])) / LARGEST
        found.append((up + fall, down + max(rise, 0.0)))
    return found


def _wide_spans(own: list[Span]) -> list[Span]:
    """Return spans that hold whichever of the states are left and whatever they share."""
    others = [own[:number] + own[number + 1 :] for number in range(len(own))]
    return [
        (up + max(span[1] for span in rest), down + max(span[0] for span in rest))
        for (up, down), rest in zip(own, others, strict=True)
    ]


def _through(link: Branches, parent: Span) -> Span:
    if parent == _STILL:
        return _STILL
    a = math.sqrt(link.p_if * (1 - link.otherwise))
    b = math.sqrt((1 - link.p_if) * link.otherwise)
    steepest = abs(a - b) / (a + b)
    whole = abs(logit(link.p_if) - logit(link.otherwise))
    up, down = (min(span * steepest, whole) for span in parent)
    return (up, down) if a >= b else (down, up)


def _ways(
    arithmetic: Arithmetic, ratios: Mapping[str, float], rulings: Mapping[str, bool]
) -> dict[str, frozenset[int]]:
    """Return the directions (1 and -1) in which each line can go while an indicator with these *ratios* rises."""
    ways: dict[str, frozenset[int]] = {}
    known: dict[str, frozenset[int]] = {}
    for states in arithmetic.sets:
        signs = {key: _sign(ratios.get(key, 0.0)) for key in states.keys}
        found = {key: frozenset(s if other == key else -s for other, s in signs.items() if s) for key in states.keys}
        ways |= found
        ruled = any(rulings.get(key) for key in states.keys)
        known |= dict.fromkeys(found, frozenset[int]()) if ruled else found
    for question in arithmetic.questions:
        sign = _sign(ratios.get(question.key, 0.0))
        own = {sign} if sign else set[int]()
        for link in question.links:
            turn = _sign(link.p_if - link.otherwise)
            own |= {way * turn for way in known[link.parent] if turn}
        for bound in _bounds(question):
            own |= known[bound]
        ways[question.key] = frozenset(own)
        known[question.key] = frozenset() if question.key in rulings else frozenset(own)
    return ways


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
