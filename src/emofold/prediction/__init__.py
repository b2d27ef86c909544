"""Models trained on all speakers, kept as a bundle, and what they say of other videos."""
