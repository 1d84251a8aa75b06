"""JSON and JSON lines: one object is a document, a list of objects is a table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from analysis.research.model import Pairs
from analysis.research.sources.draft import MAX_RECORDS, SourceDraft, record_draft, rows_to_drafts, thing
from analysis.research.sources.formats.prose import text_draft
from pipelines.errors import UserError
from pipelines.reader.charset import decode

SUFFIXES = (".json", ".jsonl", ".ndjson")
_MARKUP = ("markdown", "text", "body", "content", "html")


def read(data: bytes, name: str, records: bool = False) -> list[SourceDraft]:
    """The documents or rows; raises UserError where it is no JSON or holds no objects."""
    found = _parsed(data, name)
    rows = found if isinstance(found, list) else _listed(found)
    if rows is None:
        return [_document(found)]
    if not rows or not all(isinstance(r, dict) for r in rows):
        raise UserError(f"{name}：JSON 要是一个对象或对象的列表")
    if len(rows) > MAX_RECORDS:
        raise UserError(f"{name}：超过 {MAX_RECORDS} 条记录；请拆分文件")
    if all(_text_key(r) for r in rows):
        return [_document(r, str(n)) for n, r in enumerate(rows, 1)]
    return rows_to_drafts([_pairs(r) for r in rows], PurePosixPath(name).stem, records)


def _parsed(data: bytes, name: str) -> Any:
    text = decode(data)
    try:
        if name.casefold().endswith((".jsonl", ".ndjson")):
            return [json.loads(line) for line in (text or "").split("\n") if line.strip()]
        return json.loads(text or "")
    except (ValueError, RecursionError) as error:
        raise UserError(f"{name} 不是 JSON，请改正：{error}") from error


def _listed(found: Any) -> list[Any] | None:
    """The rows of ``{"tickets": […]}``: an object whose one list holds objects and which has no text of its own."""
    if not isinstance(found, dict) or _text_key(found):
        return None
    lists = [v for v in found.values() if isinstance(v, list) and v and all(isinstance(one, dict) for one in v)]
    return lists[0] if len(lists) == 1 else None


def _text_key(row: dict[str, Any]) -> str:
    return next((k for k in _MARKUP if isinstance(row.get(k), str) and thing(k) == "body"), "")


def _document(row: Any, record: str = "") -> SourceDraft:
    if not isinstance(row, dict):
        raise UserError("JSON 要是一个对象或对象的列表")
    key = _text_key(row)
    rest = {k: v for k, v in row.items() if k != key}
    if not key:
        return record_draft(_pairs(rest), 1)
    draft = text_draft(row[key], html=key == "html")
    draft.fields = (*_pairs(rest), *draft.fields)
    draft.title = next((v for k, v in draft.fields if thing(k) == "title"), draft.title)
    draft.record = next((v for k, v in draft.fields if thing(k) == "record"), record)
    if draft.title and not any(p.level == 1 for p in draft.pieces):
        draft.head(draft.title)
    return draft


def _pairs(value: Any, prefix: str = "", depth: int = 0) -> Pairs:
    return tuple(_walk(value, prefix, depth))


def _walk(value: Any, prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    """Nested values under dotted names; lists of plain values joined; six levels are enough for any record."""
    if depth > 6:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _walk(inner, f"{prefix}.{key}" if prefix else str(key), depth + 1)
    elif isinstance(value, list):
        if all(not isinstance(v, dict | list) for v in value):
            yield prefix, "、".join(str(v) for v in value)
        else:
            for number, inner in enumerate(value, 1):
                yield from _walk(inner, f"{prefix}.{number}", depth + 1)
    elif value is not None:
        yield prefix, str(value)
