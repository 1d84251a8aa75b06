"""How sure an answer is: a logistic model over what speaks for and against it, its weights fitted and its calibration measured."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from analysis.research.model import Confidence, Level, State, Verdict
from analysis.research.prose import say
from analysis.research.registry import DATA, source_types
from analysis.research.verdict import stale
from pipelines.vocabulary import DataError, load_yaml

FEATURES = ("fit", "weight", "support", "contested", "cue", "unofficial", "undated", "stale", "edition_unsaid", "other_language")
# what rests on such ground alone is never of high confidence, however well it fits
CAPS = ("unofficial", "undated", "stale", "edition_unsaid")
ORDER = (Level.LOW, Level.MIDDLE, Level.HIGH)
_MANY = 3


@dataclass(frozen=True)
class Weights:
    """``confidence.yaml``: the weights in force, and those that document 3 gives reason for, near which they were fitted."""

    high: float
    middle: float
    weights: Mapping[str, float]
    reasoned: Mapping[str, float]


@cache
def weights() -> Weights:
    """The fitted weights; raises DataError where a feature has none or one is no feature."""
    path = DATA / "confidence.yaml"
    held = load_yaml(path, Weights)
    if strange := set(held.weights) ^ {"bias", *FEATURES} | set(held.reasoned) ^ {*FEATURES}:
        raise DataError(f"{path}: features and weights disagree on {sorted(strange)}")
    return held


def level(number: float) -> Level:
    """The level of a number."""
    return Level.HIGH if number >= weights().high else Level.MIDDLE if number >= weights().middle else Level.LOW


def enough(found: Level, wanted: str) -> bool:
    """Whether a level reaches the one that the question's type requires."""
    return ORDER.index(found) >= ORDER.index(Level(wanted))


def features(verdict: Verdict, edition: str, same_language: bool) -> dict[str, float]:
    """What speaks for and against an answer, each 0–1."""
    lead = verdict.standings[0]
    adopted = [s for s in verdict.standings if s.adopted]
    against = max((s.weight for s in verdict.standings if not s.adopted), default=0.0)
    return {
        "fit": lead.statement.fit,
        "weight": lead.weight,
        "support": min(_MANY, len(adopted) - 1) / _MANY,
        "contested": min(1.0, against / lead.weight) if lead.weight else 1.0,
        "cue": float(bool(lead.statement.cue) or lead.statement.state is State.TEXT),
        "unofficial": float(not any(source_types()[s.type].official for s in adopted)),
        "undated": float(lead.age_months is None),
        "stale": float(stale(lead.type, lead.age_months)),
        "edition_unsaid": float(bool(edition) and lead.statement.edition != edition),
        "other_language": float(not same_language),
    }


def confidence(found: Mapping[str, float], verdict: Verdict) -> Confidence:
    """The number by the model, its level, and the reasons in words with what each adds to the logit."""
    model = weights().weights
    logit = model["bias"] + sum(model[name] * value for name, value in found.items())
    number = round(1 / (1 + math.exp(-logit)), 3)
    capped = [say("conf.capped")] if level(number) is Level.HIGH and any(found[name] for name in CAPS) else []
    return Confidence(number, Level.MIDDLE if capped else level(number), (*_reasons(found, verdict, model), *capped))


def _reasons(found: Mapping[str, float], verdict: Verdict, model: Mapping[str, float]) -> list[str]:
    lead = verdict.standings[0]
    adopted = sum(s.adopted for s in verdict.standings)
    words = {
        "fit": say("conf.fit", value=f"{found['fit']:.2f}"),
        "weight": say("conf.weight", value=f"{found['weight']:.2f}"),
        "support": say("conf.support", n=adopted) if adopted > 1 else say("conf.single"),
        "cue": say("conf.cue", cue=lead.statement.cue) if lead.statement.cue else "" if found["cue"] else say("conf.no_cue"),
        "contested": say("conf.contested", value=f"{found['contested']:.2f}") if verdict.contradictory else "",
        "unofficial": say("conf.unofficial") if found["unofficial"] else say("conf.official"),
    }
    words |= {name: say(f"conf.{name}") for name in ("undated", "stale", "edition_unsaid", "other_language") if found[name]}
    added = {name: model[name] * found[name] for name in words}
    return [f"{text}（{added[name]:+.2f}）" if round(added[name], 2) else text for name, text in words.items() if text]
