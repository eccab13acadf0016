"""Calibration: what past forecasts say about an assessment's numbers, as a proposal that a person decides upon.

One temperature for each family of questions and ratings shrunk toward what was seen: few events allow no more.
Pure: text and resolved forecasts in, a proposal or an edited text out.
"""

from indicators.calibration.applying import Applied, applied
from indicators.calibration.proposals import Proposal, proposed
from indicators.calibration.resolved import Resolved, read_forecasts

__all__ = ["Applied", "Proposal", "Resolved", "applied", "proposed", "read_forecasts"]
