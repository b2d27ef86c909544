"""Multimodal emotion recognition from talking-face video, as a Snakemake workflow."""

from emofold.notebook import (
    compare,
    embed_speech,
    evaluate,
    load_bundle,
    predict,
    read_action_units,
    read_table,
)

__version__ = "0.1.0"
__all__ = [
    "compare",
    "embed_speech",
    "evaluate",
    "load_bundle",
    "predict",
    "read_action_units",
    "read_table",
]
