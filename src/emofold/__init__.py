"""Multimodal emotion recognition from talking-face video, as a Snakemake workflow."""

__version__ = "0.1.0"
