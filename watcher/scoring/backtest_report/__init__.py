"""A backtest as one HTML file with charts: needs no network, prints, and follows the reader's light or dark."""

from watcher.scoring.backtest_report.page import backtest_html

__all__ = ["backtest_html"]
