"""Questions that name a customer of the case library: its cases are asked before any document (issue 7 item 8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.research.results import Result
from analysis.research.terms import concepts
from pipelines.text import Hit, Lexicon


@dataclass(frozen=True, slots=True)
class Named:
    """What a question names: the customers, and where their names stand."""

    names: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


class Customers:
    """The names of a library's customers, found in questions."""

    def __init__(self, names: Iterable[str]) -> None:
        held = [n for n in dict.fromkeys(names) if sum(c.isalnum() for c in n) > 1]
        self._lexicon: Lexicon[str] = Lexicon([(n, n) for n in held if not _short(n)], [(n, n) for n in held if _short(n)])

    def named(self, question: str, taken: Sequence[tuple[int, int]] = ()) -> Named:
        """The customers named outside of some spans (names of vendors and products)."""
        hits = [h for h in self._lexicon.find(question) if not _taken(h, taken)]
        return Named(tuple(dict.fromkeys(h.entry for h in hits)), tuple((h.start, h.end) for h in hits))


def _short(name: str) -> bool:
    return name.isascii() and " " not in name


def _taken(hit: Hit[str], taken: Sequence[tuple[int, int]]) -> bool:
    return any(a < hit.end and hit.start < b for a, b in taken)


def ranked(question: str, told: Iterable[Result]) -> list[Result]:
    """The results that speak most of the question first (in either language), then those of a change, then the surer."""
    asked = concepts(question)
    return sorted(told, key=lambda r: (-len(asked & concepts(r.sentence)), r.row.value_from is None, -r.row.confidence, r.row.label.zh))
