"""Crawls several vendors at once, each spider a process, with one display and one exit status.

    python -m crawlers.run CATEGORY [--vendors aws,aliyun] [--sandbox] [--library URL] [--industry CODE] [--since DATE]
                           [--limit N] [--tiers 1,2] [--workers N] [--search URL|FILE] [--resume STAMP] [--json] [--quiet]

CATEGORY is a category, a product, an alias, or 全部. ``--vendors`` are codes of spiders (default: the six of the
framework; 腾讯云 must be named).
``--sandbox`` crawls the replica sites on loopback. ``--workers`` starts so many processes for each vendor; they share its
run, and each works at other hosts. ``--search`` puts the plan's queries to a search provider too (see crawlers.searching; default
the environment's CRAWL_SEARCH, ``off`` for none). ``--resume`` takes the stamp that an interrupted crawl printed and goes on where it
stopped; other machines join a crawl with the same library and the same stamp, which may be a name of your own. ``--json``
writes one JSON object to standard output: ``stamp``, ``status`` and, by vendor, ``run``, ``status``, ``kinds``, ``told``,
``cases``, ``pages``, ``manifest``, ``exit``. Displays go to standard error.

Exit status: 0 every vendor complete; 1 one of them incomplete, blocked or changed; 2 wrong input (nothing was started).
Other programs start this as a process and import nothing of it.
"""

from __future__ import annotations

import argparse
import json
import os
import pkgutil
import re
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from signal import SIGKILL
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table

from crawlers import spiders, told
from crawlers.room import REMEDY, is_full, must_take
from crawlers.runs import plan_key, stored_plan
from crawlers.sandbox.server import running
from crawlers.searching import provider
from crawlers.settings import CRAWL_CONTACT, CRAWL_SEARCH, NO_CONTACT
from pipelines import archive
from pipelines.command_line import line
from pipelines.errors import UserError
from pipelines.library import Library, library_url, without_password
from pipelines.search_plan import EVERYTHING, Narrow, Plan, make_plan, tiers_of
from pipelines.sources import policies
from pipelines.vocabulary import codes

MANIFEST = "manifest.json"  # of a run, in its folder
MOST_WORKERS = 32  # processes a vendor on one machine: each holds some 200 MB


@dataclass(frozen=True)
class Asked:
    """What is to be crawled; see the module."""

    category: str
    vendors: tuple[str, ...]
    sandbox: bool = False
    library: str = ""
    narrow: Narrow = field(default_factory=Narrow)
    stamp: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)  # further Scrapy settings, for tests and measurements
    workers: int = 1  # processes a vendor
    search: str = ""  # a search provider; empty: that of the environment


@dataclass(frozen=True)
class Outcome:
    """How one vendor's crawl ended; ``told`` is its manifest, empty where the process died before it wrote one."""

    vendor: str
    run_id: str
    exit_status: int
    manifest: Path
    told: Mapping[str, Any]
    signal: int = 0  # that ended one of its processes

    def _last_words(self) -> str:
        """Why a process ended before it could write a manifest: what it said last."""
        log = self.manifest.with_name("log.txt")
        if self.signal:
            why = "；内存不足时系统会这样做" if self.signal == SIGKILL else ""
            return f"进程被信号 {self.signal} 终止{why}（记录在 {log}）"
        if is_full(self.manifest.parent):
            return f"磁盘已满（{self.manifest.parent}）；{REMEDY}"
        said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.is_file() else []
        return f"{said[-1].strip()[:300] if said else '进程提前结束，没有留下记录'}（记录在 {log}）"

    def as_json(self) -> dict[str, Any]:
        """The outcome for a program to read."""
        account = self.told.get("account", {})
        return {
            "run": self.run_id,
            "status": self.told.get("status", "failed"),
            "kinds": self.told.get("kinds", []),
            "told": self.told.get("told") or ([] if self.told else [self._last_words()]),
            "cases": account.get("cases", 0),
            "pages": account.get("pages", 0),
            "rejected": dict(Counter(one["code"] for one in self.told.get("rejections", []))),
            "manifest": str(self.manifest),
            "exit": self.exit_status,
        }


