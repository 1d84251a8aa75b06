"""Company size, only from evidence: a figure of employees, a published rank, the word startup, or a vendor's own label.

Figures of customers, users, shops or devices never count, nor do the past, other companies, or biographies. The quote
keeps the figure. Thresholds are those of ``codes.yaml`` (employees); the patterns are ``sizes.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.case import Field, Part, RawCase, Role
from pipelines.text import sentences
from pipelines.vocabulary import VOCAB, codes, load_yaml

PROVIDES: tuple[str, ...] = ("company_size",)
NEEDS: tuple[str, ...] = ("customer_name", "customer_aliases")

Found = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """A pattern that finds a number of employees."""

    id: str
    about: str
    strength: int
    pattern: str


@dataclass(frozen=True)
class Words:
    """A pattern that tells a class of size without a number."""

    id: str
    code: str
    about: str
    pattern: str


@dataclass(frozen=True)
class Sizes:
    """``sizes.yaml``."""

    figures: tuple[Figure, ...]
    words: tuple[Words, ...]
    reject: tuple[str, ...]
    company: tuple[str, ...]
    facets: Mapping[str, tuple[str, ...]]
    hints: tuple[str, ...]
    numbers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Sign:
    """One piece of evidence: the code it speaks for, its weight, and the span of the quote."""

    code: str
    rule: str
    weight: float
    start: int
    end: int


def run(raw: RawCase, found: Found) -> Mapping[str, Any]:
    """``company_size`` (Field[str], a code of ``codes.yaml``), unknown as ``no_evidence`` where the page says nothing."""
    names = _names(found)
    signs = sorted(_signs(raw, names), key=lambda s: (-s.weight, s.start))
    if not signs:
        return {"company_size": _listed(raw)}
    best = signs[0]
    agreeing = [s for s in signs if s.code == best.code][:2]
    losers = tuple((s.code, s.rule, s.weight) for s in signs if s.code != best.code)[:3]
    field = Field(
        best.code,
        evidence=tuple(raw.evidence(s.start, s.end) for s in agreeing),
        confidence=_confidence(best, losers),
        method=best.rule,
        losers=losers,
    )
    return {"company_size": field}


def _listed(raw: RawCase) -> Field[str]:
    """The size under which a vendor's own listing names the case: no words of the page, so the rule's id carries the facet."""
    told = {label.value: code for label in raw.labels if label.label == "size_facet" and (code := _facet(label.value))}
    if len(set(told.values())) != 1:
        return Field.unknown("no_evidence")
    facet, code = next(iter(told.items()))
    return Field(code, confidence=0.9, method=f"size.listing:{facet}")


def _confidence(best: Sign, losers: tuple[tuple[str, str, float], ...]) -> float:
    """By weight: 0.95 for a label or a stated figure down to 0.85 for a passing word; less where signs disagree."""
    base = 0.95 if best.weight >= 3 else 0.9 if best.weight >= 2 else 0.85
    return round(base - (0.15 if losers else 0.0), 2)


def _names(found: Found) -> tuple[str, ...]:
    name = found.get("customer_name")
    value = name.value if isinstance(name, Field) else None
    listed = (value, *found.get("customer_aliases", ())) if value else ()
    return tuple(n for n in listed if n)


def _signs(raw: RawCase, names: tuple[str, ...]) -> Iterator[Sign]:
    for label in raw.labels:
        if label.label == "size" and (code := _facet(label.value)) and label.start < label.end:
            yield Sign(code, "size.label", 5.0, label.start, label.end)
    text = raw.page.text
    low = text.lower()
    hints = tuple(hint for hint in _sizes().hints if hint in low)
    for block in raw.useful():
        if block.role in (Role.PRODUCT, Role.TABLE) or not _worth(text[block.start : block.end], hints):
            continue
        own = block.part is Part.ABOUT
        for begin, end in sentences(text, block.start, block.end):
            if _worth(text[begin:end], hints):
                yield from _in_sentence(text, begin, end, names, own)


def _worth(text: str, hints: tuple[str, ...]) -> bool:
    """A quick look before the patterns: most blocks and sentences hold none of the words that the page holds at all."""
    low = text.lower()
    return any(hint in low for hint in hints)


def _in_sentence(text: str, begin: int, end: int, names: tuple[str, ...], own: bool) -> Iterator[Sign]:
    sentence = text[begin:end]
    named = own or any(n in sentence for n in names)
    told = named or bool(_company().search(sentence))
    for rule, pattern in _figures():
        for hit in pattern.finditer(sentence):
            if (rule.about == "own" or told) and not _rejected(sentence, hit) and (n := number(hit["n"])) is not None:
                yield Sign(size_of(n), rule.id, rule.strength + 0.5 * named, begin + hit.start(), begin + hit.end())
    for word, pattern in _words():
        for hit in pattern.finditer(sentence):
            if _applies(word, sentence, hit, names, told) and not _rejected(sentence, hit):
                yield Sign(word.code, word.id, 1.0 + 0.5 * named, begin + hit.start(), begin + hit.end())


def _applies(word: Words, sentence: str, hit: re.Match[str], names: tuple[str, ...], told: bool) -> bool:
    if word.about == "name":
        around = sentence[max(0, hit.start() - 70) : hit.end() + 60]
        return any(n in around for n in names)
    return word.about == "own" or told


def _rejected(sentence: str, hit: re.Match[str]) -> bool:
    """Whether the words around a hit say that it speaks of others, of the past, or of something else."""
    low, high = max(0, hit.start() - 70), min(len(sentence), hit.end() + 40)
    return any(r.start() < hit.end() and r.end() > hit.start() for r in _reject().finditer(sentence, low, high))


def size_of(employees: float) -> str:
    """The code of a number of employees by the thresholds of ``codes.yaml``."""
    for code, low, high in _thresholds():
        if low <= employees < high:
            return code
    raise ValueError(f"no size for {employees} employees")


@cache
def _thresholds() -> tuple[tuple[str, float, float], ...]:
    return tuple((code, *_bounds(entry.employees)) for code, entry in codes().company_size.items())


def _bounds(text: str) -> tuple[float, float]:
    """``>=10000`` → (10000, ∞); ``1000-9999`` → (1000, 10000); ``<100`` → (0, 100)."""
    figures = [int(n) for n in re.findall(r"\d+", text)]
    if text.startswith(">="):
        return figures[0], float("inf")
    return (0, figures[0]) if text.startswith("<") else (figures[0], figures[1] + 1)


_NUMBER = r"\d{1,3}(?:[, \u00a0\u202f]\d{3})+(?!\d)|\d{1,9}(?:\.\d{1,3})?(?!\d)\s?[万千百kK]?"
_SCALE = {"万": 10_000, "千": 1_000, "百": 100, "k": 1_000}


def number(text: str) -> float | None:
    """A plain number of what a pattern took for one: ``54,000``, ``4.4万``, ``2K``, ``twelve``; None for a year or nothing."""
    word = text.strip().rstrip("+").casefold()
    if word in _sizes().numbers:
        return float(_sizes().numbers[word])
    found = re.fullmatch(r"([\d,.]+)\s?([万千百k]?)", re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3})", ",", word))
    if not found:
        return None
    value = float(found[1].replace(",", "").rstrip(".")) * _SCALE.get(found[2], 1)
    plain_year = not found[2] and "," not in found[1] and 1900 <= value <= 2035
    return None if plain_year or value <= 0 else value


def _facet(value: str) -> str:
    word = " ".join(value.casefold().split())
    return next((code for code, forms in _sizes().facets.items() if word in forms or word.startswith(f"{forms[0]} (")), "")


@cache
def _sizes() -> Sizes:
    return load_yaml(VOCAB / "sizes.yaml", Sizes)


def _bounded(pattern: str) -> str:
    """The pattern with words and figures of a length that people write: a line of one endless word costs no more than its length."""
    return pattern.replace(r"\w+", r"\w{1,40}").replace(r"[\d,]*", r"[\d,]{0,12}").replace(r"\d+", r"\d{1,12}")


@cache
def _figures() -> tuple[tuple[Figure, re.Pattern[str]], ...]:
    with_plus = rf"(?<![A-Za-z0-9.,])(?:{_NUMBER}|(?:{'|'.join(_sizes().numbers)})(?![A-Za-z]))\+?"
    return tuple((f, re.compile(_bounded(f.pattern).replace("{number}", with_plus))) for f in _sizes().figures)


@cache
def _words() -> tuple[tuple[Words, re.Pattern[str]], ...]:
    return tuple((w, re.compile(w.pattern)) for w in _sizes().words)


@cache
def _reject() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_bounded(p)})" for p in _sizes().reject), re.IGNORECASE)


@cache
def _company() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in _sizes().company), re.IGNORECASE)
