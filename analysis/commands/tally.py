"""``insights tally DIR CATEGORY``: the counting part of the analysis over an export, out of core."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from analysis.commands._common import JsonOption, console, errors, print_json, table
from analysis.labels import label, vendor
from analysis.model import Count
from analysis.scope import resolve
from pipelines.errors import UserError

MEMORY = re.compile(r"[1-9]\d{0,6}(?:\.\d{1,3})?\s?[KMGT]i?B", re.IGNORECASE)
SHOWN = {"vendor": "厂商", "industry": "行业", "company_size": "企业规模", "maturity": "技术成熟度", "scenario": "场景"}
TITLES = {**SHOWN, "industry_leaf": "行业", "factor": "需求"}
STRANGE = "不是词表 pipelines/vocab/codes.yaml 的代码，按原样计数；请用写成此导出的版本，或重新导出"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tally", help="在导出的 Parquet 上统计一个品类：分群、占比、需求、厂商差异；内存不够时用磁盘（需要 scale 扩展）")(tally)


def tally(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="insights export 写出的文件夹")],
    category: Annotated[str, typer.Argument(metavar="CATEGORY", help="品类、产品或别名")],
    memory: Annotated[str, typer.Option(help="DuckDB 可用的内存，例如 1GB")] = "1GB",
    as_json: JsonOption = False,
) -> None:
    """Print segments, needs and what vendors have more of; exit status 2 where the folder is no export."""
    try:
        import duckdb

        from analysis.partition.counting import counting, strange
        from analysis.partition.cube import by_duckdb
    except ImportError as error:
        raise UserError("insights tally 需要 pyarrow 与 duckdb，请安装：pip install 'cloud-insights[scale]'") from error
    if not MEMORY.fullmatch(memory.strip()):
        raise UserError(f"--memory 要写成数字和单位，例如 512MB、1GB，不是“{memory}”")
    try:
        found = counting(by_duckdb(folder, resolve(category).name, memory.strip()), resolve(category).name)
    except duckdb.Error as error:
        raise UserError(f"{folder} 不是完好的导出，请重新运行 insights export：{str(error).splitlines()[0]}") from error
    for dimension, code, n in strange(found):
        errors.print(f"insights: {folder}：{TITLES[dimension]}的值“{code}”（{n} 例）{STRANGE}", markup=False, soft_wrap=True)
    if as_json:
        print_json(found)
        return
    console.print(f"{found.category}：{found.n_cases} 个案例", markup=False)
    for name, title in SHOWN.items():
        console.print(table(title, (title, "案例", "占比"), [_line(c) for c in found.distributions[name]]))
    console.print(table("需求", ("需求", "案例", "占比"), [_line(c) for c in found.factors]))
    rows = [(vendor(o.vendor).zh, label(o.dimension, o.code).zh, f"{o.share.n}/{o.share.of}", f"{o.lift:.2f}") for o in found.over]
    console.print(table("厂商显著偏多（已控制假发现率）", ("厂商", "取值", "案例", "倍数"), rows))


def _line(count: Count) -> tuple[str, int, str]:
    return count.label.zh, count.share.n, f"{count.share.share:.1%}"
