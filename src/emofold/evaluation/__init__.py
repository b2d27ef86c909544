"""Decisions, metrics, intervals and tests of systems, and the comparison of runs."""

BASELINE = "zero-r"
