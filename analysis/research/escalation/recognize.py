"""Recognizes questions that must be escalated before anything is answered (document 3, 案例4).

A strong rule decides alone; a weak rule where the learnt layer does not speak clearly against it; the learnt layer where it is
sure although no rule has the words. Missing one is dearer than a false alarm, and the thresholds say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from analysis.research.escalation.learnt import features, likeliest, model, score, telling
from analysis.research.escalation.lexicon import read
from analysis.research.escalation.rulebook import Fired, fired, frames_of, kinds, rulebook
from pipelines.evidence_scoring.linear import sigmoid

__all__ = ["Escalation", "asks_outcome", "recognize"]
_LEARNT = "learnt"  # the rule's name where no rule had the words


@dataclass(frozen=True, slots=True)
class Escalation:
    """A question that is not ours to answer: its main kind, the rule and words that decided, whose it is and how soon.

    ``probability`` is the learnt layer's; ``rule`` is ``learnt`` where no rule had the words.
    """

    question: str
    kind: str
    name: str
    kinds: tuple[str, ...]
    sensitivity: str
    cost: tuple[str, ...]
    rule: str
    why: str
    words: tuple[str, ...]
    fired: tuple[Fired, ...]
    owner: str
    tat_hours: int
    urgency: str
    probability: float


@lru_cache(maxsize=1024)
def recognize(question: str) -> Escalation | None:
    """The escalation that a question calls for, or None where it may be answered from evidence.

    Every rule that fired is kept; the main kind is the most urgent of them, its first strong rule the one that decided.
    """
    text = read(question)
    spoke = fired(text)
    held = features(text, spoke)
    probability = sigmoid(score(held, model().bias, model().weights))
    if _decided(spoke, probability, text):
        spoke = spoke or (_learnt(held, probability),)
        return _escalation(question, spoke, round(probability, 3))
    return None


@lru_cache(maxsize=1024)
def asks_outcome(question: str) -> bool:
    """Whether a question asks what customers reached with a product, which official cases answer."""
    return any(frame.outcome for frame in frames_of(read(question)))


def _decided(spoke: tuple[Fired, ...], probability: float, text: str) -> bool:
    if any(rulebook().rules[f.rule].strong for f in spoke):
        return True
    if any(f.silences == "all" for f in frames_of(text)) and not spoke:
        return False
    return probability >= (model().doubt if spoke else model().sure)


def _learnt(held: frozenset[str], probability: float) -> Fired:
    why = f"没有规则的词，但与须升级的问题相似（概率 {probability:.0%}）"
    kind = likeliest(held)
    return Fired(_LEARNT, kind, why, telling(held, kind))


def _escalation(question: str, spoke: tuple[Fired, ...], probability: float) -> Escalation:
    order = list(kinds())
    first = min(spoke, key=lambda f: (order.index(f.kind), not (f.rule in rulebook().rules and rulebook().rules[f.rule].strong)))
    kind = kinds()[first.kind]
    return Escalation(
        question=question,
        kind=first.kind,
        name=kind.name,
        kinds=tuple(k for k in order if any(f.kind == k for f in spoke)),
        sensitivity=kind.sensitivity,
        cost=kind.cost,
        rule=first.rule,
        why=first.why,
        words=first.words,
        fired=spoke,
        owner=kind.owner,
        tat_hours=kind.tat_hours,
        urgency=kind.urgency,
        probability=probability,
    )
