"""Fine-tuning of every kind of encoder, in every precision."""

import pytest
import torch
from accelerate.state import AcceleratorState

from emofold.errors import InputError
from emofold.media.audio import SAMPLE_RATE
from emofold.models.finetuning.finetune import finetune
from emofold.models.finetuning.network import FinetunedEncoder
from emofold.models.finetuning.recipe import Recipe, make_accelerator
from finetuning_corpus import ARCHITECTURES, elsewhere, sounds_of, write_encoder


@pytest.fixture
def any_precision():
    """Let a test train in another precision than the others, which accelerate keeps for good."""
    AcceleratorState._reset_state(reset_partial_state=True)
    yield
    AcceleratorState._reset_state(reset_partial_state=True)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.usefixtures("any_precision")
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("gradient_checkpointing", [False, True])
def test_every_kind_of_encoder_trains(
    task, tmp_path, architecture, gradient_checkpointing, precision
):
    write_encoder(architecture, tmp_path / "encoder")
    recipe = Recipe(epochs=1, precision=precision, gradient_checkpointing=gradient_checkpointing)
    outcome = finetune(elsewhere(task, tmp_path, model=str(tmp_path / "encoder"), recipe=recipe))
    found, _ = FinetunedEncoder.load(tmp_path / "model").predict(sounds_of(task), SAMPLE_RATE)
    for clip, logits in outcome.logits.items():
        assert found[clip] == pytest.approx(logits, abs=1e-5 if precision == "fp32" else 0.05)


def test_half_precision_of_a_gpu_is_refused_on_a_cpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InputError, match="`precision: fp16` on a CPU"):
        make_accelerator("fp16")
