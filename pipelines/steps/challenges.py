"""Which factors a page complains of or names as the need: codes of ``factor`` (document 1 §1.3 关键挑战, DESIGN §4).

Every factor is scored by the mentions of its vocabulary (complaint, need, relief; challenge section, title, body) with
the weights of ``calibration/weights/challenges.yaml``; a factor is given where its probability passes the threshold, with
the sentence that supports it best.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pipelines.case import Evidence, Field, Many, RawCase
from pipelines.evidence_scoring.features import NAMES, by_sentence, features
from pipelines.evidence_scoring.forms import Forms
from pipelines.evidence_scoring.linear import Linear, model
from pipelines.evidence_scoring.mentions import Entry, Mention, mentions
from pipelines.evidence_scoring.vocabulary import load
from pipelines.steps import Found
from pipelines.vocabulary import codes

PROVIDES = ("challenges",)
NEEDS: tuple[str, ...] = ()

_METHOD = "challenges.evidence"


@cache
def factors() -> tuple[str, ...]:
    """The factor codes in the contract's order."""
    return tuple(codes().factor)


@cache
def vocabulary() -> Forms[Entry]:
    """The factors' vocabulary, loaded once."""
    return load(("factors-en", "factors-zh"), factors())


def observed(raw: RawCase) -> tuple[dict[str, dict[str, float]], list[Mention]]:
    """Features of every factor, and the mentions they rest on."""
    held = list(mentions(raw, vocabulary()))
    return features(held, factors()), held


def scores(raw: RawCase) -> tuple[dict[str, float], list[Mention]]:
    """The probability of every factor that is mentioned at all, and the mentions."""
    rows, found = observed(raw)
    weights = _model()
    return {code: weights.probability(code, row) for code, row in rows.items() if row["forms"] > 0}, found


def run(raw: RawCase, found: Found) -> Mapping[str, Any]:  # noqa: ARG001 - the step protocol
    """``challenges``: the factors above the threshold, most probable first."""
    probability, held = scores(raw)
    chosen = _chosen(probability, _model().threshold)
    items = tuple(Field(code, _evidence(raw, code, held), round(probability[code], 4), _METHOD) for code in chosen)
    return {"challenges": Many(items, None if items else "no_challenge_named")}


def _chosen(probability: Mapping[str, float], threshold: float) -> list[str]:
    ranked = sorted(probability, key=lambda code: (-probability[code], code))
    return [code for code in ranked if probability[code] >= threshold]


def _evidence(raw: RawCase, code: str, held: Iterable[Mention]) -> tuple[Evidence, ...]:
    """The one sentence that speaks most plainly of the factor."""
    worth = by_sentence(m for m in held if m.code == code)
    start, end = max(worth, key=lambda span: (worth[span], -span[0]))
    return (raw.evidence(start, end),)


def _model() -> Linear:
    return model("challenges", factors(), NAMES)
