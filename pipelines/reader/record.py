"""Records: a saved document as one JSON line (DESIGN §9), read without the labels that came with it.

The payload of a record is its line, unchanged, so that the text can be derived from the archived bytes again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from pipelines.reader.document import RECORD, Document

MEDIA = {
    "html": "text/html",
    "markdown": "text/markdown",
    "md": "text/markdown",
    "rss": "text/html",
    "txt": "text/plain",
    "pdf-text": "text/plain",
}
_ISO = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


class Record(msgspec.Struct):
    """The keys of a record that the reader reads. ``kind`` and ``given`` are labels: they are not among them."""

    text: str
    id: str = ""
    vendor: str | None = None
    url: str | None = None
    lang: str | None = None
    format: str | None = None
    title: str | None = None
    published: str | None = None

    def media_type(self) -> str:
        """The media type of ``text`` by the record's ``format``; plain text where it names none we know."""
        return MEDIA.get((self.format or "txt").casefold(), "text/plain")


def parse_record(payload: bytes) -> Record:
    """The record of a JSON line; raises ValueError where it is not one."""
    try:
        return msgspec.json.decode(payload, type=Record, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"不是 JSON 记录：{error}") from error


def record_document(line: bytes | Mapping[str, Any], vendor_override: str = "") -> Document:
    """The document of a record; a line stays as it is, a mapping is written as one. Raises ValueError for a bad record."""
    payload = line.strip() if isinstance(line, bytes) else json.dumps(dict(line), ensure_ascii=False).encode()
    record = parse_record(payload)
    return Document(
        payload=payload,
        media_type=RECORD,
        vendor=vendor_override or record.vendor or "",
        url=record.url or "",
        source_id=record.id,
        title=record.title or "",
        published=iso_date(record.published or ""),
    )


def iso_date(text: str) -> str | None:
    """An ISO date from an ISO or RFC 2822 date (``Thu, 30 Jul 2026 21:01:14 +0000``); None for anything else."""
    if found := _ISO.match(text):
        return found.group()
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError):
        return None
