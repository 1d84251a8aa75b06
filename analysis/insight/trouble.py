"""Does the sentence by which a case names a factor tell of trouble, or only of a need? Document 1 §2.4 asks for pains (关键痛点).

A page that praises a managed service names ease of operation and complains of nothing. So a quote counts as trouble where
the extraction's own cues (``pipelines/vocab/cues.yaml``) read it as a complaint of the factor, or where it stands in the
page's account of its challenges and hints at one: a word that is trouble elsewhere ("spikes") hints at none by itself.
"""

from __future__ import annotations

from functools import lru_cache

from pipelines.case import Block, Evidence, Page, Part, RawCase, Role
from pipelines.evidence_scoring.cues import Cue, cue_forms
from pipelines.evidence_scoring.mentions import Stance, mentions
from pipelines.steps.challenges import vocabulary

KEPT = 4096  # quotes whose reading is at hand: several personas and sections ask for the same ones


def troubled(said: Evidence, factor: str) -> bool:
    """Whether the quote tells of trouble with the factor."""
    stances = _stances(said.quote).get(factor, frozenset())
    if Stance.COMPLAINT in stances:
        return True
    return said.where.partition("/")[0] == Part.CHALLENGE and (not stances or (Stance.HINT in stances and _hints(said.quote)))


def _hints(quote: str) -> bool:
    return any(cue.entry in (Cue.COMPLAINT, Cue.HINT) for cue in cue_forms().find(quote))


@lru_cache(maxsize=KEPT)
def _stances(quote: str) -> dict[str, frozenset[Stance]]:
    """Factor → how the quote, read by itself, speaks of it."""
    raw = RawCase(Page("", "", "", quote, ""), blocks=(Block(0, len(quote), Role.TEXT),))
    out: dict[str, set[Stance]] = {}
    for one in mentions(raw, vocabulary()):
        out.setdefault(one.code, set()).add(one.stance)
    return {code: frozenset(held) for code, held in out.items()}
