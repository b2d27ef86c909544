"""What every rule needs besides its work."""
