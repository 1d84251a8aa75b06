"""A linear model whose weights are data: score = bias of the code + sum of weight times feature."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.vocabulary import DataError, load_yaml

WEIGHTS = Path(__file__).parent.parent / "calibration" / "weights"


@dataclass(frozen=True)
class Linear:
    """Weights fitted by ``python -m pipelines.calibration.fit``; ``measured`` says how good they were on folds left out.

    ``threshold`` is the least probability that counts. Features are used as they are: the fit folds its scaling in.
    """

    name: str
    measured: Mapping[str, float]
    threshold: float
    bias: Mapping[str, float]
    weights: Mapping[str, float]

    def probability(self, code: str, features: Mapping[str, float]) -> float:
        """The probability (0…1) of a code; raises KeyError for a code that the model does not know."""
        return sigmoid(self.logit(code, features))

    def logit(self, code: str, features: Mapping[str, float]) -> float:
        """The score on the scale of log odds."""
        return self.bias[code] + sum(weight * features[name] for name, weight in self.weights.items())


def sigmoid(x: float) -> float:
    """The logistic function, without overflow."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


@cache
def model(name: str, codes: tuple[str, ...], features: tuple[str, ...]) -> Linear:
    """The weights of ``calibration/weights/<name>.yaml``; raises DataError where they do not fit codes or features."""
    path = WEIGHTS / f"{name}.yaml"
    loaded = load_yaml(path, Linear)
    if set(loaded.bias) != set(codes) or not set(loaded.weights) <= set(features):
        raise DataError(f"{path}: codes or features are not the program's; fit again with python -m pipelines.calibration.fit {name}")
    return loaded
