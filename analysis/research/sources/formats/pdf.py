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
            raise UserError(f"{name}: the PDF is encrypted; save it without a password")
        text, title = _text(reader, name), squeeze(str(getattr(reader.metadata, "title", "") or ""))
    except _BROKEN as error:
        if isinstance(error, UserError):
            raise
        raise UserError(f"{name}: no readable PDF ({type(error).__name__}: {error}); save it again or as text") from error
    if not text.strip():
        raise UserError(f"{name}: the PDF holds no text (a scan?); run text recognition first")
    draft = text_draft(text, plain=True)
    return [replace(draft, title=title)]


def _text(reader: PdfReader, name: str) -> str:
    if len(reader.pages) > MAX_PAGES:
        raise UserError(f"{name}: {len(reader.pages)} pages; at most {MAX_PAGES} are read, split the file")
    parts: list[str] = []
    for page in reader.pages:
        parts.append(page.extract_text())
        if sum(map(len, parts)) > MAX_TEXT:
            raise UserError(f"{name}: more than {MAX_TEXT} characters; split the file")
    return "\n\n".join(parts)
