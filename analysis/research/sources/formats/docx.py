"""DOCX by the reader of forms: a line a paragraph, what was deleted under change tracking left out; nothing embedded is opened."""

from __future__ import annotations

from analysis.intake.files import docx_text
from analysis.research.sources.draft import SourceDraft
from analysis.research.sources.formats.prose import text_draft, titled
from pipelines.errors import UserError

SUFFIXES = (".docx",)


def read(data: bytes, name: str, records: bool = False) -> list[SourceDraft]:  # noqa: ARG001 - the formats' signature
    """The document; raises UserError where it is broken or hostile."""
    try:
        text = docx_text(data)
    except UserError as error:
        raise UserError(f"资料 {name} 读不了：{error}") from error
    return [titled(text_draft(text, plain=True))]
