"""``insights notify CONFIG``: tells people what went wrong, once: by DingTalk, Feishu, WeCom, Slack and e-mail."""

from __future__ import annotations

from datetime import date as calendar
from pathlib import Path
from typing import Annotated

import typer

from analysis.commands._common import JsonOption, LibraryOption, OutOption, console, errors, print_json
from analysis.commands.form import day
from analysis.watch import notices, tables
from analysis.watch.causes import Cause, of_jobs, of_reports, of_runs, phrases
from analysis.watch.channels import DeliveryError
from analysis.watch.config import Notices, read_notices
from analysis.watch.health import health_of
from analysis.watch.message import Message
from analysis.watch.reports import reports
from pipelines.errors import WorkError
from pipelines.library import Library

STATES = {
    "sent": "已发送",
    "failed": "发送失败，下次再试",
    "given_up": "多次失败，不再尝试",
    "unknown": "上次发送时中断，可能已送达，不再重发",
    "nothing": "没有新的事",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("notify", help="抓取不完整、被拒绝或结构已变，画像变化，卡片过期，定时任务失败时发出通知；同一件事只通知一次")(notify)


def notify(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="通知配置（YAML），见 deploy/notify.yaml")],
    library: LibraryOption = None,
    out: OutOption = Path("outputs"),
    date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="判断过期的日期；缺省为今天")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出有什么事，不发送也不记录")] = False,
    check: Annotated[bool, typer.Option("--check", help="只检查配置和密钥")] = False,
    test: Annotated[bool, typer.Option("--test", help="向每个渠道发一条测试通知")] = False,
    as_json: JsonOption = False,
) -> None:
    """Send what is new; exit status 1 where a channel could not be reached, 2 where the configuration is wrong."""
    given = read_notices(config)
    if check or test:
        _try(given, send=test)
        return
    today = day(date) if date else calendar.today().isoformat()
    with Library.open(library, must_exist=True) as opened:
        causes, problems = find_causes(opened, out, today, given.days)
        done = [] if dry_run else notices.notify(opened.database, given, causes)
    if as_json:
        print_json({"causes": causes, "problems": problems, "delivered": done})
    else:
        _show(causes, done)
    for problem in problems:
        errors.print(problem, markup=False)
    if lost := [d.channel for d in done if not d.sound]:
        raise WorkError(f"通知没有全部送达：{'、'.join(dict.fromkeys(lost))}")


def find_causes(library: Library, out: Path, today: str, days: int) -> tuple[list[Cause], list[str]]:
    """Everything that somebody must be told, and the reports that could not be read."""
    runs = [r for v in health_of(library).vendors for r in v.runs]
    of_report, problems = of_reports(reports(out), today)
    return [*of_runs(runs, today, days), *of_report, *of_jobs(tables.jobs_of(library.engine), today, days)], problems


def _try(given: Notices, send: bool) -> None:
    """Check every channel before any is tried."""
    for name, channel in given.channels.items():
        channel.check(name)
    lost = []
    for name, channel in given.channels.items():
        try:
            if send:
                channel.send(Message(phrases()["test"], (), given.link), name)
            console.print(f"{name}: {'已发送' if send else '可用'}", markup=False)
        except DeliveryError as error:
            lost.append(str(error))
    if lost:
        raise WorkError("；".join(lost))


def _show(causes: list[Cause], done: list[notices.Delivered]) -> None:
    for cause in causes:
        console.print(f"■ {cause.title}", style="bold", markup=False)
        for line in cause.lines:
            console.print(f"  {line}", markup=False)
    if not causes:
        console.print("没有需要通知的事")
    for one in done:
        tried = f"，尝试 {one.attempts} 次" if one.attempts > 1 else ""
        told = f"：{one.error}" if one.error else ""
        console.print(f"{one.channel}: {STATES[one.state]}（{len(one.causes)} 件{tried}）{told}", markup=False)
