"""PDF by pypdf; pages and text are limited, and what pypdf cannot read is an error with a remedy."""

from __future__ import annotations

import io
import logging
from dataclasses import replace

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from analysis.research.sources.draft import MAX_TEXT, SourceDraft
from analysis.research.sources.formats.prose import text_draft
from pipelines.errors import UserError
from pipelines.reader.piece import squeeze

SUFFIXES = (".pdf",)
MAX_PAGES = 1000
_BROKEN = (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OverflowError, AssertionError, OSError)


def read(data: bytes, name: str, records: bool = False) -> list[SourceDraft]:  # noqa: ARG001 - the formats' signature
    """The document; raises UserError where it is broken, encrypted, too long or holds no text (a scan)."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UserError(f"{name}：PDF 已加密；请另存为无密码的文件")
        text, title = _text(reader, name), squeeze(str(getattr(reader.metadata, "title", "") or ""))
    except _BROKEN as error:
        if isinstance(error, UserError):
            raise
        raise UserError(f"{name}：PDF 读不出来，请重新保存或另存为文本：{type(error).__name__}: {error}") from error
    if not text.strip():
        raise UserError(f"{name}：PDF 里没有文字（可能是扫描件）；请先做文字识别")
    draft = text_draft(text, plain=True)
    return [replace(draft, title=title)]


def _text(reader: PdfReader, name: str) -> str:
    if len(reader.pages) > MAX_PAGES:
        raise UserError(f"{name}：有 {len(reader.pages)} 页，最多读 {MAX_PAGES} 页；请拆分文件")
    parts: list[str] = []
    for page in reader.pages:
        parts.append(page.extract_text())
        if sum(map(len, parts)) > MAX_TEXT:
            raise UserError(f"{name}：超过 {MAX_TEXT} 字；请拆分文件")
    return "\n\n".join(parts)
