"""How a sentence speaks of the product it names: used, described, replaced, compared or planned.

A vendor's page names far more products than its customer uses: blurbs of the vendor, the system before, alternatives,
plans. The vocabulary is ``usage.yaml``; it looks at the words that lead to a name and at those that follow, within
the sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from pipelines.catalog.load import HERE
from pipelines.text import Lexicon
from pipelines.vocabulary import load_yaml

LEAD, FOLLOW = 70, 40  # characters of the sentence before and after a name in which a cue speaks of it
_TO = re.compile(r" (?:to|with|by) (?:the |its own )?$|[为成到至]$")  # migrated from X to Y, replaced X with Y
_STOP = re.compile(r"[;；:：]|,? but | while |，而|但是|，但")


class Stance(StrEnum):
    """What a sentence says of a product."""

    REPLACED = "replaced"
    COMPARED = "compared"
    PLANNED = "planned"
    DESCRIBED = "described"
    USED = "used"
    PLAIN = "plain"


@dataclass(frozen=True)
class Cues:
    """The words of one stance."""

    name: Stance
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Usage:
    """The data of ``usage.yaml``."""

    stances: tuple[Cues, ...]
    services: tuple[str, ...]


@cache
def usage() -> Usage:
    """The vocabulary of use, loaded once."""
    return load_yaml(HERE / "usage.yaml", Usage)


@cache
def _lexicons() -> tuple[Lexicon[Stance], Lexicon[Stance]]:
    held = usage().stances
    return Lexicon((w, s.name) for s in held for w in s.before), Lexicon((w, s.name) for s in held for w in s.after)


def stance(text: str, sentence: tuple[int, int], start: int, end: int) -> Stance:
    """What the sentence at span ``sentence`` says of the name at ``start:end``.

    The nearest cue before the name speaks, within the clause; a cue right after it can only add to silence or take back.
    """
    before, after = _lexicons()
    lead = _clause(text, max(sentence[0], start - LEAD), start)
    hits = before.find(text, lead, start)
    led = hits[-1].entry if hits else Stance.PLAIN
    if led is Stance.REPLACED and _TO.search(text, hits[-1].end, start):
        led = Stance.USED
    follow = [h for h in after.find(text, end, min(sentence[1], end + FOLLOW)) if h.start - end <= 12 or h.entry is Stance.USED]
    followed = follow[0].entry if follow else Stance.PLAIN
    if led in (Stance.PLAIN, Stance.USED) and followed is not Stance.PLAIN:
        return followed if led is Stance.PLAIN or followed in (Stance.REPLACED, Stance.COMPARED, Stance.PLANNED) else led
    return _weaker(hits[-2].entry, led) if len(hits) > 1 else led


def _weaker(earlier: Stance, nearest: Stance) -> Stance:
    """A plan, a comparison or a farewell governs the verb after it: "plans to use", "instead of using"."""
    doubt = (Stance.PLANNED, Stance.COMPARED, Stance.REPLACED)
    return earlier if nearest is Stance.USED and earlier in doubt else nearest


def _clause(text: str, start: int, end: int) -> int:
    """Where the clause that ends at ``end`` begins, not before ``start``."""
    return max((m.end() for m in _STOP.finditer(text, start, end)), default=start)
