"""How long an epoch of the sequence model takes, against the recipe of the paper's authors.

``python benchmarks/sequence_epoch.py FOLDER`` trains on the csv files of OpenFace in a folder, such
as the RAVDESS facial tracking: two bi-LSTM layers of 50 units a direction with attention, batches
of 64. Both sides see the same clips in as many updates, on the same number of threads. The recipe
is a Dataset that reads the csv of one clip at a time and pads it to the longest clip, in a
DataLoader; emofold keeps the sequences in memory and pads little. Two things are timed:

padded
    The training pass alone, the recipe with PyTorch's bidirectional LSTM on the padded batches.
as published
    The recipe packs its batches, and scores all clips again after the training pass, as the code
    that the authors published does (cristinalunaj/MMEmotionRecognition, ``sequenceLearning``).
    emofold scores all clips as well.

With ``--columns FILE``, a csv with all the columns that OpenFace writes (712), both are timed again
on csv files of these columns, as OpenFace leaves them and RAVDESS's tracking is distributed; the
files of the folder have the Action Units alone. The reading of all clips once is not part of an
epoch of emofold's.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.utils.data import DataLoader, Dataset

from emofold.face.openface_csv import read_openface_csv
from emofold.models.sequence.bilstm import BiLSTM
from emofold.models.sequence.model import Batches, map_in_threads
from emofold.models.sequence.sequences import Sequences, sequences_of
from emofold.models.sequence.training import Recipe, Training

NETWORK = {"hidden_size": 50, "layers": 2, "dropout": 0.3, "attention_layers": 2}
CLASSES = 2
BATCH_SIZE = 64


class CsvDataset(Dataset[tuple[torch.Tensor, int, int]]):
    """Clips that are read from their csv each time, and padded to the longest one."""

    def __init__(self, paths: list[Path], columns: list[str], longest: int) -> None:
        self.paths, self.columns, self.longest = paths, columns, longest

    def __len__(self) -> int:
        """Return the number of clips."""
        return len(self.paths)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int, int]:
        """Return the padded frames of a clip, how many are real, and its class."""
        values = pd.read_csv(self.paths[index])[self.columns].to_numpy("float32")
        padding = ((0, self.longest - len(values)), (0, 0))
        return torch.from_numpy(np.pad(values, padding)), len(values), index % CLASSES


class RecipeBiLSTM(torch.nn.Module):
    """The network of the recipe: PyTorch's own bidirectional LSTM, and attention."""

    def __init__(self, inputs: int, is_packed: bool) -> None:
        super().__init__()
        self.is_packed = is_packed
        hidden, dropout = NETWORK["hidden_size"], NETWORK["dropout"]
        layers = NETWORK["layers"]
        self.lstm = torch.nn.LSTM(
            inputs, hidden, layers, batch_first=True, bidirectional=True, dropout=dropout
        )
        size = 2 * hidden
        self.attention = torch.nn.Sequential(
            torch.nn.Linear(size, size), torch.nn.Tanh(), torch.nn.Linear(size, 1)
        )
        self.scores = torch.nn.Linear(size, CLASSES)

    def forward(self, frames: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Return the logits of a batch."""
        if self.is_packed:
            packed = pack_padded_sequence(frames, lengths, batch_first=True, enforce_sorted=False)
            states, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        else:
            states, _ = self.lstm(frames)
        weights = self.attention(states).softmax(dim=1)
        return self.scores((weights * states).sum(dim=1))


def seconds_of_the_recipe(
    paths: list[Path], sequences: Sequences, epochs: int, is_published: bool
) -> float:
    """Return the seconds of an epoch that reads and pads every clip anew."""
    dataset = CsvDataset(paths, list(sequences.action_units), int(sequences.lengths.max()))
    loader = DataLoader(dataset, BATCH_SIZE, shuffle=True)
    network = RecipeBiLSTM(len(sequences.action_units), is_packed=is_published)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    start = time.perf_counter()
    for _ in range(epochs):
        network.train()
        for frames, lengths, targets in loader:
            optimizer.zero_grad()
            cross_entropy(network(frames, lengths), targets).backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
        if is_published:
            network.eval()
            with torch.no_grad():
                for frames, lengths, _ in loader:
                    network(frames, lengths)
    return (time.perf_counter() - start) / epochs


def seconds_of_emofold(sequences: Sequences, epochs: int, threads: int, scores_all: bool) -> float:
    """Return the seconds of an epoch of the sequence model, the reading of all clips left out."""
    network = BiLSTM(len(sequences.action_units), CLASSES, **NETWORK)
    clips = torch.arange(len(sequences.clips))
    with map_in_threads(threads) as mapped:
        training = Training(
            network,
            Batches(sequences.values, sequences.starts, torch.device("cpu")),
            clips % CLASSES,
            training=clips,
            validation=clips,
            recipe=Recipe(batch_size=BATCH_SIZE),
            seed=0,
            mapped=mapped,
        )
        training.train_epoch(1)
        start = time.perf_counter()
        for epoch in range(epochs):
            training.train_epoch(epoch + 2)
            if scores_all:
                training.validate()
        return (time.perf_counter() - start) / epochs


def widened(paths: list[Path], columns: Path, folder: Path) -> list[Path]:
    """Write the csv files again, with the columns that they lack taken from another csv."""
    others = pd.read_csv(columns, skipinitialspace=True)
    written = []
    for path in paths:
        own = pd.read_csv(path, skipinitialspace=True)
        rows = others.iloc[np.resize(np.arange(len(others)), len(own))].reset_index(drop=True)
        written.append(folder / path.name)
        rows.assign(**{name: own[name] for name in own}).to_csv(written[-1], index=False)
    return written


def compare(paths: list[Path], sequences: Sequences, epochs: int, threads: int) -> None:
    """Print the seconds of an epoch on both sides, and their ratio."""
    for name, is_published in (("padded", False), ("as published", True)):
        recipe = seconds_of_the_recipe(paths, sequences, epochs, is_published)
        own = seconds_of_emofold(sequences, 5 * epochs, threads, is_published)
        print(f"{name}: recipe {recipe:.2f} s, emofold {own:.3f} s: {recipe / own:.1f} × as fast")


def main() -> None:
    """Print the seconds of an epoch on both sides, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="csv files of OpenFace, one a clip")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--epochs", type=int, default=3, help="of the recipe; emofold's are 5 times"
    )
    parser.add_argument("--columns", type=Path, help="a csv with all columns of OpenFace")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    paths = sorted(path for path in given.folder.glob("*.csv") if "full" not in path.name)
    frames = [read_openface_csv(path).assign(clip=path.stem) for path in paths]
    sequences = sequences_of(pd.concat(frames, ignore_index=True), 0.0)
    updates = -(-len(paths) // BATCH_SIZE)
    print(f"{len(paths)} clips, {updates} updates an epoch, {given.threads} threads")
    compare(paths, sequences, given.epochs, given.threads)
    if given.columns:
        with tempfile.TemporaryDirectory() as scratch:
            print("csv files of all columns")
            wide = widened(paths, given.columns, Path(scratch))
            compare(wide, sequences, given.epochs, given.threads)


if __name__ == "__main__":
    main()
