"""How long an epoch of the sequence model takes, against the recipe of the paper's authors.

``python benchmarks/sequence_epoch.py FOLDER`` trains on the csv files of OpenFace in a folder, such
as the RAVDESS facial tracking: two bi-LSTM layers of 50 units a direction with attention, batches
of 64. The recipe is a Dataset that reads the csv of one clip at a time and pads it to the longest
clip, in a DataLoader, and a padded bidirectional LSTM; emofold keeps the sequences in memory and
pads little. Both sides see the same clips in as many updates, on the same number of threads.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, Dataset

from emofold.face.openface_csv import read_openface_csv
from emofold.models.bilstm import BiLSTM
from emofold.models.sequence_model import Batches, side_by_side
from emofold.models.sequence_training import Recipe, Training
from emofold.models.sequences import Sequences, sequences_of

NETWORK = {"hidden_size": 50, "layers": 2, "dropout": 0.3, "attention_layers": 2}
CLASSES = 2
BATCH_SIZE = 64


class CsvDataset(Dataset[tuple[torch.Tensor, int]]):
    """Clips that are read from their csv each time, and padded to the longest one."""

    def __init__(self, paths: list[Path], columns: list[str], longest: int) -> None:
        self.paths, self.columns, self.longest = paths, columns, longest

    def __len__(self) -> int:
        """Return the number of clips."""
        return len(self.paths)

    def __getitem__(self, place: int) -> tuple[torch.Tensor, int]:
        """Return the padded frames of a clip, and its class."""
        values = pd.read_csv(self.paths[place])[self.columns].to_numpy("float32")
        padding = ((0, self.longest - len(values)), (0, 0))
        return torch.from_numpy(np.pad(values, padding)), place % CLASSES


class PaddedBiLSTM(torch.nn.Module):
    """The network of the recipe: PyTorch's own bidirectional LSTM, and attention over all."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
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

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """Return the logits of a batch."""
        states, _ = self.lstm(frames)
        weights = self.attention(states).softmax(dim=1)
        return self.scores((weights * states).sum(dim=1))


def seconds_of_the_recipe(paths: list[Path], sequences: Sequences, epochs: int) -> float:
    """Return the seconds of an epoch that reads and pads every clip anew."""
    dataset = CsvDataset(paths, list(sequences.action_units), int(sequences.lengths.max()))
    loader = DataLoader(dataset, BATCH_SIZE, shuffle=True)
    network = PaddedBiLSTM(len(sequences.action_units)).train()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    start = time.perf_counter()
    for _ in range(epochs):
        for frames, targets in loader:
            optimizer.zero_grad()
            cross_entropy(network(frames), targets).backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
    return (time.perf_counter() - start) / epochs


def seconds_of_emofold(sequences: Sequences, epochs: int, threads: int) -> float:
    """Return the seconds of an epoch of the sequence model, the reading of all clips left out."""
    network = BiLSTM(len(sequences.action_units), CLASSES, **NETWORK)
    clips = torch.arange(len(sequences.clips))
    training = Training(
        network,
        Batches(sequences.values, sequences.starts, torch.device("cpu")),
        clips % CLASSES,
        training=clips,
        validation=clips[:1],
        recipe=Recipe(batch_size=BATCH_SIZE),
        seed=0,
    )
    with side_by_side(threads) as mapped:
        training.train_epoch(1, mapped)
        start = time.perf_counter()
        for epoch in range(epochs):
            training.train_epoch(epoch + 2, mapped)
        return (time.perf_counter() - start) / epochs


def main() -> None:
    """Print the seconds of an epoch on both sides, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="csv files of OpenFace, one a clip")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--epochs", type=int, default=3, help="of the recipe; emofold's are 5 times"
    )
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    paths = sorted(path for path in given.folder.glob("*.csv") if "full" not in path.name)
    frames = [read_openface_csv(path).assign(clip=path.stem) for path in paths]
    sequences = sequences_of(pd.concat(frames, ignore_index=True), 0.0)
    recipe = seconds_of_the_recipe(paths, sequences, given.epochs)
    own = seconds_of_emofold(sequences, 5 * given.epochs, given.threads)
    updates = -(-len(paths) // BATCH_SIZE)
    print(f"{len(paths)} clips, {updates} updates an epoch, {given.threads} threads")
    print(f"recipe {recipe:.2f} s, emofold {own:.3f} s: {recipe / own:.1f} times as fast")


if __name__ == "__main__":
    main()
