"""The scheduler that Scrapy's engine talks to: leases from the frontier, and settles what ended.

Reads the settings CRAWL_RUN_ID (resume or name a run), CASE_LIBRARY_URL and CRAWL_BATCH. Requests with a
``frontier_id`` in their meta are under way already: redirects and retries of downloader middlewares, which go round
again within their lease. Everything else is new.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from crawlers.failures import Failed, classify
from crawlers.frontier import codec
from crawlers.frontier.ledger import Ledger
from crawlers.items import Refused
from crawlers.runs import CrawlRun

if TYPE_CHECKING:
    from pipelines.case import Rejection


HOPELESS = 10  # errors of the pipelines before the first page is stored: a fault of ours, the site is left alone


class FrontierScheduler(BaseScheduler):
    """See the module."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.run: CrawlRun = CrawlRun.of(crawler)
        self.batch = crawler.settings.getint("CRAWL_BATCH")
        self._again: deque[Request] = deque()
        self._held: deque[Request] = deque()
        self._pending = 0
        for signal, handler in self._handlers():
            crawler.signals.connect(handler, signal=signal)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FrontierScheduler:
        """The scheduler of a crawl."""
        return cls(crawler)

    def _handlers(self) -> list[tuple[Any, Any]]:
        return [
            (signals.item_scraped, self._item_scraped),
            (signals.item_dropped, self._item_lost),
            (signals.item_error, self._item_lost),
            (signals.spider_error, self._spider_error),
            (signals.spider_idle, self._idle),
        ]

    @property
    def ledger(self) -> Ledger:
        """The units under way."""
        return self.run.ledger

    # What the engine asks

    def open(self, spider: Spider) -> Deferred[None] | None:  # noqa: ARG002 - the base class's
        """Take back what a process that died had leased."""
        self.run.frontier.recover()
        self._recount()
        return None

    def close(self, reason: str) -> Deferred[None] | None:  # noqa: ARG002
        """Give back what was taken and not made; what is under way stays leased and is made again on resume."""
        self.run.frontier.give_back([r.meta["frontier_id"] for r in (*self._held, *self._again)])
        return None

    def has_pending_requests(self) -> bool:
        """Whether there is anything left to send."""
        return bool(self._again or self._held or self._pending)

    def enqueue_request(self, request: Request) -> bool:
        """Keep a new request in the database, or send one under way round again."""
        if "frontier_id" in request.meta:
            self._again.append(request)
            return True
        new = self.run.frontier.add([self.ledger.entry(request)])
        self._pending += new
        return bool(new)

    def next_request(self) -> Request | None:
        """The next request: one under way first, then a leased one."""
        if self._again:
            return self._again.popleft()
        if not self._held and self._pending:
            self._refill()
        if not self._held:
            return None
        request = self._held.popleft()
        self.ledger.open(request.meta["frontier_id"], request)
        return request

    def _refill(self) -> None:
        spider = self.crawler.spider
        assert spider is not None
        leased = self.run.frontier.lease(self.batch)
        self._pending = self._pending - len(leased) if leased else 0
        for one in leased:
            request = codec.loads(one.data, one.facts, spider)
            request.meta.update(frontier_id=one.id, attempts=one.attempts)
            request.errback = self._errback
            self._held.append(self.run.conditional(request))

    def _recount(self) -> None:
        self._pending = self.run.frontier.counts().get("pending", 0)

    # What ends

    def settled(self, new: int | None) -> None:
        """A unit was committed and brought new requests."""
        if new:
            self._pending += new
            slot = getattr(self.crawler.engine, "_slot", None)
            if slot is not None:
                slot.nextcall.schedule()

    def _item_scraped(self, item: Any, response: Response | None) -> None:
        if response is None or response.request is None:
            self.run.write_now(item)
        else:
            self.settled(self.ledger.item_ended(_unit(response.request), item))

    def _item_lost(self, item: Any, response: Response | None, **told: Any) -> None:
        why = told.get("exception") or getattr(told.get("failure"), "value", "")
        if response is not None and response.request is not None:
            self.settled(self.ledger.item_ended(_unit(response.request), None, f"{type(item).__name__}: {why!r}"))
        self.run.note("pipeline_errors")
        if self.run.seen["pipeline_errors"] >= HOPELESS and not self.run.seen["pages"]:
            self.run.stop("pipeline_broken")

    def _spider_error(self, failure: Failure, response: Any) -> None:
        request = getattr(response, "request", None)
        if request is not None:
            self._fail(request, classify(failure.value or RuntimeError("no exception")))

    def _errback(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        self._fail(request, classify(failure.value or RuntimeError("no exception")))

    def _fail(self, request: Request, failed: Failed) -> None:
        self.run.note(failed.kind)
        unit = self.ledger.units.get(_unit(request))
        asked_for = unit.request.url if unit else request.url  # before any redirect: the address that a listing named
        rejection: Rejection | None = failed.rejection(self.run.vendor, asked_for)
        results = [Refused(rejection)] if rejection else []
        self.settled(self.ledger.failed(_unit(request), failed.kind, failed.detail, *results))
        self.run.after_failure(failed)

    def _idle(self) -> None:
        """Nothing left: pages that the plan listed before and not now are asked for once more, they may be gone."""
        for request in self.run.rechecks():
            self.enqueue_request(request)


def _unit(request: Request) -> int:
    return int(request.meta.get("frontier_id", 0))