def crawl(asked: Asked, quiet: bool = False) -> tuple[int, list[Outcome]]:
    """Crawl, and return the exit status with the outcome of every vendor; raises UserError for wrong input."""
    check(asked)
    folder, runs = _begin(asked)
    earlier = {vendor: _written(folder / run / MANIFEST) for vendor, run in runs.items()}
    with running() if asked.sandbox else nullcontext("") as address:
        processes = {v: [_start(asked, v, runs[v], folder, address, n) for n in range(asked.workers)] for v in asked.vendors}
        _watch(processes, folder, quiet)
    ended = {v: status_of([one.returncode for one in workers]) for v, workers in processes.items()}
    signals = {v: next((-one.returncode for one in workers if one.returncode < 0), 0) for v, workers in processes.items()}
    outcomes = [replace(_outcome(v, runs[v], status, folder, earlier[v]), signal=signals[v]) for v, status in ended.items()]
    return max((o.exit_status for o in outcomes), default=2), outcomes


def status_of(workers: Sequence[int]) -> int:
    """The exit status of a run by those of its workers: whole where one of them says that it is (it looks at all that the
    run has, not at its own part); else the gravest, a kill counting as 1."""
    return 0 if 0 in workers else max(min(status, 2) if status > 0 else 1 for status in workers)


def check(asked: Asked) -> list[Plan]:
    """The plan of every vendor; raises UserError for a vendor without a spider, an unknown category, industry or tier."""
    if problem := contact_problem(CRAWL_CONTACT):
        raise UserError(problem)
    if unknown := [v for v in asked.vendors if v not in known_vendors()]:
        raise UserError(f"没有厂商 {'、'.join(unknown)} 的爬虫；可用：{'、'.join(known_vendors())}")
    if not 1 <= asked.workers <= MOST_WORKERS:
        raise UserError(f"--workers 在 1 与 {MOST_WORKERS} 之间，不是 {asked.workers}")
    provider(asked.search or CRAWL_SEARCH)
    return [make_plan(asked.category, vendor, asked.narrow) for vendor in asked.vendors]


def usual_vendors() -> tuple[str, ...]:
    """The vendors that a crawl covers unless told otherwise: those of the framework (document 1, 执行前置要求 3)."""
    return tuple(v for v in codes().vendor if v in known_vendors())


def named_vendors(given: str) -> tuple[str, ...]:
    """The codes of vendors that a user names, by code or name, separated by commas of whatever width; others as they were given."""
    codes_of = {policy.name.casefold(): vendor for vendor, policy in policies().items()}
    words = [word.strip() for word in re.split(r"[,，、;；]", given) if word.strip()]
    return tuple(dict.fromkeys(codes_of.get(word.casefold(), word.lower()) for word in words))


def known_vendors() -> tuple[str, ...]:
    """The vendors that have a spider."""
    return tuple(m.name for m in pkgutil.iter_modules(spiders.__path__) if not m.name.startswith("_"))


def _begin(asked: Asked) -> tuple[Path, dict[str, str]]:
    """The folder of runs and the run of every vendor; opening the library here creates it once, before anyone needs it."""
    with Library.open(asked.library or None) as library:
        folder = library.archive.folder.parent / "runs"
        for place in (library.archive.folder, folder):
            must_take(place)
        _check_same(asked, library)
    return folder, {v: f"crawl-{asked.stamp}-{v}" for v in asked.vendors}


def _check_same(asked: Asked, library: Library) -> None:
    """Raise UserError where the stamp is that of a crawl of something else, at whatever vendor: what began with one question is
    not gone on with by another."""
    for vendor in known_vendors():
        found = library.run(f"crawl-{asked.stamp}-{vendor}")
        plan = stored_plan(make_plan(asked.category, vendor, asked.narrow), asked.sandbox)
        if found and plan_key(found.plan) != plan_key(plan):
            began = found.plan.get("query", "")
            raise UserError(f"--resume {asked.stamp} 是另一次抓取（“{began}”，或筛选、演示站点不同）；请用当时的参数，或去掉 --resume")


