"""What the reader takes and what it gives."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.case import Page, RawCase, Rejection

RECORD = "application/x-case-record+json"  # a JSON line with id, vendor, url, lang, kind, format, title, published, text


@dataclass(frozen=True, slots=True)
class Document:
    """A payload and what came with it from outside (transport, file name, listing); nothing here is judged yet.

    ``media_type`` is one of text/html, text/markdown, text/plain, application/pdf or RECORD. ``charset`` is the
    transport's, empty where it named none. ``facts`` are values that a listing or a facet gave for this page
    (``company_size``, ``customer``, ``industry`` …) each with the words it rests on.
    """

    payload: bytes
    media_type: str
    vendor: str
    url: str = ""
    charset: str = ""
    source_id: str = ""
    title: str = ""
    published: str | None = None
    fetched_at: str | None = None
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """The page with its canonical text, the raw cases found in it, and what was rejected with the reason."""

    page: Page
    cases: tuple[RawCase, ...] = ()
    rejections: tuple[Rejection, ...] = ()
