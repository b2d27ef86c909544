"""Which clips make a step of a training, and which process works on which of them."""

import numpy as np
import pytest

from emofold.models.finetuning.training import share_of, steps_of_epoch


def test_a_step_holds_clips_of_similar_length_and_an_epoch_all_of_them():
    lengths = {f"c{number}": number for number in range(101)}
    for epoch in range(3):
        steps = steps_of_epoch(lengths, 4, 2, seed=1, epoch=epoch)
        assert sorted(clip for step in steps for clip in step) == sorted(lengths)
        assert max(map(len, steps)) == 8
        spreads = [
            max(lengths[c] for c in step[:4]) - min(lengths[c] for c in step[:4]) for step in steps
        ]
        assert np.mean(spreads) < 12
    orders = [steps_of_epoch(lengths, 4, 2, seed=1, epoch=epoch) for epoch in (0, 1, 0)]
    assert orders[0] == orders[2] != orders[1]


@pytest.mark.parametrize("processes", [1, 2, 3, 5])
def test_processes_share_a_step_without_loss(processes):
    for length in range(1, 9):
        step = [f"c{number}" for number in range(length)]
        shares = [share_of(step, process, processes) for process in range(processes)]
        assert [clip for share in shares for clip in share] == step
        assert max(map(len, shares)) <= -(-length // processes)
