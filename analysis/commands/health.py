"""``insights health``: how the crawls of every vendor are doing, for people, for programs and for Prometheus."""

from __future__ import annotations

from datetime import date as calendar
from pathlib import Path
from typing import Annotated

import typer

from analysis.commands._common import JsonOption, LibraryOption, OutOption, check_out, console, print_json, say, table
from analysis.commands._next import command, next_steps
from analysis.commands.form import day
from analysis.labels import label
from analysis.watch import metrics
from analysis.watch.health import Health, health_of
from analysis.watch.page import STATUS, duration, moment, page
from analysis.watch.reports import aged, latest, reports
from analysis.watch.tables import notice_counts
from pipelines.errors import WorkError
from pipelines.library import Library


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("health", help="各厂商历次抓取的健康状况：案例、填充率、新增、撤下、被拒、用时；可输出网页与 Prometheus 指标")(health)


def health(
    library: LibraryOption = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="另写成一个网页")] = None,
    prometheus: Annotated[Path | None, typer.Option("--metrics", metavar="FILE", help="另写 Prometheus 文本文件（textfile）")] = None,
    out: OutOption = Path("outputs"),
    date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="计算报告年龄的日期；缺省为今天")] = "",
    check: Annotated[bool, typer.Option("--check", help="任何厂商最近一次抓取不完整，或从未抓取时，退出状态为 1")] = False,
    as_json: JsonOption = False,
) -> None:
    """Print the health; exit status 2 where there is no library, 1 with ``--check`` where a vendor's last run is not complete or no crawl
    has ended at all."""
    today = day(date) if date else calendar.today().isoformat()
    check_out(html, "--html")
    check_out(prometheus, "--metrics")
    with Library.open(library, must_exist=True) as opened:
        found, notices = health_of(opened), notice_counts(opened.engine)
    if html:
        html.parent.mkdir(exist_ok=True)
        html.write_text(page(found), encoding="utf-8")
    if prometheus:
        ages = {category: aged(held[0], today).days for category, held in latest(reports(out)).items()}
        metrics.write(metrics.registry(found, ages, notices), prometheus)
    if as_json:
        print_json({"sound": found.sound, "health": found})
    else:
        _show(found)
        for path in filter(None, (html, prometheus)):
            say(path)
        if not (html or prometheus):
            next_steps(command("health", "--html", "health.html", library=library), command("serve", library=library))
    if check and not found.crawled:
        raise WorkError("还没有结束的抓取，无从检查；请先运行 insights crawl")
    if check and not found.sound:
        raise WorkError("最近一次抓取不完整：" + "、".join(v.name for v in found.vendors if v.last and v.last.status != "complete"))


def _show(found: Health) -> None:
    columns = ("厂商", "状态", "库中", "本次", "新增", "变更", "撤下", "受阻", "用时", "结束（UTC）")
    rows = []
    for v in found.vendors:
        r = v.last
        figures = (r.cases, r.new, r.changed, r.withdrawn, r.blocked, duration(r.seconds), moment(r.ended)[5:]) if r else ("—",) * 7
        rows.append((v.name, STATUS.get(r.status, r.status) if r else "尚未抓取", v.held, *figures))
    console.print(table("抓取健康状况" + ("（演示数据）" if found.sandbox else ""), columns, rows))
    _show_fill(found)
    for v in found.vendors:
        for told in v.last.told if v.last else ():
            say(f"{v.name}：{told}")


def _show_fill(found: Health) -> None:
    """The share of cases with a value in the last run of every vendor that recorded it."""
    last = [(v.name, v.last.fill) for v in found.vendors if v.last and v.last.fill]
    names = sorted({name for _, fill in last for name in fill})
    rows = [(label("field", n).zh, *(f"{fill[n]:.0%}" if n in fill else "—" for _, fill in last)) for n in names]
    if rows:
        console.print(table("最近一次的字段填充率", ("字段", *(name for name, _ in last)), rows))
