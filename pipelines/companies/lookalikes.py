"""Customer names that look like others: letters of another script, marks that hide or turn what is read.

Such names are never merged with what they look like (their keys differ) and never dropped; they are told, so that a person looks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from pipelines.companies.names import key
from pipelines.vocabulary import VOCAB, load_yaml

_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-z]")
_HIDING = frozenset("Cf Cc Co Cn".split())  # Unicode categories of marks that nobody sees


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why names need a look: ``letters`` are foreign ones within a Latin word or hidden marks; several ``names`` look the same."""

    names: tuple[str, ...]
    letters: tuple[str, ...] = ()


@cache
def _drawn_like() -> Mapping[str, str]:
    scripts = load_yaml(VOCAB / "lookalikes.yaml", dict[str, dict[str, str]])
    return {letter: latin for letters in scripts.values() for letter, latin in letters.items()}


def odd_letters(name: str) -> tuple[str, ...]:
    """Hidden marks of a name, and its letters that are drawn like Latin ones in a word of Latin letters; each once, in order."""
    if name.isascii() and name.isprintable():
        return ()
    hidden = [c for c in name if unicodedata.category(c) in _HIDING]
    mixed = [c for word in _WORD.findall(name) if _LATIN.search(word) for c in word if c.casefold() in _drawn_like()]
    return tuple(dict.fromkeys((*hidden, *mixed)))


def skeleton(name: str) -> str:
    """What the eye compares: the key with every letter as the Latin one it is drawn like, and without what is hidden."""
    seen = "".join(c for c in name if unicodedata.category(c) not in _HIDING)
    return key("".join(_drawn_like().get(c.casefold(), c) for c in seen))


def doubtful(names: Iterable[str]) -> tuple[Doubt, ...]:
    """The names with odd letters, and those that look like another name but are written with other letters, by name."""
    alike: dict[str, list[str]] = {}
    for name in sorted(set(names)):
        alike.setdefault(skeleton(name), []).append(name)
    groups = [tuple(found) for shown, found in sorted(alike.items()) if shown and len({key(n) for n in found}) > 1]
    told = {name for group in groups for name in group}
    odd = [(name, odd_letters(name)) for found in alike.values() for name in found if name not in told]
    return (*(Doubt(g, _letters(g)) for g in groups), *sorted((Doubt((n,), o) for n, o in odd if o), key=lambda d: d.names))


def _letters(names: Iterable[str]) -> tuple[str, ...]:
    """The letters by which names that look alike differ from plain ones."""
    found = [c for n in names for c in n if c.casefold() in _drawn_like() or unicodedata.category(c) in _HIDING]
    return tuple(dict.fromkeys(found))


def named(letter: str) -> str:
    """``U+0410 CYRILLIC CAPITAL LETTER A``: a letter for whom it looks like another."""
    return f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".rstrip()
