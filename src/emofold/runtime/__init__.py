"""What every job of the workflow needs."""
