"""What must not be asked outright and is never stored: KPI, private matters, company secrets (document 4 §三.4)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from analysis.interviews.vocabulary import DATA
from pipelines.text import Lexicon
from pipelines.vocabulary import load_yaml

_SOMEBODY = re.compile(
    r"[他她您你]|本人|对方|领导|老板|[\u4e00-\u9fff](?:总|董|主任|经理|院长|行长|局长|工)(?![\u4e00-\u9fff]{0,1}[司部])|\b(?:his|her|your|their|he|she|you)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Kind:
    """A kind of sensitive matter: how it is told apart, and what may be asked instead.."""

    zh: str
    en: str
    instead: str
    words: tuple[str, ...]
    patterns: tuple[str, ...]
    harmless: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()


@cache
def kinds() -> Mapping[str, Kind]:
    """The kinds by id, in the order in which they are tried."""
    return load_yaml(DATA / "sensitive.yaml", dict[str, Kind])


@cache
def _words(of_person: bool) -> Lexicon[tuple[str, bool]]:
    """(kind, whether it counts) of every word; a harmless expression is longer and so hides the word in it."""
    bad = {w: (k, True) for k, kind in kinds().items() for w in (*kind.words, *(kind.personal if of_person else ()))}
    fine = {w: (k, False) for k, kind in kinds().items() for w in kind.harmless}
    return Lexicon((bad | fine).items())


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((k, re.compile(p, re.IGNORECASE)) for k, kind in kinds().items() for p in kind.patterns)


def sensitive(*texts: str, of_person: bool = False) -> str:
    """The kind of the first sensitive matter in any of the texts; empty where there is none.

    ``of_person``: the item is about a key person. Words such as 年龄 are private then, or where the text speaks of somebody.
    """
    for text in texts:
        said = unicodedata.normalize("NFKC", text)
        person = of_person or bool(_SOMEBODY.search(said))
        if found := next((h.entry[0] for h in _words(person).find(said) if h.entry[1]), ""):
            return found
        if found := next((k for k, p in _patterns() if p.search(said)), ""):
            return found
    return ""