def contact_problem(contact: str) -> str:
    """What is wrong with the address at which site owners reach us; empty where nothing is."""
    if not contact.isascii() or not contact.isprintable():
        return f"CRAWL_CONTACT 只能是一行 ASCII 字符（网址或邮箱），不是 {contact!r}"
    return ""


def new_stamp() -> str:
    """A name for one crawl of several vendors."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"


def _start(asked: Asked, vendor: str, run_id: str, folder: Path, address: str, number: int) -> subprocess.Popen[bytes]:
    """Start a spider; what it says goes to a log beside its manifest. The library's URL may hold a password: it goes by the
    environment, a command line is for all to read."""
    (folder / run_id).mkdir(exist_ok=True)
    arguments = {"category": asked.category, "industry": asked.narrow.industry, "since": asked.narrow.since}
    arguments |= {"limit": str(asked.narrow.limit), "tiers": ",".join(map(str, asked.narrow.tiers))}
    settings = {"CRAWL_PROGRESS": str(folder / run_id / f"progress-{number}.json")}
    settings |= {"SANDBOX": address} if address else {}
    settings |= {"CRAWL_SEARCH": asked.search} if asked.search else {}
    command = [sys.executable, "-m", "scrapy", "crawl", vendor, "--run", run_id]
    command += [part for name, value in arguments.items() if value for part in ("-a", f"{name}={value}")]
    command += [part for name, value in {**settings, **asked.settings}.items() for part in ("-s", f"{name}={value}")]
    environment = {**os.environ, "SCRAPY_SETTINGS_MODULE": "crawlers.settings", "PYTHONUNBUFFERED": "1"}
    environment["CASE_LIBRARY_URL"] = library_url(asked.library or None)
    with (folder / run_id / "log.txt").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, env=environment)  # noqa: S603 - our own command


def _watch(processes: Mapping[str, Sequence[subprocess.Popen[bytes]]], folder: Path, quiet: bool) -> None:
    """Show how far every spider is until all have ended; an interruption ends them gently."""
    console = Console(stderr=True)
    workers = [one for several in processes.values() for one in several]
    shown = Live(console=console, refresh_per_second=2, transient=True) if console.is_terminal and not quiet else None
    try:
        with shown or nullcontext():
            while any(p.poll() is None for p in workers):
                if shown:
                    shown.update(_progress(processes, folder))
                time.sleep(0.2)
    except KeyboardInterrupt:
        with _patience():
            for process in workers:
                process.send_signal(2)
            for process in workers:
                process.wait(60)


@contextmanager
def _patience() -> Iterator[None]:
    """A second interruption while waiting leaves at once; the frontier forgets nothing."""
    try:
        yield
    except (KeyboardInterrupt, subprocess.TimeoutExpired):
        sys.stderr.write("已中断；用 --resume 继续\n")


def _progress(processes: Mapping[str, Sequence[subprocess.Popen[bytes]]], folder: Path) -> Table:
    table = Table("厂商", "状态", "已完成", "待取", "失败", "案例")
    for vendor, workers in processes.items():
        fresh = [p for p in folder.glob(f"crawl-*-{vendor}/progress-*.json") if p.stat().st_mtime > time.time() - 5]
        told = [_read(path) for path in fresh]
        requests = told[0].get("requests", {}) if told else {}  # of the run, whoever tells it
        counts = [requests.get("done", 0), requests.get("pending", 0) + requests.get("leased", 0), requests.get("failed", 0)]
        cases = sum(one.get("seen", {}).get(k, 0) for one in told for k in ("cases_new", "cases_changed", "cases_unchanged"))
        going = sum(one.poll() is None for one in workers)
        state = "结束" if not going else "进行中" if len(workers) == 1 else f"{going} 个进行中"
        table.add_row(policies()[vendor].name, state, *map(str, [*counts, cases]))
    return table


def _outcome(vendor: str, run_id: str, status: int, folder: Path, earlier: int) -> Outcome:
    """How a vendor's run ended; a manifest that an earlier crawl of the run wrote says nothing of this one."""
    path = folder / run_id / MANIFEST
    return Outcome(vendor, run_id, status, path, _read(path) if _written(path) != earlier else {})


def _written(path: Path) -> int:
    """When a file was written, in whatever units: only whether it was written again matters; 0 where there is none."""
    return path.stat().st_mtime_ns if path.exists() else 0


