"""Fine-tuning above frozen layers, on what these gave once, and on copies of clips."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch.nn.functional import cross_entropy

from emofold.errors import InputError
from emofold.media.audio import SAMPLE_RATE, read_wav
from emofold.models.epochs import Checkpoint
from emofold.models.finetuning import network as network_module
from emofold.models.finetuning.finetune import finetune
from emofold.models.finetuning.frames import (
    Copy,
    frames_of_copies,
    list_copies,
    open_frames,
    save_frames,
)
from emofold.models.finetuning.network import EmotionNetwork, FinetunedEncoder
from emofold.models.finetuning.recipe import Recipe, make_accelerator
from emofold.models.finetuning.training import Training
from emofold.speech.pooling import pad
from emofold.speech.pretrained import load_model
from finetuning_corpus import ARCHITECTURES, EMOTIONS, elsewhere, sounds_of, voice, write_encoder

AUGMENT = {"speeds": [0.9, 1.1], "levels": [-6]}
FROZEN = Recipe(
    learning_rate=1e-3,
    head_learning_rate=5e-3,
    epochs=3,
    batch_size=4,
    accumulate=1,
    frozen_layers=1,
    weighted_layers=True,
    pooling="attention",
    warm_up=0.2,
    weight_decay=0.01,
    label_smoothing=0.1,
    kept_frames=0.5,
)


def first_step(folder, sounds, frozen_layers, file):
    """Return the loss of some clips by a new head, and the gradient of each weight."""
    model = load_model(folder, "all")
    torch.manual_seed(1)
    network = EmotionNetwork(model, 2, dropout=0.0).eval()
    network.model.freeze(frozen_layers)
    network.frozen_layers = frozen_layers
    save_frames(file, *frames_of_copies(model, sounds, [], frozen_layers))
    (frames,), _ = open_frames([file])
    inputs = pad([of_clip.float() for of_clip in frames.values()])
    targets = torch.tensor([EMOTIONS.index(clip.split("-")[1]) for clip in frames])
    loss = cross_entropy(network(*inputs), targets)
    loss.backward()
    return loss.item(), {name: weight.grad for name, weight in network.named_parameters()}


@pytest.mark.parametrize("architecture", ["wav2vec2", *ARCHITECTURES])
def test_above_frozen_layers_a_step_is_that_of_the_whole_network(task, tmp_path, architecture):
    folder = Path(task.model)
    if architecture in ARCHITECTURES:
        folder = tmp_path / "encoder"
        write_encoder(architecture, folder)
    sounds = {clip: sound for clip, sound in sounds_of(task).items() if clip.startswith("s1")}
    whole, of_whole = first_step(folder, sounds, 0, tmp_path / "whole")
    above, of_above = first_step(folder, sounds, 1, tmp_path / "above")
    assert above == pytest.approx(whole, abs=1e-3)
    moved = {name for name, gradient in of_above.items() if gradient is not None}
    assert any("layers.1." in name for name in moved)
    assert not any("layers.0." in name or "feature_projection" in name for name in moved)
    for name in moved:
        size = float(of_whole[name].abs().max())
        assert torch.allclose(of_above[name], of_whole[name], atol=0.01 * size + 1e-5), name


def test_frozen_weights_stay_and_all_others_move(task, tmp_path):
    finetune(elsewhere(task, tmp_path, recipe=FROZEN))
    before = load_model(Path(task.model), "all").network.state_dict()
    after = load_file(tmp_path / "model" / "model.safetensors")
    for name, weight in before.items():
        is_above = name.startswith(("encoder.layers.1.", "encoder.layer_norm."))
        assert torch.equal(weight, after[f"encoder.{name}"]) != is_above, name
    assert after["pooling.weights"].abs().max() > 0


def test_with_all_layers_frozen_the_head_alone_is_trained(task, tmp_path):
    finetune(elsewhere(task, tmp_path, recipe=replace(FROZEN, frozen_layers=2)))
    before = load_model(Path(task.model), "all").network.state_dict()
    after = load_file(tmp_path / "model" / "model.safetensors")
    layers = [name for name in before if ".layers." in name]
    assert layers
    assert all(torch.equal(before[name], after[f"encoder.{name}"]) for name in layers)


def test_more_frozen_layers_than_there_are_are_refused(task, tmp_path):
    with pytest.raises(InputError, match="`frozen_layers: 3` of an encoder of 2 layers"):
        finetune(elsewhere(task, tmp_path, recipe=replace(FROZEN, frozen_layers=3)))


def test_what_is_loaded_from_the_folder_scores_the_same_whatever_its_neighbours(
    task, tmp_path, monkeypatch
):
    outcome = finetune(elsewhere(task, tmp_path, recipe=FROZEN, augment=AUGMENT))
    encoder = FinetunedEncoder.load(tmp_path / "model")
    found, _ = encoder.predict(sounds_of(task), SAMPLE_RATE)
    monkeypatch.setattr(network_module, "CLIPS_AT_ONCE", 1)
    alone, _ = encoder.predict(sounds_of(task), SAMPLE_RATE)
    for clip, logits in outcome.logits.items():
        assert found[clip] == pytest.approx(logits, abs=1e-5)
        assert alone[clip] == pytest.approx(logits, abs=1e-5)


def test_settings_that_say_nothing_of_frozen_layers_are_those_of_the_whole_network(task, tmp_path):
    finetune(elsewhere(task, tmp_path))
    expected, _ = FinetunedEncoder.load(tmp_path / "model").predict(sounds_of(task), SAMPLE_RATE)
    file = tmp_path / "model" / "config.json"
    settings = json.loads(file.read_text())
    settings["head"] = {key: settings["head"][key] for key in ("emotions", "dropout")}
    file.write_text(json.dumps(settings))
    found, _ = FinetunedEncoder.load(tmp_path / "model").predict(sounds_of(task), SAMPLE_RATE)
    assert found == expected


def test_frames_out_of_files_train_as_those_made_of_wavs(task, tmp_path):
    made = finetune(elsewhere(task, tmp_path / "made", recipe=FROZEN, augment=AUGMENT))
    model, sounds = load_model(Path(task.model), "all"), sounds_of(task)
    files = []
    for half in range(2):
        some = dict([*sounds.items()][half::2])
        some |= {"click": voice("sad", 0.01, 0)} if half else {}
        files.append(tmp_path / f"{half}.safetensors")
        save_frames(files[-1], *frames_of_copies(model, some, list_copies(AUGMENT), 1))
    read = {"frames": list(map(str, files)), "augment": AUGMENT, "recipe": FROZEN}
    emotions = {**task.emotion_of, "click": "sad"}
    opened = finetune(elsewhere(task, tmp_path / "opened", emotion_of=emotions, **read))
    assert opened.logits == made.logits
    assert opened.history == made.history
    assert "0.010 s of sound in click" in opened.failures["click"]
    (frames, *copies), _ = open_frames(files)
    assert frames["s1-sad-0"].dtype == torch.float16
    assert len(copies) == 3


def test_clips_that_all_failed_are_said_to_be_too_few_as_without_frozen_layers(task, tmp_path):
    file = tmp_path / "0.safetensors"
    save_frames(file, [{}, {}], dict.fromkeys(task.emotion_of, "broken"))
    with pytest.raises(InputError, match="no training clip of sad"):
        finetune(elsewhere(task, tmp_path, recipe=FROZEN, frames=[str(file)]))


@pytest.mark.parametrize("frozen_layers", [1, 0])
def test_what_half_precision_cannot_hold_is_an_error_of_the_clip(task, frozen_layers):
    model = load_model(Path(task.model), "all")
    with torch.no_grad():
        model.network.encoder.layers[0].feed_forward.output_dense.bias.fill_(1e6)
    (frames,), errors = frames_of_copies(model, sounds_of(task), [], frozen_layers)
    if frozen_layers:
        assert not frames
        assert "`frozen_layers: 1` give values beyond half precision on s1-sad-0" in str(
            errors["s1-sad-0"]
        )
    else:
        assert frames.keys() == task.wavs.keys()


def test_a_resumed_training_on_copies_ends_with_the_weights_of_an_undisturbed_one(
    task, tmp_path, monkeypatch
):
    finetune(elsewhere(task, tmp_path / "undisturbed", recipe=FROZEN, augment=AUGMENT))
    save = Checkpoint.save

    def save_and_stop(self, state):
        save(self, state)
        if len(state["history"]) == 2:
            raise KeyboardInterrupt

    killed = elsewhere(task, tmp_path / "killed", recipe=FROZEN, augment=AUGMENT)
    monkeypatch.setattr(Checkpoint, "save", save_and_stop)
    with pytest.raises(KeyboardInterrupt):
        finetune(killed)
    monkeypatch.undo()
    assert [row["epoch"] for row in finetune(killed).history] == [1, 2, 3]
    undisturbed, resumed = (
        (tmp_path / name / "model" / "model.safetensors").read_bytes()
        for name in ("undisturbed", "killed")
    )
    assert undisturbed == resumed


def test_training_steps_see_copies_and_some_frames_and_scores_the_whole_clip(task):
    torch.manual_seed(0)
    model = load_model(Path(task.model), "all")
    (frames, *copies), _ = frames_of_copies(model, sounds_of(task), list_copies(AUGMENT), 1)
    del copies[1][task.training[1]]  # too short, when so fast
    seen = []
    training = Training(
        FROZEN.make_network(model, 2),
        frames,
        copies=copies,
        targets={clip: EMOTIONS.index(task.emotion_of[clip]) for clip in frames},
        clips=task.training,
        validation=[],
        recipe=FROZEN,
        seed=0,
        accelerator=make_accelerator("fp32"),
    )
    training.network.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[1].sum(dim=1)))
    clip = task.training[0]
    for _ in range(20):
        training.step([clip], 1e-4)
    lengths = {round(len(of[clip]) / 2) for of in training.variants}
    assert {int(length) for length in torch.cat(seen)} == lengths
    assert len(lengths) == 3
    for _ in range(20):
        training.step([task.training[1]], 1e-4)
    seen.clear()
    training.logits([clip])
    assert [int(length) for length in torch.cat(seen)] == [len(frames[clip])]


@pytest.mark.parametrize("speed", [0.9, 1.1])
def test_a_faster_copy_is_shorter_and_higher(speed):
    samples = voice("happy", 1.0, 0)
    copy = Copy(speed=speed).make(samples)
    assert copy.size == pytest.approx(samples.size / speed, abs=1)

    def pitch(sound):
        return np.abs(np.fft.rfft(sound.astype(float))).argmax() * SAMPLE_RATE / sound.size

    assert pitch(copy) == pytest.approx(speed * pitch(samples), rel=0.01)


def test_a_louder_copy_is_louder_and_stays_within_full_scale(task):
    samples = read_wav(Path(next(iter(task.wavs.values()))))
    quiet, loud = (Copy(level=level).make(samples) for level in (-20, 40))
    assert np.abs(quiet).max() == pytest.approx(np.abs(samples).max() / 32768 / 10, rel=1e-3)
    assert np.abs(loud).max() == 1
