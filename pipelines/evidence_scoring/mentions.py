"""Mentions of a vocabulary in a raw case: which code, how strong a word, in which zone, in what kind of sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipelines.case import Block, Part, RawCase, Role
from pipelines.evidence_scoring.cues import Cue
from pipelines.evidence_scoring.forms import Forms, Found
from pipelines.evidence_scoring.story import Sentence, story


class Zone(StrEnum):
    """Parts of a story that weigh alike."""

    HEAD = "head"  # title and lead
    CHALLENGE = "challenge"
    SOLUTION = "solution"
    OUTCOME = "outcome"
    BODY = "body"  # nothing tells


class Stance(StrEnum):
    """How the sentence speaks of the word."""

    COMPLAINT = "complaint"
    HINT = "hint"
    ASK = "ask"
    NEED = "need"
    RELIEF = "relief"
    PLAIN = "plain"


_ZONES = {
    Part.TITLE: Zone.HEAD,
    Part.LEAD: Zone.HEAD,
    Part.CHALLENGE: Zone.CHALLENGE,
    Part.WHY: Zone.SOLUTION,
    Part.SOLUTION: Zone.SOLUTION,
    Part.OUTCOME: Zone.OUTCOME,
    Part.RESULTS: Zone.OUTCOME,
}
_SILENT = frozenset({Cue.SALES, Cue.PLAN, Cue.PROFILE})
_STANCE_OF = {Cue.HINT: Stance.HINT, Cue.NEED: Stance.NEED, Cue.ASK: Stance.NEED}
_NEAR = 90  # characters between a cue and a word that it colours: about a clause of English
_NEAR_ZH = 32


@dataclass(frozen=True, slots=True)
class Mention:
    """One word of the vocabulary in its sentence; spans are of the page's canonical text."""

    code: str
    kind: str  # pain, aspect or weak
    stance: Stance
    zone: Zone
    start: int
    end: int
    sentence: tuple[int, int]
    form: str


Entry = tuple[str, str]  # code, kind
MASK = "mask"  # the kind of a phrase that hides the words within it


def mentions(raw: RawCase, vocabulary: Forms[Entry]) -> Iterator[Mention]:
    """All mentions in the story of a case, but for sentences that sell, plan, or present the customer."""
    for sentence in story(raw):
        if not sentence.has(*_SILENT):
            yield from _in_sentence(sentence, vocabulary)


def zone(block: Block) -> Zone:
    """The zone of a block."""
    return _ZONES.get(block.part, Zone.HEAD if block.role is Role.TITLE else Zone.BODY)


def _in_sentence(said: Sentence, vocabulary: Forms[Entry]) -> Iterator[Mention]:
    where, span = zone(said.block), (said.start, said.end)
    for hit in _unmasked(vocabulary.find(said.text, said.low)):
        yield Mention(*hit.entry, _stance(hit, said), where, said.start + hit.start, said.start + hit.end, span, hit.form)


def _unmasked(hits: list[Found[Entry]]) -> list[Found[Entry]]:
    """The hits that do not lie in a phrase in which the code's word means something else (``business intelligence``)."""
    masks = [h for h in hits if h.entry[1] == MASK]
    if not masks:
        return hits
    return [h for h in hits if h.entry[1] != MASK and not any(m.entry[0] == h.entry[0] and _inside(h, m) for m in masks)]


def _stance(hit: Found[Entry], said: Sentence) -> Stance:
    """Outright complaint near by, then a wish before it in the sentence, then whichever other cue is nearest."""
    if any(a <= hit.start < b for a, b in said.denied):
        return Stance.RELIEF
    near = _NEAR if hit.form.isascii() else _NEAR_ZH
    within = [c for c in said.cues if not _inside(c, hit) and _distance(c, hit) <= near]
    if any(c.entry is Cue.COMPLAINT for c in within):
        return Stance.COMPLAINT
    if any(c.entry is Cue.ASK and c.end <= hit.start for c in said.cues):
        return Stance.ASK
    best = min(within, key=lambda c: _distance(c, hit), default=None)
    if best is None:
        return Stance.HINT if hit.entry[1] == "pain" else Stance.PLAIN
    return _STANCE_OF.get(best.entry, Stance.RELIEF)


def _inside(inner: Found[Any], outer: Found[Any]) -> bool:
    """Whether a hit is a part of another; a cue that is a part of the word itself says nothing more than the word."""
    return outer.start <= inner.start and inner.end <= outer.end


def _distance(cue: Found[Cue], hit: Found[Entry]) -> float:
    """Characters between; a cue after the word colours it less than one before."""
    return hit.start - cue.end if cue.end <= hit.start else 1.5 * max(cue.start - hit.end, 0)
