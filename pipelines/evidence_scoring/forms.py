"""Vocabulary with open right edges: ``scal*`` finds scale, scaling and scalable, in one pass over a text.

``pipelines.text.Lexicon`` wants closed edges on both sides and so cannot hold a stem; everything else is as there:
offsets into the text passed in, no hit whose ASCII edge touches another ASCII letter or digit on a closed side.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

import ahocorasick

T = TypeVar("T")

_WORD = frozenset(string.ascii_letters + string.digits)


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A form at a span; the end of an open form is the end of the word that it begins."""

    start: int
    end: int
    entry: T
    form: str


@dataclass(frozen=True, slots=True)
class _Form(Generic[T]):
    text: str
    entry: T
    open_end: bool
    exact: bool


class Forms(Generic[T]):
    """Many forms found in one pass; all hits are given, overlapping ones of one entry by the longest only."""

    def __init__(self, forms: Iterable[tuple[str, T]]) -> None:
        grouped: dict[str, list[_Form[T]]] = {}
        for written, entry in forms:
            form = _form(written, entry)
            grouped.setdefault(lower(form.text), []).append(form)
        self._automaton = ahocorasick.Automaton()
        for key, held in grouped.items():
            self._automaton.add_word(key, (len(key), tuple(held)))
        if grouped:
            self._automaton.make_automaton()
        self._empty = not grouped
        self._entries = frozenset(form.entry for held in grouped.values() for form in held)

    def entries(self) -> frozenset[T]:
        """Everything that the forms stand for."""
        return self._entries

    def find(self, text: str, lowered: str | None = None) -> list[Found[T]]:
        """Hits by offset; ``lowered`` saves the work of ``lower(text)`` where the caller has it."""
        if self._empty:
            return []
        low = lower(text) if lowered is None else lowered
        return _longest_by_entry(self._raw(text, low))

    def _raw(self, text: str, low: str) -> Iterator[Found[T]]:
        for last, (size, held) in self._automaton.iter(low):
            start, end = last + 1 - size, last + 1
            if start and low[start] in _WORD and low[start - 1] in _WORD:
                continue
            closed = end == len(low) or low[end] not in _WORD or low[end - 1] not in _WORD
            for form in held:
                if (closed or form.open_end) and (not form.exact or text[start:end] == form.text):
                    yield Found(start, end if closed else _word_end(low, end), form.entry, form.text)


def lower(text: str) -> str:
    """Lower case that keeps every offset (a few letters lower to two)."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _form(written: str, entry: T) -> _Form[T]:
    exact, open_end = written.startswith("="), written.endswith("*")
    return _Form(written.removeprefix("=").removesuffix("*"), entry, open_end, exact)


def _word_end(text: str, end: int) -> int:
    while end < len(text) and text[end] in _WORD:
        end += 1
    return end


def _longest_by_entry(hits: Iterable[Found[T]]) -> list[Found[T]]:
    """Hits in order, without those that lie within or overlap an earlier, longer one of the same entry."""
    ordered = list(hits)
    if len(ordered) < 2:  # as in most sentences
        return ordered
    ordered.sort(key=lambda h: (h.start, -h.end))
    taken: list[Found[T]] = []
    reach: dict[T, int] = {}
    for hit in ordered:
        if hit.start >= reach.get(hit.entry, -1):
            taken.append(hit)
            reach[hit.entry] = hit.end
    return taken
