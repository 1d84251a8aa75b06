"""Saved pages with what is expected of them: ``<folder>/<vendor>/<slug>/{page.*, meta.json, expected.json}``.

``meta.json`` is what came with the page (vendor, url, media type, charset, facts of its listing); ``expected.json`` is
what the reader and the steps make of it, written once by the program and then reviewed by a person.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawlers.storing import process_document
from pipelines.case import Case, Many
from pipelines.errors import UserError
from pipelines.reader.document import Document
from pipelines.sources import canonical_url, judge

FOLDER = Path("tests/fixtures")
FIELDS = ("customer_name", "vendor", "products", "categories", "industry", "company_size", "published", "source_url")
ENDINGS = {"text/html": ".html", "text/markdown": ".md", "text/plain": ".txt", "application/pdf": ".pdf"}


@dataclass(frozen=True)
class Fixture:
    """A saved page. ``layout`` names the page layout of the vendor that it stands for."""

    folder: Path
    document: Document
    layout: str

    def expected(self) -> dict[str, Any] | None:
        """What a person has agreed to; None before the first time."""
        path = self.folder / "expected.json"
        found: dict[str, Any] | None = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
        return found


def load(folder: Path) -> Fixture:
    """The fixture of a folder; raises OSError or KeyError where a file or a key is missing."""
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    payload = next(folder.glob("page.*")).read_bytes()
    facts = tuple((label, value) for label, value in meta.get("facts", []))
    made = Document(payload, meta["media_type"], meta["vendor"], meta["url"], charset=meta.get("charset", ""), facts=facts)
    return Fixture(folder, made, meta["layout"])


def fixtures(root: Path = FOLDER) -> Iterator[Fixture]:
    """Every fixture below a folder, by vendor and name."""
    yield from (load(path.parent) for path in sorted(root.glob("*/*/meta.json")))


def observe(document: Document) -> dict[str, Any]:
    """What the program makes of a page, as ``expected.json`` holds it: page, cases by part, reasons of rejection."""
    done, verdict = process_document(document)
    page = {"title": done.page.title, "lang": done.page.lang, "accepted": verdict.accepted, "tier": verdict.tier, "kind": verdict.kind}
    return {"page": page, "cases": [_values(case) for case in done.cases], "rejections": sorted(r.code for r in done.rejections)}


def _values(case: Case) -> dict[str, Any]:
    """The fields alone; of several values the order says nothing."""
    held = case.fields()
    return {name: sorted(v.values()) if isinstance(v := held[name], Many) else v.value for name in FIELDS}


def save(document: Document, layout: str, root: Path = FOLDER) -> Path:
    """Write a fixture with what the program makes of the page; raises UserError where the page is no source, or is there."""
    verdict = judge(document.vendor, document.url)
    if not verdict.accepted:
        raise UserError(f"{document.url} 不是官方案例页，不能作样本：{verdict.detail}")
    folder = root / document.vendor / slug_of(document.url)
    if folder.exists():
        raise UserError(f"{folder} 已存在；要重写请先删除")
    folder.mkdir(parents=True)
    (folder / f"page{ENDINGS.get(document.media_type, '.html')}").write_bytes(document.payload)
    meta: dict[str, Any] = {"vendor": document.vendor, "url": canonical_url(document.vendor, document.url), "layout": layout}
    meta |= {"media_type": document.media_type, "charset": document.charset, "facts": [list(f) for f in document.facts]}
    write(folder / "meta.json", meta)
    write(folder / "expected.json", observe(load(folder).document))
    return folder


def write(path: Path, data: Any) -> None:
    """JSON for people to review."""
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def slug_of(url: str) -> str:
    """A folder's name for a page."""
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return re.sub(r"[^\w-]+", "-", last.rpartition(".")[0] or last)[:60] or "page"
