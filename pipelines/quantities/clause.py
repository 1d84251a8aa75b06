"""A sentence as the grammar sees it: its quantities, and the words of direction, subject and context in it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from pipelines.quantities import lexis
from pipelines.quantities.listed import cited
from pipelines.quantities.patterns import pattern
from pipelines.quantities.units import Quantity
from pipelines.text import Hit, Lexicon

COMMA = re.compile(r"[,，、；;：:—–()（）。]")


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence ``text[start:end]`` with what was found in it; offsets are into ``text``."""

    text: str
    start: int
    end: int
    quantities: tuple[Quantity, ...]
    directions: tuple[Hit[lexis.Direction], ...]
    subjects: tuple[Hit[lexis.Subject], ...]
    contexts: tuple[Hit[tuple[lexis.Context, ...]], ...]
    han: bool

    def between(self, a: int, b: int) -> str:
        """The words between two offsets."""
        return self.text[a:b]

    def before(self, name: str, at: int, width: int, end: int | None = None) -> re.Match[str] | None:
        """An expression in the ``width`` characters of the sentence before an offset (and on to ``end``, if given)."""
        return pattern(name).search(self.text, max(self.start, at - width), at if end is None else end)

    def bounds(self, q: Quantity) -> tuple[int, int]:
        """The part of the sentence around a quantity up to the commas; commas inside numbers do not count."""
        left = self.start
        for hit in COMMA.finditer(self.text, self.start, q.start):
            if not _inside_number(self.text, hit.start()):
                left = hit.end()
        right = next((h.start() for h in COMMA.finditer(self.text, q.end, self.end) if not _inside_number(self.text, h.start())), self.end)
        return left, right

    def previous(self, q: Quantity) -> Quantity | None:
        """The quantity before one, in the sentence."""
        index = self._index(q)
        return self.quantities[index - 1] if index else None

    def next(self, q: Quantity) -> Quantity | None:
        """The quantity after one, in the sentence."""
        index = self._index(q)
        return self.quantities[index + 1] if index + 1 < len(self.quantities) else None

    def _index(self, q: Quantity) -> int:
        return bisect_left(self.quantities, q.core, key=lambda other: other.core)


def _inside_number(text: str, at: int) -> bool:
    return text[at] in ",:" and at > 0 and text[at - 1].isdigit() and text[at + 1 : at + 2].isdigit()


def clause(text: str, start: int, end: int, found: tuple[Quantity, ...], han: bool) -> Clause:
    """The clause of a sentence that holds quantities."""
    directions = tuple(_directions().find(text, start, end))
    subjects = tuple(_subjects().find(text, start, end))
    contexts = tuple(_contexts().find(text, start, end))
    return Clause(text, start, end, found, directions, subjects, contexts, han)


@cache
def _directions() -> Lexicon[lexis.Direction]:
    return Lexicon((form, d) for d in lexis.words().directions for form in lexis.expanded(d.forms))


@cache
def _subjects() -> Lexicon[lexis.Subject]:
    return Lexicon(
        ((form, s) for s in lexis.words().subjects for form in lexis.expanded(s.forms)),
        ((form, s) for s in lexis.words().subjects for form in s.exact),
    )


@cache
def _contexts() -> Lexicon[tuple[lexis.Context, ...]]:
    grouped: dict[str, list[lexis.Context]] = defaultdict(list)
    for context in lexis.words().contexts:
        for form in dict.fromkeys(cited(context.forms)):
            grouped[form.casefold()].append(context)
    return Lexicon((form, tuple(held)) for form, held in grouped.items())
