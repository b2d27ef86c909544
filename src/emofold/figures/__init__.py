"""The figures of the report, as matplotlib draws them for print."""
