"""Fine-tuning: what is learned, what stays frozen, and what may not matter."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from emofold.errors import InputError
from emofold.media.audio import SAMPLE_RATE, read_wav, write_wav
from emofold.models.finetuning import frames as frames_module
from emofold.models.finetuning import network as finetuned
from emofold.models.finetuning.finetune import finetune
from emofold.models.finetuning.frames import clip_frames
from emofold.models.finetuning.network import EmotionNetwork, FinetunedEncoder
from emofold.models.finetuning.recipe import Recipe, make_accelerator
from emofold.models.finetuning.training import Training
from emofold.speech.pretrained import load_model
from finetuning_corpus import EMOTIONS, elsewhere, make_task, sounds_of, voice


def weights_of(task):
    return load_file(Path(task.folder, "model.safetensors"))


def without_dropout(network):
    """Leave nothing random in a network that is being trained."""
    for module in network.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
        elif hasattr(module, "dropout"):
            module.dropout = 0.0 if isinstance(module.dropout, float) else module.dropout
    config = network.encoder.config
    config.layerdrop = config.mask_time_prob = 0.0


def training_of(task, recipe):
    """Return a training that is ready for its first step, with nothing random in it."""
    torch.manual_seed(0)
    model = load_model(Path(task.model), "all")
    network = EmotionNetwork(model, 2, dropout=0.0)
    without_dropout(network)
    frames, _ = clip_frames(model, sounds_of(task), SAMPLE_RATE)
    return Training(
        network,
        frames,
        targets={clip: EMOTIONS.index(task.emotion_of[clip]) for clip in frames},
        clips=task.training,
        validation=task.validation,
        recipe=recipe,
        seed=0,
        accelerator=make_accelerator("fp32"),
    )


def test_it_learns_the_pitch_of_voices_and_knows_it_of_new_speakers(tmp_path):
    task = make_task(tmp_path, clips_each=8, recipe=Recipe(learning_rate=1e-3, epochs=12))
    outcome = finetune(task)
    tested = [clip for clip in task.wavs if clip.startswith("s4")]
    predicted = {clip: EMOTIONS[int(np.argmax(outcome.logits[clip]))] for clip in tested}
    right = [predicted[clip] == task.emotion_of[clip] for clip in tested]
    assert np.mean(right) > 0.9
    losses = [row["training_loss"] for row in outcome.history]
    assert losses[-1] < 0.7 * losses[0]


def test_every_clip_has_a_score_and_one_epoch_is_chosen(task, tmp_path):
    outcome = finetune(elsewhere(task, tmp_path))
    assert outcome.logits.keys() == task.wavs.keys()
    assert not outcome.failures
    assert [row["epoch"] for row in outcome.history] == [1, 2]
    assert [row["learning_rate"] for row in outcome.history] == [1e-3, 0.5e-3]
    assert sum(row["chosen"] for row in outcome.history) == 1


def test_the_front_end_stays_as_it_was_and_all_else_moves(task, tmp_path):
    finetune(elsewhere(task, tmp_path))
    before = load_model(Path(task.model), "all").network.state_dict()
    after = {
        name.removeprefix("encoder."): weight
        for name, weight in load_file(tmp_path / "model" / "model.safetensors").items()
    }
    for name, weight in before.items():
        is_frozen = name.startswith("feature_extractor")
        assert torch.equal(weight, after[name]) == is_frozen, name


def test_neighbours_and_padding_change_no_score(task, tmp_path, monkeypatch):
    finetune(elsewhere(task, tmp_path))
    encoder = FinetunedEncoder.load(tmp_path / "model")
    sounds = sounds_of(task)
    together, _ = encoder.predict(sounds, SAMPLE_RATE)
    monkeypatch.setattr(finetuned, "CLIPS_AT_ONCE", 1)
    alone, _ = encoder.predict(sounds, SAMPLE_RATE)
    for clip in sounds:
        assert together[clip] == pytest.approx(alone[clip], abs=1e-5)


def test_what_is_loaded_from_the_folder_scores_the_same(task, tmp_path):
    outcome = finetune(elsewhere(task, tmp_path))
    encoder = FinetunedEncoder.load(tmp_path / "model")
    assert encoder.emotions == EMOTIONS
    found, _ = encoder.predict(sounds_of(task), SAMPLE_RATE)
    for clip, logits in outcome.logits.items():
        assert found[clip] == pytest.approx(logits, abs=1e-5)


def test_two_batches_of_two_move_the_weights_as_one_of_four_does(task):
    clips = list(task.training)[:4]
    moved = []
    for recipe in (Recipe(batch_size=2, accumulate=2), Recipe(batch_size=4, accumulate=1)):
        training = training_of(task, recipe)
        training.wrapped.train()
        before = {name: weight.clone() for name, weight in training.network.state_dict().items()}
        losses = [float(training.step(clips, 1e-4)) for _ in range(2)]
        after = training.network.state_dict()
        moved.append(({name: after[name] - before[name] for name in before}, losses))
    (accumulated, first_losses), (whole, second_losses) = moved
    assert first_losses == pytest.approx(second_losses, abs=1e-4)
    for name, change in whole.items():
        assert torch.allclose(accumulated[name], change, atol=1e-5), name
    assert max(float(change.abs().max()) for change in whole.values()) > 1e-4


def test_masks_are_put_on_clips_in_training_alone(task):
    model = load_model(Path(task.model), "all")
    network = EmotionNetwork(model, 2, dropout=0.0)
    without_dropout(network)
    network.encoder.config.mask_time_prob = 0.5
    frames, _ = clip_frames(
        model, {"a": read_wav(Path(next(iter(task.wavs.values()))))}, SAMPLE_RATE
    )
    inputs = frames["a"][None], torch.ones(1, len(frames["a"]), dtype=torch.bool)
    in_training = [network.train()(*inputs) for _ in range(2)]
    in_use = [network.eval()(*inputs) for _ in range(2)]
    assert not torch.allclose(*in_training)
    assert torch.equal(*in_use)


def test_gradient_checkpointing_changes_no_step(task):
    steps = []
    for gradient_checkpointing in (False, True):
        training = training_of(task, Recipe(gradient_checkpointing=gradient_checkpointing))
        training.wrapped.train()
        training.step(list(task.training)[:4], 1e-4)
        steps.append(training.network.state_dict())
    for name, weight in steps[0].items():
        assert torch.allclose(weight, steps[1][name], atol=1e-6), name


def test_only_training_clips_train_and_only_validation_clips_choose(task, tmp_path, monkeypatch):
    trained, validated = set(), set()
    step, logits = Training.step, Training.logits

    def noted_step(self, clips, learning_rate):
        trained.update(clips)
        return step(self, clips, learning_rate)

    def noted_logits(self, clips):
        validated.update(clips) if isinstance(clips, list) else None
        return logits(self, clips)

    monkeypatch.setattr(Training, "step", noted_step)
    monkeypatch.setattr(Training, "logits", noted_logits)
    finetune(elsewhere(task, tmp_path))
    assert trained == {*task.training}
    assert validated == {*task.validation}
    wrong = {"sad": "happy", "happy": "sad"}
    tested = {clip: wrong[emotion] for clip, emotion in task.emotion_of.items() if clip[:2] == "s4"}
    finetune(elsewhere(task, tmp_path / "other", emotion_of={**task.emotion_of, **tested}))
    files = [tmp_path / "model", tmp_path / "other" / "model"]
    first, second = ((file / "model.safetensors").read_bytes() for file in files)
    assert first == second


def test_a_clip_that_is_too_short_fails_by_name(task, tmp_path):
    write_wav(voice("sad", 0.02, 0), tmp_path / "click.wav")
    wavs = {**task.wavs, "click": str(tmp_path / "click.wav")}
    emotions = {**task.emotion_of, "click": "sad"}
    training = [*task.training, "click"]
    outcome = finetune(elsewhere(task, tmp_path, wavs=wavs, emotion_of=emotions, training=training))
    assert outcome.failures.keys() == {"click"}
    assert "0.020 s of sound in click" in outcome.failures["click"]
    assert outcome.logits.keys() == task.wavs.keys()


def test_of_a_long_clip_the_middle_is_heard_and_the_log_says_so(
    task, tmp_path, monkeypatch, caplog
):
    monkeypatch.setattr(frames_module, "MAX_CHUNK", SAMPLE_RATE // 2)
    sounds = {"short": voice("sad", 0.4, 0), "long": voice("sad", 1.5, 0)}
    model = load_model(Path(task.model), "all")
    frames, _ = clip_frames(model, sounds, SAMPLE_RATE)
    assert [len(frames[name]) for name in ("short", "long")] == [19, 24]
    assert "only the middle 30 s are used of long" in caplog.text


def test_clips_too_short_to_mask_can_be_trained_on(task, tmp_path):
    wavs = {}
    for number, clip in enumerate(task.wavs):
        wavs[clip] = str(tmp_path / f"{clip}.wav")
        write_wav(voice(task.emotion_of[clip], 0.03 + 0.01 * number, number), Path(wavs[clip]))
    outcome = finetune(elsewhere(task, tmp_path, wavs=wavs))
    assert np.isfinite([*outcome.logits.values()]).all()


def test_an_emotion_without_training_clips_is_refused(task, tmp_path):
    sad = [clip for clip in task.training if task.emotion_of[clip] == "sad"]
    with pytest.raises(InputError, match="no training clip of happy"):
        finetune(elsewhere(task, tmp_path, training=sad))


def test_a_training_whose_validation_clips_cannot_be_used_is_refused(task, tmp_path):
    with pytest.raises(InputError, match="no validation clip"):
        finetune(elsewhere(task, tmp_path, validation=["nowhere"]))


def test_a_training_without_validation_ends_with_its_last_epoch(task, tmp_path):
    history = finetune(elsewhere(task, tmp_path, validation=[])).history
    assert [row["chosen"] for row in history] == [False] * (task.recipe.epochs - 1) + [True]
    assert not any("validation_loss" in row for row in history)


def test_a_diverged_training_is_refused(task, tmp_path):
    with pytest.raises(InputError, match="diverged in epoch 1: training loss"):
        finetune(elsewhere(task, tmp_path, recipe=replace(task.recipe, learning_rate=1e30)))
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize("damage", ["model.safetensors", "config.json"])
def test_a_damaged_model_is_refused_by_name(task, tmp_path, damage):
    finetune(elsewhere(task, tmp_path))
    file = tmp_path / "model" / damage
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(InputError, match=r"the fine-tuned model in .*model cannot be loaded"):
        FinetunedEncoder.load(tmp_path / "model")
