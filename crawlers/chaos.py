"""``python -m crawlers.chaos [--kills 50] [--copies 16] [--seed 1] [--without-jobdir] [--team-kills 30] [--without-team]``:
kill a crawl again and again.

A sandbox of at least 400 pages is crawled; the process is killed with SIGKILL at random moments of its work and
started again as the same run, ``--kills`` times, and then left to finish. Every page must be in the library once. The
same is done to a bare Scrapy spider with JOBDIR, whose items go to a file at once. Then three workers share a crawl
through PostgreSQL, are killed ``--team-kills`` times and lose their database once (see crawlers.chaos_team). Exit status
0 where ours is whole each time.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from crawlers.chaos_team import Plan, team_tables
from crawlers.chaos_team import experiment as run_team
from crawlers.sandbox.postgres import NoPostgresError, postgres
from crawlers.sandbox.server import Behaviour, Server, serving
from crawlers.sandbox.sites.aws import PAGES, folder_of
from pipelines.library import Library
from pipelines.library import tables as t
from pipelines.sources import canonical_url

RUN = "crawl-chaos"
UNDER_WAY = 10  # pages that are kept between the decision to kill and the kill
PATIENCE = 300.0  # seconds that a life may last


@dataclass(frozen=True)
class Tally:
    """What was left after the kills: expected pages, those lost, those stored twice, cases, how often pages were fetched."""

    name: str
    kills: int
    expected: int
    lost: int
    twice: int
    cases_lost: int
    fetched: int
    seconds: float
    exit_status: int

    @property
    def whole(self) -> bool:
        """Whether every page is there once."""
        return not (self.lost or self.twice or self.cases_lost)


@dataclass(frozen=True)
class Subject:
    """What is put under fire: its command, how many pages it has kept so far, and what it has in the end."""

    name: str
    command: list[str]
    kept: Callable[[], int]
    count: Callable[[set[str]], tuple[int, int, int]]  # expected addresses to (lost, twice, cases lost)


def experiment(subject: Subject, kills: int, seed: int, copies: int) -> Tally:
    """Run a command under fire on a fresh server and count what it left. Every life is killed after a random number of
    pages, chosen so that the kills are spread over the whole crawl, and a random moment more."""
    chance = random.Random(seed)  # noqa: S311 - moments to kill at, not secrets
    began = time.monotonic()
    with serving(Behaviour(slow=0.02), copies) as server:
        expected = pages_of(server)
        done = 0
        while done < kills:
            left = max(0, len(expected) - subject.kept())
            share = 2 * left // (kills - done + 1) - UNDER_WAY
            life = Life(subject, server, chance.randint(0, max(0, share)), chance.uniform(0.0, 0.15))
            if not life.killed():
                break
            done += 1
        last = _start(subject.command, server).wait(PATIENCE)
        fetched = sum(n for url, n in server.sandbox.served.items() if _page(url))
    lost, twice, cases_lost = subject.count(expected)
    return Tally(subject.name, done, len(expected), lost, twice, cases_lost, fetched, time.monotonic() - began, last)


@dataclass(frozen=True)
class Life:
    """One life of a process: started, left to keep ``pages`` more, killed ``delay`` seconds later."""

    subject: Subject
    server: Server
    pages: int
    delay: float

    def killed(self) -> bool:
        """Live; False where the process came to its end before it could be killed."""
        asked, kept = sum(self.server.sandbox.asked.values()), self.subject.kept()
        process = _start(self.subject.command, self.server)
        until = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < until:
            working = sum(self.server.sandbox.asked.values()) > asked
            if working and self.subject.kept() >= kept + self.pages:
                break
            time.sleep(0.02)
        try:
            process.wait(self.delay)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return True
        return False


def _start(command: list[str], server: Server) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "SCRAPY_SETTINGS_MODULE": "crawlers.settings"}
    full = [*command, "-s", f"SANDBOX={server.address}"]
    return subprocess.Popen(full, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own


def pages_of(server: Server) -> set[str]:
    """The addresses of the case pages that the site has in its section of cases, the only one that the bare spider reads."""
    site = server.sandbox.sites["aws"]
    prefix = {"zh": "/cn"}
    listed = [c for c in site.facts.customers if folder_of(c) == PAGES]
    return {f"https://aws.amazon.com{prefix.get(c.lang, '')}{PAGES}{c.slug}/" for c in listed}


def _page(url: str) -> bool:
    return "/solutions/case-studies/" in url


def ours(folder: Path, kills: int, seed: int, copies: int) -> Tally:
    """The experiment with our frontier."""
    library = f"sqlite:///{folder}/library.db"
    command = [sys.executable, "-m", "scrapy", "crawl", "aws", "-a", "category=全部", "--run", RUN, "-s", f"CASE_LIBRARY={library}"]

    def count(expected: set[str]) -> tuple[int, int, int]:
        with Library.open(library) as held, held.engine.connect() as db:
            pages = Counter(canonical_url("aws", u) for u in db.scalars(select(t.pages.c.url).where(t.pages.c.vendor == "aws")))
            cases = Counter(db.scalars(select(t.cases.c.url).where(t.cases.c.current)))
            refused = {r.url for r in held.rejections()}
        lost = sum(url not in pages for url in expected)
        return lost, sum(n - 1 for n in pages.values()), sum(url not in cases and url not in refused for url in expected)

    def kept() -> int:
        with Library.open(library) as held, held.engine.connect() as db:
            return db.scalar(select(func.count()).select_from(t.pages)) or 0

    return experiment(Subject("本项目的 frontier", command, kept, count), kills, seed, copies)


def jobdir(folder: Path, kills: int, seed: int, copies: int) -> Tally:
    """The experiment with Scrapy's JOBDIR."""
    out = folder / "bare.jsonl"
    out.touch()
    command = [sys.executable, "-m", "scrapy", "runspider", str(Path(__file__).with_name("baseline.py")), "-s", f"JOBDIR={folder}/job"]
    command += ["-s", f"BARE_OUT={out}", *plain_settings()]

    def count(expected: set[str]) -> tuple[int, int, int]:
        found = Counter(_official(json.loads(line)["url"]) for line in out.read_text(encoding="utf-8").splitlines() if line.endswith("}"))
        lost = sum(url not in found for url in expected)
        return lost, sum(n - 1 for url, n in found.items() if url in expected), lost

    def kept() -> int:
        return len({_official(json.loads(line)["url"]) for line in out.read_text(encoding="utf-8").splitlines() if line.endswith("}")})

    return experiment(Subject("Scrapy JOBDIR", command, kept, count), kills, seed, copies)


