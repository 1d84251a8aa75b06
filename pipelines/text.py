"""Text tools that every step shares: sentences by span, and dictionary look-up with sound boundaries.

All offsets are into the text that was passed in. Chinese and English may stand in one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

import ahocorasick

T = TypeVar("T")

Span = tuple[int, int]

# A full stop ends a sentence unless it stands in a number, an abbreviation, an initial or a domain name.
_ABBREVIATIONS = frozenset("inc ltd co corp dr mr mrs ms prof st vs etc e.g i.e no fig approx jr sr dept univ u.s u.k al est".split())
_END = re.compile(r"[。！？；!?]+[”’」』）)\"']*|\.+[”’\"')]*(?=\s|$)|[.](?=[\"”’])|\s(?=[•●▪]\s)|\n+|;(?=\s)")
_LAST_WORD = re.compile(r"[\w.]+$")


def sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """The spans of the sentences in ``text[start:end]``, trimmed of white space, none empty."""
    stop = len(text) if end is None else end
    begin = start
    for hit in _END.finditer(text, start, stop):
        if hit.group()[0] == "." and hit.end() < stop and _is_abbreviation(text, begin, hit.start()):
            continue
        if span := trim(text, begin, hit.end()):
            yield span
        begin = hit.end()
    if span := trim(text, begin, stop):
        yield span


def _is_abbreviation(text: str, begin: int, dot: int) -> bool:
    """Whether the word before a full stop is one that carries its own, or a single capital letter."""
    word = _LAST_WORD.search(text, begin, dot)
    if word is None:
        return False
    return word.group().casefold() in _ABBREVIATIONS or (len(word.group()) == 1 and word.group().isupper())


def trim(text: str, start: int, end: int) -> Span | None:
    """The span without white space at its ends, or None where nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def sentence_at(text: str, offset: int, start: int = 0, end: int | None = None) -> Span:
    """The sentence of ``text[start:end]`` that holds an offset; the empty span there if none does."""
    return next((s for s in sentences(text, start, end) if s[0] <= offset < s[1]), (offset, offset))


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """A dictionary entry found at a span."""

    start: int
    end: int
    entry: T
    form: str  # the dictionary's form that matched


class Lexicon(Generic[T]):
    """Finds many fixed forms in one pass (Aho-Corasick), longest first, without overlaps.

    A form matches only where its ASCII alphanumeric edge does not touch another ASCII alphanumeric, so that S3 is
    not found in PS3 while it is in 用S3存储 (``\\b`` is wrong between Han and Latin). Forms are found without regard
    to case unless they are in ``exact``: pass short Latin abbreviations there.
    """

    def __init__(self, forms: Iterable[tuple[str, T]], exact: Iterable[tuple[str, T]] = ()) -> None:
        self._folded = _automaton((_fold(form), (form, entry)) for form, entry in forms)
        self._exact = _automaton((form, (form, entry)) for form, entry in exact)

    def find(self, text: str, start: int = 0, end: int | None = None) -> list[Hit[T]]:
        """The hits in ``text[start:end]`` by offset; where several overlap, the longest, then the first."""
        stop = len(text) if end is None else end
        part = text[start:stop]
        raw: list[tuple[int, int, tuple[str, T]]] = [*_scan(self._folded, _fold(part)), *_scan(self._exact, part)]
        hits = [Hit(a + start, b + start, entry, form) for a, b, (form, entry) in raw if _bounded(part, a, b)]
        return _longest(hits)


def _automaton(pairs: Iterable[tuple[str, tuple[str, T]]]) -> ahocorasick.Automaton | None:
    automaton = ahocorasick.Automaton()
    for key, value in pairs:
        automaton.add_word(key, (len(key), value))
    if not len(automaton):
        return None
    automaton.make_automaton()
    return automaton


def _scan(automaton: ahocorasick.Automaton | None, text: str) -> Iterator[tuple[int, int, tuple[str, T]]]:
    if automaton is not None:
        for last, (size, value) in automaton.iter(text):
            yield last + 1 - size, last + 1, value


def _fold(text: str) -> str:
    """Lower case that keeps every offset (``str.lower`` and ``casefold`` may lengthen)."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _word(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _bounded(text: str, start: int, end: int) -> bool:
    before = start > 0 and _word(text[start]) and _word(text[start - 1])
    after = end < len(text) and _word(text[end - 1]) and _word(text[end])
    return not before and not after


def _longest(hits: list[Hit[T]]) -> list[Hit[T]]:
    taken: list[Hit[T]] = []
    reach = -1
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if hit.start >= reach:
            taken.append(hit)
            reach = hit.end
    return taken
