"""Several stories on one page: one section or table row a customer (DESIGN §2.3).

Found from structure alone: numbered case headings; sections that repeat the same inner headings or labels; sections
named after their customer, under a title that only says "customer cases"; tables with a column of customers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.case import Part, Role
from pipelines.reader.piece import Piece, key
from pipelines.reader.vocabulary import heading_part, labels, one_of, shapes

_NUMBERED = re.compile(
    r"^(?:客户|典型|应用|成功|用户)?案例\s*(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:\s*[:：、.．]|\s|$)|^(?:case|customer|story)\s*(?:study\s*)?(?:#\s*)?\d{1,2}\b",
    re.I,
)
_GENERIC = re.compile(rf"^{one_of(shapes().collection_titles)}$", re.I)
_CASE_COLUMN = re.compile(one_of(shapes().story_columns), re.I)
_COMPANY = re.compile(r"(?:公司|集团|银行|科技|股份|网络|大学|医院|学院|研究院|Inc\.?|Ltd\.?|Corp\.?|LLC|GmbH|PLC)$")
_LEAST = 2
_MOST = 0.7  # share of numbered headings among those of their rank that makes a page a collection


@dataclass(frozen=True, slots=True)
class Share:
    """The pieces of one story by index: ``shared`` are the page's title and introduction.

    ``name`` is the customer as the heading or the first cell of ``own`` names it, and where it begins in that piece.
    """

    own: tuple[int, ...]
    shared: tuple[int, ...]
    name: str = ""
    name_at: int = 0


def split_stories(pieces: Sequence[Piece], title: str) -> list[Share]:
    """One share a story, or an empty list where the page tells one story at most."""
    return _by_sections(pieces, title) or _by_rows(pieces)


def _by_sections(pieces: Sequence[Piece], title: str) -> list[Share]:
    for level in sorted({p.level for p in pieces if p.role is Role.HEADING and p.level}):
        starts = [i for i, p in enumerate(pieces) if p.role is Role.HEADING and p.level == level]
        if len(starts) < _LEAST:
            continue
        sections = [(a, _section_end(pieces, a, level)) for a in starts]
        told = [(a, b) for a, b in sections if any(p.role in (Role.TEXT, Role.BULLET, Role.QUOTE) for p in pieces[a + 1 : b])]
        stories = [s for s in told if _names_story(pieces, *s)] if _is_collection(pieces, told, title) else []
        if len(stories) >= _LEAST:
            shared = (
                tuple(range(stories[0][0]))
                if _short_intro(pieces[: stories[0][0]])
                else tuple(i for i in range(stories[0][0]) if pieces[i].role is Role.TITLE)
            )
            return [Share(tuple(range(a, b)), shared, *_named(pieces[a].text)) for a, b in stories]
    return []


def _named(head: str) -> tuple[str, int]:
    """The customer that a section's heading names, and its offset; nothing where the heading is a number alone."""
    found = _NUMBERED.match(head)
    name = head[found.end() :].strip(" :：、.．-–—") if found else head
    return (name, head.rindex(name)) if 1 < len(name) <= 40 else ("", 0)


def _section_end(pieces: Sequence[Piece], start: int, level: int) -> int:
    after = (i for i in range(start + 1, len(pieces)) if pieces[i].role is Role.HEADING and 0 < pieces[i].level <= level)
    return next(after, len(pieces))


def _is_collection(pieces: Sequence[Piece], sections: Sequence[tuple[int, int]], title: str) -> bool:
    """Whether sections of one rank tell one story each."""
    if len(sections) < _LEAST:
        return False
    heads = [pieces[a].text for a, _ in sections]
    generic = bool(_GENERIC.match(key(title)))
    numbered = sum(1 for h in heads if _NUMBERED.match(h))
    if numbered:
        return numbered >= _LEAST and (generic or numbered >= _MOST * len(heads)) and pieces[sections[0][0]].level <= 2
    if sum(1 for h in heads if heading_part(h)[1]) > len(heads) // 3:
        return False
    inner = Counter(mark for a, b in sections for mark in _marks(pieces[a + 1 : b]))
    if any(mark in ("about", "customer", "industry") and n >= max(_LEAST, len(sections) // 2) for mark, n in inner.items()):
        return True
    named = sum(1 for a, b in sections if _opens_with_name(pieces, a, b))
    return generic and named * 2 > len(sections)


def _marks(pieces: Sequence[Piece]) -> set[str]:
    """What a section has of its own: an about section, a label that names customer or industry."""
    out: set[str] = set()
    for piece in pieces:
        if piece.role is Role.HEADING and heading_part(piece.text) == (Part.ABOUT, True):
            out.add("about")
        elif piece.role is Role.LABEL and (label := labels().find(key(re.split("[:：]", piece.text)[0]))):
            out.add(label)
    return out


def _opens_with_name(pieces: Sequence[Piece], start: int, end: int) -> bool:
    """Whether a section speaks of what its heading names: the name stands in its first sentence as the one who acts."""
    name = key(pieces[start].text)
    if not 1 < len(name) <= 40:
        return False
    if _COMPANY.search(pieces[start].text):
        return True
    first = next((p.text for p in pieces[start + 1 : end] if p.role in (Role.TEXT, Role.BULLET)), "").casefold()
    at = first.find(name)
    return 0 <= at <= 12


def _names_story(pieces: Sequence[Piece], start: int, end: int) -> bool:
    head = pieces[start].text
    if _NUMBERED.match(head):
        return True
    return not heading_part(head)[1] and (bool(_marks(pieces[start + 1 : end])) or _opens_with_name(pieces, start, end))


def _short_intro(pieces: Sequence[Piece]) -> bool:
    return sum(len(p.text) for p in pieces if p.role is not Role.NOISE) < 600


def _by_rows(pieces: Sequence[Piece]) -> list[Share]:
    """One story a row of a table whose first column is headed by a word for customers and another by one for stories."""
    for at, piece in enumerate(pieces):
        if piece.role is not Role.TABLE or len(piece.cells) < 2 or labels().find(key(piece.cells[0])) != "customer":
            continue
        if not any(_CASE_COLUMN.search(c) for c in piece.cells[1:]):
            continue
        rows = [i for i in range(at + 1, len(pieces)) if pieces[i].role is Role.TABLE and len(pieces[i].cells) >= 2]
        if len(rows) >= _LEAST and _short_intro(pieces[:at]):
            return [Share((i,), tuple(range(at)), pieces[i].cells[0]) for i in rows]
    return []
