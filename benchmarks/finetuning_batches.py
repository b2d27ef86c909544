"""Time training steps with and without batches by length, and with and without a CNN that ran once.

``python benchmarks/finetuning_batches.py recordings model-folder --clips 48`` trains the network of
emofold on real lengths in four ways, each on the same clips from the same weights: batches as they
come or by length, the front end once for each clip or again in every epoch. The rates are clips a
second; that of the CNN that runs once counts its share of ten epochs.
"""

import argparse
from pathlib import Path
from time import perf_counter

import numpy as np
import torch

from emofold.media.audio import SAMPLE_RATE, decode_audio
from emofold.models.finetuning.frames import clip_frames
from emofold.models.finetuning.network import EmotionNetwork
from emofold.models.finetuning.recipe import Recipe, make_accelerator
from emofold.models.finetuning.training import Training, cut, steps_of_epoch
from emofold.speech.pretrained import load_model

EMOTIONS = 8
SOUND = {".wav", ".flac", ".mp3", ".m4a", ".ogg"}


def decoded(recordings: Path, count: int) -> dict[str, np.ndarray]:
    """Return the sound of some recordings, drawn at random."""
    files = sorted(file for file in recordings.iterdir() if file.suffix in SOUND)
    drawn = np.random.default_rng(0).permutation(len(files))[:count]
    return {files[index].stem: decode_audio(files[index]) for index in sorted(drawn)}


def made_training(
    folder: Path, sounds: dict[str, np.ndarray], recipe: Recipe
) -> tuple[Training, float]:
    """Return a training that is ready for its first step, and the seconds that its CNN took."""
    torch.manual_seed(0)
    model = load_model(folder, "all")
    network = EmotionNetwork(model, EMOTIONS, recipe.dropout)
    start = perf_counter()
    frames, _ = clip_frames(model, sounds, SAMPLE_RATE)
    seconds = perf_counter() - start
    training = Training(
        network,
        frames,
        targets={clip: place % EMOTIONS for place, clip in enumerate(frames)},
        clips=list(frames),
        validation=list(frames),
        recipe=recipe,
        seed=0,
        accelerator=make_accelerator(recipe.precision),
    )
    return training, seconds


def seconds_of(training: Training, orders: dict[str, list[list[str]]]) -> dict[str, float]:
    """Return how long the steps of each order take, run in turns on a machine others may use."""
    training.wrapped.train()
    seconds = dict.fromkeys(orders, 0.0)
    for steps in zip(*orders.values(), strict=True):
        for order, clips in zip(orders, steps, strict=True):
            start = perf_counter()
            training.step(clips, 1e-5)
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            seconds[order] += perf_counter() - start
    return seconds


def padding(training: Training, steps: list[list[str]], batch_size: int) -> float:
    """Return the share of frames that are padding."""
    real = padded = 0
    for clips in steps:
        for batch in cut(clips, batch_size):
            lengths = [len(training.frames[clip]) for clip in batch]
            real, padded = real + sum(lengths), padded + max(lengths) * len(batch)
    return 1 - real / padded


def main() -> None:
    """Print the rates of the four ways, and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recordings", type=Path, help="a folder of sound files")
    parser.add_argument("model", type=Path, help="the folder of a speech encoder")
    parser.add_argument("--clips", type=int, default=48)
    parser.add_argument("--batch-size", type=int, default=4)
    parser.add_argument("--accumulate", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=10, help="that share one run of the CNN")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    recipe = Recipe(batch_size=given.batch_size, accumulate=given.accumulate)
    sounds = decoded(given.recordings, given.clips)
    training, cnn = made_training(given.model, sounds, recipe)
    lengths = {clip: len(frames) for clip, frames in training.frames.items()}
    shuffled = np.random.default_rng(0).permutation(sorted(lengths)).tolist()
    orders = {
        "as they come": cut(shuffled, recipe.batch_size * recipe.accumulate),
        "by length": steps_of_epoch(lengths, recipe.batch_size, recipe.accumulate, 0, 0),
    }
    seconds_of(training, {order: steps[:2] for order, steps in orders.items()})  # warm up
    rates = {}
    for order, seconds in seconds_of(training, orders).items():
        share = padding(training, orders[order], recipe.batch_size)
        for front_end, once in (("every epoch", cnn), ("once", cnn / given.epochs)):
            rates[order, front_end] = len(lengths) / (seconds + once)
            rate = f"{rates[order, front_end]:7.2f} clips a second"
            print(f"batches {order}, {share:.1%} padding, the CNN {front_end}: {rate}")
    plain, best = rates["as they come", "every epoch"], rates["by length", "once"]
    print(f"batches by length: {rates['by length', 'once'] / rates['as they come', 'once']:.2f} x")
    print(f"the CNN once: {best / rates['by length', 'every epoch']:.2f} x")
    print(f"both: {best / plain:.2f} x")


if __name__ == "__main__":
    main()
