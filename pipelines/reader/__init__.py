"""Reads a page: archived bytes in, one canonical text, its blocks and the raw cases in it out.

The same for every vendor and every way in (crawl, import, replay, extract). See ``Document`` for what goes in and
``Reading`` for what comes out. The text depends on the payload, its media type and charset alone, so that evidence can
be checked against the archive at any time.
"""

from pipelines.reader.document import RECORD, Document, Reading
from pipelines.reader.reading import READER_VERSION, canonical_text, read
from pipelines.reader.record import record_document

__all__ = ["READER_VERSION", "RECORD", "Document", "Reading", "canonical_text", "read", "record_document"]
