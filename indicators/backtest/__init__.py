"""Backtest: what the rules would have said at each of many past moments, beside simpler ways of saying it.

Begin reading at :mod:`indicators.backtest.protocol`. Nothing here replays: it is given what was said
(:mod:`indicators.backtest.snapshots`) and what came of it (:mod:`indicators.backtest.outcomes`).
"""
