"""Fits a ``Linear`` on labels: logistic regression with L2, its threshold and score found by cross-validation over documents.

Few weights are shared by all codes and every code has one bias, so that a hundred labelled documents suffice and no
single one can be learnt by heart. scikit-learn is needed only here, never where cases are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from pipelines.evidence_scoring.linear import Linear

Array = NDArray[np.float64]
FOLDS = 10
REPEATS = 5
NEIGHBOURS = 4  # thresholds on either side, 0.01 apart
BIAS_SCALE = 2.0  # a larger column is punished less: the bias of a code is a fact about its frequency, not a risk


@dataclass(frozen=True, slots=True)
class Observation:
    """One code of one case: its features, whether the label has it, and the document (the unit that is left out)."""

    document: str
    case: str
    code: str
    features: dict[str, float]
    wanted: bool
    possible: bool = True  # False where nothing was mentioned: the program will not give the code whatever the score
    weight: float = 1.0


def fit(name: str, observations: Sequence[Observation], strength: float, one_a_case: bool = False) -> Linear:
    """Weights on all observations; threshold and measures from folds left out.

    ``strength`` is scikit-learn's C (smaller holds the weights back more); ``one_a_case`` where only the most probable code
    of a case is ever given.
    """
    names = sorted(observations[0].features)
    codes = sorted({o.code for o in observations})
    raw = np.array([[o.features[n] for n in names] for o in observations])
    mean, scale = raw.mean(0), raw.std(0) + 1e-9
    columns = np.hstack([(raw - mean) / scale, _one_hot(observations, codes)])
    left_out = cross_validated(columns, observations, strength)
    threshold, measured = best_threshold(left_out, observations, one_a_case)
    fitted = _estimator(strength).fit(columns, _wanted(observations), sample_weight=[o.weight for o in observations])
    weights = fitted.coef_[0][: len(names)] / scale
    shift = float(fitted.intercept_[0]) - float(weights @ mean)
    biases = fitted.coef_[0][len(names) :] * BIAS_SCALE + shift
    return Linear(name, measured, threshold, _rounded(codes, biases), _rounded(names, weights))


def cross_validated(columns: Array, observations: Sequence[Observation], strength: float) -> Array:
    """The probability of every observation, by models that have not seen its document (mean over repeats)."""
    wanted = _wanted(observations)
    documents = sorted({o.document for o in observations})
    weight = np.array([o.weight for o in observations])
    total = np.zeros(len(observations))
    for repeat in range(REPEATS):
        order = np.random.RandomState(repeat).permutation(len(documents)) % FOLDS
        fold_of = dict(zip(documents, order, strict=True))
        folds = np.array([fold_of[o.document] for o in observations])
        for k in range(FOLDS):
            if (test := folds == k).any():
                seen = ~test
                fitted = _estimator(strength).fit(columns[seen], wanted[seen], sample_weight=weight[seen])
                total[test] += fitted.predict_proba(columns[test])[:, 1] / REPEATS
    return total


def best_threshold(probability: Array, observations: Sequence[Observation], one_a_case: bool = False) -> tuple[float, dict[str, float]]:
    """The threshold of the best F1, and precision, recall and F1 there."""
    possible = np.array([o.possible for o in observations])
    if one_a_case:
        possible &= _is_best(probability, observations)
    wanted = _wanted(observations)
    total = len({o.case for o in observations if o.wanted}) if one_a_case else int(wanted.sum())
    tried = [(round(float(t), 3), _measures((probability >= t) & possible, wanted, total)) for t in np.arange(0.15, 0.65, 0.01)]
    return tried[_plateau([measured["f1"] for _, measured in tried])]


def _plateau(scores: Sequence[float]) -> int:
    """Where the mean of a score and its neighbours is best: a threshold that luck did not choose."""
    padded = [scores[0]] * NEIGHBOURS + list(scores) + [scores[-1]] * NEIGHBOURS
    means = [sum(padded[k : k + 2 * NEIGHBOURS + 1]) for k in range(len(scores))]
    return max(range(len(scores)), key=means.__getitem__)


def _is_best(probability: Array, observations: Sequence[Observation]) -> NDArray[np.bool_]:
    best: dict[str, int] = {}
    for k, o in enumerate(observations):
        if probability[k] > probability[best.setdefault(o.case, k)]:
            best[o.case] = k
    return np.isin(np.arange(len(observations)), list(best.values()))


def _measures(given: NDArray[np.bool_], wanted: NDArray[np.bool_], total: int) -> dict[str, float]:
    hit, all_given = int((given & wanted).sum()), int(given.sum())
    precision, recall = hit / max(1, all_given), hit / max(1, total)
    f1 = 2 * precision * recall / (precision + recall) if hit else 0.0
    return {"precision": round(precision, 3), "recall": round(recall, 3), "f1": round(f1, 3)}


def _estimator(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=3000)


def _wanted(observations: Sequence[Observation]) -> NDArray[np.bool_]:
    return np.array([o.wanted for o in observations])


def _one_hot(observations: Sequence[Observation], codes: Sequence[str]) -> Array:
    return np.array([[BIAS_SCALE if o.code == code else 0.0 for code in codes] for o in observations])


def _rounded(names: Sequence[str], values: Array) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}
