"""Means and sums over the real frames of clips."""

import numpy as np
import torch


def pad(frames: list[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Lay sequences of frames side by side, with zeros after the shorter ones.

    Parameters
    ----------
    frames
        Tensors of shape (frames, size), with frames of their own each.

    Returns
    -------
    torch.Tensor
        Shape (sequences, most frames, size).
    torch.Tensor
        True where a frame is real; bool, shape (sequences, most frames).
    """
    batch = torch.nn.utils.rnn.pad_sequence(frames, batch_first=True)
    lengths = torch.tensor([len(sequence) for sequence in frames], device=batch.device)
    is_real = torch.arange(batch.shape[1], device=batch.device) < lengths[:, None]
    return batch, is_real


def pad_marks(marks: list[np.ndarray]) -> torch.Tensor:
    """Lay marks of frames side by side, with False after the shorter ones.

    Parameters
    ----------
    marks
        Which frames belong to each segment; bool, shape (segments, frames), with frames of
        their own each.

    Returns
    -------
    torch.Tensor
        bool, shape (sequences, segments, most frames).
    """
    by_frame = [torch.from_numpy(of_sequence.T) for of_sequence in marks]
    return torch.nn.utils.rnn.pad_sequence(by_frame, batch_first=True).transpose(1, 2)


def average_real_frames(states: torch.Tensor, is_real: torch.Tensor) -> torch.Tensor:
    """Return the mean over the real frames.

    Parameters
    ----------
    states
        Shape (sequences, frames, size).
    is_real
        bool, shape (sequences, frames).

    Returns
    -------
    torch.Tensor
        Shape (sequences, size).

    Examples
    --------
    >>> states = torch.tensor([[[1.0], [3.0], [100.0]]])
    >>> average_real_frames(states, torch.tensor([[True, True, False]])).tolist()
    [[2.0]]
    """
    kept = states.masked_fill(~is_real[:, :, None], 0)
    return kept.sum(dim=1) / is_real.sum(dim=1, keepdim=True)


def sum_segments(states: torch.Tensor, belongs: torch.Tensor) -> torch.Tensor:
    """Return the sums over the frames of each segment.

    Parameters
    ----------
    states
        Shape (sequences, frames, size).
    belongs
        Whether a frame belongs to a segment; bool, shape (sequences, segments, frames).

    Returns
    -------
    torch.Tensor
        Shape (sequences, segments, size).

    Examples
    --------
    >>> states = torch.tensor([[[1.0], [3.0], [100.0]]])
    >>> sum_segments(states, torch.tensor([[[True, True, False]]])).tolist()
    [[[4.0]]]
    """
    kept = states.masked_fill(~belongs.any(dim=1)[:, :, None], 0)
    return belongs.to(states.dtype) @ kept
