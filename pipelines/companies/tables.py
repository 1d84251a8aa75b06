"""The data of company names, loaded once from ``vocab/``: legal forms, kinds, roles, verbs, vendors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from pipelines.vocabulary import VOCAB, load_yaml

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Legal:
    """Legal forms by script; the group words are dropped only when two names are compared without them."""

    latin: Rows
    latin_before: tuple[str, ...]
    han: Rows
    group_latin: tuple[str, ...]
    group_han: tuple[str, ...]


@dataclass(frozen=True)
class Names:
    """``company_names.yaml``."""

    legal: Legal
    trades: tuple[str, ...]
    places: tuple[str, ...]
    kinds_en: tuple[str, ...]
    kinds_zh: tuple[str, ...]
    name_ends_zh: tuple[str, ...]
    name_words_en: tuple[str, ...]
    roles_en: tuple[str, ...]
    roles_zh: tuple[str, ...]
    posts_zh: tuple[str, ...]


@dataclass(frozen=True)
class Glued:
    """Beginnings of words, and verbs that are adjectives, that make one word with what follows or stands before them."""

    prefixes: tuple[str, ...]
    adjectives: tuple[str, ...]


@dataclass(frozen=True)
class Language:
    """``company_names_language.yaml``."""

    verbs: Rows
    irregular: tuple[str, ...]
    starters: Rows
    no_names: Rows
    zh_ends: tuple[str, ...]
    zh_cut: tuple[str, ...]
    no_names_zh: tuple[str, ...]
    glued: Glued


@dataclass(frozen=True)
class Anonymous:
    """``company_names_anonymous.yaml``: patterns by language of what stands for a customer without a name, and their words."""

    words: Mapping[str, Rows]
    before: tuple[str, ...]
    begin: Mapping[str, tuple[str, ...]]
    whole: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Vendors:
    """``vendors.yaml``: names that are never a customer."""

    names: Mapping[str, tuple[str, ...]]
    heads: tuple[str, ...]
    own_businesses: tuple[str, ...]
    technologies: Rows


@cache
def names() -> Names:
    """Legal forms, kinds of organisations, roles."""
    return load_yaml(VOCAB / "company_names.yaml", Names)


@cache
def language() -> Language:
    """Verbs of headlines, words that are no names."""
    return load_yaml(VOCAB / "company_names_language.yaml", Language)


@cache
def unnamed() -> Anonymous:
    """What stands for a customer without a name."""
    return load_yaml(VOCAB / "company_names_anonymous.yaml", Anonymous)


@cache
def vendors() -> Vendors:
    """Names of vendors and technologies."""
    return load_yaml(VOCAB / "vendors.yaml", Vendors)


def flat(rows: Iterable[Iterable[str]]) -> list[str]:
    """The words of all rows."""
    return [word for row in rows for word in row]


def either(words: Iterable[str]) -> str:
    """A regular expression for any of some literal words, the longest first."""
    return "|".join(re.escape(w) for w in sorted(set(words), key=lambda w: (-len(w), w)))


@cache
def verbs() -> frozenset[str]:
    """Every form of the verbs of headlines, in lower case."""
    base = flat(language().verbs)
    return frozenset(form for verb in base for form in _forms(verb)) | frozenset(language().irregular)


def _forms(verb: str) -> tuple[str, ...]:
    """``save`` → save, saves, saved, saving; ``apply`` → applies, applied; ``cut`` → cutting."""
    stem = verb[:-1] if verb.endswith("e") else verb
    forms = [verb, verb + "s", verb + "es", stem + "ed", stem + "ing"]
    if verb.endswith("y"):
        forms += [verb[:-1] + "ies", verb[:-1] + "ied"]
    if len(verb) > 2 and verb[-1] in "bdgmnprt" and verb[-2] in "aeiou":
        forms += [verb + verb[-1] + "ed", verb + verb[-1] + "ing"]
    return tuple(forms)


@cache
def starters() -> frozenset[str]:
    """Words that only begin a sentence, in lower case."""
    return frozenset(flat(language().starters))


@cache
def no_names() -> frozenset[str]:
    """Words and phrases that are no name of an organisation, in lower case."""
    return frozenset(w.casefold() for w in flat(language().no_names)) | starters() | frozenset(language().no_names_zh)
