"""Labelled values: ``Industry: Retail``, ``所属行业：电商``, label cells, breadcrumbs, lone dates (DESIGN §2.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.reader.piece import Piece, key
from pipelines.reader.vocabulary import Layout, labels, one_of, shapes

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
_MONTH = one_of(shapes().months)
_DATE = re.compile(
    rf"^(?:{_MONTH} )?(?:19|20)\d\d$|^{_MONTH} \d{{1,2}}, 20\d\d$|^\d{{1,2}} {_MONTH},? 20\d\d$"
    r"|^20\d\d-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?$|^20\d\d年\d{1,2}月(?:\d{1,2}日)?$|^20\d\d/\d{1,2}/\d{1,2}$"
    r"|^\d{1,2}/\d{1,2}/20\d\d$",
    re.I,
)
_BYLINE = re.compile(r"^by (.{3,200}?) ?\| on (\d{1,2} [A-Z]{3} \d{4}) ?\| in\b", re.I)
_POSTED = re.compile(r"^(\d{1,2} [A-Z]{3} \d{4}) ?\| in\b", re.I)
_POSTED_BY = re.compile(r"^(?:([^\s:：|。]{1,30})\s+)?发表于\s*(20\d\d[-/]\d{1,2}[-/]\d{1,2})(?:\s\d{2}:\d{2}(?::\d{2})?)?(?:\s|$)")
_DETAILS = 200  # characters of a line of details at most
_DETAIL_LABELS = ("customer", "location", "industry")


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
    if is_date(text):
        return [Found("date", text, 0, len(text))]
    if posted := _POSTED.match(text):
        return [Found("date", posted.group(1), posted.start(1), posted.end(1))]
    if by := _BYLINE.match(text):
        return [Found("author", by.group(1), by.start(1), by.end(1)), Found("date", by.group(2), by.start(2), by.end(2))]
    if (zh := _POSTED_BY.match(text)) and len(text) <= 80:
        told = (("author", 1), ("date", 2))
        return [Found(label, zh.group(n), zh.start(n), zh.end(n)) for label, n in told if zh.group(n)]
    return []


def is_date(text: str) -> bool:
    """Whether a line is a date and nothing else."""
    return len(text) <= 30 and bool(_DATE.match(text))


def _details(text: str) -> list[Found]:
    """A line of details without colons: ``Company X Location Y Industry Z``."""
    first = text.split(" ", 1)[0]
    if len(text) > _DETAILS or labels().find(key(first)) not in _DETAIL_LABELS:
        return []
    words = [(m.group(), m.start(), m.end()) for m in re.finditer(r"\S+", text)]
    marks = [(name, i) for i, (word, _, _) in enumerate(words) if (name := labels().find(key(word))) in _DETAIL_LABELS]
    if len({name for name, _ in marks}) < 2 or not marks or marks[0][1] != 0:
        return []
    out: list[Found] = []
    for (name, at), (_, after) in zip(marks, [*marks[1:], ("", len(words))], strict=True):
        if name is not None and after > at + 1:
            start, end = words[at + 1][1], words[after - 1][2]
            out.append(Found(name, text[start:end], start, end))
    return out
