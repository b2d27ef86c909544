"""Fine-tune on a GPU: how fast, against the authors' settings, and how well on RAVDESS.

``python benchmarks/finetuning_on_gpu.py recordings --model whisper-base-encoder`` does two things:

speed
    The large wav2vec 2.0 (the architecture of XLSR-53, random weights, real lengths), trained by
    emofold, against the settings of Luna-Jiménez et al. 2021 on the same card: batches of 4 as they
    come, two of them a step, fp16, the whole model with its CNN in every step, and the whole test
    fold scored every ten steps. Both are timed on some steps and counted up to all epochs of a fold
    of 1140 training and 300 test clips. The use of the card is the model's FLOPs, three times
    those of the forward pass, as a share of the peak.
accuracy
    With ``--model``, all five folds of RAVDESS are fine-tuned, and their accuracies printed. The
    recordings must bear RAVDESS's names.

On a machine without a GPU, ``--size tiny --clips 16 --epochs 1 --folds 1`` shows that it runs.
"""

import argparse
import tempfile
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
import torch
from finetuning_batches import EMOTIONS, decoded
from torch.utils.flop_counter import FlopCounterMode
from transformers import Wav2Vec2Config, Wav2Vec2FeatureExtractor

from emofold.media.audio import SAMPLE_RATE, read_wav, to_float, write_wav
from emofold.models.finetuning.finetune import Task, finetune
from emofold.models.finetuning.frames import clip_frames
from emofold.models.finetuning.network import EmotionNetwork
from emofold.models.finetuning.recipe import Recipe, make_accelerator
from emofold.models.finetuning.training import Training, cut, steps_of_epoch
from emofold.models.splits import draw_validation_speakers
from emofold.speech.pooling import average_real_frames, pad
from emofold.speech.pretrained import build_untrained

PEAK_TFLOPS = {"H100": 989, "H200": 989, "A100": 312, "L40S": 362, "A10": 125, "L4": 121, "T4": 65}
TRAINING_CLIPS, TEST_CLIPS = 1140, 300
CLIPS_OF_A_STEP, STEPS_BETWEEN_TESTS = 8, 10  # of the authors
NAMES = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised")
FOLDS = (
    *((2, 5, 14, 15, 16), (3, 6, 7, 13, 18), (10, 11, 12, 19, 20)),
    *((8, 17, 21, 23, 24), (1, 4, 9, 22)),
)
SIZES = {
    "large": {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16},
    "tiny": {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4},
}


def made_network(size: str) -> EmotionNetwork:
    """Return a network above a wav2vec 2.0 built like XLSR-53, with random weights."""
    config = Wav2Vec2Config(
        **SIZES[size],
        intermediate_size=4 * SIZES[size]["hidden_size"],
        conv_dim=[512 if size == "large" else 32] * 7,
        conv_bias=True,
        feat_extract_norm="layer",
        do_stable_layer_norm=True,
    )
    extractor = Wav2Vec2FeatureExtractor(do_normalize=True, return_attention_mask=True)
    torch.manual_seed(0)
    model = build_untrained(config.to_dict(), extractor.to_dict())
    network = EmotionNetwork(model, EMOTIONS, dropout=0.1)
    return network.to("cuda" if torch.cuda.is_available() else "cpu")


class AsTheAuthorsDid:
    """The training and the tests of the authors, in plain PyTorch with automatic precision."""

    def __init__(self, network: EmotionNetwork, wavs: dict[str, Path]) -> None:
        self.network, self.device = network, next(network.parameters()).device
        network.encoder.feature_extractor._freeze_parameters()
        self.sounds = {
            clip: torch.from_numpy(network.model.prepare(to_float(read_wav(wav))))
            for clip, wav in wavs.items()
        }
        trained = [weight for weight in network.parameters() if weight.requires_grad]
        self.optimizer = torch.optim.AdamW(trained, lr=1e-4, weight_decay=0.0)
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=self.device.type == "cuda")

    def logits(self, clips: list[str]) -> torch.Tensor:
        """Return the scores of a batch, by the whole model."""
        waves, is_sound = pad([self.sounds[clip][:, None] for clip in clips])
        encoder = self.network.encoder
        with torch.autocast(self.device.type, torch.float16, enabled=self.scaler.is_enabled()):
            mask = is_sound.to(self.device)
            states = encoder(waves[..., 0].to(self.device), attention_mask=mask).last_hidden_state
            is_real = encoder._get_feature_vector_attention_mask(states.shape[1], mask)
            return self.network.head(average_real_frames(states, is_real.bool()))

    def step(self, clips: list[str]) -> None:
        """Move the weights once, by two batches of 4."""
        self.network.train()
        for batch in cut(clips, 4):
            targets = torch.zeros(len(batch), dtype=torch.long, device=self.device)
            loss = torch.nn.functional.cross_entropy(self.logits(batch).float(), targets)
            self.scaler.scale(loss / 2).backward()
        self.scaler.unscale_(self.optimizer)
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.optimizer.zero_grad()

    def test(self, clips: list[str]) -> None:
        """Score clips in batches of 4."""
        self.network.eval()
        with torch.no_grad():
            for batch in cut(clips, 4):
                self.logits(batch).float().cpu()


