"""Sorts an answer into the values of its field, so that it can be counted and printed without anybody's words."""

from __future__ import annotations

import re
from functools import cache

from analysis.intake.profile import industries
from analysis.interviews.vocabulary import fields, known_codes, lexicon, options, roles, rules
from pipelines.quantities.units import quantities

_ROLE = re.compile(r"(?<![A-Za-z])(EB|TB|UB|Coach)(?![A-Za-z])", re.IGNORECASE)

Coded = tuple[tuple[str, ...], float | None, float | None]


def coded(field: str, text: str) -> Coded:
    """(codes, low, high) of an answer; low and high are months of a duration. Nothing recognised gives no codes."""
    name = fields()[field].options
    if name == "duration":
        return _months(text)
    if name == "industry":
        return industries(text)[:1], None, None
    if name == "role":
        held = {r.casefold(): r for r in roles()}
        return tuple(dict.fromkeys(held[hit.casefold()] for hit in _ROLE.findall(text))), None, None
    found = tuple(dict.fromkeys(h.entry for h in lexicon(name).find(text) if not _denied().search(text[: h.start])))
    if name == "size":
        found = found[:1] or _size(text)
    return _alone(name, found), None, None


def _alone(name: str, found: tuple[str, ...]) -> tuple[str, ...]:
    """没有顾虑 beside something named says only that there is no other."""
    rest = tuple(c for c in found if c != "none")
    return rest or found if "none" in options()[name] else found


def _months(text: str) -> Coded:
    held = [q for q in quantities(text, 0, len(text)) if q.dim == "time" and not q.per]
    values = [v * rules().months[q.unit] for q in held for v in (q.value, q.hi) if v is not None and q.unit in rules().months]
    return ((), round(min(values), 2), round(max(values), 2)) if values else ((), None, None)


def _size(text: str) -> tuple[str, ...]:
    """By a head count; a bare number is one."""
    held = [q.value for q in quantities(text, 0, len(text)) if q.unit == "people" or q.dim == "none"]
    return (next(code for code, least in rules().employees.items() if held[0] >= least),) if held else ()


@cache
def _denied() -> re.Pattern[str]:
    words = "|".join(re.escape(w) if not w.isascii() else rf"\b{re.escape(w)}" for w in rules().denied)
    return re.compile(rf"(?:{words})\s?$", re.IGNORECASE)


def given_codes(field: str, words: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(known, unknown) codes that a person wrote into the column 归类."""
    asked = [w.strip() for w in re.split(r"[,，、;；\s]+", words) if w.strip()]
    known = known_codes(fields()[field].options)
    return tuple(w for w in asked if w in known), tuple(w for w in asked if w not in known)
