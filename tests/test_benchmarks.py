"""Benchmarks are run by hand, and must still run when they are wanted."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from transformers import WhisperConfig, WhisperFeatureExtractor
from transformers.models.whisper.modeling_whisper import WhisperEncoder

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
TINY = WhisperConfig(
    d_model=16, encoder_layers=1, encoder_attention_heads=2, encoder_ffn_dim=16, num_mel_bins=80
)


@pytest.mark.realdata
def test_fine_tuning_on_a_gpu_measures_both_sides_and_the_accuracy_in_one_call(realdata, tmp_path):
    torch.manual_seed(1)
    WhisperEncoder(TINY).save_pretrained(tmp_path / "tiny")
    WhisperFeatureExtractor(feature_size=80).save_pretrained(tmp_path / "tiny")
    benchmark = [sys.executable, str(BENCHMARKS / "finetuning_on_gpu.py")]
    recordings = realdata / "ravdess/speech"
    size = ["--size", "tiny", "--clips", "48", "--timed-clips", "16", "--epochs", "1"]
    done = subprocess.run(
        [*benchmark, str(recordings), *size, "--folds", "1", "--model", str(tmp_path / "tiny")],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"[\d.]+ x as fast, steps alone [\d.]+ x", done.stdout)
    assert re.search(r"nested, mean of 1 folds: [\d.]+ %", done.stdout)


def test_the_replay_of_staleness_counts_each_script_both_ways():
    root = BENCHMARKS.parent
    if not (root / ".git").exists():
        pytest.skip("no history to replay")
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / "staleness.py"), "--commits", "1"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"^all +\d+ +\d+ +([\d.]+|-)$", done.stdout, flags=re.MULTILINE)
