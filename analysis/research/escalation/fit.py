"""Fits the learnt layer: ``python -m analysis.research.escalation.fit`` reads ``data/examples-*.yaml`` and writes ``data/weights.json``.

None of the examples is in tests/data. The thresholds are set where the whole recognizer, on folds left out, keeps false
alarms at ``FALSE_ALARMS``; what it measures there is written beside the weights.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from analysis.research.escalation.learnt import FILE, Model, features
from analysis.research.escalation.lexicon import DATA, read
from analysis.research.escalation.rulebook import fired, kinds, rulebook
from pipelines.calibration.linear_fit import solve
from pipelines.vocabulary import DataError, load_yaml

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
FOLDS = 8
STRENGTH = 2.0  # C of a support vector machine
FALSE_ALARMS = 0.05  # at most so many, as issue 7 asks
LEAST_SEEN = 2  # a feature of a single question teaches nothing
LEAST_WEIGHT = 0.02
PER_THING = 4
WEAK_RULE_DOUBT = 0.5  # of the sure threshold


@dataclass(frozen=True)
class Frames:
    """Things put into frames (``{thing}``): each thing into ``PER_THING`` of the harmless ones, and of those of each kind."""

    things: tuple[str, ...]
    harmless: tuple[str, ...] = ()
    must: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Examples:
    """A file of examples: questions by kind, harmless ones, and frames that make more of them."""

    must: dict[str, tuple[str, ...]]
    harmless: tuple[str, ...]
    frames: tuple[Frames, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A question with its features; ``kind`` is empty where it is harmless; ``framed`` ones teach and are never measured on."""

    question: str
    kind: str
    features: frozenset[str]
    strong: bool
    weak: bool
    framed: bool = False


def questions() -> dict[str, tuple[str, bool]]:
    """{question: (kind or nothing, framed)} of all examples; raises DataError for an unknown kind or a question given twice."""
    held: dict[str, tuple[str, bool]] = {}
    files = {path: load_yaml(path, Examples) for path in sorted(DATA.glob("examples-*.yaml"))}
    for path, file in files.items():
        for question, kind in _pairs(file):
            if kind and kind not in kinds():
                raise DataError(f"{path}: no such kind '{kind}'; known are {', '.join(kinds())}")
            if question in held:
                raise DataError(f"{path}: '{question}' is an example already; keep one")
            held[question] = (kind, False)
    for file in files.values():
        for question, kind in _framed(file.frames):
            held.setdefault(question, (kind, True))
    return held


def examples() -> list[Seen]:
    """All examples as the model sees them."""
    return [_seen(question, kind, framed) for question, (kind, framed) in questions().items()]


def inputs() -> str:
    """A digest of all that the weights are made of: examples, vocabulary, rules."""
    files = (path for path in sorted(DATA.glob("*.yaml")) if path.name != "kinds.yaml")
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _pairs(file: Examples) -> Iterator[tuple[str, str]]:
    yield from ((q, kind) for kind, questions in file.must.items() for q in questions)
    yield from ((q, "") for q in file.harmless)


def _framed(held: Sequence[Frames]) -> Iterator[tuple[str, str]]:
    """Each thing in some of the frames, so that every frame is used as often."""
    for one in held:
        for kind, frames in (("", one.harmless), *one.must.items()):
            for n, thing in enumerate(one.things):
                chosen = {(n * PER_THING + k) % len(frames) for k in range(PER_THING)} if frames else ()
                yield from ((frames[i].format(thing=thing), kind) for i in sorted(chosen))


def _seen(question: str, kind: str, framed: bool) -> Seen:
    text = read(question)
    spoke = fired(text)
    strong = any(rulebook().rules[f.rule].strong for f in spoke)
    return Seen(question, kind, features(text, spoke), strong, bool(spoke), framed)


def fit(seen: Sequence[Seen]) -> Model:
    """The model of the examples with its thresholds and what they reach on folds left out."""
    names = sorted(n for n, c in Counter(f for s in seen for f in s.features).items() if c >= LEAST_SEEN)
    columns = _matrix(seen, names)
    must = np.array([bool(s.kind) for s in seen])
    left_out = _left_out(columns, must)
    asked = np.array([not s.framed for s in seen])
    sure = _threshold(left_out, seen, must, asked)
    bias, weights = _weights(columns, must, names)
    chosen = {k: _weights(columns[must], np.array([s.kind == k for s in seen if s.kind]), names) for k in kinds()}
    return Model(
        inputs=inputs(),
        sure=sure,
        doubt=round(sure * WEAK_RULE_DOUBT, 3),
        measured=_measured(_given(left_out, seen, sure)[asked], must[asked]),
        bias=bias,
        weights=weights,
        kind_bias={k: b for k, (b, _) in chosen.items()},
        kinds={k: w for k, (_, w) in chosen.items()},
    )


def _matrix(seen: Sequence[Seen], names: Sequence[str]) -> Array:
    place = {n: i for i, n in enumerate(names)}
    out = np.zeros((len(seen), len(names)))
    for row, one in enumerate(seen):
        out[row, [place[f] for f in one.features if f in place]] = 1.0
    return out


def _left_out(columns: Array, must: Mask) -> Array:
    """The probability of every example by a model that has not seen it."""
    folds = np.random.RandomState(0).permutation(len(must)) % FOLDS
    out = np.zeros(len(must))
    for k in range(FOLDS):
        test = folds == k
        found = _solve(columns[~test], must[~test])
        out[test] = expit(columns[test] @ found[1:] + found[0])
    return out


def _solve(columns: Array, wanted: Mask) -> Array:
    return solve(columns, wanted, np.ones(len(wanted)), STRENGTH, np.zeros(columns.shape[1]))


def _weights(columns: Array, wanted: Mask, names: Sequence[str]) -> tuple[float, dict[str, float]]:
    found = _solve(columns, wanted)
    kept = {n: round(float(w), 3) for n, w in zip(names, found[1:], strict=True) if abs(w) >= LEAST_WEIGHT}
    return round(float(found[0]), 3), kept


def _given(probability: Array, seen: Sequence[Seen], sure: float) -> Mask:
    strong, weak = np.array([s.strong for s in seen]), np.array([s.weak for s in seen])
    given: Mask = strong | (probability >= sure) | (weak & (probability >= sure * WEAK_RULE_DOUBT))
    return given


def _threshold(probability: Array, seen: Sequence[Seen], must: Mask, asked: Mask) -> float:
    """The lowest threshold that keeps the false alarms."""
    tried = (round(float(t), 2) for t in np.arange(0.2, 0.9, 0.01))
    return next(t for t in tried if _given(probability, seen, t)[~must & asked].mean() <= FALSE_ALARMS)


def _measured(given: Mask, must: Mask) -> dict[str, float]:
    return {
        "must": float(must.sum()),
        "harmless": float((~must).sum()),
        "recall": round(float(given[must].mean()), 3),
        "false_alarms": round(float(given[~must].mean()), 3),
    }


def main() -> None:
    """Fit and write."""
    made = fit(examples())
    FILE.write_bytes(msgspec.json.encode(made, order="sorted") + b"\n")
    print(f"{FILE}: {len(made.weights)} weights, sure from {made.sure}, on folds left out {dict(made.measured)}")


if __name__ == "__main__":
    main()
