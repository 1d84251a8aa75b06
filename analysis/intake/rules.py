"""The rules of matching (``match.yaml``), and which technologies and categories a text names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from analysis.intake.structure import DATA, fields
from pipelines.catalog import catalogue
from pipelines.text import Lexicon
from pipelines.vocabulary import DataError, codes, load_yaml


@dataclass(frozen=True)
class Scenario:
    """From which probability the likeliest scenario counts, and by how much it must lead."""

    least: float
    lead: float


@dataclass(frozen=True)
class Needs:
    """Which factor a target's subject and an answered field stand for, and the answers that ask for nothing."""

    subjects: Mapping[str, str]
    fields: Mapping[str, str]
    none: str


@dataclass(frozen=True)
class Sentence:
    """The mark that closes a sentence, how many words one has at least with it and without (two Han count as one), how one
    without it begins, and what no sentence holds."""

    end: str
    closed: float
    open: float
    begun: str
    never: str


@dataclass(frozen=True)
class Rules:
    """``match.yaml``."""

    sections: Mapping[str, float]
    bottleneck: float
    words: Mapping[str, tuple[str, ...]]
    subjects: Mapping[str, tuple[str, ...]]
    needs: Needs
    no_subject: tuple[str, ...]
    better: Mapping[str, str]
    things: Mapping[str, tuple[tuple[str, ...], ...]]
    changes: Mapping[str, tuple[str, ...]]
    levels: tuple[str, ...]
    order: float
    units: Mapping[str, str]
    sentence: Sentence
    cases: Mapping[str, float]
    shrink: float
    average: float
    per_vendor: int
    nearest: int
    fits: float
    persona_fits: float
    foreign: float
    apart: float
    scenario: Scenario
    categories: int
    persona_categories: int


@cache
def rules() -> Rules:
    """The rules of matching; raises DataError for a category, subject, factor or field that does not exist."""
    held = load_yaml(DATA / "match.yaml", Rules)
    subjects = {*held.subjects, *held.things, *held.better, *held.needs.subjects}
    if strange := set(held.words) - set(codes().categories()) | subjects - set(codes().benefit_subject):
        raise DataError(f"{DATA / 'match.yaml'}: no such categories or subjects {sorted(strange)}")
    factors = {*held.needs.subjects.values(), *held.needs.fields.values()}
    if strange := factors - set(codes().factor) | set(held.needs.fields) - set(fields()):
        raise DataError(f"{DATA / 'match.yaml'}: needs: no such factors or fields {sorted(strange)}")
    return held


def named(text: str) -> list[tuple[str, str, str]]:
    """(category, word, reason) for every category, technology or product that a text names, each category once."""
    found: dict[str, tuple[str, str]] = {}
    for hit in _lexicon().find(text):
        found.setdefault(hit.entry[0], (text[hit.start : hit.end], hit.entry[1]))
    for mention in catalogue().find(text, ""):
        for category in mention.product.categories[:1]:
            found.setdefault(category, (mention.form, f"产品目录：{mention.product.name}"))
    return [(category, word, reason) for category, (word, reason) in found.items()]


@cache
def _lexicon() -> Lexicon[tuple[str, str]]:
    """Names and aliases of the categories and the technologies they serve; short Latin words in exact case."""
    forms = {n: (c.name, "品类名") for c in catalogue().categories.values() for n in (c.name, c.en, *c.aliases) if len(n) > 1}
    forms |= {w: (category, "技术与品类对照") for category, words in rules().words.items() for w in words}
    short = {w: e for w, e in forms.items() if w.isascii() and len(w) <= 4}
    return Lexicon(((w, e) for w, e in forms.items() if w not in short), short.items())
