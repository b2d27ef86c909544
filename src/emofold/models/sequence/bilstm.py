"""A bidirectional LSTM with self-attention over the frames of a clip."""

from typing import Any

import torch
from torch import nn


class BiLSTM(nn.Module):
    """Layers of LSTMs in both directions, a weighted mean of their states, a score an emotion.

    It is the network of the paper [1]_, whose attention is that of [2]_: layers of a linear map,
    tanh and dropout, the last of them with a single output, give each frame a number, and the
    softmax of these over the frames of a clip are its weights.

    On CPUs, PyTorch runs LSTMs several times as fast on padded as on packed sequences. Padding that
    comes last cannot change what came before it, so each direction is an LSTM of its own, and the
    one that runs backwards is given each sequence reversed within its real length. The result is
    that of a packed bidirectional LSTM.

    Parameters
    ----------
    inputs
        The numbers that describe a frame.
    emotions
        The number of emotions.
    hidden_size
        The units of each direction in each layer.
    layers
        The layers of LSTMs.
    dropout
        The share of the numbers between two layers that is set to 0 in training.
    attention_layers
        The layers of the attention.

    References
    ----------
    .. [1] Luna-Jiménez et al., A Proposal for Multimodal Emotion Recognition Using Aural
       Transformers and Action Units on RAVDESS Dataset, Applied Sciences 12(1):327, 2021,
       section 3.2.
    .. [2] Baziotis et al., NTUA-SLP at SemEval-2018 Task 1, 2018.
    """

    def __init__(
        self,
        inputs: int,
        emotions: int,
        *,
        hidden_size: int,
        layers: int,
        dropout: float,
        attention_layers: int,
    ) -> None:
        super().__init__()
        both = 2 * hidden_size
        sizes = [inputs] + [both] * (layers - 1)
        self.onwards = nn.ModuleList(nn.LSTM(size, hidden_size) for size in sizes)
        self.backwards = nn.ModuleList(nn.LSTM(size, hidden_size) for size in sizes)
        outputs = [both] * (attention_layers - 1) + [1]
        self.attention = nn.ModuleList(nn.Linear(both, size) for size in outputs)
        self.scores = nn.Linear(both, emotions)
        self.dropout = dropout

    def forward(
        self, frames: torch.Tensor, lengths: torch.Tensor, generator: torch.Generator | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the scores of each clip and the weights of its frames; see :meth:`pool`."""
        pooled, weights = self.pool(frames, lengths, generator)
        return self.scores(pooled), weights

    def pool(
        self, frames: torch.Tensor, lengths: torch.Tensor, generator: torch.Generator | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the mean state of each clip, which its scores are made of, and its weights.

        Parameters
        ----------
        frames
            Shape (frames, clips, inputs). What lies beyond the length of a clip does not matter.
        lengths
            The number of real frames of each clip, int64; shape (clips,).
        generator
            What draws the dropout, in training.

        Returns
        -------
        torch.Tensor
            Shape (clips, 2 × hidden size).
        torch.Tensor
            Weights that add up to 1 over the real frames of each clip, and are 0 beyond; shape
            (frames, clips).
        """
        time = torch.arange(len(frames), device=frames.device)[:, None]
        is_real = time < lengths
        turned = torch.where(is_real, lengths - 1 - time, time) * len(lengths)
        rows = (turned + torch.arange(len(lengths), device=frames.device)).flatten()
        states = frames
        for layer, (onward, backward) in enumerate(zip(self.onwards, self.backwards, strict=True)):
            if layer:
                states = self._dropped_out(states, generator)
            later = _reversed(backward(_reversed(states, rows))[0], rows)
            states = torch.cat([onward(states)[0], later], dim=2)
        importance = states
        for linear in self.attention:
            importance = self._dropped_out(torch.tanh(linear(importance)), generator)
        weights = importance[:, :, 0].masked_fill(~is_real, -torch.inf).softmax(dim=0)
        return torch.einsum("fc,fcs->cs", weights, states), weights

    def _dropped_out(self, states: torch.Tensor, generator: torch.Generator | None) -> torch.Tensor:
        if not (self.training and self.dropout):
            return states
        kept = torch.rand(states.shape, generator=generator, device=states.device) >= self.dropout
        return states * kept / (1 - self.dropout)


class _Reversal(torch.autograd.Function):
    """Each sequence reversed within its real length; done twice, it is as before.

    Its gradient is therefore the reversed gradient, which is faster than that of indexing.
    """

    @staticmethod
    def forward(ctx: Any, states: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(rows)
        return states.flatten(0, 1).index_select(0, rows).view(states.shape)

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None]:
        (rows,), (gradient,) = ctx.saved_tensors, gradients
        return _reversed(gradient, rows), None


def _reversed(states: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    reversal: torch.Tensor = _Reversal.apply(states, rows)  # type: ignore[no-untyped-call]
    return reversal
