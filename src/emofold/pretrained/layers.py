"""Which layers of a model a config asks for."""

from collections.abc import Iterable, Sequence
from typing import Any

from emofold.errors import InputError, listing

CNN = -1

Layers = str | int | Sequence[int]


def choose_all_layers(wanted: Iterable[Layers], depth: int) -> list[int]:
    """Return the numbers of all the layers that several views want, each once and in order.

    Examples
    --------
    >>> choose_all_layers(["cnn", [2, 1], 2], depth=2)
    [-1, 1, 2]
    """
    return sorted({number for layers in wanted for number in choose_layers(layers, depth)})


def choose_layers(layers: Layers, depth: int) -> list[int]:
    """Return the numbers of the layers that `layers` in a config stands for, in order.

    Parameters
    ----------
    layers
        ``"cnn"``, ``"all"`` (the hidden states without the CNN), a number, or several.
    depth
        How many transformer layers the model has; its hidden states are numbered 0 to `depth`.

    Raises
    ------
    InputError
        When the model has no such layer, or none is named.

    Examples
    --------
    >>> choose_layers("cnn", depth=2), choose_layers("all", depth=2), choose_layers([2, 1], depth=2)
    ([-1], [0, 1, 2], [1, 2])
    """
    hidden_states = range(depth + 1)
    if layers == "cnn":
        return [CNN]
    if layers == "all":
        return list(hidden_states)
    numbers: list[Any] = [layers] if isinstance(layers, int | str) else list(layers)
    unknown = [number for number in numbers if number not in hidden_states]
    if unknown or not numbers:
        raise InputError(
            f"the layers {listing(map(repr, unknown))}" if unknown else "an empty list of layers",
            f"`cnn`, `all`, or layers of this model, 0 to {depth}",
            "mend `layers` in the config",
        )
    return sorted(set(numbers))
