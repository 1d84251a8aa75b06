"""The schedule, a YAML file: jobs by name with their times and what each does (see deploy/schedule.yaml)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from analysis.report.compose import kinds
from analysis.schedule.cron import trigger
from analysis.scope import AnalysisError, resolve
from analysis.watch.config import read_notices
from pipelines.errors import UserError
from pipelines.search_plan import EVERYTHING
from pipelines.sources import policies
from pipelines.vocabulary import load_yaml


@dataclass(frozen=True)
class Crawl:
    """What to crawl. ``workers``: processes a vendor. ``attempts``: how often an incomplete crawl is begun, ``pause`` minutes apart."""

    category: str
    vendors: tuple[str, ...] = ()
    sandbox: bool = False
    workers: int = 1
    attempts: int = 2
    pause: float = 10.0


@dataclass(frozen=True)
class Wanted:
    """A report to make: the category, its kinds (the five outputs), and the language."""

    category: str
    kinds: tuple[str, ...] = ("positioning",)
    lang: str = "zh"


@dataclass(frozen=True)
class Job:
    """One job: its time, and its steps; without ``crawl`` it reports on what the library holds."""

    cron: str
    crawl: Crawl | None = None
    reports: tuple[Wanted, ...] = ()
    verify: bool = True
    pictures: bool = True


@dataclass(frozen=True)
class Schedule:
    """The file. ``grace``: minutes by which a missed run may be late and is still made up for, once.

    ``library`` holds no password: a URL with one belongs into CASE_LIBRARY_URL, which is the default. ``notify`` is the
    configuration of notices, relative to this file. ``lock`` is the file that keeps a second scheduler out.
    """

    jobs: dict[str, Job]
    timezone: str = "Asia/Shanghai"
    library: str = ""
    out: str = "outputs"
    notify: str = ""
    lock: str = ""
    grace: int = 360
    file: Path = field(default=Path())

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the cron expressions and of the reports' dates."""
        return ZoneInfo(self.timezone)

    @property
    def home(self) -> Path:
        """The output folder."""
        return Path(self.out)

    @property
    def notices(self) -> Path | None:
        """The configuration of notices, or None."""
        return self.file.parent / self.notify if self.notify else None

    @property
    def lock_file(self) -> Path:
        """The lock."""
        return Path(self.lock) if self.lock else self.home / "schedule.lock"


def read_schedule(file: Path) -> Schedule:
    """The schedule of a file, checked; raises UserError naming the file, the job and what does not fit."""
    try:
        told = load_yaml(file, Schedule)
    except OSError as error:
        raise UserError(f"{file} 读不了，请复制 deploy/schedule.yaml 后填写：{error.strerror}") from error
    made = Schedule(**{**{name: getattr(told, name) for name in Schedule.__dataclass_fields__}, "file": file})
    _check(made)
    for name, job in made.jobs.items():
        try:
            _check_job(name, job, made.zone)
        except (UserError, AnalysisError) as error:
            raise UserError(f"{file}: 任务 {name}: {error}") from error
    if made.notices:
        try:
            read_notices(made.notices)
        except UserError as error:
            raise UserError(f"{file} 的 notify 有误：{error}") from error
    return made


def _check(made: Schedule) -> None:
    if not made.jobs:
        raise UserError(f"{made.file}: jobs 是空的；写至少一个任务")
    try:
        _ = made.zone
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UserError(f"{made.file}: 没有时区 {made.timezone!r}；例如 Asia/Shanghai") from error
    if made.grace < 1:
        raise UserError(f"{made.file}: grace 是分钟数，至少为 1")
    try:
        if made.library and make_url(made.library).password:
            raise UserError(f"{made.file}: library 里有密码；把这个 URL 放进环境变量 CASE_LIBRARY_URL")
    except ArgumentError as error:
        raise UserError(f"{made.file}: library 不是 SQLAlchemy URL；例如 sqlite:///outputs/library.db") from error


def _check_job(name: str, job: Job, zone: ZoneInfo) -> None:
    trigger(job.cron, zone)
    if not name.strip() or "/" in name or name.startswith("."):
        raise UserError("任务名不能为空、含“/”或以“.”开头")
    if job.crawl:
        _check_crawl(job.crawl)
    for wanted in job.reports:
        resolve(wanted.category)
        if unknown := sorted(set(wanted.kinds) - set(kinds())) or not wanted.kinds:
            raise UserError(f"报告 {wanted.category} 的 kinds {unknown}；可用：{'、'.join(kinds())}")
        if wanted.lang not in ("zh", "en"):
            raise UserError(f"报告 {wanted.category} 的 lang {wanted.lang!r}；可用：zh、en")


def _check_crawl(crawl: Crawl) -> None:
    if crawl.category != EVERYTHING:
        resolve(crawl.category)
    if unknown := sorted(set(crawl.vendors) - set(policies())):
        raise UserError(f"没有厂商 {'、'.join(unknown)}；可用：{'、'.join(policies())}")
    if crawl.attempts < 1 or crawl.workers < 1 or crawl.pause < 0:
        raise UserError("crawl 的 attempts 与 workers 至少为 1，pause 不小于 0")
