"""``certificate.json`` and ``certificate.html``: how far the personas can be trusted, for programs and for laymen."""

from __future__ import annotations

import msgspec

from analysis.model import Analysis
from analysis.report.blocks import Block, Callout, Document, Heading, Meta, Para, Section
from analysis.report.book import Book
from analysis.report.compose import watermark
from analysis.report.sections import certificate, head
from analysis.report.words import Words


def certificate_json(analysis: Analysis) -> bytes:
    """Everything that the verdict rests on."""
    held = {
        "category": analysis.scope.category,
        "as_of": analysis.scope.as_of,
        "library_digest": analysis.library_digest,
        "origin": analysis.scope.origin,
        "cross_vendor": analysis.scope.cross_vendor,
        "validation": analysis.validation,
        "floors": analysis.floors,
        "merges": analysis.merges,
        "missing": analysis.missing,
        "personas": [
            {
                "id": p.id,
                "name": p.name,
                "status": p.status,
                "status_reasons": p.status_reasons,
                "cases": len(p.cases),
                "stability": p.stability,
                "stability_interval": p.stability_interval,
            }
            for p in analysis.personas
        ],
    }
    return msgspec.json.format(msgspec.json.encode(held), indent=1) + b"\n"


def certificate_document(analysis: Analysis, words: Words) -> Document:
    """The certificate as a document of its own."""
    book = Book(analysis, words)
    title = words("cert.title", category=book.category)
    body = [b for b in certificate.build(book) if not (isinstance(b, Heading) and b.anchor == "certificate")]
    raised = tuple(Heading(2, b.text, b.anchor) if isinstance(b, Heading) else b for b in body)
    notices = tuple(
        n
        for n in head.notices(book)
        if isinstance(n, Callout) and n.title != words("notice.verdict", colour=words(f"colour.{analysis.validation.verdict}"))
    )
    first: tuple[Block, ...] = (Heading(1, title, "top"), Meta(head.meta(book)), Para((words("cert.intro"),)), *notices)
    return Document(
        title,
        words("appendix.certificate"),
        words.html_lang,
        "certificate",
        watermark(analysis, words),
        (Section("head", first), Section("certificate", raised)),
    )
