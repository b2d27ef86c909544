"""Time the speech encoders against the plain way of running the same weights.

Run ``python benchmarks/speech_encoders.py``; the weights are random, since time does not depend on
them. Three comparisons, each on the same clips, with the results compared:

cnn
    The CNN features of the large wav2vec 2.0, against the recipe of the paper: all 24 layers of one
    clip after the other, the mean of ``extract_features``, a csv a clip.
views
    Two embeddings of Whisper base, the means of all layers and the thirds of four, in one pass,
    against a pass for each. (Batches are for GPUs: on two CPU cores they took 0.9 to 1.15 times as
    long as one clip after the other, and are not made there.)
whisper
    The encoder of Whisper base at the real length of each clip, against clips padded to 30 s. The
    two are the same function only of clips of 30 s, on which they are compared. Of shorter ones
    the results differ on purpose: where clips are padded, their frames attend to silence. How
    alike the two are is printed.
"""

import argparse
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from transformers import (
    Wav2Vec2Config,
    Wav2Vec2FeatureExtractor,
    Wav2Vec2Model,
    WhisperConfig,
    WhisperFeatureExtractor,
)
from transformers.models.whisper.modeling_whisper import WhisperEncoder

from emofold.media.audio import SAMPLE_RATE, read_wav, to_float, write_wav
from emofold.pretrained.layers import CNN
from emofold.speech.transformer import PretrainedModel, TransformerEncoder, View
from emofold.speech.wav2vec2 import Wav2Vec2
from emofold.speech.whisper import Whisper

SHORTEST_SECONDS, LONGEST_SECONDS = 2.9, 5.3  # as in RAVDESS
TOLERANCE = 1e-4

TURNS = 3

Vectors = dict[str, dict[int, np.ndarray]]
Way = Callable[[], Vectors]


def made_clips(folder: Path, count: int, seconds: np.ndarray) -> dict[str, Path]:
    """Write noise that swells like syllables."""
    rng = np.random.default_rng(0)
    clips = {f"{number:03d}": folder / f"{number:03d}.wav" for number in range(count)}
    for path, length in zip(clips.values(), seconds, strict=True):
        times = np.arange(round(length * SAMPLE_RATE)) / SAMPLE_RATE
        sound = np.sin(9 * times) ** 2 * rng.normal(0, 3000, times.size)
        write_wav(sound.astype(np.int16), path)
    return clips


def embedded(
    model: PretrainedModel, clips: dict[str, Path], views: Mapping[str, View], threads: int
) -> dict[str, Vectors]:
    """Encode with emofold, one clip after the other; return the vectors by view. All are good."""
    sounds = {clip: read_wav(path) for clip, path in clips.items()}
    encoder = TransformerEncoder(model, views, 0.0, threads)
    found: dict[str, Vectors] = {view: {} for view in views}
    for clip, vectors in encoder.embed(sounds, SAMPLE_RATE):
        for view, layers in vectors.items():
            found[view][clip] = layers
    return found


def means(model: PretrainedModel, clips: dict[str, Path], threads: int) -> Vectors:
    """Return the means of all layers that the model shows."""
    return embedded(model, clips, {"means": View(model.layers, "mean")}, threads)["means"]


def compared(names: tuple[str, str], ways: tuple[Way, Way], clips: int) -> list[Vectors]:
    """Run two ways of the same in turns, print the best times and their ratio, return the results.

    The best of a few turns is what other programs on the machine disturb least.
    """
    results: list[Vectors] = [{}, {}]
    took = [float("inf")] * 2
    for _ in range(TURNS):
        for index, way in enumerate(ways):
            began = perf_counter()
            results[index] = way()
            took[index] = min(took[index], perf_counter() - began)
    for name, seconds in zip(names, took, strict=True):
        print(f"  {name:34} {seconds:7.2f} s  {seconds / clips:6.3f} s a clip")
    print(f"  the second is {took[0] / took[1]:.1f} times as fast")
    return results


def largest_difference(first: Vectors, second: Vectors) -> float:
    """Return the largest difference of any number of any layer of any clip."""
    return max(
        float(np.abs(first[clip][layer] - vector).max())
        for clip, layers in second.items()
        for layer, vector in layers.items()
    )


def check_equal(first: Vectors, second: Vectors) -> None:
    """Print the largest difference; fail where it is too large."""
    difference = largest_difference(first, second)
    print(f"  largest difference {difference:.1e}, tolerated {TOLERANCE:.0e}")
    assert difference < TOLERANCE


