"""The items that a sentence lists (PDF、Excel、CSV 三种格式), each as written."""

from __future__ import annotations

import re

from analysis.research.claims import clauses
from analysis.research.rules import cue
from analysis.research.terms import folded

_BETWEEN = re.compile(r"\s{0,9}(?:、|/|以及|和|与|及)\s{0,9}")
_BETWEEN_LATIN = re.compile(r"\s{0,9}(?:,\s{0,9}(?:and|or)\b|,|\band\b|\bor\b)\s{0,9}", re.IGNORECASE)
_LATIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+#-]*")
_LONGEST = 12


def listed(text: str) -> tuple[str, ...]:
    """The items of the longest list in a sentence; nothing where it lists fewer than two.

    A Chinese list is parted by 、 and stands in one clause; an English one by commas.
    """
    parts = [text] if text.isascii() else [text[a:b] for a, b in clauses(text)]
    return max((_items(folded(p), _BETWEEN_LATIN if text.isascii() else _BETWEEN) for p in parts), key=len, default=())


def _items(part: str, between: re.Pattern[str]) -> tuple[str, ...]:
    pieces = [p.strip() for p in between.split(part)]
    if len(pieces) == 1:
        return ()
    pieces[0] = _behind(pieces[0])
    pieces[-1] = _before(pieces[-1])
    whole = all(len(p) <= _LONGEST and any(c.isalpha() for c in p) for p in pieces)
    return tuple(dict.fromkeys(pieces)) if whole else ()


def _behind(piece: str) -> str:
    """What stands behind the verb that leads a list in."""
    at = max((hit.end() for hit in cue("verb").finditer(piece)), default=0)
    return _edge(piece[at:].strip(), -1)


def _before(piece: str) -> str:
    """What stands before the words that close a list (三种格式, 等)."""
    hit = cue("list_end").search(piece)
    return _edge(piece[: hit.start()].strip(" 。.!！") if hit else piece.strip(" 。.!！"), 0)


def _edge(piece: str, which: int) -> str:
    """A Latin name alone, where Chinese words stand around it; the last word of an English lead-in."""
    names = _LATIN.findall(piece)
    return names[which] if names and (which or not piece.isascii()) else piece
