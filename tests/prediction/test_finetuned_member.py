"""A fine-tuned encoder as a member of a bundle."""

import numpy as np
import pytest

from emofold.models.finetuning.finetune import finetune
from emofold.models.finetuning.recipe import Recipe
from emofold.prediction.features import Features, Tools
from emofold.prediction.members.networks import FinetunedMember
from emofold.prediction.windows import Content
from finetuning_corpus import EMOTIONS, make_task, sounds_of

FROZEN = Recipe(epochs=1, frozen_layers=1, weighted_layers=True, pooling="attention")


@pytest.mark.parametrize("recipe", [Recipe(epochs=1), FROZEN])
def test_a_kept_member_scores_as_its_training_did(tmp_path, recipe):
    task = make_task(tmp_path, recipe=recipe)
    outcome = finetune(task)
    kept = tmp_path / "kept"
    kept.mkdir()
    member = FinetunedMember(tmp_path / "model", tuple(EMOTIONS))
    row = {"modality": "speech", "source": "speech/audio"} | member.save(kept)
    content = Content(sounds=sounds_of(task), frames={})
    found = FinetunedMember.load(kept, row, EMOTIONS).score(
        Features(content, Tools({}, {}, tmp_path, 1))
    )
    expected = np.array([outcome.logits[clip] for clip in found.values.index])
    assert found.values.to_numpy() == pytest.approx(expected, abs=1e-5)
    assert len(found.values) == len(task.wavs)
