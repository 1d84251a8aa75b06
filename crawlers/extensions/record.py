"""Writes how a run ended: in the library, in manifest.json beside the archive, and as a table in the terminal.

``manifest.json`` holds the plan, the account, the ending, the archive's files with their digests, and every rejection
with its reason. The exit status of ``scrapy crawl`` is taken from here.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Column, Table
from scrapy import Spider, signals
from scrapy.crawler import Crawler
from sqlalchemy import func, select

from crawlers.base import FOUND_BY, VendorSpider
from crawlers.ending import Account, Ending, ending
from crawlers.runs import CrawlRun
from pipelines.case import REASONS, Case, Rejection
from pipelines.library import tables as t
from pipelines.search_plan import questions
from pipelines.sources import policies

ENDINGS: dict[int, Ending] = {}  # by id of the crawler, for the command's exit status


class RunRecord:
    """See the module."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        crawler.signals.connect(self._opened, signal=signals.spider_opened)
        crawler.signals.connect(self._closed, signal=signals.spider_closed)
        crawler.signals.connect(self._stopped, signal=signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RunRecord:
        """The record of a crawl."""
        return cls(crawler)

    def _opened(self) -> None:
        run = CrawlRun.of(self.crawler)
        console = Console(stderr=True)
        for line in run.plan.lines():
            console.print(line, highlight=False, markup=False)
        if search := run.searching.provider:
            console.print(f"检索服务 {search.shown}：{len(questions(run.plan))} 个查询", highlight=False, markup=False)
        console.print(f"run {run.run_id}", highlight=False)

    def _closed(self, spider: Spider, reason: str) -> None:
        run = CrawlRun.of(self.crawler)
        assert isinstance(spider, VendorSpider)
        with run.while_there():
            run.leave()
            self._write(run, spider, reason)
        if run.lost:
            ENDINGS[id(self.crawler)] = Ending("incomplete", (run.lost_kind,), (run.lost,))
            Console(stderr=True).print(ENDINGS[id(self.crawler)].told[0], highlight=False, markup=False)

    def _write(self, run: CrawlRun, spider: VendorSpider, reason: str) -> None:
        """Write how the run ended as far as this worker sees; the library is told by the last one, or once all is done."""
        refused, seen = rejections_of(run), run.frontier.workers.seen()
        account = replace(account_of(run, reason), outside=sum(map(_outside, refused)))
        end = ending(account, spider.expectations)
        told = manifest(run, account, end, refused)
        write_whole(run.folder / "manifest.json", json.dumps(told, ensure_ascii=False, indent=1))
        if run.last or not run.frontier.left():
            summary = {"requests": dict(account.requests), "seen": dict(seen), "told": end.told, "cases": account.cases}
            summary["fill"] = dict(account.fill)
            run.library.end_run(run.run_id, end.status, ",".join(end.kinds), summary)
        ENDINGS[id(self.crawler)] = end
        Console(stderr=True).print(table(run, account, end, refused, seen))

    def _stopped(self) -> None:
        CrawlRun.of(self.crawler).close()


def account_of(run: CrawlRun, reason: str) -> Account:
    """What the run counted, over all its processes: from the database, not from memory."""
    filled: Counter[str] = Counter()
    cases = 0
    for data in _rows(run, select(t.cases.c.data).where(*_of_run(run))):
        cases += 1
        filled.update({name: int(bool(held)) for name, held in Case.from_json(data).fields().items()})
    of_run = (t.pages.c.last_run == run.run_id, t.pages.c.vendor == run.vendor)
    telling = select(func.count(func.distinct(t.cases.c.page_digest))).where(*_of_run(run))
    pages = run.library.database.read(lambda db: db.scalar(select(func.count()).select_from(t.pages).where(*of_run))) or 0
    pages_with_cases = run.library.database.read(lambda db: db.scalar(telling)) or 0
    failures = run.frontier.failures()
    return Account(
        reason=reason,
        requests=run.frontier.counts(),
        failed=dict(Counter(kind for kind, _, _ in failures)),
        sightings=run.frontier.sightings(),
        pages=pages,
        pages_with_cases=pages_with_cases,
        cases=cases,
        fill={name: count / cases for name, count in filled.items()},
        blocked=run.blocked.detail if run.blocked else "",
        everything=run.plan.steps[0].phase == "all",
        missed=run.frontier.missed(),
        said={kind: detail for kind, _, detail in reversed(failures)},
    )


def rejections_of(run: CrawlRun) -> list[Rejection]:
    """What this run refused, by reason, then address."""
    r = t.rejections.c
    query = select(r.data).where(r.last_run == run.run_id).order_by(r.code, r.identity, r.part)
    return [msgspec.json.decode(data, type=Rejection) for data in _rows(run, query)]


def _outside(refused: Rejection) -> bool:
    """Whether a listing named an address that the policy does not know; what a search finds anywhere says nothing of a listing."""
    return refused.code == "outside_policy" and FOUND_BY not in refused.detail


def manifest(run: CrawlRun, account: Account, end: Ending, refused: list[Rejection]) -> dict[str, Any]:
    """The run as plain data."""
    files = run.archive.files() if run.archive else []
    return {
        "run": run.run_id,
        "vendor": run.vendor,
        "sandbox": run.sandbox,
        "plan": run.plan.as_json(),
        "status": end.status,
        "kinds": end.kinds,
        "told": end.told,
        "account": {**asdict(account), "sightings": [asdict(s) for s in account.sightings]},
        "search": searched(run),
        "archive": [{"file": path.name, "bytes": path.stat().st_size, "sha256": _sha256(path)} for path in files],
        "rejections": [{"code": r.code, "reason": REASONS.get(r.code, ""), "url": r.url, "detail": r.detail} for r in refused],
        "failures": [{"kind": kind, "url": url, "detail": detail} for kind, url, detail in run.frontier.failures()],
    }


def searched(run: CrawlRun) -> dict[str, Any]:
    """What the search provider was asked, how much it named, and the pages that are in the run because of it."""
    asked = [{"query": one.words, "step": one.step, "page": one.page, "results": one.results} for one in run.frontier.searched()]
    return {"answers": asked, "pages": run.frontier.found_by_search()} if asked else {}


def write_whole(path: Path, text: str) -> None:
    """Write a file that another worker may be writing too: a reader finds the one or the other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def table(run: CrawlRun, account: Account, end: Ending, refused: list[Rejection], seen: Counter[str]) -> Table:
    """The summary for a terminal."""
    title = f"{policies()[run.vendor].name} {run.run_id}{' 演示数据' if run.sandbox else ''}：{end.status}"
    found = Table("", Column(overflow="fold"), title=title, show_header=False, title_justify="left")
    found.add_row("案例", f"{account.cases}（新 {seen['cases_new']}，变更 {seen['cases_changed']}）")
    found.add_row("页面", f"{account.pages}，其中有案例 {account.pages_with_cases}；未变 {seen['unchanged']}；撤下 {seen['withdrawn']}")
    if seen["read_again"]:
        found.add_row("重读", f"{seen['read_again']} 个页面没有变化，按新的规则从归档重读，未再下载")
    found.add_row("请求", "，".join(f"{state} {n}" for state, n in sorted(account.requests.items())))
    if answers := run.frontier.searched():
        pages = run.frontier.found_by_search()
        found.add_row("检索", f"{len(answers)} 次应答，{sum(a.results for a in answers)} 条结果；目录没有而由检索找到的页面 {len(pages)}")
    for code, count in Counter(r.code for r in refused).most_common():
        found.add_row(f"拒绝 {code}", f"{count}  {REASONS.get(code, '')}")
    for told in end.told:
        found.add_row("注意", told)
    found.add_row("记录", str(run.folder / "manifest.json"))
    return found


def _of_run(run: CrawlRun) -> tuple[Any, ...]:
    c = t.cases.c
    return c.current, c.vendor == run.vendor, c.last_run == run.run_id, c.withdrawn_run.is_(None)


def _rows(run: CrawlRun, query: Any) -> Iterator[str]:
    with run.library.engine.connect() as db:
        yield from db.scalars(query.execution_options(yield_per=500))


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
