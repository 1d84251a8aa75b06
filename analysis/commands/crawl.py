"""``insights crawl CATEGORY``: starts the crawl as a process of its own and passes its exit status on."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated

import typer

from analysis.commands._common import JsonOption, LibraryOption
from analysis.commands._library import must_be_writable


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("crawl", help="抓取各厂商的官方案例；全部完整时退出状态才是 0")(crawl)


def crawl(
    category: Annotated[str, typer.Argument(metavar="CATEGORY", help="品类、产品或别名；全部 表示不限")],
    vendors: Annotated[str, typer.Option(help="只抓这些厂商，逗号分隔")] = "",
    sandbox: Annotated[bool, typer.Option("--sandbox", help="抓取本机的演示站点")] = False,
    library: LibraryOption = None,
    industry: Annotated[str, typer.Option(help="只抓这个行业代码")] = "",
    since: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="不抓更早发布的")] = "",
    limit: Annotated[int, typer.Option(help="每个厂商最多抓多少页；0 不限")] = 0,
    tiers: Annotated[str, typer.Option(help="来源级别，例如 1 或 1,2")] = "",
    workers: Annotated[int, typer.Option(min=1, help="每个厂商的进程数，共同完成一次抓取；同一主机始终只由一个进程访问")] = 1,
    search: Annotated[str, typer.Option(metavar="URL|FILE", help="把检索计划也交给检索服务（SearXNG 地址或 YAML 文件）")] = "",
    resume: Annotated[str, typer.Option(metavar="STAMP", help="接着抓被打断的那一次")] = "",
    as_json: JsonOption = False,
) -> None:
    """Run ``crawlers.run`` (see there for what it prints); nothing of it is imported here."""
    must_be_writable(library)
    given = {"--vendors": vendors, "--library": library, "--industry": industry, "--since": since, "--tiers": tiers, "--resume": resume}
    given["--search"] = search
    given["--workers"] = str(workers) if workers > 1 else ""
    given["--limit"] = str(limit) if limit else ""
    words = [w for name, value in given.items() if value for w in (name, value)]
    flags = [name for name, on in (("--sandbox", sandbox), ("--json", as_json)) if on]
    ran = subprocess.run([sys.executable, "-m", "crawlers.run", category, *words, *flags], check=False)  # noqa: S603 - our own module
    raise typer.Exit(ran.returncode if ran.returncode >= 0 else 1)  # ended by a signal