def large_wav2vec2() -> tuple[Wav2Vec2Model, Wav2Vec2FeatureExtractor]:
    """Return the architecture of wav2vec2-large-xlsr-53 with random weights."""
    torch.manual_seed(0)
    config = Wav2Vec2Config(
        hidden_size=1024,
        num_hidden_layers=24,
        num_attention_heads=16,
        intermediate_size=4096,
        conv_bias=True,
        feat_extract_norm="layer",
        do_stable_layer_norm=True,
    )
    extractor = Wav2Vec2FeatureExtractor(do_normalize=True, return_attention_mask=True)
    return Wav2Vec2Model(config).eval(), extractor


def cnn_features(clips: dict[str, Path], threads: int) -> None:
    """Compare the CNN alone with the paper's recipe."""
    model, extractor = large_wav2vec2()

    def paper() -> Vectors:
        vectors = {}
        for clip, path in clips.items():
            samples = to_float(read_wav(path))
            inputs = extractor(samples, sampling_rate=SAMPLE_RATE, return_tensors="pt")
            with torch.inference_mode():
                features = model(inputs["input_values"]).extract_features[0].mean(0).numpy()
            np.savetxt(path.with_suffix(".csv"), features[None], delimiter=",")
            vectors[clip] = {CNN: features}
        return vectors

    encoder = Wav2Vec2(model, extractor, [CNN], depth=24)
    names = "all layers, a csv a clip", "emofold: the CNN alone"
    ways = paper, lambda: means(encoder, clips, threads)
    check_equal(*compared(names, ways, len(clips)))


def whisper_base() -> tuple[WhisperEncoder, WhisperFeatureExtractor, Whisper]:
    """Return the architecture of Whisper base with random weights, all of whose layers show."""
    torch.manual_seed(0)
    config = WhisperConfig(
        d_model=512, encoder_layers=6, encoder_attention_heads=8, encoder_ffn_dim=2048
    )
    model, extractor = WhisperEncoder(config).eval(), WhisperFeatureExtractor()
    return model, extractor, Whisper(model, extractor, list(range(7)), depth=6)


def two_views(clips: dict[str, Path], threads: int) -> None:
    """Compare one pass for two embeddings with a pass for each."""
    *_, encoder = whisper_base()
    views = {"means": View(range(7), "mean"), "thirds": View([2, 3, 4, 5], "thirds")}

    def apart() -> Vectors:
        found = {}
        for name, view in views.items():
            found |= embedded(encoder, clips, {name: view}, threads)
        return side_by_side(found)

    def together() -> Vectors:
        return side_by_side(embedded(encoder, clips, views, threads))

    def side_by_side(found: dict[str, Vectors]) -> Vectors:
        layers_of_means = len(views["means"].layers)
        return {
            clip: layers
            | {layers_of_means + layer: of for layer, of in found["thirds"][clip].items()}
            for clip, layers in found["means"].items()
        }

    names = "a pass for each of two views", "emofold: one pass for both"
    check_equal(*compared(names, (apart, together), len(clips)))


def whisper(clips: dict[str, Path], threads: int) -> None:
    """Compare the real length of clips with 30 s."""
    model, extractor, encoder = whisper_base()

    def padded(of: dict[str, Path]) -> Vectors:
        vectors = {}
        for clip, path in of.items():
            samples = to_float(read_wav(path))
            mel = extractor(samples, sampling_rate=SAMPLE_RATE, return_tensors="pt")
            with torch.inference_mode():
                states = model(mel["input_features"], output_hidden_states=True).hidden_states
            frames = -(-(samples.size // 160) // 2)
            vectors[clip] = {k: s[0, :frames].mean(0).numpy() for k, s in enumerate(states)}
        return vectors

    names = "padded to 30 s", "emofold: at the real length"
    ways = lambda: padded(clips), lambda: means(encoder, clips, threads)
    first, second = compared(names, ways, len(clips))
    cosines = [
        float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
        for a, b in ((first[clip][6], second[clip][6]) for clip in clips)
    ]
    print(f"  cosine of the two last layers, not meant to be equal: at least {min(cosines):.3f}")
    with tempfile.TemporaryDirectory() as scratch:
        full = made_clips(Path(scratch), 1, np.array([30.0]))
        print("  a clip of 30 s both ways:")
        check_equal(padded(full), means(encoder, full, threads))


def main() -> None:
    """Run the comparisons that are asked for."""
    comparisons = {"cnn": cnn_features, "views": two_views, "whisper": whisper}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("comparison", nargs="*", default=list(comparisons), help="default: all")
    parser.add_argument("--clips", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    seconds = np.random.default_rng(1).uniform(SHORTEST_SECONDS, LONGEST_SECONDS, options.clips)
    with tempfile.TemporaryDirectory() as scratch:
        clips = made_clips(Path(scratch), options.clips, seconds)
        for name in options.comparison:
            print(
                f"{name}: {options.clips} clips, {seconds.sum():.0f} s, {options.threads} threads"
            )
            comparisons[name](clips, options.threads)


if __name__ == "__main__":
    main()
