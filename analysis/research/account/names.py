"""The names of ``data/fields.yaml``: which column or label carries what the review needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.vocabulary import load_yaml, unique

DATA = Path(__file__).parent / "data"
_BRACKET = re.compile(r"[（(【\[].{0,80}?[)）】\]]")
_SPACE = re.compile(r"[\s_\-]+")


@dataclass(frozen=True)
class SourceSpec:
    """A source of the review and what it would tell."""

    name: str
    tells: str


@dataclass(frozen=True)
class Names:
    """``fields.yaml``."""

    crm: Mapping[str, tuple[str, ...]]
    contact: Mapping[str, tuple[str, ...]]
    ticket: Mapping[str, tuple[str, ...]]
    summary: Mapping[str, tuple[str, ...]]
    kinds: tuple[str, ...]
    events: tuple[str, ...]
    incident: tuple[str, ...]
    reading: tuple[str, ...]
    sender: tuple[str, ...]
    sent: tuple[str, ...]
    headers: tuple[str, ...]
    titles: tuple[str, ...]
    reports: tuple[str, ...]
    our_side: tuple[str, ...]
    usage: Mapping[str, tuple[str, ...]]
    feature: tuple[str, ...]
    severity: Mapping[str, tuple[str, ...]]
    closed: tuple[str, ...]
    decision_maker: tuple[str, ...]
    champion: tuple[str, ...]
    roles: tuple[str, ...]
    left: tuple[str, ...]
    sources: Mapping[str, SourceSpec]
    topics: Mapping[str, tuple[str, ...]]


@cache
def names() -> Names:
    """The names; raises DataError where two fields of a source claim one."""
    held = load_yaml(DATA / "fields.yaml", Names)
    for source in (held.crm, held.contact, held.ticket, held.summary, held.usage, held.severity):
        unique(((plain(n), field) for field, forms in source.items() for n in forms), str(DATA / "fields.yaml"))
    return held


def plain(name: str) -> str:
    """A label without case, spaces and what stands in brackets."""
    return _SPACE.sub("", _BRACKET.sub("", name)).casefold()


def fields_of(pairs: Iterable[tuple[str, str]], known: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, str]]:
    """{field: (label as written, value)} of labelled values; the first of several counts."""
    owner = {plain(n): field for field, forms in known.items() for n in forms}
    out: dict[str, tuple[str, str]] = {}
    for label, value in pairs:
        if (field := owner.get(plain(label))) and value.strip():
            out.setdefault(field, (label, value.strip()))
    return out


def says(text: str, words: Iterable[str]) -> bool:
    """Whether a text holds any of the words, without regard to case and spaces; an abbreviation only whole."""
    said, whole = plain(text), text.casefold()
    return any(re.search(rf"(?<![a-z0-9]){re.escape(w.casefold())}(?![a-z0-9])", whole) if w.isascii() else plain(w) in said for w in words)


def topic_of(text: str) -> str:
    """The topic that a ticket's kind or a feature is about, or nothing."""
    return next((t for t, words in names().topics.items() if says(text, words)), "")


def severity_of(text: str) -> str:
    """The level of a severity as written; as written where it is none that is known."""
    return next((level for level, words in names().severity.items() if plain(text) in {plain(w) for w in words}), text)
