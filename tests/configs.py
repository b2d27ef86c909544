"""Small configs, and what becomes of them."""

from pathlib import Path

import pytest

from emofold.config.reading import complete_config
from emofold.errors import InputError

SCHEMA_FILE = Path(__file__).parents[1] / "workflow/schemas/config.schema.yaml"


def config_with(**more):
    return {"name": "small", "folds": [[1], [2, "three"], [4]], **more}


def model(**more):
    return {"name": "m", "features": "face/means/published", "classifier": "svc", **more}


def with_encoder(**more):
    return {"speech": {"encoders": [{"name": "e", **more}]}}


def with_finetuned(**more):
    return {"finetuned_models": [{"name": "f", **more}]}


def completed(**more):
    return complete_config(config_with(**more), SCHEMA_FILE)


def refused(**more):
    """Return the problems that are found in a config."""
    with pytest.raises(InputError) as error:
        completed(**more)
    return error.value.found
