"""Benchmarks: how fast items are matched, and against what. Run by hand; no test asserts a time."""
