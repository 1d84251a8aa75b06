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
from pipelines.text import Hit, Lexicon
from pipelines.vocabulary import load_yaml

LEAD, FOLLOW = 70, 40  # characters of the sentence before and after a name in which a cue speaks of it
CLOSE = 32  # characters before a name that hold a preposition and its articles
_TO = re.compile(r" (?:to|with|by) (?:[\w-]{1,20} ){0,4}$|[为成到至]$")  # migrated from X to Y, replaced X with a shop on Y
_YONG = re.compile(r"(?<![应费通适公可使有作信])用\s?$")  # the bare verb right before the name: 用 TiDB, not 应用, 费用
_PLACED = re.compile(r"\b(?:in|into|inside|inside of|within|from|to|on|onto|triggers) (?:(?:an?|the|its|their|our|existing|new) ){0,2}$")
_STOP = re.compile(r"[;；:：]|,? but | while |，而|但是|，但")


class Stance(StrEnum):
    """What a sentence says of a product."""

    REPLACED = "replaced"
    COMPARED = "compared"
    PLANNED = "planned"
    DESCRIBED = "described"
    USED = "used"
    PLAIN = "plain"


_CLOSE = (Stance.REPLACED, Stance.COMPARED)  # these reach no further than a Chinese comma


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
    nouns: tuple[str, ...]


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
    hits = [h for h in before.find(text, lead, start) if h.entry not in _CLOSE or "，" not in text[h.end : start]]
    led = hits[-1].entry if hits else Stance.USED if _bare(text, lead, start) else Stance.PLAIN
    if led is Stance.REPLACED and _TO.search(text, hits[-1].end, start):
        led = Stance.USED
    follow = [h for h in after.find(text, end, min(sentence[1], end + FOLLOW)) if h.start - end <= 12 or h.entry is Stance.USED]
    followed = follow[0].entry if follow else Stance.PLAIN
    if led in (Stance.PLAIN, Stance.USED) and followed is not Stance.PLAIN:
        return followed if led is Stance.PLAIN or followed in (Stance.REPLACED, Stance.COMPARED, Stance.PLANNED) else led
    return _governed(hits[-2], hits[-1], led) if len(hits) > 1 else led


def puts_to_use(text: str) -> bool:
    """Whether the end of a line that introduces a list speaks of use: "The shop uses the following services:"."""
    before, _ = _lexicons()
    hits = before.find(text, _clause(text.rstrip(" :：") + " ", max(0, len(text) - LEAD), len(text) - 1), len(text))
    return bool(hits) and all(h.entry is Stance.USED for h in hits)


def _bare(text: str, lead: int, start: int) -> bool:
    """Whether the words right before a name put something to work there without a verb of the vocabulary: 用 X, a record in X."""
    return bool(_YONG.search(text, lead, start) or _PLACED.search(text, max(lead, start - CLOSE), start))


def _governed(earlier: Hit[Stance], nearest: Hit[Stance], led: Stance) -> Stance:
    """A plan governs the verbs after it ("plans to use"), a comparison or a farewell only the next word ("instead of using")."""
    reach = LEAD if earlier.entry is Stance.PLANNED else 2
    doubt = earlier.entry in (Stance.PLANNED, Stance.COMPARED, Stance.REPLACED)
    return earlier.entry if led is Stance.USED and doubt and nearest.start - earlier.end <= reach else led


def _clause(text: str, start: int, end: int) -> int:
    """Where the clause that ends at ``end`` begins, not before ``start``."""
    return max((m.end() for m in _STOP.finditer(text, start, end)), default=start)
