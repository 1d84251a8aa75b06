"""The scheduler that Scrapy's engine talks to: leases from the frontier, and settles what ended.

Reads the settings CRAWL_BATCH and those of CrawlRun. Requests with a ``frontier_id`` in their meta are under way
already: redirects and retries of downloader middlewares, which go round again within their lease. Everything else is new.

Other workers may work at the same run: while any of them has something under way, more may come, and this one waits.
Every second it looks whether there is work, every few seconds it says that it lives; where it has nothing to do, it
looks for workers that died. When the database does not come back, the crawl stops and says so (``database_lost``).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure

from crawlers.failures import Failed, classify
from crawlers.frontier import codec
from crawlers.frontier.ledger import Ledger
from crawlers.items import Refused
from crawlers.runs import CrawlRun
from crawlers.searching import SEARCH

if TYPE_CHECKING:
    from pipelines.case import Rejection


LOOK = 1.0  # seconds between looks for work and for workers that died
BEATS = 5  # looks between two heartbeats
HOPELESS = 10  # errors of the pipelines before the first page is stored: a fault of ours, the site is left alone


class FrontierScheduler(BaseScheduler):
    """See the module."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.run: CrawlRun = CrawlRun.of(crawler)
        self.batch = crawler.settings.getint("CRAWL_BATCH")
        self._again: deque[Request] = deque()
        self._held: deque[Request] = deque()
        self._more = True  # there may be something to lease
        self._left = True  # the run had requests that are not done and not ours, when last asked
        self._asked = False  # nothing has changed since
        self._looks = 0
        self._loop = LoopingCall(self._look)
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
        self.run.frontier.workers.recover()
        self._loop.start(LOOK, now=False)
        return None

    def close(self, reason: str) -> Deferred[None] | None:  # noqa: ARG002
        """Give back what was taken and not made; what is under way stays leased and is made again on resume."""
        if self._loop.running:
            self._loop.stop()
        with self.run.while_there():
            self.run.frontier.give_back([r.meta["frontier_id"] for r in (*self._held, *self._again)])
        return None

    def has_pending_requests(self) -> bool:
        """Whether there is anything left to send, here or at another worker."""
        if self.run.lost:
            return False
        if not (self._again or self._held or self._asked):
            with self.run.while_there():
                self._left, self._asked = self.run.frontier.left(), True
        return bool(self._again or self._held or self._left)

    def enqueue_request(self, request: Request) -> bool:
        """Keep a new request in the database, or send one under way round again."""
        if "frontier_id" in request.meta:
            self._again.append(request)
            return True
        new = 0
        with self.run.while_there():
            new = self.run.frontier.add([self.ledger.entry(request)])
        self._changed(new)
        return bool(new)

    def next_request(self) -> Request | None:
        """The next request: one under way first, then a leased one."""
        if self._again:
            return self._again.popleft()
        if not self._held and self._more:
            with self.run.while_there():
                self._refill()
        if not self._held:
            return None
        request = self._held.popleft()
        self.ledger.open(request.meta["frontier_id"], request, request.meta["lease_token"])
        return request

    def _refill(self) -> None:
        spider = self.crawler.spider
        assert spider is not None
        leased = self.run.frontier.lease(self.batch, self._busy(), self.run.listings_first)
        self._more = bool(leased)
        for one in leased:
            if unit := self.ledger.units.get(one.id):  # under way here when it was taken from us, and ours again
                unit.token = one.token
                continue
            request = codec.loads(one.data, one.facts, spider)
            request.meta.update(frontier_id=one.id, attempts=one.attempts, lease_token=one.token)
            request.errback = self._errback
            self._held.append(request)

    def _busy(self) -> set[str]:
        """Hosts where something of ours is under way."""
        under_way = (*self._again, *self._held, *(unit.request for unit in self.ledger.units.values()))
        return {host_of(request) for request in under_way}

    def _look(self) -> None:
        """Once in a while: live, look for work, for the dead, and whether all are to stop."""
        self._looks += 1
        with self.run.while_there():
            if self._looks % BEATS == 0 and (reason := self.run.frontier.workers.beat()):
                self.run.stop(reason)
            if not (self._held or self.ledger.units):
                self.run.frontier.workers.recover()
                self._changed(1)

    def _changed(self, new: int) -> None:
        """There may be work: look again, and let the engine ask."""
        self._asked = False
        if new:
            self._more = True
            slot = getattr(self.crawler.engine, "_slot", None)
            if slot is not None:
                slot.nextcall.schedule()

    # What ends

    def settled(self, new: int | None) -> None:
        """A unit was committed and brought new requests; where there was nothing to do, pages may have waited for it."""
        self._changed(new or int(not self._more and not self._held))

    def _item_scraped(self, item: Any, response: Response | None) -> None:
        if response is None or response.request is None:
            with self.run.while_there():
                self.run.write_now(item)
        else:
            unit = _unit(response.request)
            self._settle(lambda: self.ledger.item_ended(unit, item))

    def _item_lost(self, item: Any, response: Response | None, **told: Any) -> None:
        why = told.get("exception") or getattr(told.get("failure"), "value", "")
        if response is not None and response.request is not None:
            unit = _unit(response.request)
            self._settle(lambda: self.ledger.item_ended(unit, None, f"{type(item).__name__}: {why!r}"))
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
        failed = self.run.searching.failed(request, failed) if SEARCH in request.meta else failed
        self.run.note(failed.kind)
        unit = self.ledger.units.get(_unit(request))
        asked_for = unit.request.url if unit else request.url  # before any redirect: the address that a listing named
        rejection: Rejection | None = failed.rejection(self.run.vendor, asked_for)
        results = [Refused(rejection)] if rejection else []
        self._settle(lambda: self.ledger.failed(_unit(request), failed.kind, failed.detail, *results))
        self.run.after_failure(failed)

    def _idle(self) -> None:
        """Nothing left: pages that the plan listed before and not now are asked for once more, they may be gone."""
        with self.run.while_there():
            self._changed(self.run.recheck())

    def _settle(self, commit: Callable[[], int | None]) -> None:
        if self.run.lost:  # nothing can be kept: what was under way stays leased, and is made again
            return
        with self.run.while_there():
            self.settled(commit())


def host_of(request: Request) -> str:
    """The host that a request is for."""
    return urlsplit(request.url).hostname or ""


def _unit(request: Request) -> int:
    return int(request.meta.get("frontier_id", 0))
