"""The experiment of ``crawlers.chaos`` with several workers that share one run through PostgreSQL.

A sandbox of several hosts is crawled; workers are killed with SIGKILL at random moments and started again, and the
database server is restarted in the middle. What is in the library at the end is compared with a crawl that nobody
disturbed, by one worker into SQLite; what arrived at each host is compared with the delay that was to be kept there, by
the clock of the site.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rich.table import Table
from sqlalchemy import func, select

from crawlers.sandbox.postgres import PostgresServer
from crawlers.sandbox.server import Behaviour, Server, serving
from pipelines.library import Library
from pipelines.library import tables as t
from pipelines.sources import canonical_url

VENDOR = "azure"  # its replica has three hosts
RUN = "crawl-chaos-team"
DELAY = 0.1  # seconds that are to lie between two requests to a host
PATIENCE = 600.0  # seconds that the whole may last
FINAL = 3  # times that workers which ended early are started again, once nobody is killed any more


@dataclass(frozen=True)
class Plan:
    """What is done to the workers: ``restarts`` of the database server are spread like the kills."""

    workers: int = 3
    kills: int = 30
    restarts: int = 1
    copies: int = 12
    seed: int = 1
    delay: float = DELAY


@dataclass(frozen=True)
class Held:
    """What a library holds: addresses of its pages, how often; addresses of its cases; its fingerprint; cases stored anew."""

    pages: Counter[str]
    cases: Counter[str]
    digest: str
    versions: int


@dataclass(frozen=True)
class TeamTally:
    """What was left: lost and doubled pages and cases against the undisturbed crawl; requests that came too early, by host."""

    plan: Plan
    kills: int
    restarts: int
    expected: int
    lost: int
    twice: int
    same: bool
    fetched: int
    gaps: Mapping[str, tuple[int, float, int]]  # requests, the shortest gap, gaps shorter than the delay
    seconds: float
    statuses: tuple[int, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is missing, nothing doubled, no host was asked too soon, and the crawl says that it is whole."""
        early = sum(found for _, _, found in self.gaps.values())
        return self.same and not (self.lost or self.twice or early) and 0 in self.statuses


@dataclass
class Team:
    """Workers of one run, as processes."""

    command: list[str]
    log: Path
    size: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def fill(self) -> None:
        """Start workers until there are as many as there should be."""
        self.processes = [one for one in self.processes if one.poll() is None]
        while len(self.processes) < self.size:
            self.processes.append(_start(self.command, self.log))

    def kill_one(self, chance: random.Random) -> bool:
        """Kill a worker; False where none is alive."""
        living = [one for one in self.processes if one.poll() is None]
        if living:
            victim = chance.choice(living)
            victim.kill()
            victim.wait()
        return bool(living)

    def wait(self, seconds: float) -> tuple[int, ...]:
        """The exit statuses of all, once they have ended; raises subprocess.TimeoutExpired."""
        until = time.monotonic() + seconds
        return tuple(one.wait(max(0.1, until - time.monotonic())) for one in self.processes)

    def end(self) -> None:
        """Leave no process behind."""
        for one in self.processes:
            if one.poll() is None:
                one.kill()
                one.wait()


def experiment(folder: Path, database: PostgresServer, plan: Plan) -> TeamTally:
    """Crawl undisturbed, crawl under fire, compare. Everything lies in ``folder``; the workers' log is ``team.txt``."""
    with serving(Behaviour(slow=0.01), plan.copies) as server:
        reference = f"sqlite:///{folder}/reference/library.db"
        status = _start(_command(server, reference, 0.0), folder / "reference.txt").wait(PATIENCE)
        if status:
            raise RuntimeError(f"the undisturbed crawl ended with status {status}: see {folder}/reference.txt")
        expected = _held(reference)
        pages = sum(server.sandbox.served.values())
        server.sandbox.forget()
        began = time.monotonic()
        team = Team(_command(server, url := database.url(), plan.delay), folder / "team.txt", plan.workers)
        try:
            kills, restarts = _under_fire(team, server, database, plan, pages)
            statuses = _to_the_end(team)
        finally:
            team.end()
        found = _held(url, folder / "archive")
        gaps = {h: (len(g) + 1, min(g, default=plan.delay), sum(one < plan.delay for one in g)) for h, g in server.sandbox.gaps().items()}
        return TeamTally(
            plan=plan,
            kills=kills,
            restarts=restarts,
            expected=len(expected.pages),
            lost=len((expected.pages - found.pages) + (expected.cases - found.cases)),
            twice=sum((found.pages - expected.pages).values()) + sum((found.cases - expected.cases).values()) + found.versions,
            same=found.digest == expected.digest,
            fetched=sum(server.sandbox.served.values()),
            gaps=gaps,
            seconds=time.monotonic() - began,
            statuses=statuses,
        )


