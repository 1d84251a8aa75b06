"""What the rules have no words for: a linear model over words, concepts and frames, fitted on ``data/examples-*.yaml``.

Rules name what they have seen; people put the same thing in ever other words. The weights are data (``weights.json``, made by
``python -m analysis.research.escalation.fit``), so what decided can be shown: the words that weigh most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import msgspec

from analysis.research.escalation.lexicon import DATA, concepts, pattern_of
from analysis.research.escalation.rulebook import Fired, frames_of, masked, rulebook
from pipelines.vocabulary import DataError

FILE = DATA / "weights.json"
_HAN = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[a-z][a-z']*")
_ENDING = re.compile(r"(ing|ed|es|s|e)$")
_STEMMED = 4  # shorter words keep their ending
_SHOWN = 3  # words that are shown as what decided
_SAYING = 6  # an English word shorter than four letters says little alone
Weights = Mapping[str, float]


@dataclass(frozen=True)
class Model:
    """``sure``: the least probability that escalates alone; ``doubt``: the least where a weak rule spoke; weights by feature.

    ``inputs`` is the digest of what it was fitted on;
    ``measured`` are recall and false alarms of the whole recognizer on examples that the fit of their fold had not seen.
    """

    inputs: str
    sure: float
    doubt: float
    measured: Mapping[str, float]
    bias: float
    weights: Weights
    kind_bias: Weights
    kinds: Mapping[str, Weights]


@cache
def model() -> Model:
    """The fitted weights; raises DataError where the file is missing or damaged."""
    try:
        return msgspec.json.decode(FILE.read_bytes(), type=Model)
    except (OSError, msgspec.MsgspecError) as error:
        raise DataError(f"{FILE}: {error}; make it again with python -m analysis.research.escalation.fit") from error


def features(text: str, fired: Sequence[Fired]) -> frozenset[str]:
    """What a question as read shows: its words, its concepts, its frames, whether a rule spoke.

    Features: ``c:`` two Han characters, ``e:`` an English stem, ``b:`` two of them, ``K:`` concept, ``F:`` frame, ``R:`` rule.
    """
    hidden = masked(text)
    named = {f"K:{name}" for name in concepts() if pattern_of(name).search(hidden)}
    framed = {f"F:{name}" for name, frame in rulebook().frames.items() if frame in frames_of(text)}
    strong = {rulebook().rules[f.rule].strong for f in fired}
    return frozenset({*_words(text), *named, *framed, *("R:strong" if s else "R:weak" for s in strong)})


def _words(text: str) -> Iterator[str]:
    for run in _HAN.findall(text):
        yield from (f"1:{c}" for c in run)
        yield from (f"c:{run[i : i + 2]}" for i in range(len(run) - 1))
    stems = [_ENDING.sub("", w) if len(w) > _STEMMED else w for w in _LATIN.findall(text)]
    yield from (f"e:{w}" for w in stems)
    yield from (f"b:{a} {b}" for a, b in pairwise(stems))


def score(held: frozenset[str], bias: float, weights: Weights) -> float:
    """The score on the scale of log odds."""
    return bias + sum(weights.get(f, 0.0) for f in sorted(held))


def likeliest(held: frozenset[str]) -> str:
    """The kind whose weights fit best."""
    made = model()
    return max(made.kinds, key=lambda k: (score(held, made.kind_bias[k], made.kinds[k]), k))


def telling(held: frozenset[str], kind: str) -> tuple[str, ...]:
    """The words that weigh most towards escalation as this kind, as they are written; words of form only where nothing else weighs."""
    weights, of_kind = model().weights, model().kinds[kind]
    weight = {f: weights.get(f, 0.0) + of_kind.get(f, 0.0) for f in held if f[:2] in ("c:", "e:", "b:")}
    words = sorted((f for f in weight if weight[f] > 0), key=lambda f: (f[0] == "e" and len(f) < _SAYING, -weight[f], f))
    return tuple(w[2:] for w in words[:_SHOWN])
