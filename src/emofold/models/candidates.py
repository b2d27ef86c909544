"""Static models that may be chosen: every combination of a param_grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import pandas as pd

from emofold.models.features import features_of_columns, features_of_layers

OF_MODEL = ("scaling", "layers", "columns", "pooling")  # in a param_grid, what no parameter is


@dataclass(frozen=True)
class Candidate:
    """A model that may be chosen: what it is called, and what decides its numbers."""

    name: str
    classifier: str
    scaling: str
    layers: Any
    parameters: Mapping[str, Any]
    columns: Any = None
    pooling: Any = None

    def see(self, features: pd.DataFrame) -> pd.DataFrame:
        """Return the features that the model sees."""
        chosen = features_of_columns(features, self.columns, self.pooling)
        return features_of_layers(chosen, self.layers)


def list_candidates(
    classifier: str,
    scaling: str,
    layers: Any,
    parameters: Mapping[str, Any],
    param_grid: Mapping[str, Sequence[Any]],
    *,
    columns: Any = None,
    pooling: Any = None,
) -> list[Candidate]:
    """Return every combination of the param_grid: of what a candidate sees and of any parameter.

    Each has a name of its own, by which its trainings are told apart.

    Examples
    --------
    >>> for candidate in list_candidates("svc", "none", "all", {"gamma": "auto"}, {"C": [1, 10]}):
    ...     print(candidate.name, candidate.parameters)
    C=1 {'gamma': 'auto', 'C': 1}
    C=10 {'gamma': 'auto', 'C': 10}
    """
    fixed = dict(zip(OF_MODEL, (scaling, layers, columns, pooling), strict=True))
    candidates = []
    for name, values in combine(param_grid).items():
        of_model = {key: values.get(key, fixed[key]) for key in OF_MODEL}
        tried = {key: value for key, value in values.items() if key not in OF_MODEL}
        candidates.append(
            Candidate(name, classifier, **of_model, parameters={**parameters, **tried})
        )
    return candidates


def combine(param_grid: Mapping[str, Sequence[Any]]) -> dict[str, dict[str, Any]]:
    """Return every combination of the values of a grid by the name of its candidate.

    Examples
    --------
    >>> combine({"C": [1, 10]})
    {'C=1': {'C': 1}, 'C=10': {'C': 10}}
    """
    found = {}
    for values in product(*param_grid.values()):
        chosen = dict(zip(param_grid, values, strict=True))
        name = ", ".join(f"{key}={value}" for key, value in chosen.items())
        found[name or "as configured"] = chosen
    return found