def plain_settings() -> list[str]:
    """Scrapy's own components in place of ours."""
    plain = {
        "SCHEDULER": "scrapy.core.scheduler.Scheduler",
        "SPIDER_MIDDLEWARES": "{}",
        "DOWNLOADER_MIDDLEWARES": "{}",
        "ITEM_PIPELINES": "{}",
        "EXTENSIONS": "{}",
        "DOWNLOAD_HANDLERS": "{}",
        "TWISTED_DNS_RESOLVER": "scrapy.resolver.CachingThreadedResolver",
        "COMMANDS_MODULE": "",
        "AUTOTHROTTLE_ENABLED": "0",
    }
    return [part for name, value in plain.items() for part in ("-s", f"{name}={value}")]


def _official(url: str) -> str:
    """``http://127.0.0.1:1234/aws.amazon.com/x`` as the address it stands for."""
    return "https:/" + urlsplit(url).path


def table(tallies: list[Tally]) -> Table:
    """The result for a terminal."""
    found = Table("队列", "SIGKILL", "应有页面", "丢失", "重复入库", "丢失案例", "实际下载", "秒", "退出码")
    for one in tallies:
        numbers = (one.kills, one.expected, one.lost, one.twice, one.cases_lost, one.fetched, round(one.seconds), one.exit_status)
        found.add_row(one.name, *map(str, numbers))
    return found


def main(argv: list[str] | None = None) -> int:
    """The command; see the module."""
    parser = argparse.ArgumentParser(prog="python -m crawlers.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--copies", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-jobdir", action="store_true")
    parser.add_argument("--team-kills", type=int, default=30)
    parser.add_argument("--without-team", action="store_true")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tallies = [ours(folder, given.kills, given.seed, given.copies)]
        if not given.without_jobdir:
            tallies.append(jobdir(folder, given.kills, given.seed, given.copies))
    console = Console(width=110)
    console.print(table(tallies))
    return 0 if tallies[0].whole and (given.without_team or _team(console, Plan(kills=given.team_kills, seed=given.seed))) else 1


def _team(console: Console, plan: Plan) -> bool:
    """The experiment with several workers, printed; whether it left everything whole, or PostgreSQL is not installed here."""
    try:
        with tempfile.TemporaryDirectory() as name, postgres() as database:
            tally = run_team(Path(name), database, plan)
    except NoPostgresError as error:
        console.print(f"多个 worker 的实验未做：{error}", highlight=False)
        return True
    for one in team_tables(tally):
        console.print(one)
    return tally.whole


if __name__ == "__main__":
    sys.exit(main())
