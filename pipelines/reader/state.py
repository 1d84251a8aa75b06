"""Embedded state: pages whose words stand in a script as data, not in markup (sites: volcengine and Tencent pages).

Two shapes are known: Markdown under a key ``MDContent`` of ``window._ROUTER_DATA``, and an object ``customer`` with page
chunks of Draft.js text in ``window['__ASYNC_DATA__']``. Only keys that hold what the page shows are read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pipelines.case import Role
from pipelines.reader.html import read_html
from pipelines.reader.markdown import read_markdown
from pipelines.reader.piece import Draft, Piece, squeeze

_STATE = re.compile(
    r"window(?:\.|\[['\"])(?P<name>_ROUTER_DATA|__ASYNC_DATA__|__INITIAL_STATE__|__NEXT_DATA__)(?:['\"]\])?\s*=\s*(?=[{\[])"
)
_NEXT = re.compile(r"<script[^>]{0,200}id=[\"']__NEXT_DATA__[\"'][^>]{0,200}>\s*(?=[{\[])")
_MARKDOWN_KEYS = ("MDContent", "mdContent", "markdown")
_DEPTH = 40


def read_state(text: str) -> Draft | None:
    """The pieces of the state embedded in a page, or None where there is none that holds words."""
    for found in [*_STATE.finditer(text), *_NEXT.finditer(text)]:
        try:
            value, _ = json.JSONDecoder().raw_decode(text, found.end())
        except (json.JSONDecodeError, RecursionError):
            continue
        draft = _markdown(value) or _customer(value)
        if draft is not None and draft.pieces:
            return draft
    return None


def _objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every object in a value, outer before inner."""
    if depth > _DEPTH:
        return
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(inner, dict | list):
            yield from _objects(inner, depth + 1)


def _markdown(value: Any) -> Draft | None:
    for item in _objects(value):
        words = next((item[k] for k in _MARKDOWN_KEYS if isinstance(item.get(k), str) and len(item[k]) > 20), None)
        if words:
            draft = read_markdown(words)
            title = next((item[k] for k in ("Title", "title", "name") if isinstance(item.get(k), str) and item[k].strip()), "")
            draft.titles = [squeeze(title)] if title else []
            date = next(
                (
                    (k, item[k])
                    for k in ("PublishTime", "publishTime", "UpdatedTime", "updateTime", "CreatedTime")
                    if isinstance(item.get(k), str)
                ),
                None,
            )
            if date:
                draft.pieces.append(Piece(f"{date[0]}: {squeeze(date[1])}", Role.LABEL))
            return draft
    return None


def _customer(value: Any) -> Draft | None:
    """An object ``customer`` with name, abstract, products and chunks of text."""
    for item in _objects(value):
        customer = item.get("customer")
        if isinstance(customer, dict) and isinstance(customer.get("page"), dict):
            return Draft(
                pieces=list(_customer_pieces(customer)), titles=[squeeze(str(customer.get("title") or customer.get("name") or ""))]
            )
    return None


def _customer_pieces(customer: dict[str, Any]) -> Iterator[Piece]:
    for name, label in (("name", "customer"), ("industry", "industry")):
        if isinstance(customer.get(name), str) and customer[name].strip():
            yield Piece(f"{label}: {squeeze(customer[name])}", Role.LABEL)
    for k in ("abstract", "description"):
        if isinstance(customer.get(k), str):
            yield from read_html(customer[k]).pieces
    for chunk in customer["page"].get("chunks") or ():
        if isinstance(chunk, dict):
            yield from _chunk(chunk)
    products = [p["name"] for p in customer.get("products") or () if isinstance(p, dict) and isinstance(p.get("name"), str)]
    if products:
        yield Piece("products", Role.HEADING, 2)
        yield from (Piece(squeeze(p), Role.BULLET) for p in products)


def _chunk(chunk: dict[str, Any]) -> Iterator[Piece]:
    held = chunk.get("data")
    data: dict[str, Any] = held if isinstance(held, dict) else {}
    if isinstance(data.get("title"), str) and data["title"].strip():
        yield Piece(squeeze(data["title"]), Role.HEADING, 2)
    for item in _objects(data):
        if isinstance(item.get("blocks"), list):
            words = (squeeze(b["text"]) for b in item["blocks"] if isinstance(b, dict) and isinstance(b.get("text"), str))
            yield from (Piece(w, Role.TEXT) for w in words if w)
    for entry in data.get("list") or ():
        if isinstance(entry, dict):
            told = [squeeze(entry[k]) for k in ("name", "abstract") if isinstance(entry.get(k), str) and entry[k].strip()]
            yield from (Piece(w, Role.BULLET) for w in told)
