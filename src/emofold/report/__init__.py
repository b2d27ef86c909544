"""The report: figures, tables and pages."""
