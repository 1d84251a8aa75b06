"""The quotes behind the values: which quote supports which value of which case, and the sentence around it.

Ids are ``<case>/<field>/<n>`` with n counting a field's evidence in the case's own order, so they never depend on
what else is in the library.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from heapq import nsmallest
from typing import Any

from analysis.model import Quote
from pipelines.case import Benefit, Case, Evidence, Field, Many
from pipelines.text import sentence_at

APART = "|"
PageText = Callable[[str], str]
PAGES = 256  # pages at hand: quotes come sorted by case, so that a page's quotes follow each other
CONTEXT = 240  # characters of the sentence that a reader needs on either side


def no_text(_digest: str) -> str:
    """Where no page is archived (starter library) there is no sentence around a quote."""
    return ""


class Book:
    """All evidence of the cases in hand, by case and field, and by value where a field holds several."""

    def __init__(self, cases: Iterable[Case], page_text: PageText = no_text) -> None:
        self._page_text = page_text
        self._held: dict[str, tuple[str, str, Evidence, float]] = {}
        self._by_field: dict[tuple[str, str], list[str]] = {}
        self._by_value: dict[tuple[str, str, str], list[str]] = {}
        for case in cases:
            for field, value, found, sure in _all(case):
                self._add(case.case_id, field, value, found, sure)

    def _add(self, case: str, field: str, value: str, found: Evidence, sure: float) -> None:
        ids = self._by_field.setdefault((case, field), [])
        one = f"{case}/{field}/{len(ids)}"
        ids.append(one)
        self._held[one] = (case, field, found, sure)
        for key in dict.fromkeys((value, value.partition(APART)[0])):
            self._by_value.setdefault((case, field, key), []).append(one)

    def of(self, case: str, field: str, value: str | None = None) -> tuple[str, ...]:
        """Ids of the quotes for a field of a case, or for one value of it."""
        held = self._by_field.get((case, field), []) if value is None else self._by_value.get((case, field, value), [])
        return tuple(held)

    def over(
        self, cases: Iterable[str], field: str, value: str | None, limit: int, first: Callable[[str], bool] = lambda _: False
    ) -> tuple[str, ...]:
        """The first quote of each case for a value, at most ``limit``: those that ``first`` wants, then the surest, then as cases stand."""
        held = [q for case in cases for q in self.of(case, field, value)[:1]]
        return tuple(nsmallest(limit, held, key=lambda q: (not first(q), -self._held[q][3])))

    def evidence(self, quote: str) -> Evidence:
        """The evidence of a quote; KeyError for an id that the cases do not hold."""
        return self._held[quote][2]

    def confidence(self, quote: str) -> float:
        """How sure the value is that a quote supports."""
        return self._held[quote][3]

    def fields(self, case: str, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Field → ids of its quotes, for the fields that have any."""
        return {name: ids for name in names if (ids := self.of(case, name))}

    def export(self, wanted: Iterable[str] | None = None) -> tuple[Quote, ...]:
        """The quotes (all, or those wanted) in the order of their ids, each within its sentence."""
        ids = sorted(self._held if wanted is None else set(wanted) & set(self._held))
        page_text, sides = lru_cache(PAGES)(self._page_text), lru_cache(PAGES)(around)  # several values rest on one quote
        return tuple(self._quote(one, page_text, sides) for one in ids)

    def _quote(self, one: str, page_text: PageText, sides: Callable[[str, Evidence], tuple[str, str]]) -> Quote:
        case, field, e, _ = self._held[one]
        before, after = sides(page_text(e.page_digest), e)
        return Quote(one, case, field, e.quote, before, after, e.start, e.end, e.page_digest, e.where)


def around(text: str, e: Evidence) -> tuple[str, str]:
    """What stands before and after a quote in its sentence(s); empty where the text does not hold the quote at its span."""
    if not e.check(text):
        return "", ""
    start = max(text.rfind("\n", 0, e.start) + 1, e.start - CONTEXT)
    line_end = text.find("\n", e.end)
    stop = min(len(text) if line_end < 0 else line_end, e.end + CONTEXT)
    first = sentence_at(text, e.start, start, stop)
    last = sentence_at(text, max(e.end - 1, e.start), start, stop)
    return text[min(first[0], e.start) : e.start].lstrip(), text[e.end : max(last[1], e.end)].rstrip()


def _all(case: Case) -> Iterator[tuple[str, str, Evidence, float]]:
    """(field, value, evidence, confidence of the value) of a case, in its own order."""
    held: Mapping[str, Field[Any] | Many[Any]] = case.fields()
    for name, field in held.items():
        for one in field.items if isinstance(field, Many) else (field,):
            for found in one.evidence:
                yield name, key_of(one.value), found, one.confidence


def key_of(value: Any) -> str:
    """A value as a key: codes as they are, benefits by what they say. Quotes of a benefit are filed under this and under what stands
    before ``APART``, so that 60 → 5 min and 30 → 5 min keep their own quotes and are found together as 5 min."""
    if isinstance(value, Benefit):
        apart = "".join(f"{APART}{x:g}" for x in (value.value_from, value.value_to) if x is not None)
        return f"{value.subject}:{value.direction}:{value.value:g}{value.unit}{apart}"
    return str(value)
