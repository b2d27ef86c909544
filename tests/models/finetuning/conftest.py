"""A task for the tests of fine-tuning."""

import pytest

from finetuning_corpus import make_task


@pytest.fixture(scope="session")
def task(tmp_path_factory):
    """A made-up task, whose files tests leave as they are."""
    return make_task(tmp_path_factory.mktemp("corpus"))
