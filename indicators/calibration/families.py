"""Families: the questions that share one temperature. There are two, for there are never many events."""

from indicators.assessments import Assessment

FAMILIES = ("binary", "exclusive")


def families(assessment: Assessment) -> dict[str, str]:
    """Return the family of each scenario under its id: its kind.

    Evidence enters a yes/no scenario and an exclusive one by different formulas, so these two are kept apart;
    anything finer would have a handful of events each.
    """
    return {scenario.id: scenario.kind for scenario in assessment.scenarios}
