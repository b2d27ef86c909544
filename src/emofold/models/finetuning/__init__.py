"""The fine-tuning of speech encoders."""
