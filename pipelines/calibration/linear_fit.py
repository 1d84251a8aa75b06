"""Fits a ``Linear`` on labels: logistic regression with L2, its threshold and score found by cross-validation over documents.

Few weights are shared by all codes and every code has one bias, so that a hundred labelled documents suffice and no
single one can be learnt by heart. Where a prior is given the weights are held to it and not to nothing. SciPy is needed
only here, never where cases are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

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


def fit(
    name: str, observations: Sequence[Observation], strength: float, one_a_case: bool = False, prior: Mapping[str, float] | None = None
) -> Linear:
    """Weights on all observations; threshold and measures from folds left out.

    ``strength`` is the C of a support vector machine (smaller holds the weights back more); ``prior`` are weights to hold
    them to, nought where it has none; ``one_a_case`` where only the most probable code
    of a case is ever given.
    """
    names = sorted(observations[0].features)
    codes = sorted({o.code for o in observations})
    raw = np.array([[o.features[n] for n in names] for o in observations])
    mean, scale = raw.mean(0), np.ones(len(names)) if prior else raw.std(0) + 1e-9  # a prior speaks of features as they are
    columns = np.hstack([(raw - mean) / scale, _one_hot(observations, codes)])
    start = np.concatenate([[(prior or {}).get(n, 0.0) for n in names] * scale, np.zeros(len(codes))])
    left_out = cross_validated(columns, observations, strength, start)
    threshold, _ = best_threshold(left_out, observations, one_a_case)
    measured = nested(left_out, observations, one_a_case)
    found = solve(columns, _wanted(observations), np.array([o.weight for o in observations]), strength, start)
    weights = found[1 : len(names) + 1] / scale
    shift = float(found[0]) - float(weights @ mean)
    biases = found[len(names) + 1 :] * BIAS_SCALE + shift
    return Linear(name, measured, threshold, _rounded(codes, biases), _rounded(names, weights))


def cross_validated(columns: Array, observations: Sequence[Observation], strength: float, start: Array) -> Array:
    """The probability of every observation, by models that have not seen its document (mean over repeats)."""
    wanted = _wanted(observations)
    weight = np.array([o.weight for o in observations])
    total = np.zeros(len(observations))
    for repeat in range(REPEATS):
        folds = _folds(observations, repeat)
        for k in range(FOLDS):
            if (test := folds == k).any():
                seen = ~test
                found = solve(columns[seen], wanted[seen], weight[seen], strength, start)
                total[test] += expit(columns[test] @ found[1:] + found[0]) / REPEATS
    return total


def _folds(observations: Sequence[Observation], repeat: int) -> NDArray[np.int_]:
    """The fold of every observation; a document is in one fold."""
    documents = sorted({o.document for o in observations})
    order = np.random.RandomState(repeat).permutation(len(documents)) % FOLDS
    fold_of = dict(zip(documents, order, strict=True))
    return np.array([fold_of[o.document] for o in observations])


def best_threshold(probability: Array, observations: Sequence[Observation], one_a_case: bool = False) -> tuple[float, dict[str, float]]:
    """The threshold of the best F1, and precision, recall and F1 there."""
    possible, total = _possible(probability, observations, one_a_case)
    wanted = _wanted(observations)
    tried = [(round(float(t), 3), _measures((probability >= t) & possible, wanted, total)) for t in np.arange(0.15, 0.65, 0.01)]
    return tried[_plateau([measured["f1"] for _, measured in tried])]


def nested(probability: Array, observations: Sequence[Observation], one_a_case: bool = False) -> dict[str, float]:
    """Precision, recall and F1 where the threshold of every fold of documents was chosen on the other folds."""
    folds = _folds(observations, 0)
    given = np.zeros(len(observations), dtype=bool)
    for k in range(FOLDS):
        rest = [o for o, fold in zip(observations, folds, strict=True) if fold != k]
        if rest and (folds == k).any():
            threshold, _ = best_threshold(probability[folds != k], rest, one_a_case)
            given |= (folds == k) & (probability >= threshold)
    possible, total = _possible(probability, observations, one_a_case)
    return _measures(given & possible, _wanted(observations), total)


def _possible(probability: Array, observations: Sequence[Observation], one_a_case: bool) -> tuple[NDArray[np.bool_], int]:
    """Which observations may be given at all, and how many there are to find."""
    possible = np.array([o.possible for o in observations])
    wanted = _wanted(observations)
    if not one_a_case:
        return possible, int(wanted.sum())
    return possible & _is_best(probability, observations), len({o.case for o in observations if o.wanted})


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


def solve(columns: Array, wanted: NDArray[np.bool_], weight: Array, strength: float, start: Array) -> Array:
    """Intercept and coefficients of a logistic regression whose coefficients are held to ``start``; the intercept is free."""
    sign = np.where(wanted, 1.0, -1.0)

    def loss(held: Array) -> tuple[float, Array]:
        margin = sign * (columns @ held[1:] + held[0])
        away = held[1:] - start
        pull = -strength * weight * sign * expit(-margin)
        value = strength * float(weight @ np.logaddexp(0, -margin)) + 0.5 * float(away @ away)
        return value, np.concatenate([[pull.sum()], columns.T @ pull + away])

    best: Array = minimize(loss, np.concatenate([[0.0], start]), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return best


def _wanted(observations: Sequence[Observation]) -> NDArray[np.bool_]:
    return np.array([o.wanted for o in observations])


def _one_hot(observations: Sequence[Observation], codes: Sequence[str]) -> Array:
    return np.array([[BIAS_SCALE if o.code == code else 0.0 for code in codes] for o in observations])


def _rounded(names: Sequence[str], values: Array) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}
