"""The customer of a case: name as the page writes it, other forms seen, and one key per company.

Names come from labels, headlines, headings and first sentences, are weighed by what the page says of them (definition,
speakers, deeds, mentions) and must reach a threshold; else the name is unknown as ``anonymous`` (某银行, customer A) or
``no_customer`` (a theme, a tutorial, a page about a product). Partners, vendors and products are never the customer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.case import Evidence, Field, RawCase
from pipelines.companies.aliases import aliases_of, shown
from pipelines.companies.identity import company_key
from pipelines.companies.names import anonymous, is_anonymous
from pipelines.companies.score import Candidate, confidence, needed, preferred, ranked
from pipelines.companies.view import View, view
from pipelines.companies.weights import weights

PROVIDES: tuple[str, ...] = ("customer_name", "customer_aliases", "customer_key")
NEEDS: tuple[str, ...] = ()

Found = Mapping[str, Any]
MAX_LOSERS = 5


def run(raw: RawCase, found: Found) -> Mapping[str, Any]:
    """``customer_name`` (Field[str]), ``customer_aliases`` (tuple) and ``customer_key`` (str; empty while unknown)."""
    del found
    seen = view(raw)
    every = ranked(seen)
    hidden = _anonymous(seen)
    order = [c for c in every if not _stands_for(c.name, hidden)]
    hidden = hidden or _leading(every, order)
    best = next((c for c in order if c.score >= needed(c, seen) and seen.find(c.name) >= 0), None)
    if best is None or (hidden and best.score < weights().accept + weights().unnamed):
        return _unknown(order, hidden)
    best = preferred(best, [c for c in order if seen.find(c.name) >= 0])
    name = shown(best.name, seen)
    others = aliases_of(name, best, order, seen)
    field = Field(
        name,
        evidence=(_evidence(name, seen),),
        confidence=confidence(best.score),
        method=f"customer.{best.method()}",
        losers=_losers(c for c in order if c is not best),
    )
    return {"customer_name": field, "customer_aliases": others, "customer_key": company_key(name, others)}


def _unknown(order: list[Candidate], hidden: str) -> Mapping[str, Any]:
    losers = _losers(order)
    if hidden:
        losers = ((hidden, "anonymous", 0.0), *losers)
    field: Field[str] = Field.unknown("anonymous" if hidden else "no_customer", losers)
    return {"customer_name": field, "customer_aliases": (), "customer_key": ""}


def _stands_for(name: str, hidden: str) -> bool:
    """Whether a candidate is no name but words for an unnamed customer, or a part of those with which the page begins."""
    return is_anonymous(name) or name.casefold() in hidden.casefold()


def _leading(every: list[Candidate], order: list[Candidate]) -> str:
    """The candidate that would be the customer if it were a name: it has more points than any name; else empty."""
    return every[0].name if every and every[0] not in order[:1] else ""


def _losers(order: Any) -> tuple[tuple[str, str, float], ...]:
    listed = [(c.name, c.method(), round(c.score, 2)) for c in order]
    return tuple(listed[:MAX_LOSERS])


def _evidence(name: str, seen: View) -> Evidence:
    """The name where the page first writes it."""
    start = seen.find(name)
    return seen.raw.evidence(start, start + len(name))


def _anonymous(seen: View) -> str:
    """The words that stand for an unnamed customer at the beginning of the story or in its heading; else empty."""
    first = next((seen.raw.text(b) for b in seen.blocks if b.role.value in ("text", "bullet") and len(seen.raw.text(b)) > 15), "")
    heads = [title for title, _ in seen.titles]
    return next((hit for text in (*heads, first, *_after_comma(first)) if (hit := anonymous(text))), "")


def _after_comma(text: str) -> tuple[str, ...]:
    """What follows the first comma of a paragraph: 2016年2月，游戏公司B…"""
    head, comma, rest = text[:40].partition("，")
    return (rest,) if comma and len(head) < 16 else ()
