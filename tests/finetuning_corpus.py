"""A made-up task for fine-tuning: low voices are sad, high voices are happy."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from transformers import (
    HubertConfig,
    HubertModel,
    Wav2Vec2FeatureExtractor,
    WavLMConfig,
    WavLMModel,
    WhisperConfig,
    WhisperFeatureExtractor,
    WhisperModel,
)

from emofold.media.audio import SAMPLE_RATE, read_wav, write_wav
from emofold.models.finetuning.finetune import Task
from emofold.models.finetuning.recipe import Recipe
from emofold.speech.untrained import write_untrained_encoder

EMOTIONS = ["sad", "happy"]
PITCH = {"sad": 150, "happy": 900}
SPEAKERS = ("s1", "s2", "s3", "s4")
SMALL = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 48,
    "conv_dim": [24] * 7,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 4,
}
SMALL_WHISPER = {
    "d_model": 32,
    "encoder_layers": 2,
    "encoder_attention_heads": 2,
    "encoder_ffn_dim": 48,
    "decoder_layers": 1,
    "decoder_attention_heads": 2,
    "decoder_ffn_dim": 48,
    "vocab_size": 10,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "decoder_start_token_id": 1,
}
ARCHITECTURES = {
    "hubert": (HubertModel, HubertConfig(**SMALL), Wav2Vec2FeatureExtractor),
    "wavlm": (WavLMModel, WavLMConfig(**SMALL), Wav2Vec2FeatureExtractor),
    "whisper": (WhisperModel, WhisperConfig(**SMALL_WHISPER), WhisperFeatureExtractor),
}
SHORT = Recipe(learning_rate=1e-3, epochs=2, batch_size=2, accumulate=2)


def voice(emotion: str, seconds: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    pitch = PITCH[emotion] * rng.uniform(0.9, 1.1)
    tone = sum(np.sin(2 * np.pi * k * pitch * times) / k for k in (1, 2, 3))
    swell = 1 + 0.5 * np.sin(2 * np.pi * rng.uniform(2, 4) * times)
    return (4000 * swell * tone + 100 * rng.normal(size=times.size)).astype(np.int16)


def make_task(folder: Path, clips_each: int = 3, recipe: Recipe = SHORT) -> Task:
    """Write an encoder and wavs of 0.4 to 0.8 s; s3 validates, s4 is tested."""
    write_untrained_encoder(folder / "encoder", hidden_size=32, layers=2, heads=2, seed=1)
    wavs, emotion_of = {}, {}
    for number, speaker in enumerate(SPEAKERS):
        for emotion in EMOTIONS:
            for take in range(clips_each):
                clip = f"{speaker}-{emotion}-{take}"
                seed = 100 * number + take
                seconds = 0.4 + 0.4 * np.random.default_rng(seed).random()
                write_wav(voice(emotion, seconds, seed), folder / "wav" / f"{clip}.wav")
                wavs[clip], emotion_of[clip] = str(folder / "wav" / f"{clip}.wav"), emotion
    return Task(
        model=str(folder / "encoder"),
        wavs=wavs,
        emotion_of=emotion_of,
        training=[clip for clip in wavs if clip[:2] in {"s1", "s2"}],
        validation=[clip for clip in wavs if clip[:2] == "s3"],
        emotions=EMOTIONS,
        recipe=recipe,
        seed=2020,
        threads=1,
        checkpoint=str(folder / "checkpoint"),
        identity={"fold": 0},
        folder=str(folder / "model"),
    )


def elsewhere(task: Task, folder: Path, **changes) -> Task:
    """Return the same task with outputs of its own."""
    places = {"checkpoint": str(folder / "checkpoint"), "folder": str(folder / "model")}
    return replace(task, **{**places, **changes})


def sounds_of(task):
    """Open the wavs of a task."""
    return {clip: read_wav(Path(wav)) for clip, wav in task.wavs.items()}


def write_encoder(architecture: str, folder: Path) -> None:
    """Write an untrained encoder of two layers of a kind."""
    kind, config, extractor = ARCHITECTURES[architecture]
    torch.manual_seed(0)
    kind(config).save_pretrained(folder)
    extractor().save_pretrained(folder)
