"""The page's own sentence or two that say what was done (document 1 §1.3 解决方案): the value is the quote, never a summary.

Every sentence of the story is scored by what it says (an act of building or adopting, a product used, the customer's name)
and where it stands; the best one wins, with its neighbour where that goes on telling what was done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.case import Field, Many, Part, RawCase, Role
from pipelines.evidence_scoring.cues import Bilingual, Cue
from pipelines.evidence_scoring.forms import Forms
from pipelines.evidence_scoring.story import Sentence, story
from pipelines.steps import Found
from pipelines.vocabulary import VOCAB, load_yaml

PROVIDES = ("solution",)
NEEDS = ("customer_name", "products")

_METHOD = "solution.sentence"
_ENOUGH = 2.0
_ROLES = frozenset({Role.TEXT, Role.BULLET, Role.QUOTE, Role.TITLE})
_PART = {
    Part.SOLUTION: 1.5,
    Part.LEAD: 1.0,
    Part.TITLE: -0.4,
    Part.WHY: 0.3,
    Part.OUTCOME: -0.3,
    Part.CHALLENGE: -1.0,
    Part.ABOUT: -1.0,
    Part.RESULTS: -0.5,
}
_END = frozenset(".!?。！？”\"'；;…)）」』")
_SHORTEST, _LONGEST = {True: (40, 420), False: (14, 200)}, 600  # characters of a Latin, a Chinese sentence; of both together


@dataclass(frozen=True)
class _File:
    did: Bilingual
    chose: Bilingual
    dressing: Bilingual


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence and its score; ``block`` tells which sentences stand together."""

    start: int
    end: int
    score: float
    block: int  # where its block begins


@cache
def _forms() -> Forms[str]:
    words = load_yaml(VOCAB / "solution.yaml", _File)
    groups = {"did": words.did, "chose": words.chose, "dressing": words.dressing}
    return Forms((form, name) for name, held in groups.items() for form in held.en + held.zh)


def run(raw: RawCase, found: Found) -> Mapping[str, Any]:
    """``solution``: the best sentence, joined with the next one where both tell what was done."""
    names, products = _names(found), _products(found)
    scored = [_scored(raw, said, names, products) for said in story(raw) if said.block.role in _ROLES]
    best = max(scored, key=lambda s: (s.score, -s.start), default=None)
    if best is None or best.score < _ENOUGH:
        return {"solution": Field[str].unknown("no_sentence_tells_what_was_done")}
    start, end = best.start, _joined_end(best, scored)
    quote = raw.page.text[start:end]
    return {"solution": Field(quote, (raw.evidence(start, end),), _raw_score(best.score), _METHOD)}


def _names(found: Found) -> Forms[str]:
    customer: Field[str] = found["customer_name"]
    return Forms([(customer.value, "customer")] if customer.value else [])


def _products(found: Found) -> Forms[str]:
    products: Many[str] = found["products"]
    return Forms((name, name) for name in products.values())


def _scored(raw: RawCase, said: Sentence, names: Forms[str], products: Forms[str]) -> Scored:
    """A sentence by its place and its words; in an ordered page the early ones are the summary."""
    late = said.block.start / max(1, len(raw.page.text)) if raw.ordered else 0.0
    place = _PART.get(said.block.part, 0.0) - 0.5 * late
    return Scored(said.start, said.end, place + _said(said, names, products), said.block.start)


def _said(said: Sentence, names: Forms[str], products: Forms[str]) -> float:
    """What the words of a sentence are worth as an account of what was done."""
    kinds = [hit.entry for hit in _forms().find(said.text, said.low)]
    if "did" not in kinds:
        return -_ENOUGH
    score = 1.5 + 0.25 * min(kinds.count("did") - 1, 2) + 0.6 * min(len({h.entry for h in products.find(said.text, said.low)}), 3)
    score += 0.5 * ("chose" in kinds) + 0.7 * bool(names.find(said.text, said.low)) - 0.6 * min(kinds.count("dressing"), 2)
    score -= 3.0 * said.has(Cue.SALES) + 1.0 * said.has(Cue.PLAN) + 1.0 * said.has(Cue.PROFILE)
    score -= 0.6 * said.has(Cue.COMPLAINT) + 0.3 * said.has(Cue.ASK) + 0.7 * _broken(said)
    return score - _length_penalty(said.text)


def _broken(said: Sentence) -> bool:
    """Whether a sentence was cut by the page's markup: it begins small, or running text ends without a mark."""
    return said.text[0].islower() or (said.block.role is Role.TEXT and said.text[-1] not in _END)


def _length_penalty(sentence: str) -> float:
    shortest, longest = _SHORTEST[sentence.isascii() or sum(map(str.isascii, sentence)) > len(sentence) / 2]
    return 1.0 * (len(sentence) < shortest) + 1.0 * (len(sentence) > longest)


def _joined_end(best: Scored, scored: list[Scored]) -> int:
    """The end of the next sentence of the block where it scores nearly as well, else of the sentence itself."""
    following = next((s for s in scored if s.block == best.block and s.start >= best.end), None)
    near = following is not None and following.score >= max(_ENOUGH, best.score - 1.2) and following.end - best.start <= _LONGEST
    return following.end if near and following is not None else best.end


def _raw_score(score: float) -> float:
    return round(min(1.0, score / 6.0), 4)
