"""The page's own sentence or two that say what was done (document 1 §1.3 解决方案): the value is the quote, never a summary.

Every sentence of the story is scored by what it says (an act of building or adopting, a product used, the customer's name)
and where it stands; the best one wins, with its neighbour where that goes on telling what was done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.case import Block, Field, Many, Part, RawCase, Role
from pipelines.evidence_scoring.cues import Bilingual, Cue, cue_forms
from pipelines.evidence_scoring.forms import Forms, lower
from pipelines.steps import Found
from pipelines.text import sentences
from pipelines.vocabulary import VOCAB, load_yaml

PROVIDES = ("solution",)
NEEDS = ("customer_name", "products")

_METHOD = "solution.sentence"
_ENOUGH = 2.0
_ROLES = frozenset({Role.TEXT, Role.BULLET, Role.QUOTE})
_PART = {Part.SOLUTION: 1.5, Part.LEAD: 1.0, Part.WHY: 0.3, Part.OUTCOME: -0.3, Part.CHALLENGE: -1.0, Part.ABOUT: -1.0, Part.RESULTS: -0.5}
_SKIPPED = frozenset({Part.FUTURE, Part.PRODUCTS, Part.PARTNER})
_SHORTEST, _LONGEST = {True: (40, 420), False: (14, 200)}, 600  # characters of a Latin, a Chinese sentence; of both together


@dataclass(frozen=True)
class _File:
    did: Bilingual
    dressing: Bilingual


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence and its score; ``block`` tells which sentences stand together."""

    start: int
    end: int
    score: float
    block: int


@cache
def _forms() -> Forms[str]:
    words = load_yaml(VOCAB / "solution.yaml", _File)
    pairs = [(f, "did") for f in words.did.en + words.did.zh] + [(f, "dressing") for f in words.dressing.en + words.dressing.zh]
    return Forms(pairs)


def run(raw: RawCase, found: Found) -> Mapping[str, Any]:
    """``solution``: the best sentence, joined with the next one where both tell what was done."""
    names, products = _names(found), _products(found)
    scored = [s for i, block in enumerate(raw.blocks) if _usable(block) for s in _block(raw, i, block, names, products)]
    best = max(scored, key=lambda s: (s.score, -s.start), default=None)
    if best is None or best.score < _ENOUGH:
        return {"solution": Field[str].unknown("no_sentence_tells_what_was_done")}
    start, end = best.start, _joined_end(best, scored)
    quote = raw.page.text[start:end]
    return {"solution": Field(quote, (raw.evidence(start, end),), _raw_score(best.score), _METHOD)}


def _usable(block: Block) -> bool:
    return block.role in _ROLES and block.part not in _SKIPPED


def _names(found: Found) -> Forms[str]:
    customer: Field[str] = found["customer_name"]
    return Forms([(customer.value, "customer")] if customer.value else [])


def _products(found: Found) -> Forms[str]:
    products: Many[str] = found["products"]
    return Forms((name, name) for name in products.values())


def _block(raw: RawCase, index: int, block: Block, names: Forms[str], products: Forms[str]) -> Iterator[Scored]:
    text = raw.page.text
    place = _PART.get(block.part, 0.0) - 0.5 * (block.start / max(1, len(text)) if raw.ordered else 0.0)
    for start, end in sentences(text, block.start, block.end):
        yield Scored(start, end, place + _said(text[start:end], names, products), index)


def _said(sentence: str, names: Forms[str], products: Forms[str]) -> float:
    """What the words of a sentence are worth as an account of what was done."""
    low = lower(sentence)
    kinds = [hit.entry for hit in _forms().find(sentence, low)]
    if "did" not in kinds:
        return 0.0
    cues = {cue.entry for cue in cue_forms().find(sentence, low)}
    score = 1.5 + 0.25 * min(kinds.count("did") - 1, 2) + 0.6 * min(len({h.entry for h in products.find(sentence, low)}), 3)
    score += 0.7 * bool(names.find(sentence, low)) - 0.6 * min(kinds.count("dressing"), 2)
    score -= 3.0 * (Cue.SALES in cues) + 1.0 * (Cue.PLAN in cues) + 0.6 * (Cue.COMPLAINT in cues)
    return score - _length_penalty(sentence)


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