def _under_fire(team: Team, server: Server, database: PostgresServer, plan: Plan, pages: int) -> tuple[int, int]:
    """Kill and restart at random moments of the work, spread over the whole crawl; returns how often each was done."""
    chance = random.Random(plan.seed)  # noqa: S311 - moments to kill at, not secrets
    deeds = ["kill"] * plan.kills
    for number in range(plan.restarts):
        deeds.insert((number + 1) * len(deeds) // (plan.restarts + 1), "restart")
    moments = sorted(chance.sample(range(2, max(len(deeds) + 2, pages - 5)), len(deeds)))
    done: Counter[str] = Counter()
    team.fill()
    until = time.monotonic() + PATIENCE
    for moment, deed in zip(moments, deeds, strict=True):
        while sum(server.sandbox.served.values()) < moment and time.monotonic() < until and any(p.poll() is None for p in team.processes):
            time.sleep(0.01)
        if deed == "restart":
            database.restart()
            done[deed] += 1
        else:
            done[deed] += team.kill_one(chance)
        team.fill()
    return done["kill"], done["restart"]


def _to_the_end(team: Team) -> tuple[int, ...]:
    """Let the workers finish; those that ended early for want of the database are started again."""
    statuses: tuple[int, ...] = ()
    for _ in range(FINAL):
        statuses = team.wait(PATIENCE)
        if 0 in statuses:
            break
        team.fill()
    return statuses


def _command(server: Server, library: str, delay: float) -> list[str]:
    settings = {"SANDBOX": server.address, "CASE_LIBRARY": library, "RUN_ID": RUN}
    settings |= {"DOWNLOAD_DELAY": str(delay), "CONCURRENT_REQUESTS_PER_DOMAIN": "1"} if delay else {}
    command = [sys.executable, "-m", "scrapy", "crawl", VENDOR, "-a", "category=全部"]
    return [*command, *(part for name, value in settings.items() for part in ("-s", f"{name}={value}"))]


def _start(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "SCRAPY_SETTINGS_MODULE": "crawlers.settings", "CASE_ARCHIVE": str(log.parent / "archive")}
    with log.open("ab") as out:
        return subprocess.Popen(command, env=environment, stdout=out, stderr=out)  # noqa: S603 - our own


def _held(url: str, archive: Path | None = None) -> Held:
    with Library.open(url, archive=archive, must_exist=True) as held, held.engine.connect() as db:
        current = (t.cases.c.current, t.cases.c.withdrawn_run.is_(None))
        return Held(
            pages=Counter(canonical_url(VENDOR, u) for u in db.scalars(select(t.pages.c.url))),
            cases=Counter(db.scalars(select(t.cases.c.url).where(*current))),
            digest=held.digest(),
            versions=db.scalar(select(func.count()).select_from(t.cases).where(t.cases.c.current.is_(False))) or 0,
        )


def team_tables(tally: TeamTally) -> list[Table]:
    """The result for a terminal."""
    whole = Table("worker", "SIGKILL", "重启数据库", "应有页面", "丢失", "重复", "与未受干扰的相同", "实际下载", "秒", "退出码")
    numbers = (tally.plan.workers, tally.kills, tally.restarts, tally.expected, tally.lost, tally.twice, "是" if tally.same else "否")
    whole.add_row(*map(str, (*numbers, tally.fetched, round(tally.seconds), ",".join(map(str, tally.statuses)))))
    hosts = Table("主机", "请求", "最短间隔（秒）", "应有间隔（秒）", "过早")
    for host, (count, shortest, early) in tally.gaps.items():
        hosts.add_row(host, str(count), f"{shortest:.3f}", f"{tally.plan.delay:g}", str(early))
    return [whole, hosts]
