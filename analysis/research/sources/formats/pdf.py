"""PDF by pypdf; pages and text are limited, and what pypdf cannot read is an error with a remedy."""

from __future__ import annotations

import io
import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from analysis.research.sources.draft import MAX_TEXT, SourceDraft
from analysis.research.sources.formats.prose import text_draft, titled
from pipelines.errors import UserError
from pipelines.reader.piece import squeeze

SUFFIXES = (".pdf",)
MAX_PAGES = 1000
_SEVERAL = 3  # pages on which a line at the edge is no accident
_GLYPHS = re.compile(r"[\u2e80-\u2fdf\ufb00-\ufb06]")
_FILE_NAME = re.compile(r"\.(?:html?|docx?|pptx?|xlsx?|wps|txt|md|pdf)$|^(?:Microsoft (?:Word|PowerPoint)|untitled|无标题)", re.I)
_PAGE = re.compile(r"[\s|·–-]{0,8}(?:第\s?)?\d{1,4}(?:\s?页)?\s{0,8}$")
_MARGIN = re.compile(
    r"^\s*(?:(?:file|https?)://\S+(?:\s+\d{1,4}/\d{1,4})?|第\s?\d{1,4}\s?页(?:\s?[,，/共]+\s?\d{1,4}\s?页)?"
    r"|(?:page\s)?\d{1,4}\s?(?:/|of)\s?\d{1,4}|\d{1,4}/\d{1,2}/\d{2,4}[,，]?\s\d{1,2}:\d{2}(?:\s?[AP]M)?(?:\s.{0,80})?)\s*$",
    re.IGNORECASE,
)
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
    draft = titled(text_draft(text, plain=True))
    return [replace(draft, title="" if _FILE_NAME.search(title) else title)]


def _text(reader: PdfReader, name: str) -> str:
    if len(reader.pages) > MAX_PAGES:
        raise UserError(f"{name}：有 {len(reader.pages)} 页，最多读 {MAX_PAGES} 页；请拆分文件")
    parts: list[str] = []
    for page in reader.pages:
        parts.append(_plain(page.extract_text()))
        if sum(map(len, parts)) > MAX_TEXT:
            raise UserError(f"{name}：超过 {MAX_TEXT} 字；请拆分文件")
    return "\n\n".join(_unmarked(parts))


def _plain(text: str) -> str:
    """Radicals and ligatures, as fonts of printed pages name their signs (⽣, ﬁ), as the letters that people search for (生, fi)."""
    return _GLYPHS.sub(lambda hit: unicodedata.normalize("NFKC", hit.group()), text)


def _unmarked(pages: Sequence[str]) -> Iterator[str]:
    """Pages without what the printer puts around them: page numbers, addresses, the line that tops or ends most of the pages."""
    lines = [[line for line in page.split("\n") if not _MARGIN.match(line)] for page in pages]
    edges = Counter(edge for page in lines for edge in {_edge(line) for line in (*page[:1], *page[-1:])} if edge)
    often = {edge for edge, n in edges.items() if n >= _SEVERAL and 2 * n > len(pages)}
    for page in lines:
        yield "\n".join(line for n, line in enumerate(page) if n not in (0, len(page) - 1) or _edge(line) not in often)


def _edge(line: str) -> str:
    """A line at the edge of a page without the page's number behind it."""
    return _PAGE.sub("", line).strip()
