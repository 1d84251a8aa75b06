"""One crawl's run: library, frontier, ledger and archive of a crawler, opened once and shared by its components.

Reads the settings CASE_LIBRARY (URL, else CASE_LIBRARY_URL of the environment), CRAWL_RUN_ID or RUN_ID (resume, share or
name a run), CRAWL_ARCHIVE (off for measurements), SANDBOX (address of the sandbox server), CRAWL_SEARCH (search provider),
DOWNLOAD_DELAY and DATABASE_PATIENCE.

Several processes that are given one run share it: see crawlers.frontier.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.utils.defer import deferred_from_coro
from sqlalchemy import Connection, update
from sqlalchemy.exc import SQLAlchemyError

from crawlers.failures import BESIDE, BLOCKING, HARMLESS, Failed
from crawlers.frontier import codec
from crawlers.frontier.ledger import Ledger, Unit
from crawlers.frontier.store import Frontier, Known
from crawlers.frontier.turns import Turns
from crawlers.items import Normalized, Refused, Searched, Sighting, Unchanged
from crawlers.room import FULL, REMEDY
from crawlers.searching import Searching
from crawlers.warc import CrawlArchive
from pipelines import archive
from pipelines.errors import UserError
from pipelines.library import DatabaseLost, Library, Run
from pipelines.library.database import first_line
from pipelines.library.room import no_room
from pipelines.library.tables import pages
from pipelines.ruleset import ruleset
from pipelines.search_plan import Plan
from pipelines.sources import identity

if TYPE_CHECKING:
    from crawlers.base import VendorSpider
    from crawlers.frontier.scheduler import FrontierScheduler

_CASES = ("cases_new", "cases_changed", "cases_unchanged")
_RUNS: WeakKeyDictionary[Crawler, CrawlRun] = WeakKeyDictionary()


class CrawlRun:
    """See the module. Get it with ``CrawlRun.of(crawler)``."""

    def __init__(self, crawler: Crawler) -> None:
        spider: VendorSpider = crawler.spider  # type: ignore[assignment]
        settings = crawler.settings
        self.crawler = crawler
        self.vendor = spider.name
        self.plan = spider.plan
        self.sandbox = bool(settings.get("SANDBOX"))
        self.library = Library.open(settings.get("CASE_LIBRARY") or None, every_commit=False)
        self.library.database.patience = settings.getfloat("DATABASE_PATIENCE")
        self._ended = False  # the run is resumed after it had come to an end
        self.run_id = self._begin(run_name(settings))
        self.frontier = Frontier(self.library.database, self.run_id)
        self.frontier.workers.join(self.vendor)
        if self.frontier.workers.alone:
            self._reopen()
        self.archive = self._archive() if settings.getbool("CRAWL_ARCHIVE") else None
        self.ledger = Ledger(self.frontier, self.vendor, self._write, self._sync, self._committed)
        self.turns = Turns(self.frontier.hosts, settings.getfloat("DOWNLOAD_DELAY"))
        self.searching = Searching(settings.get("CRAWL_SEARCH") or "", settings.getfloat("RETRY_AFTER_MAX"))
        if self.searching.provider:
            self.turns.slower[self.searching.provider.host] = self.searching.provider.delay
        self.scheduler: FrontierScheduler | None = None
        self.blocked: Failed | None = None
        self.lost = ""  # what the database or the disk said last, once nothing can be kept any more
        self.lost_kind = ""
        self.last = True  # whether this worker was the last of the run, known once it has left
        self._stopping = False

    @classmethod
    def of(cls, crawler: Crawler) -> CrawlRun:
        """The run of a crawler, opened when first asked for."""
        if crawler not in _RUNS:
            _RUNS[crawler] = cls(crawler)
        return _RUNS[crawler]

    @property
    def folder(self) -> Path:
        """Where the run's manifest and summary lie: ``runs/<id>`` beside the archive."""
        return self.library.archive.folder.parent / "runs" / self.run_id

    @property
    def plan_key(self) -> str:
        """A key of the plan's questions: a page that one plan lists and another does not is no withdrawn page."""
        return plan_key(self.plan.as_json())

    def _begin(self, run_id: str | None) -> str:
        """Begin, or resume: a run is resumed only with the plan that it began with."""
        plan = stored_plan(self.plan, self.sandbox)
        earlier = earlier_run(self.library, run_id, self.vendor, plan) if run_id else None
        self._ended = earlier is not None and earlier.ended_at is not None
        name = self.library.begin_run("crawl", self.vendor, plan, run_id)
        earlier_run(self.library, name, self.vendor, plan)  # another worker may have begun it at the same moment
        return name

    def _reopen(self) -> None:
        """What failed in a run that had come to its end is tried again, and what other rules have read is read again."""
        if self._ended:
            self.frontier.reopen()
        pages = (Request(url, meta={"case_page": True}) for url in self.frontier.read_by_others(self.vendor, ruleset()))
        self.frontier.reopen_done([codec.fingerprint(page, self.vendor) for page in pages])

    def _archive(self) -> CrawlArchive:
        return CrawlArchive(self.library.archive.folder, self.run_id, self.frontier.workers.number)

    @property
    def seen(self) -> Counter[str]:
        """What this worker has counted: kinds of failure, codes of rejection, cases."""
        return self.ledger.seen

    @contextmanager
    def while_there(self) -> Iterator[None]:
        """What is done while the database is there; when it is lost, or the disk is full, the crawl stops and the ending says so."""
        try:
            yield
        except DatabaseLost as error:
            self.lose("database_lost", f"数据库没有恢复（以同一 run 继续）：{error}")
        except (OSError, SQLAlchemyError) as error:
            if not no_room(error):
                raise
            self.lose(FULL, f"磁盘写不下了：{first_line(error)}；{REMEDY}")

    def lose(self, kind: str, told: str) -> None:
        """Nothing can be kept any more: stop. What was not committed is made again by whoever goes on with the run."""
        self.lost, self.lost_kind = self.lost or told, self.lost_kind or kind
        self.stop(kind)

    # Going

    def known(self, url: str) -> Known | None:
        """What an earlier run knows of the page at an address."""
        return self.frontier.known(self.vendor, identity(self.vendor, url))

    def recheck(self) -> int:
        """Ask once more for pages that this plan listed in an earlier run and not in this one; once, and only where the
        listings were read to their ends. Returns how many were added."""
        if self.blocked or self._stopping or self.frontier.rechecked():
            return 0
        if any(kind not in HARMLESS | BESIDE for kind, _, _ in self.frontier.failures()):
            return 0
        return self.frontier.recheck([self.ledger.entry(request) for request in self._unlisted()])

    def _unlisted(self) -> Iterator[Request]:
        """Requests for those pages, each with what its last listing said of it: it may have to be read again."""
        spider: Any = self.crawler.spider
        for url, run_id in self.frontier.unseen(self.vendor, self.plan_key):
            meta = {"phase": "recheck", "case_page": True, "recheck": True}
            page = Request(url, callback=spider.parse_case, meta=meta)
            yield page.replace(cb_kwargs=self.frontier.said(run_id, codec.fingerprint(page, self.vendor)))

    def note(self, kind: str, count: int = 1) -> None:
        """Count something for the final account and Scrapy's statistics, under ``crawl/``."""
        self.seen[kind] += count
        self._tell(Counter({kind: count}))

    def _tell(self, counted: Mapping[str, int]) -> None:
        for kind, count in counted.items():
            if self.crawler.stats:
                self.crawler.stats.inc_value(f"crawl/{kind}", count)

    @property
    def listings_first(self) -> bool:
        """Whether every listing is read before the first page: a page's facts from all of them are known then. Not where only a
        few cases are wanted, which would wait for listings of hundreds of pages."""
        return not self.plan.narrow.limit

    def _committed(self, counted: Counter[str]) -> None:
        """A unit was committed: tell, and stop all workers where the limit is reached."""
        self._tell(counted)
        limit = self.plan.narrow.limit
        if limit and any(counted[name] for name in _CASES):
            seen = self.frontier.workers.seen()
            if sum(seen[name] for name in _CASES) >= limit:
                self.frontier.workers.stop_all("limit")
                self.stop("limit")

    def after_failure(self, failed: Failed) -> None:
        """A site that does not want us is left alone at once; what was not fetched stays in the frontier."""
        if failed.kind in BLOCKING and self.blocked is None:
            self.blocked = failed
            with self.while_there():
                self.frontier.workers.stop_all("blocked")
            self.stop("blocked")

    def stop(self, reason: str) -> None:
        """Close the spider, once; requests under way are finished."""
        if self.crawler.engine is not None and not self._stopping:
            self._stopping = True
            deferred_from_coro(self.crawler.engine.close_spider_async(reason=reason))

    # The transaction of a unit

    def _sync(self) -> None:
        if self.archive is not None:
            self.archive.sync()

    def write_now(self, result: Any) -> None:
        """Write what came from no request: the seeds of a listing, and what was refused of them."""
        counted = self.library.database.write(lambda db: self._write(db, Unit(0, Request("https://seeds.invalid/")), result))
        self.seen.update(counted)
        self._tell(counted)

    def _write(self, db: Connection, unit: Unit, result: Any) -> Counter[str]:
        """Write one result of a request within its transaction, which may be run again; returns what is to be counted."""
        if isinstance(result, Normalized):
            return self._write_page(db, result)
        if isinstance(result, Unchanged):
            self.library.seen_in(db, self.run_id, result.digest)
            self._remember(db, result.url, **_validators(result.etag, result.last_modified))
            return Counter({"unchanged": 1})
        if isinstance(result, Searched):
            self.frontier.searched_in(db, result)
            self.searching.answered()
            return Counter({"searched": 1})
        if isinstance(result, Sighting):
            self.frontier.sight_in(db, result)
        return self._refuse(db, unit, result) if isinstance(result, Refused) else Counter()

    def _write_page(self, db: Connection, done: Normalized) -> Counter[str]:
        stored = self.library.store_in(db, self.run_id, done.page, (*done.cases, *done.rejections), done.rules)
        fetched = done.fetched
        if fetched.lost and fetched.archive:
            db.execute(update(pages).where(pages.c.digest == done.page.digest).values(archive=fetched.archive))
        told = {"etag": fetched.etag, "last_modified": fetched.last_modified}
        validators = _validators(**told) if fetched.again else told
        self._remember(db, done.page.url, digest=done.page.digest, rules=done.rules, **validators)
        counted = Counter(f"rejected/{one.code}" for one in done.rejections)
        counted["read_again"] = int(fetched.again)
        return counted + Counter(dict(zip(("pages", *_CASES), (1, stored.new, stored.changed, stored.unchanged), strict=True)))

    def _refuse(self, db: Connection, unit: Unit, refused: Refused) -> Counter[str]:
        one = refused.rejection
        self.library.reject_in(db, self.run_id, one)
        counted = Counter({f"rejected/{one.code}": 1})
        if one.code == "not_found_page" and unit.request.meta.get("case_page"):
            counted["withdrawn"] = self.library.gone_in(db, self.run_id, unit.request.url)
            self._remember(db, unit.request.url, gone=True)
        return counted

    def _remember(self, db: Connection, url: str, **values: Any) -> None:
        plan = {} if values.get("gone") else {"plan_key": self.plan_key, "gone": False}
        self.frontier.remember_in(db, self.vendor, identity(self.vendor, url), url=url, **plan, **values)

    def leave(self) -> None:
        """Leave the run: others may have what this worker held. Raises DatabaseLost."""
        self.last = self.frontier.workers.leave(self.seen)

    def close(self) -> None:
        """Close archive and library."""
        if self.archive is not None:
            self.archive.close()
        self.library.close()


