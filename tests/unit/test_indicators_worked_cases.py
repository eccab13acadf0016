"""The method's worked cases R0 to R8, from events to two decimals, through the shipped assessment.

The method prints results but not when in the week its events fell, nor on which day it looked. Where
a figure depends on that, the schedule here is one that its own ledger rows imply: R2 and R3 are
read 8.4 days in (the duration row of R3, +.041, is 8.4 days of a 30-day threshold), the others on
day 10 (9.6 for R5, 13 for R8), by how far the untouched baselines had faded in the printed figures.

Two printed cases hold more than their one-line description: R6 comes out only with a complex
attack *event* beside the ruling (capture .05, AES .16), and R7 only with four encirclements beside
the ruling (complex attack .40, coup .20).
"""

from collections.abc import Mapping
from datetime import datetime

import pytest

from indicators.evaluation import State, read_all
from indicators.events import Event
from indicators.levels import Reading
from indicators.outlooks import Outlook, logit, outlook
from tests.builders import an_event, days, mali

LINES = {
    "cont": "blockade_status.continues",
    "neg": "blockade_status.negotiated_end",
    "fama": "fama_degraded",
    "complex": "complex_attack_bamako",
    "coup": "coup_attempt",
    "capture": "capture_attempt",
    "intervention": "intl_intervention",
    "aes": "aes_deployment",
    "russia": "russia_direct",
    "west": "western_support",
    "materiel": "materiel_air_support",
}
Counts = Mapping[str, tuple[float, ...]]

WEEK_OF_ATTACKS: Counts = {
    "convoy_attack_bamako": (1.401, *(1.4 * k for k in range(2, 7))),
    "fuel_shortage": (0.779, *(7 / 9 * k for k in range(2, 11))),
}
OFFICERS: Counts = {"officer_unrest": (1.4, 2.8, 4.2, 5.6), "mutiny_gunfire": (7.0, 8.0)}
AES: Counts = {"aes_troop_movement": (4, 6, 8, 9.5), "intervention_request": (9,)}
PRESSURE: Counts = {"encirclement": (4, 6, 8, 9.5), "base_overrun": (5, 7, 9), "jnim_drones": (6, 9)}
SIEGE: Counts = {"encirclement": (4, 6, 8, 9.5)}
DEAL: Counts = {"truce_or_lifting": (9, 12), "negotiation_contacts": (5, 7, 9, 11)}

CASES = [
    ("R0", {}, 0, (), ".68 .23 .62 .25 .12 .03 .25 .15 .23 .23 .50"),
    ("R1", {}, 30, (), ".59 .32 .55 .23 .12 .03 .25 .17 .23 .23 .47"),
    ("R2", WEEK_OF_ATTACKS, 8.4, (), ".88 .07 .79 .31 .18 .03 .25 .15 .23 .23 .56"),
    ("R3", {**WEEK_OF_ATTACKS, **OFFICERS}, 8.4, (), ".88 .07 .79 .31 .63 .03 .25 .15 .23 .23 .56"),
    ("R4", AES, 10, (), ".65 .25 .60 .24 .13 .03 .69 .66 .32 .28 .49"),
    ("R5", PRESSURE, 9.6, (), ".66 .25 .63 .45 .22 .20 .37 .23 .27 .26 .49"),
    (
        "R6",
        {"complex_attack_event": (9.5,)},
        10,
        ("complex_attack_bamako",),
        ".65 .25 .60 1 .26 .05 .27 .16 .23 .23 .49",
    ),
    ("R7", SIEGE, 10, ("capture_attempt",), ".65 .25 .60 .40 .20 1 .95 .60 .45 .40 .49"),
    ("R8", DEAL, 13, (), ".26 .66 .49 .18 .08 .03 .25 .15 .23 .23 .37"),
]


def _events(counts: Counts) -> tuple[Event, ...]:
    start = mali().start
    return tuple(
        an_event(name, start + days(t), place=f"{name} {i}")
        for name, times in counts.items()
        for i, t in enumerate(times)
    )


def _look(counts: Counts, day: float, happened: tuple[str, ...] = ()) -> tuple[Outlook, tuple[Reading, ...]]:
    now: datetime = mali().start + days(day)
    readings = read_all(mali(), _events(counts), state=State(), now=now)
    return outlook(mali(), readings, now=now, happened=dict.fromkeys(happened, True)), readings


