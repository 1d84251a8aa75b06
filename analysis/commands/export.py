"""``insights export DIR``: the library as Parquet by vendor and category, for engines that work where memory ends."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.commands._common import JsonOption, LibraryOption, check_out, print_json, say
from analysis.commands._next import command, next_steps
from pipelines.errors import UserError
from pipelines.library import Library


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export", help="案例库导出为按厂商和品类分区的 Parquet，供 DuckDB、Spark 等引擎使用（需要 scale 扩展）")(export)


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="新的输出文件夹")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the partitions and say how to count over them; exit status 2 where there is no library, it is empty, or the folder is not."""
    try:
        from analysis.partition.write import write
    except ImportError as error:
        raise UserError("insights export 需要 pyarrow 与 duckdb，请安装：pip install 'cloud-insights[scale]'") from error
    check_out(folder, "DIR", folder=True)
    with Library.open(library, must_exist=True) as opened:
        if not sum(opened.counts()["vendor"].values()):
            raise UserError("案例库是空的，没有可以导出的案例；请先抓取或导入文档")
        n = write(opened.cases(), folder)
        most = max((c for c in opened.counts()["category"].items() if c[0]), key=lambda c: c[1], default=("", 0))[0]
    if as_json:
        print_json({"folder": str(folder), "rows": n})
        return
    say(f"{folder}：{n} 行（一个案例在它的每个品类中各一行）")
    next_steps(command("tally", folder, most) if most else "")
