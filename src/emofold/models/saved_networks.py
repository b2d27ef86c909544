"""Networks out of files: built only where settings and weights agree on every size."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import torch

Network = TypeVar("Network", bound=torch.nn.Module)


def build_network(
    build: Callable[[], Network], tensors: Mapping[str, torch.Tensor], depths: Sequence[int]
) -> Network:
    """Return a network with its weights, which takes no more memory than these.

    Parameters
    ----------
    build
        Returns the network that settings describe, with any weights.
    tensors
        The weights.
    depths
        How many layers the settings say there are, of each kind.

    Raises
    ------
    ValueError
        When the settings describe another network.
    """
    if not all(0 < depth <= len(tensors) for depth in depths):
        raise ValueError(f"{len(tensors)} tensors for {' and '.join(map(str, depths))} layers")
    with torch.device("meta"):
        expected = {name: tensor.shape for name, tensor in build().state_dict().items()}
    found = {name: tensor.shape for name, tensor in tensors.items()}
    other = sorted(name for name in {*expected, *found} if expected.get(name) != found.get(name))
    if other:
        raise ValueError(f"the weights {', '.join(other[:3])} do not fit the settings")
    network = build()
    network.load_state_dict(dict(tensors))
    return network
