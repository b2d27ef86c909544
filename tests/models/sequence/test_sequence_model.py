"""A bi-LSTM learns from Action Units over time, goes on after a kill, and is read back."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from emofold.errors import InputError
from emofold.face.openface_csv import read_openface_csv
from emofold.face.schemas import ACTION_UNITS
from emofold.models.epochs import Checkpoint
from emofold.models.sequence.bilstm import BiLSTM
from emofold.models.sequence.model import Batches, SequenceModel, map_in_threads
from emofold.models.sequence.sequences import fit_scaling, sequences_of
from emofold.models.sequence.training import Recipe, Training
from emofold.models.splits import draw_validation_speakers, labels_of_fold

SMALL = {"hidden_size": 6, "layers": 2, "dropout": 0.3, "attention_layers": 2}
PAPER = {"hidden_size": 50, "layers": 2, "dropout": 0.3, "attention_layers": 2}
UNITS = ACTION_UNITS[:3]


def frames_of(clip, values, confidence=1.0):
    """Return the rows of a clip in a frames table, with values for a few Action Units."""
    rows = pd.DataFrame(np.nan, index=range(len(values)), columns=list(ACTION_UNITS))
    rows[list(UNITS)] = values
    count = np.arange(len(values))
    return rows.assign(
        clip=clip, frame=count, timestamp=count / 25, confidence=confidence, success=1
    )


def rising_and_falling(clips=24):
    """Return frames in which only the order tells the classes apart, and the class of each clip."""
    rng = np.random.default_rng(0)
    tables, classes = [], []
    for number in range(clips):
        ramp = np.linspace(0, 3, int(rng.integers(8, 16)))
        rises = number % 2
        values = (ramp if rises else ramp[::-1])[:, None] + rng.normal(0, 0.1, (len(ramp), 3))
        tables.append(frames_of(f"clip {number:02d}", values))
        classes.append(rises)
    return sequences_of(pd.concat(tables, ignore_index=True), 0.5), torch.tensor(classes)


def trained(
    folder: Path,
    epochs: int,
    *,
    slowly: bool = False,
    threads: int = 2,
    learning_rate: float = 0.02,
):
    """Train a small network, and return it with its learning curve."""
    sequences, targets = rising_and_falling()
    torch.manual_seed(1)
    settings = {"inputs": 3, "emotions": 2, **SMALL}
    scaling = fit_scaling("standard", sequences.values)
    network = BiLSTM(**settings)
    emotions = ("falling", "rising")
    model = SequenceModel(network, settings, sequences.action_units, scaling, emotions)
    indices = torch.arange(len(targets))
    recipe = Recipe(batch_size=8, learning_rate=learning_rate, epochs=epochs, patience=epochs)
    checkpoint = Checkpoint(folder, {"epochs": epochs})
    if slowly:
        save = checkpoint.save

        def save_and_wait(state):
            save(state)
            time.sleep(60)

        checkpoint.save = save_and_wait
    with map_in_threads(threads) as mapped:
        training = Training(
            network,
            model.batches(sequences),
            targets,
            training=indices[8:],
            validation=indices[:8],
            recipe=recipe,
            seed=5,
            mapped=mapped,
        )
        history = training.run(checkpoint)
    return model, sequences, history


def test_only_frames_that_count_enter_a_sequence():
    good, unsure = np.ones((3, 3)), np.full((2, 3), 9.0)
    frames = pd.concat([frames_of("a", good), frames_of("b", unsure, confidence=0.1)])
    sequences = sequences_of(frames, 0.5)
    assert sequences.clips == ("a",)
    assert sequences.action_units == UNITS
    assert sequences.values.tolist() == good.tolist()


def test_an_action_unit_that_only_some_frames_have_is_refused_by_name():
    values = np.ones((3, 3))
    values[1, 2] = np.nan
    with pytest.raises(InputError, match=rf"no value of {UNITS[2]} in 1 frame of a"):
        sequences_of(frames_of("a", values), 0.5)


def test_no_frame_that_counts_is_an_error_that_says_so():
    with pytest.raises(InputError, match=r"no frame of confidence ≥ 0\.5"):
        sequences_of(frames_of("a", np.ones((3, 3)), confidence=0.1), 0.5)


def test_a_clip_is_scored_as_if_it_were_alone_whatever_is_beside_it():
    sequences, _ = rising_and_falling()
    torch.manual_seed(0)
    network = BiLSTM(3, 2, **SMALL).eval()
    batches = Batches(sequences.values, sequences.starts, torch.device("cpu"))
    everything = torch.arange(len(sequences.clips))
    with torch.no_grad():
        together, weights = network(*batches.padded(everything))
        for place in everything:
            alone, own_weights = network(*batches.padded(place[None]))
            assert torch.allclose(alone[0], together[place], atol=1e-5)
            length = len(own_weights)
            assert torch.allclose(own_weights[:, 0], weights[:length, place], atol=1e-5)
            assert not weights[length:, place].any()
    assert torch.allclose(weights.sum(dim=0), torch.ones(len(everything)))


def test_the_network_computes_what_a_packed_bidirectional_lstm_does():
    sequences, _ = rising_and_falling()
    torch.manual_seed(0)
    network = BiLSTM(3, 2, **{**SMALL, "layers": 1, "attention_layers": 1}).eval()
    packed = torch.nn.LSTM(3, 6, bidirectional=True)
    onward, backward = network.onwards[0].state_dict(), network.backwards[0].state_dict()
    packed.load_state_dict({**onward, **{f"{k}_reverse": v for k, v in backward.items()}})
    batches = Batches(sequences.values, sequences.starts, torch.device("cpu"))
    frames, lengths = batches.padded(torch.arange(len(sequences.clips)))
    with torch.no_grad():
        packing = torch.nn.utils.rnn.pack_padded_sequence(frames, lengths, enforce_sorted=False)
        states, _ = torch.nn.utils.rnn.pad_packed_sequence(packed(packing)[0])
        is_real = torch.arange(len(frames))[:, None] < lengths
        scores = torch.tanh(network.attention[0](states))[:, :, 0].masked_fill(~is_real, -torch.inf)
        expected = network.scores((scores.softmax(0)[:, :, None] * states).sum(0))
        assert torch.allclose(network(frames, lengths)[0], expected, atol=1e-6)


def test_it_learns_what_only_the_order_of_frames_tells(tmp_path):
    model, sequences, history = trained(tmp_path / "checkpoint", epochs=30)
    logits, weights, states = model.predict(sequences)
    predicted = logits[["score_falling", "score_rising"]].to_numpy().argmax(axis=1)
    assert (predicted == np.arange(24) % 2).mean() > 0.9
    assert [row["chosen"] for row in history].count(True) == 1
    lengths = {clip: len(of_clip) for clip, of_clip in weights.items()}
    assert lengths == dict(zip(sequences.clips, sequences.lengths, strict=True))
    with torch.no_grad():
        again = model.network.scores(torch.tensor(states.loc[[*logits["clip"]]].to_numpy()))
    assert np.allclose(again, logits.drop(columns="clip"), atol=1e-5)


def test_a_model_that_is_read_back_says_the_same(tmp_path):
    model, sequences, _ = trained(tmp_path / "checkpoint", epochs=2)
    files = tmp_path / "model.safetensors", tmp_path / "config.json"
    model.save(*files)
    again = SequenceModel.load(*files)
    assert again.emotions == ("falling", "rising")
    pd.testing.assert_frame_equal(again.predict(sequences)[0], model.predict(sequences)[0])
    files[0].write_bytes(files[0].read_bytes()[:100])
    with pytest.raises(InputError, match="cannot be read as a model"):
        SequenceModel.load(*files)


def test_a_killed_training_ends_with_the_bits_of_an_undisturbed_one(tmp_path):
    here = str(Path(__file__).parent)
    code = (
        f"import sys; sys.path[:0] = {[here, *sys.path]!r}\n"
        "from pathlib import Path; from test_sequence_model import trained\n"
        "trained(Path(sys.argv[1]), 12, slowly=True)"
    )
    killed = subprocess.Popen([sys.executable, "-c", code, tmp_path / "checkpoint"])
    deadline = time.monotonic() + 60
    while not (tmp_path / "checkpoint" / "checkpoint.pt").is_file():
        assert time.monotonic() < deadline and killed.poll() is None
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    killed.wait(timeout=60)

    resumed, _, history = trained(tmp_path / "checkpoint", epochs=12)
    undisturbed, _, expected = trained(tmp_path / "another", epochs=12)
    assert history == expected
    for name, tensor in undisturbed.network.state_dict().items():
        assert torch.equal(tensor, resumed.network.state_dict()[name]), name


def test_a_checkpoint_of_another_training_is_not_taken_up(tmp_path):
    Checkpoint(tmp_path, {"learning_rate": 1}).save({"epoch": 3})
    assert Checkpoint(tmp_path, {"learning_rate": 1}).load() == {"epoch": 3}
    assert Checkpoint(tmp_path, {"learning_rate": 2}).load() is None
    (tmp_path / "checkpoint.pt").write_bytes(b"half of a file")
    assert Checkpoint(tmp_path, {"learning_rate": 1}).load() is None


def test_more_threads_change_no_bit(tmp_path):
    one, two = (trained(tmp_path / str(n), epochs=3, threads=n) for n in (1, 2))
    assert one[2] == two[2]
    pd.testing.assert_frame_equal(one[0].predict(one[1], 1)[0], two[0].predict(two[1], 2)[0])


def test_the_weights_are_those_of_the_chosen_epoch(tmp_path):
    model, sequences, history = trained(tmp_path / "checkpoint", epochs=12)
    chosen = next(row for row in history if row["chosen"])
    assert chosen["validation_accuracy"] == max(row["validation_accuracy"] for row in history)
    logits = model.predict(sequences)[0][["score_falling", "score_rising"]].to_numpy()[:8]
    loss = torch.nn.functional.cross_entropy(torch.tensor(logits), torch.arange(8) % 2)
    assert float(loss) == pytest.approx(chosen["validation_loss"], rel=1e-5)


def test_a_training_that_diverges_names_the_learning_rate(tmp_path):
    with pytest.raises(InputError, match=r"diverged in epoch 1.* lower `learning_rate`"):
        trained(tmp_path / "checkpoint", epochs=9, learning_rate=3e37)


@pytest.mark.realdata
def test_real_smiles_are_told_from_sadness_of_unknown_speakers(realdata, tmp_path):
    tables = {
        path.stem: read_openface_csv(path).assign(clip=path.stem)
        for path in sorted((realdata / "ravdess" / "tracking").glob("01-*.csv"))
    }
    sequences = sequences_of(pd.concat(tables.values(), ignore_index=True), 0.7)
    assert len(sequences.clips) == 192
    clips = pd.DataFrame({"clip": sequences.clips})
    clips["speaker"] = clips["clip"].str[-2:]
    clips["emotion"] = clips["clip"].str[6:8].map({"03": "happy", "04": "sad"})
    clips["fold"] = (clips["speaker"].astype(int) - 1) // 3
    targets = torch.tensor((clips["emotion"] == "sad").to_numpy(), dtype=torch.int64)
    accuracies = []
    for fold in range(4):
        labels = labels_of_fold(clips, fold)
        speakers = draw_validation_speakers(clips, [fold], "nested", 0.2, seed=2020)
        is_test = (labels["split"] == "test").to_numpy()
        is_validation = clips["speaker"].isin(speakers).to_numpy()
        is_training = ~is_test & ~is_validation
        torch.manual_seed(2020)
        settings = {"inputs": len(sequences.action_units), "emotions": 2, **PAPER}
        network = BiLSTM(**settings)
        frames = sequences.values[is_training.repeat(sequences.lengths)]
        model = SequenceModel(
            network,
            settings,
            sequences.action_units,
            fit_scaling("none", frames),
            ("happy", "sad"),
        )
        with map_in_threads(2) as mapped:
            training = Training(
                network,
                model.batches(sequences),
                targets,
                training=torch.from_numpy(is_training.nonzero()[0]),
                validation=torch.from_numpy(is_validation.nonzero()[0]),
                recipe=Recipe(epochs=40, patience=15),
                seed=2020,
                mapped=mapped,
            )
            training.run(Checkpoint(tmp_path / str(fold), {}))
        logits, _, _ = model.predict(sequences, threads=2)
        predicted = logits[["score_happy", "score_sad"]].to_numpy().argmax(axis=1)
        accuracies.append((predicted == targets.numpy())[is_test].mean())
    assert np.mean(accuracies) >= 0.9, accuracies


def test_a_model_may_look_at_other_columns_than_the_action_units():
    frames = frames_of("a", np.ones((4, 3))).assign(jawOpen=0.5, head_yaw=[1.0, 2.0, 3.0, 4.0])
    assert sequences_of(frames, 0.5).action_units == UNITS
    found = sequences_of(frames, 0.5, columns=["head_pose", "jaw*"])
    assert found.action_units == ("jawOpen", "head_yaw")
    assert found.values.tolist() == [[0.5, 1.0], [0.5, 2.0], [0.5, 3.0], [0.5, 4.0]]