def _believed(view: Outlook, key: str) -> float:
    estimate = view.estimates[key]
    return 1.0 if estimate.happened else estimate.p


@pytest.mark.parametrize(("case", "counts", "day", "happened", "printed"), CASES, ids=[c[0] for c in CASES])
def test_a_worked_case_comes_out_of_its_events_to_two_decimals(
    case: str, counts: Counts, day: float, happened: tuple[str, ...], printed: str
) -> None:
    """Every figure the method prints for this case is what the product computes from events."""
    view, _ = _look(counts, day, happened)
    wanted = dict(zip(LINES, map(float, printed.split()), strict=True))
    got = {name: _believed(view, key) for name, key in LINES.items()}
    wrong = {name: (round(got[name], 4), p) for name, p in wanted.items() if abs(got[name] - p) > 0.00501}
    assert not wrong, case


def test_the_coup_ledger_of_r3_has_the_methods_rows() -> None:
    """R3's ledger row by row, to a thousandth of a nat, adding up to 62.9 %."""
    view, _ = _look({**WEEK_OF_ATTACKS, **OFFICERS}, 8.4)
    coup = view.estimates["coup_attempt"]
    rows = {row.source: row.nats for row in coup.rows if abs(row.nats) > 1e-9}
    assert rows["mutiny_gunfire"] == pytest.approx(1.751, abs=0.0006)
    assert rows["officer_unrest"] == pytest.approx(0.297, abs=0.0006)
    assert rows["fuel_shortage"] == pytest.approx(0.171, abs=0.0006)
    assert rows["blockade_status.continues"] == pytest.approx(0.167, abs=0.0015)
    assert rows["complex_attack_bamako"] == pytest.approx(0.092, abs=0.0025)
    assert rows["blockade_duration"] == pytest.approx(0.041, abs=0.0006)
    assert coup.change == pytest.approx(2.519, abs=0.004)
    assert coup.p == pytest.approx(0.629, abs=0.001)
    assert coup.low == pytest.approx(0.33, abs=0.005)
    assert coup.high == pytest.approx(0.68, abs=0.005)


def test_a_confirmed_capture_gives_back_the_papers_own_word() -> None:
    """The paper's "almost certainly" is the 95 % that the link returns when the trigger is confirmed."""
    view, _ = _look(SIEGE, 10, ("capture_attempt",))
    assert view.estimates["intl_intervention"].p == pytest.approx(0.95, abs=0.005)


@pytest.mark.parametrize(("case", "counts", "day", "happened", "printed"), CASES, ids=[c[0] for c in CASES])
def test_every_ledger_adds_up(case: str, counts: Counts, day: float, happened: tuple[str, ...], printed: str) -> None:
    """Rows sum to the log-odds change of their line, within 1e-9."""
    del case, printed
    view, _ = _look(counts, day, happened)
    for estimate in view.estimates.values():
        assert logit(estimate.p) - logit(estimate.prior) == pytest.approx(estimate.change, abs=1e-9)


@pytest.mark.parametrize(("day", "printed"), [(14, 0.163), (28, 0.140)])
def test_the_coup_question_fades_after_r2_as_the_method_prints(day: float, printed: float) -> None:
    """Once the week of attacks is over its evidence fades with its half-lives."""
    view, _ = _look(WEEK_OF_ATTACKS, day)
    assert view.estimates["coup_attempt"].p == pytest.approx(printed, abs=0.0015)


@pytest.mark.parametrize(("day", "printed"), [(63, 0.077), (91, 0.068)])
def test_a_blockade_that_has_ended_fades_instead_of_vanishing(day: float, printed: float) -> None:
    """Two printed points are not reproduced, on purpose.

    The printed line drops the duration's evidence the moment its corridor goes quiet. The method's
    own formula 3 gives every indicator a half-life, the duration's is 30 days in the encoding, and a
    grievance built up over weeks does not end in a day: so here p stays a little above the print and
    comes down to it.
    """
    view, _ = _look(WEEK_OF_ATTACKS, day)
    assert printed < view.estimates["coup_attempt"].p < printed + 0.015
    calm, after = _look({}, 730)[0], _look(WEEK_OF_ATTACKS, 730)[0]
    assert after.estimates["coup_attempt"].p == pytest.approx(calm.estimates["coup_attempt"].p, abs=1e-4)