def _read(path: Path) -> dict[str, Any]:
    """A JSON file that may not be there."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """The command; see the module."""
    given = _parser().parse_args(argv)
    vendors = named_vendors(given.vendors) or usual_vendors()
    console = Console(stderr=True)
    try:
        narrow = Narrow(given.industry, given.since, given.limit, tiers_of(given.tiers))
        stamp = archive.run_name(given.resume or new_stamp())
        asked = Asked(given.category, vendors, given.sandbox, given.library, narrow, stamp, workers=given.workers, search=given.search)
        if not (given.quiet or given.json):
            console.print("\n".join(plan.brief() for plan in check(asked)), highlight=False, markup=False)
            if not asked.sandbox and CRAWL_CONTACT == NO_CONTACT:
                console.print("注意：没有设置环境变量 CRAWL_CONTACT，站点找不到你；请设为你会读的网址或邮箱", markup=False)
            console.print(f"本次抓取 {stamp}（中断后用 --resume {stamp} 继续）", highlight=False, markup=False, soft_wrap=True)
        status, outcomes = crawl(asked, given.quiet or given.json)
    except UserError as error:
        sys.stderr.write(f"insights: {error}\n")
        return error.status
    if given.json:
        ended = {"stamp": asked.stamp, "status": status, "vendors": {o.vendor: o.as_json() for o in outcomes}}
        sys.stdout.write(json.dumps(ended, ensure_ascii=False) + "\n")
    elif not given.quiet:
        for shown in told.ending({policies()[o.vendor].name: o.as_json() for o in outcomes}, asked.sandbox):
            console.print(shown)
        console.print(f"下一步：{' · '.join(next_steps(asked, status, outcomes))}", highlight=False, markup=False, soft_wrap=True)
    return status


def next_steps(asked: Asked, status: int, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What to do after a crawl, as commands that work as they are printed (but for a password, which is not shown)."""
    library = ("--library", without_password(asked.library)) if asked.library else ()
    ended = [o.as_json() for o in outcomes]
    if status:
        yield f"继续或重试 {line(('insights', 'crawl', *_again(asked), *library))}"
    elif any(one["cases"] for one in ended) and asked.category.strip() not in (EVERYTHING, "all", "*"):
        yield line(("insights", "report", asked.category, *library))
    else:
        yield line(("insights", "library", *library))
    if any(one["rejected"] for one in ended):
        yield line(("insights", "library", "--rejected", *library))


def _again(asked: Asked) -> Iterator[str]:
    """The words of a crawl that goes on where this one stopped: a run is resumed only with its own plan."""
    narrow = asked.narrow
    yield asked.category
    given = {"--vendors": ",".join(asked.vendors) if asked.vendors != usual_vendors() else "", "--industry": narrow.industry}
    given |= {"--since": narrow.since, "--limit": str(narrow.limit or ""), "--tiers": ",".join(map(str, narrow.tiers))}
    given |= {"--workers": str(asked.workers) if asked.workers > 1 else "", "--search": asked.search}
    given["--resume"] = asked.stamp
    if given["--tiers"] == "1,2":
        given["--tiers"] = ""
    yield from (word for name, value in given.items() if value for word in (name, value))
    if asked.sandbox:
        yield "--sandbox"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crawlers.run", description="Crawl several vendors at once.")
    parser.add_argument("category")
    parser.add_argument("--vendors", default="", help="codes, separated by commas; default the six of the framework")
    parser.add_argument("--sandbox", action="store_true", help="the replica sites on loopback")
    parser.add_argument("--library", default="", help="library URL")
    parser.add_argument("--industry", default="")
    parser.add_argument("--since", default="", help="ISO date")
    parser.add_argument("--limit", type=int, default=0, help="cases of a vendor")
    parser.add_argument("--tiers", default="1,2")
    parser.add_argument("--workers", type=int, default=1, help="processes a vendor that share its run")
    parser.add_argument("--search", default="", metavar="URL|FILE", help="a search provider beside the vendors' own listings")
    parser.add_argument("--resume", default="", metavar="STAMP")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quiet", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())