def earlier_run(library: Library, run_id: str, vendor: str, plan: Any) -> Run | None:
    """The run of this id, if there is one; raises UserError where it began for another vendor or with another plan."""
    found = library.run(run_id)
    if found and (found.vendor, plan_key(found.plan)) != (vendor, plan_key(plan)):
        raise UserError(f"run {run_id} 属于 {found.vendor} 的另一个检索计划；请用当时的参数继续")
    return found


def run_name(settings: BaseSettings) -> str | None:
    """The run that a crawl is to resume, share or be named by; None for one of its own."""
    name = settings.get("CRAWL_RUN_ID") or settings.get("RUN_ID")
    return archive.run_name(name) if name else None


def stored_plan(plan: Plan, sandbox: bool) -> dict[str, Any]:
    """A plan as it is stored with its run: plain data, and whether it went to the sandbox."""
    told: dict[str, Any] = json.loads(json.dumps({**plan.as_json(), "sandbox": sandbox}))
    return told


def plan_key(plan: Any) -> str:
    """A short key of a plan as stored; the same questions have the same key."""
    return hashlib.sha256(json.dumps(plan, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def _validators(etag: str, last_modified: str) -> dict[str, str]:
    """Validators that came with a 304; what it does not repeat stays as it was."""
    return {name: value for name, value in (("etag", etag), ("last_modified", last_modified)) if value}