def seconds_each(action: Any, items: list[Any]) -> float:
    """Return how long an action takes for one item, the first two left out to warm up."""
    for item in items[:2]:
        action(item)
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    start = perf_counter()
    for item in items:
        action(item)
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return (perf_counter() - start) / len(items)


def forward_flops(training: Training, clips: list[str]) -> int:
    """Return the FLOPs of the forward pass on clips, one by one, so that padding does no work."""
    training.network.eval()
    device = training.accelerator.device
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        for clip in clips:
            training.network(*(part.to(device) for part in pad([training.frames[clip]])))
    return counter.get_total_flops()


def made_training(network: EmotionNetwork, wavs: dict[str, Path], recipe: Recipe) -> Training:
    """Return a training that is ready for its first step."""
    sounds = {clip: read_wav(wav) for clip, wav in wavs.items()}
    frames, _ = clip_frames(network.model, sounds, SAMPLE_RATE)
    return Training(
        network,
        frames,
        targets=dict.fromkeys(frames, 0),
        clips=list(frames),
        validation=list(frames),
        recipe=recipe,
        seed=0,
        accelerator=make_accelerator(recipe.precision),
    )


@dataclass(frozen=True)
class Seconds:
    """What one side takes for a step, for scoring a clip, and for the front end of a clip."""

    step: float
    score: float
    front_end: float = 0.0

    def of_fold(self, steps: int, scored: int) -> float:
        """Return how long a fold takes, of so many steps and clips that are scored."""
        front_ends = (TRAINING_CLIPS + TEST_CLIPS) * self.front_end
        return front_ends + steps * self.step + scored * self.score


def seconds_of_emofold(wavs: dict[str, Path], given: argparse.Namespace, recipe: Recipe) -> Seconds:
    """Time emofold, and print its rates and its use of the card."""
    network = made_network(given.size)
    start = perf_counter()
    training = made_training(network, wavs, recipe)
    front_end = (perf_counter() - start) / len(wavs)
    lengths = {clip: len(frames) for clip, frames in training.frames.items()}
    steps = steps_of_epoch(lengths, recipe.batch_size, recipe.accumulate, 0, 0)
    training.network.train()
    step = seconds_each(lambda clips: training.step(clips, 1e-5), steps)
    score = seconds_each(training.logits, [list(wavs)] * 3) / len(wavs)
    rate = len(lengths) / len(steps) / step
    print(f"emofold: {rate:.1f} clips a second in training, {1 / score:.1f} scored")
    name = torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU"
    peak = given.peak or next((PEAK_TFLOPS[card] for card in PEAK_TFLOPS if card in name), None)
    tflops = 3 * forward_flops(training, list(lengths)) / len(lengths) / 1e12
    if peak:
        print(f"{tflops:.4f} TFLOPs a clip: {tflops * rate / peak:.1%} of {peak:g} ({name})")
    return Seconds(step, score, front_end)


def seconds_of_authors(wavs: dict[str, Path], size: str) -> Seconds:
    """Time the settings of the authors, and print their rate."""
    authors = AsTheAuthorsDid(made_network(size), wavs)
    steps = cut(np.random.default_rng(0).permutation(sorted(wavs)).tolist(), CLIPS_OF_A_STEP)
    step = seconds_each(authors.step, steps)
    score = seconds_each(authors.test, [list(wavs)] * 3) / len(wavs)
    print(f"authors: {len(wavs) / len(steps) / step:.1f} clips a second in training")
    return Seconds(step, score)


