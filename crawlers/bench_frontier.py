"""``python -m crawlers.bench_frontier [--pages 1000,100000,1000000] [--rounds 30] [--postgres]``: what the frontier's statements
cost with so many pages pending.

A run of three hosts is filled with pages, all pending, and one listing that is done; then 16 requests are leased and
completed, ``--rounds`` times. Told is the median of each step in milliseconds, in SQLite, with ``--postgres`` in PostgreSQL too.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection

from crawlers.frontier.store import Entry, Frontier, Leased
from crawlers.sandbox.postgres import postgres
from pipelines.library import Library
from pipelines.library.database import batches

HOSTS = ("one.example.com", "two.example.com", "three.example.com")
BATCH = 16  # as CRAWL_BATCH
TOGETHER = 10_000  # rows of a transaction while filling
PRIORITY = 100  # of a listing


def pages(count: int) -> Iterator[Entry]:
    """Pages as a listing names them, in turn at each host, with as much beside them as requests carry."""
    for number in range(count):
        url = f"https://{HOSTS[number % len(HOSTS)]}/cases/{number}"
        yield Entry(f"{number:064}", url, f'{{"url":"{url}","padding":"{"x" * 400}"}}')


def filled(frontier: Frontier, count: int) -> None:
    """A run whose listing is done and whose pages are all pending."""
    frontier.workers.join("aws")
    frontier.add([Entry("listing", f"https://{HOSTS[0]}/list", "{}", PRIORITY)])
    complete(frontier, frontier.lease(BATCH))
    for some in batches(pages(count), TOGETHER):
        frontier.add(some)


def complete(frontier: Frontier, leased: list[Leased]) -> None:
    """Requests are done, all in one transaction."""

    def completing(db: Connection) -> None:
        for one in leased:
            frontier.complete_in(db, one.id, "stored")

    frontier.database.write(completing)


def measured(frontier: Frontier, rounds: int) -> dict[str, float]:
    """The median of each step, in milliseconds."""
    spent: dict[str, list[float]] = defaultdict(list)

    def timed(name: str, step: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        found = step()
        spent[name].append(1000 * (time.perf_counter() - began))
        return found

    for _ in range(rounds):
        leased = timed("lease", lambda: frontier.lease(BATCH, listings_first=True))
        complete(frontier, leased)
        timed("deal", lambda: frontier.database.write(lambda db: frontier.hosts.deal_in(db, ())))
        timed("left", frontier.left)
    return {name: statistics.median(found) for name, found in spent.items()}


def lines(url: str, count: int, rounds: int) -> dict[str, float]:
    """The steps of a new library with so many pending pages."""
    with tempfile.TemporaryDirectory() as folder, Library.open(url or f"sqlite:///{folder}/l.db", every_commit=False) as library:
        frontier = Frontier(library.database, "bench")
        filled(frontier, count)
        return measured(frontier, rounds)


def main(argv: list[str] | None = None) -> int:
    """The command; see the module."""
    parser = argparse.ArgumentParser(prog="python -m crawlers.bench_frontier", description=__doc__)
    parser.add_argument("--pages", default="1000,100000,1000000")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args(argv)
    table = Table("数据库", "待抓页面", "取 16 个 ms", "分主机 ms", "数剩余 ms")
    for count in map(int, given.pages.split(",")):
        table.add_row("SQLite", f"{count:,}", *(f"{ms:.2f}" for ms in lines("", count, given.rounds).values()))
        if given.postgres:
            with postgres() as server:
                table.add_row("PostgreSQL", f"{count:,}", *(f"{ms:.2f}" for ms in lines(server.url(), count, given.rounds).values()))
    Console(width=110).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
