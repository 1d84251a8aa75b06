"""What the format readers hand on: pieces in page order, before anything is judged.

A piece is one future line of the canonical text. The format readers (html, markdown, plain, state) know markup; what a
piece means (section, label, chrome, figure tile) is decided afterwards, alike for all of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from pipelines.case import Part, Role

_SPACE = re.compile(r"[\s\u200b\u200c\u200d\ufeff\u2060\u00ad]+")
_WIDE = re.compile(r"[\u2e80-\u303f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


@dataclass(slots=True)
class Piece:
    """One line to be: ``level`` is 1–6 for headings, ``cells`` the cells of a table row, ``depth`` that of a list."""

    text: str
    role: Role = Role.TEXT
    level: int = 0
    part: Part | None = None
    cells: tuple[str, ...] = ()
    depth: int = 0
    heading: str = ""
    bold: bool = False  # the whole piece is set in bold: a heading in all but markup


@dataclass(slots=True)
class Draft:
    """A page as its format shows it. ``titles`` are candidates, best first; ``stated`` are facts of head and state."""

    pieces: list[Piece] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    ordered: bool = True
    scripted: bool = False  # nothing but scripts stood in the body
    embedded: bool = False  # the words stood in a script as data


def squeeze(text: str) -> str:
    """White space and invisible format characters collapsed to single spaces, none at the ends."""
    return " ".join(text.split()) if text.isascii() else _SPACE.sub(" ", text).strip()


def join_lines(lines: Iterable[str]) -> str:
    """Wrapped lines as one: no space between Han characters, none after a hyphen that stands between letters."""
    text = ""
    for line in lines:
        part = squeeze(line)
        if not part:
            continue
        text = f"{text}{_glue(text, part)}{part}" if text else part
    return text


def _glue(before: str, after: str) -> str:
    if _WIDE.match(before[-1]) and _WIDE.match(after[0]):
        return ""
    if before[-1] == "-" and len(before) > 1 and before[-2].isalpha() and after[0].islower():
        return ""
    return "" if after[0] in ",.;:!?)]}%，。；：！？）" and len(after) < 200 else " "


@lru_cache(maxsize=1024)  # a line is looked up in several vocabularies
def key(text: str) -> str:
    """The text folded for comparison with vocabulary: NFKC, lower case, no punctuation or white space at its ends."""
    return squeeze(unicodedata.normalize("NFKC", text)).casefold().strip(" \t:：。.,，;；!！?？*#|-–—·•…»>›\"“”'「」『』【】[]")
