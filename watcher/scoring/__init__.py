"""Scoring: forecasts held against what happened: backtest, scorecard, calibration, and the files they read."""
