"""From posteriors to numbers: how good is each system, how sure is that, and where does it fail."""

BASELINE = "zero-r"