def compare_speed(wavs: dict[str, Path], given: argparse.Namespace, recipe: Recipe) -> None:
    """Print the time of a fold on both sides."""
    ours = seconds_of_emofold(wavs, given, recipe)
    theirs = seconds_of_authors(wavs, given.size)
    our_steps = given.epochs * ceil(TRAINING_CLIPS / (recipe.batch_size * recipe.accumulate))
    their_steps = given.epochs * ceil(TRAINING_CLIPS / CLIPS_OF_A_STEP)
    our_scored = given.epochs * TEST_CLIPS + TRAINING_CLIPS + TEST_CLIPS
    their_scored = their_steps // STEPS_BETWEEN_TESTS * TEST_CLIPS
    our_fold = ours.of_fold(our_steps, our_scored)
    their_fold = theirs.of_fold(their_steps, their_scored)
    print(
        f"a fold of {given.epochs} epochs: {our_fold:.0f} s, as the authors did {their_fold:.0f} s"
    )
    print(f"{their_fold / our_fold:.1f} x as fast, steps alone", end=" ")
    print(f"{their_steps * theirs.step / (our_steps * ours.step):.1f} x")


def measure_accuracy(wavs: dict[str, Path], given: argparse.Namespace, recipe: Recipe) -> None:
    """Fine-tune the folds of RAVDESS, and print their accuracies."""
    emotion_of = {clip: NAMES[int(clip.split("-")[2]) - 1] for clip in wavs}
    clips = pd.DataFrame({"clip": list(wavs), "speaker": [clip[-2:] for clip in wavs]})
    fold_of = {f"{actor:02d}": number for number, fold in enumerate(FOLDS) for actor in fold}
    clips["fold"] = clips["speaker"].map(fold_of)
    accuracies = []
    for fold in range(given.folds):
        is_tested = clips["fold"] == fold
        chosen_by = clips["speaker"].isin(
            draw_validation_speakers(clips, [fold], given.protocol, share=0.2, seed=2020)
        )
        start = perf_counter()
        with tempfile.TemporaryDirectory() as scratch:
            task = Task(
                model=str(given.model),
                wavs={clip: str(wav) for clip, wav in wavs.items()},
                emotion_of=emotion_of,
                training=clips["clip"][~is_tested & ~chosen_by].tolist(),
                validation=clips["clip"][chosen_by].tolist(),
                emotions=[name for name in NAMES if name in emotion_of.values()],
                recipe=recipe,
                seed=2020,
                threads=given.threads,
                checkpoint=f"{scratch}/checkpoint",
                identity={},
                folder=f"{scratch}/model",
            )
            outcome = finetune(task)
        tested = clips["clip"][is_tested].tolist()
        right = [
            task.emotions[int(np.argmax(outcome.logits[clip]))] == emotion_of[clip]
            for clip in tested
        ]
        accuracies.append(100 * float(np.mean(right)))
        seconds = perf_counter() - start
        print(f"fold {fold}: {accuracies[-1]:.2f} % of {len(tested)} clips, {seconds:.0f} s")
    print(f"{given.protocol}, mean of {len(accuracies)} folds: {np.mean(accuracies):.2f} %")


def main() -> None:
    """Measure the speed, and the accuracy where there is a model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recordings", type=Path, help="a folder of sound files")
    parser.add_argument("--model", type=Path, help="the folder of an encoder to fine-tune")
    parser.add_argument("--protocol", choices=("paper", "nested"), default="nested")
    parser.add_argument("--clips", type=int, default=1440, help="how many recordings to use")
    parser.add_argument("--timed-clips", type=int, default=160, help="those that speed is timed on")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--size", choices=SIZES, default="large")
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--accumulate", type=int, default=1)
    parser.add_argument("--learning-rate", type=float, default=1e-4)
    parser.add_argument("--peak", type=float, help="of the card in dense bf16, TFLOPS")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    recipe = Recipe(given.learning_rate, given.epochs, given.batch_size, given.accumulate)
    with tempfile.TemporaryDirectory() as scratch:
        wavs = {}
        for clip, samples in decoded(given.recordings, given.clips).items():
            wavs[clip] = Path(scratch) / f"{clip}.wav"
            write_wav(samples, wavs[clip])
        timed = dict(list(wavs.items())[: given.timed_clips])
        compare_speed(timed, given, recipe)
        if given.model:
            measure_accuracy(wavs, given, recipe)


if __name__ == "__main__":
    main()
