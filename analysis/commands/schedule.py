"""``insights schedule``: crawl, report, compare and notify by the clock, or one job now."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from analysis.commands._common import JsonOption, console, errors, print_json, say, table
from analysis.commands._next import command, next_steps
from analysis.schedule.config import Schedule, read_schedule
from analysis.schedule.cron import trigger
from analysis.schedule.daemon import keep, once
from pipelines.errors import UserError, WorkError

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="任务配置（YAML），见 deploy/schedule.yaml")]


class _RunByDefault(TyperGroup):
    """``insights schedule FILE`` is ``insights schedule run FILE``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        known = {*self.commands, "--help"}
        return super().parse_args(ctx, args if not args or args[0] in known else ["run", *args])


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="按 cron 时间抓取、出报告、比较并通知；只运行一个实例，错过的补一次", no_args_is_help=True, cls=_RunByDefault)
    group.command("run", help="一直运行，直到 SIGTERM 或 Ctrl-C；可省略 run")(run)
    group.command("check", help="检查配置并列出各任务接下来的时间")(check)
    app.add_typer(group, name="schedule")


def run(
    file: FileArgument,
    job: Annotated[str, typer.Option("--once", metavar="NAME", help="现在运行这一个任务，然后结束")] = "",
    as_json: JsonOption = False,
) -> None:
    """Keep the schedule; with ``--once`` exit status 0 where the job is done, 1 where it failed or was stopped."""
    schedule = read_schedule(file)
    if not job:
        keep(schedule, _say)
        return
    if job not in schedule.jobs:
        raise UserError(f"{file} 没有任务“{job}”；有：{'、'.join(schedule.jobs)}")
    ended = once(schedule, job, _say)
    if as_json:
        print_json(ended)
    for folder in ended.published if not as_json else ():
        say(folder)
    if ended.status != "done":
        raise WorkError(f"任务“{job}”没有完成：{ended.step}")


def check(file: FileArgument, as_json: JsonOption = False) -> None:
    """Read the file and print the next times; exit status 2 where something does not fit."""
    schedule = read_schedule(file)
    times = {name: _next(schedule, name) for name in schedule.jobs}
    if as_json:
        print_json({"file": str(file), "timezone": schedule.timezone, "jobs": times})
        return
    rows = [(name, job.cron, "、".join(_steps(schedule, name)), times[name]) for name, job in schedule.jobs.items()]
    console.print(table(f"{file}（{schedule.timezone}）", ("任务", "cron", "步骤", "下一次"), rows))
    next_steps(command("schedule", file, "--once", next(iter(schedule.jobs))), command("schedule", file))


def _next(schedule: Schedule, name: str) -> str:
    zone = schedule.zone
    due = trigger(schedule.jobs[name].cron, zone).get_next_fire_time(None, datetime.now(zone))
    return f"{due:%Y-%m-%d %H:%M}" if due else "从不"


def _steps(schedule: Schedule, name: str) -> list[str]:
    job = schedule.jobs[name]
    found = [f"抓取 {job.crawl.category}"] if job.crawl else []
    found += [f"报告 {r.category}" for r in job.reports]
    found += ["核对"] if job.reports and job.verify else []
    found += ["比较", "发布"] if job.reports else []
    return [*found, *(["通知"] if schedule.notices else [])]


def _say(line: str) -> None:
    """One line with the time, for a journal."""
    errors.print(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {line}", markup=False, soft_wrap=True)
