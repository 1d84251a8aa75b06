"""Labelled values: ``Industry: Retail``, ``所属行业：电商``, label cells, breadcrumbs, lone dates (DESIGN §2.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.reader.piece import Piece, key
from pipelines.reader.vocabulary import Layout, labels

_PAIR = re.compile(r"^([^:：|]{2,30}?)\s*[:：]\s*(\S.*)$")
_VALUE_LIMIT = {
    "industry": 120,
    "customer": 80,
    "location": 160,
    "size": 80,
    "website": 200,
    "date": 60,
    "author": 120,
    "partner": 120,
    "products": 600,
}
_COMPANY = re.compile(r"公司|集团|银行|大学|医院|科技|Inc\b|Ltd\b|Corp\b|GmbH|LLC")
_YEAR = re.compile(
    r"^(?:(?:January|February|March|April|May|June|July|August|September|October|November|December)\s+)?(?:19|20)\d\d$", re.I
)
_BYLINE = re.compile(r"^by (.{3,200}?) \| on (\d{1,2} [A-Z]{3} \d{4}) \| in", re.I)
_DETAILS = re.compile(r"\b(Company|Location|Industry|Customer)\s+(.+?)(?=\s+(?:Company|Location|Industry|Customer)\s|$)")


@dataclass(frozen=True, slots=True)
class Found:
    """A labelled value at a span of its piece's text."""

    label: str
    value: str
    start: int
    end: int


def labelled(piece: Piece, layout: Layout | None) -> list[Found]:
    """The labelled values of one piece; empty where it is none."""
    text = piece.text
    if len(text) > 700:
        return []
    if piece.cells:
        return _cells(piece)
    return _pair(text) or _crumbs(text, layout) or _date(text) or _details(text)


def _pair(text: str) -> list[Found]:
    found = _PAIR.match(text)
    label = labels().find(key(found.group(1))) if found else None
    if not found or label is None or len(found.group(2)) > _VALUE_LIMIT[label]:
        return []
    value = found.group(2).rstrip(" .;；。")
    if label == "customer" and (value.endswith((",", "，")) or "。" in value or len(value.split()) > 10):
        return []
    return [Found(label, value, found.start(2), found.start(2) + len(value))] if value else []


def _cells(piece: Piece) -> list[Found]:
    """Label and value in a row of two or four cells."""
    out: list[Found] = []
    at = 0
    for name, value in zip(piece.cells[::2], piece.cells[1::2], strict=False):
        label = labels().find(key(name))
        start = piece.text.find(value, at + len(name))
        if label and start >= 0 and len(value) <= _VALUE_LIMIT[label]:
            out.append(Found(label, value, start, start + len(value)))
        at = max(at, start)
    return out if len(piece.cells) in (2, 4) else []


def _crumbs(text: str, layout: Layout | None) -> list[Found]:
    """``Customer Stories / Retail / Hong Kong``: the whole trail, its industry and its place."""
    parts = [p.strip() for p in re.split(r"\s/\s|\s›\s|\s>\s", text)]
    starts = layout.breadcrumbs if layout else ()
    if len(parts) < 2 or len(text) > 160 or not any(parts[0].startswith(s) for s in starts):
        return []
    out = [Found("breadcrumb", text, 0, len(text))]
    if layout and layout.crumb_facts:
        for label, value in zip(("industry", "location"), parts[1:3], strict=False):
            start = text.find(value, len(parts[0]))
            out.append(Found(label, value, start, start + len(value)))
    return out


def _date(text: str) -> list[Found]:
    if _YEAR.match(text):
        return [Found("date", text, 0, len(text))]
    if by := _BYLINE.match(text):
        return [Found("author", by.group(1), by.start(1), by.end(1)), Found("date", by.group(2), by.start(2), by.end(2))]
    return []


def _details(text: str) -> list[Found]:
    """A line of details without colons: ``Company X Location Y Industry Z``."""
    if not text.startswith("Company ") or "Industry " not in text or len(text) > 200:
        return []
    names = {"company": "customer"}
    hits = (m for m in _DETAILS.finditer(text))
    return [Found(names.get(m.group(1).casefold(), m.group(1).casefold()), m.group(2), m.start(2), m.end(2)) for m in hits]
