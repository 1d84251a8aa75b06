"""The title of a page: which line it is, and what of it is the site's own (DESIGN §2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipelines.case import Part, Role
from pipelines.reader.piece import Piece, key, squeeze
from pipelines.reader.vocabulary import Layout, heading_part, is_chrome

_LIMIT = 160
_LEAST = 8
_TOP = 30
_SENTENCE = re.compile(r"[.!?。！？;；:：,，]$")


def clean_title(title: str, layout: Layout | None) -> str:
    """A title without what the vendor's site adds to every one of its titles."""
    text = squeeze(title.lstrip("# "))
    if layout is None:
        return text
    if layout.title_tail:
        text = re.sub(layout.title_tail, "", text)
    for end in sorted(layout.title_ends, key=len, reverse=True):
        text = text.removesuffix(end)
    return text.strip(" |-_–—") or squeeze(title)


def place_title(pieces: list[Piece], candidates: Sequence[str], layout: Layout | None, ordered: bool) -> list[Piece]:
    """The pieces with one of role TITLE: the first line where the page's own title says the same, else a line above it."""
    stated = next((t for t in map(squeeze, candidates) if _is_title(clean_title(t, layout))), "")
    first = next((p for p in pieces if p.role is not Role.NOISE), None)
    if not stated:
        return _own_title(pieces) if ordered else pieces
    if ordered and first is not None and _same(first.text, stated, layout):
        first.role, first.part, first.heading = Role.TITLE, Part.TITLE, ""
        return pieces
    return [Piece(stated, Role.TITLE, part=Part.TITLE), *pieces]


def _is_title(text: str) -> bool:
    return bool(text) and not is_chrome(text, key(text)) and not text.startswith(("http://", "https://"))


def _same(line: str, title: str, layout: Layout | None) -> bool:
    one, other = key(line), key(clean_title(title, layout))
    return one in (other, key(title)) or (len(one) > 12 and (one == other or (other.startswith(one) and len(other) - len(one) < 12)))


def _own_title(pieces: list[Piece]) -> list[Piece]:
    """Without a stated title: the longest of the short lines above the story that opens no section of it."""
    title = max(_above_story(pieces), key=lambda p: (p.level == 1, len(p.text)), default=None)
    if title is not None:
        title.role, title.part, title.heading = Role.TITLE, Part.TITLE, ""
    return pieces


def _above_story(pieces: list[Piece]) -> Iterator[Piece]:
    """The lines that may be a title, until the first paragraph, section or quote."""
    for piece in pieces[:_TOP]:
        if piece.role in (Role.NOISE, Role.LABEL):
            continue
        section = piece.role is Role.HEADING and piece.level > 1 and heading_part(piece.text)[1]
        if piece.role not in (Role.HEADING, Role.TEXT) or section or len(piece.text) > _LIMIT or _SENTENCE.search(piece.text):
            return
        if len(piece.text) >= _LEAST or not piece.text.isascii():
            yield piece
