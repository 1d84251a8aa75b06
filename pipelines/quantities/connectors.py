"""Patterns of the small words between verb, figure and state before, built from ``vocab/benefit_connectors.yaml``.

Patterns that end in ``$`` are searched in a short window that ends where the figure starts; none has nested
unbounded repeats, and every window is bounded, so the work is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from pipelines.vocabulary import VOCAB, load_yaml


@dataclass(frozen=True)
class Small:
    """Small words of one use in both languages; ``zh_soften`` may follow the Chinese ones."""

    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()
    zh_soften: tuple[str, ...] = ()


@dataclass(frozen=True)
class Connectors:
    """``benefit_connectors.yaml``."""

    soften: tuple[str, ...]
    connectors: Mapping[str, Small]
    instead: Small
    then: Small
    now: Small
    and_now: Small
    done_after: Small
    did: Small
    part_of: Small
    requests: Small
    equal: Small
    breaks_after: Small
    breaks_verb: Small
    change_nouns: tuple[str, ...]


@cache
def small_words() -> Connectors:
    """The file, loaded once."""
    return load_yaml(VOCAB / "benefit_connectors.yaml", Connectors)


def either(forms: Iterable[str]) -> str:
    """An alternation of fixed forms, the longest first."""
    return "|".join(re.escape(f) for f in sorted(set(forms), key=len, reverse=True))


def any_word(words: Small) -> str:
    """English forms as whole words, Chinese forms anywhere; matches nothing where there is none."""
    parts = ([rf"\b(?:{either(words.en)})(?![A-Za-z])"] if words.en else []) + ([either(words.zh)] if words.zh else [])
    return "|".join(parts) or r"(?!)"


@cache
def before_figure(name: str) -> re.Pattern[str]:
    """A connector and what softens it, right before the figure."""
    words = small_words().connectors[name]
    soft = rf"(?: (?:{either(small_words().soften)})){{0,4}}"
    zh = rf"|(?:{either(words.zh)})\s?(?:{either(words.zh_soften) or '(?!)'}){{0,3}}" if words.zh else ""
    return re.compile(rf"(?:\b(?:{either(words.en)}){soft}{zh})\s*$", re.IGNORECASE)


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The patterns of clauses, by name; raises KeyError for one that does not exist."""
    w = small_words()
    soft = either(w.soften)
    table = {
        "instead": rf"\b(?:{either(w.instead.en)})(?: [a-z]+){{0,4}} ?$|(?:{either(w.instead.zh)})[^，。；]{{0,8}}$",
        "then": rf"(?:{any_word(w.then)})[^.。，；]{{0,50}}$",
        "now": any_word(w.now),
        "and_now": rf"[.;,，；。][”“ ]{{0,4}}(?:but )?(?:{any_word(w.and_now)})",
        "done_after": rf"\s?(?:{either(w.done_after.zh)})",
        "did": rf"(?: [\w'’—-]{{1,30}}){{0,3}}? (?:{either(w.did.en)})\b",
        "requests": rf"\s?(?:的\s?)?[^，。；,;]{{0,8}}?(?:{either(w.requests.en)}|{either(w.requests.zh)})",
        "equal": rf"(?:{any_word(w.equal)})(?: (?:{soft})){{0,3}}\s?$",
        "part_of": rf"\b(?:{either(w.part_of.en)})\s(?:(?:{soft})\s){{0,3}}$",
        "breaks_after": any_word(w.breaks_after),
        "breaks_verb": any_word(w.breaks_verb),
        "change_noun": rf"(?:{either(w.change_nouns)})",
    }
    return re.compile(table[name], re.IGNORECASE)
