"""``insights verify DIR``: every quote, figure and statistic of a report against the archive, offline."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from analysis.commands._common import JsonOption, LibraryOption, console, print_json, table
from analysis.commands.diff import read_analysis
from analysis.report.verify import verify as problems_of
from analysis.report.verify.problem import CODES
from pipelines.errors import WorkError
from pipelines.library import Library


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify", help="离线核对报告：每条引语、数字和统计都与归档原文一致，否则指出是哪一处")(verify)


def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="insights report 写出的文件夹")],
    library: LibraryOption = None,
    again: Annotated[bool, typer.Option("--again/--no-again", help="案例库未变时重新计算全部分析")] = True,
    as_json: JsonOption = False,
) -> None:
    """Print what does not hold; exit status 1 where anything does not, 2 where the folder holds no report."""
    starter = read_analysis(folder).library_digest == "starter"
    with nullcontext() if starter else Library.open(library, must_exist=True) as opened:
        found = problems_of(folder, opened, again)
    if as_json:
        print_json(found)
    elif found:
        rows = [(p.code, p.where, "：".join(filter(None, (CODES[p.code], p.detail)))) for p in found]
        console.print(table("不成立", ("代码", "位置", "说明"), rows))
    else:
        console.print(f"{folder}: 全部成立" + ("（内置案例库未归档，没有引语可核对）" if starter else ""), markup=False)
    if found:
        raise WorkError(f"{folder} 有 {len(found)} 处不成立；请改正或重新生成报告")
