"""An assessment of as many questions as subjects, each moved by one report: for crashes and for latency."""

from collections.abc import Sequence

from tests.builders import small


def subjects(count: int) -> tuple[str, ...]:
    """Return *count* made-up words, each of which is one subject."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return tuple(f"case{letters[i // 676]}{letters[i // 26 % 26]}{letters[i % 26]}" for i in range(count))


def an_assessment_of(names: Sequence[str], *, idle: Sequence[str] = ()) -> str:
    """One report of *caseaaa attacked* moves scenario caseaaa and nothing else; the rules of *idle* move nothing much.

    Every rule has its own words, so that a report calls one of them.
    """
    scenarios = "".join(
        f"  - id: {n}\n    name: {{en: {n}}}\n    horizon_days: 90\n    impact: extreme\n"
        f"    resolves: Somebody wrote that {n} was attacked.\n"
        "    prior: {p: 0.12, term: very unlikely, basis: inferred, statements: [S1]}\n"
        for n in names
    )
    rules = "".join(_rule(n, n, "[VL, VU]") for n in names)
    rules += "".join(_rule(n, names[i % len(names)], "[L, E]") for i, n in enumerate(idle))
    return small(scenarios=scenarios, indicators=rules)


def _rule(name: str, scenario: str, effect: str) -> str:
    return (
        f"  - id: {name}_report\n    name: {{en: {name} report}}\n    group: supply\n    why: {{statements: [S2]}}\n"
        f'    match: "{name} AND @attack"\n    where: {{region: anywhere}}\n'
        "    count: {of: event, window_days: 400, thresholds: [0.3, 0.6, 0.9], half_life_days: 45}\n"
        f"    effects: {{{scenario}: {effect}}}\n"
        f"    proof: {{must_match: [{name} attacked], must_not_match: [{name} praised]}}\n"
    )
