"""Robustness: what the outlook would be if one publisher family had said nothing at all."""

from collections.abc import Mapping
from dataclasses import replace

from indicators.assessments import Assessment
from indicators.evaluation import Evaluation, State, judge
from indicators.outlooks import Outlook


def leave_one_out(assessment: Assessment, state: State, evaluation: Evaluation) -> Mapping[str, Outlook]:
    """Return the outlook of *evaluation*, made from *state*, without the reports of each publisher family in turn.

    Families go by name. A denial goes with its family too. What a person confirmed stays confirmed.
    """
    casebook = evaluation.casebook
    families: dict[str, set[str]] = {}
    for report in casebook.reports():
        families.setdefault(report.publisher.family, set()).add(report.item.id)
    here = replace(state, casebook=casebook, tracks=evaluation.tracks)
    return {
        family: judge(assessment, here, (), now=evaluation.at, rejudged=sorted(families[family])).outlook
        for family in sorted(families)
    }
