"""The thin adapter between Scrapy's item pipelines and the pipelines that an import runs: nothing is decided here.

A Fetched becomes a Normalized (reader, gate once more, steps); everything else passes. Nothing is written either: the
frontier's ledger writes what comes out of here together with the completion of its request. Reads the setting
CRAWL_PROCESS, the function that reads, judges and normalizes a document (measurements put a cheaper one there).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeGuard

from scrapy.crawler import Crawler
from scrapy.utils.misc import load_object

from crawlers.frontier.store import Known
from crawlers.items import Fetched, Normalized, Refused, Unchanged
from crawlers.runs import CrawlRun
from pipelines.archive import digest
from pipelines.case import Case, Page, RawCase, Rejection
from pipelines.normalize import Processed, Source, normalize
from pipelines.reader import read
from pipelines.reader.document import Document
from pipelines.ruleset import ruleset
from pipelines.sources import Seen, Verdict, judge

Fields = Callable[[RawCase, Source], Case | Rejection]
Process = Callable[[Document, str], tuple[Processed, Verdict]]


class NormalizePipeline:
    """See the module."""

    def __init__(self, crawler: Crawler) -> None:
        self.run = CrawlRun.of(crawler)
        self.process: Process = load_object(crawler.settings["CRAWL_PROCESS"])

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> NormalizePipeline:
        """The pipeline of a crawl."""
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """The item as it is to be stored."""
        if not isinstance(item, Fetched):
            return item
        known = self._known(item)
        return known if known is not None else self._normalized(item)

    def _known(self, item: Fetched) -> Unchanged | Refused | None:
        """A page with the bytes that it had last time, read under the same rules, is not read again; nor is another
        page's copy. A page that went back to bytes of an earlier time is read: its cases have moved on since."""
        name, document = digest(item.document.payload), item.document
        if _holds(last := self.run.known(document.url), name):
            return Unchanged(document.url, name, item.etag, item.last_modified) if last.rules == ruleset() else None
        page = self.run.library.page(name)
        if page is not None and page.url != document.url and self._is_read(page):
            return _refused(document, "duplicate", f"与 {page.url} 内容相同", name)
        return None

    def _is_read(self, page: Page) -> bool:
        """Whether a page was read by these rules, or is known with these bytes and going to be."""
        return self.run.library.known(page.digest, ruleset()) or _holds(self.run.known(page.url), page.digest)

    def _normalized(self, item: Fetched) -> Normalized | Refused:
        done, verdict = self.process(item.document, "sandbox" if self.run.sandbox else "archive")
        if not verdict.accepted:
            return _refused(item.document, verdict.code, verdict.detail, done.page.digest)
        if verdict.tier not in self.run.plan.narrow.tiers:
            return _refused(item.document, "excluded", f"tier {verdict.tier} 不在本次要求之内", done.page.digest)
        return Normalized(item, replace(done.page, archive=item.archive), done.cases, done.rejections, ruleset())


def process_document(document: Document, origin: str = "archive", fields: Fields = normalize) -> tuple[Processed, Verdict]:
    """Read a page, judge it by what it says of itself (partner mark, author), and normalize the cases in it with ``fields``."""
    reading = read(document)
    verdict = judge(document.vendor, document.url, Seen(reading.page.title, _author(reading.cases), reading.page.text))
    source = Source(verdict.tier or 1, verdict.kind, verdict.proof, origin)
    page = replace(reading.page, tier=verdict.tier, kind=verdict.kind, proof=verdict.proof)
    if not verdict.accepted:
        return Processed(page, (), reading.rejections), verdict
    outcomes = [fields(replace(raw, page=page), source) for raw in reading.cases]
    cases = tuple(o for o in outcomes if isinstance(o, Case))
    rejected = tuple(o for o in outcomes if isinstance(o, Rejection))
    return Processed(page, cases, (*reading.rejections, *rejected)), verdict


def _holds(known: Known | None, name: str) -> TypeGuard[Known]:
    """Whether a page is known to have bytes of this digest now."""
    return known is not None and known.digest == name and not known.gone


def _author(raws: tuple[RawCase, ...]) -> str:
    """The author that the page itself names."""
    return next((label.value for raw in raws for label in raw.labels if label.label == "author"), "")


def _refused(document: Document, code: str, detail: str, page_digest: str) -> Refused:
    return Refused(Rejection(code, detail, document.vendor, document.url, page_digest=page_digest))
