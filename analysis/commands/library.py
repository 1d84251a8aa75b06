"""``insights library``: what is in the case library, what is missing, what was rejected and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.table import Table

from analysis.commands._common import JsonOption, LibraryOption, console, print_json, table
from pipelines.case import ELEVEN, REASONS
from pipelines.library import Library, library_url

TITLES = {"vendor": "厂商", "category": "品类", "lang": "语言", "tier": "来源级别", "origin": "来源方式", "industry": "行业"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("library", help="案例库里有什么：按厂商、品类、语言、级别；各字段缺多少；哪些没有收录")(library_)


def library_(
    library: LibraryOption = None,
    rejected: Annotated[bool, typer.Option("--rejected", help="逐条列出未收录的文档和原因")] = False,
    as_json: JsonOption = False,
) -> None:
    """Print the tables; exit status 2 where there is no library."""
    with Library.open(library, must_exist=True) as opened:
        if rejected:
            _rejections(opened, as_json)
        else:
            _overview(opened, as_json, library_url(library))


def _overview(opened: Library, as_json: bool, name: str) -> None:
    counts, missing, refused = opened.counts(), opened.missing(), opened.rejection_counts()
    if as_json:
        print_json({"counts": counts, "missing": missing, "rejected": refused, "withdrawn": opened.withdrawn(), "digest": opened.digest()})
        return
    total = sum(counts["vendor"].values())
    console.print(f"案例库 {name}：{total} 个案例，指纹 {opened.digest()}", markup=False)
    for key, title in TITLES.items():
        console.print(table(title, (title, "案例"), [(label or "未知", n) for label, n in counts[key].items()]))
    console.print(_missing(missing, counts["vendor"]))
    console.print(table("未收录", ("代码", "数量", "原因"), [(c, n, REASONS.get(c, "")) for c, n in refused.items()]))
    console.print("下一步：insights report 品类 · insights library --rejected")


def _missing(missing: Mapping[str, Counter[str]], vendors: Mapping[str, int]) -> Table:
    rows = [(f, *(f"{missing.get(f, Counter())[v]}/{n}" for v, n in vendors.items())) for f in (*ELEVEN, "maturity", "published")]
    return table("缺值（案例数/该厂商案例）", ("字段", *vendors), rows)


def _rejections(opened: Library, as_json: bool) -> None:
    found = list(opened.rejections())
    if as_json:
        print_json(found)
        return
    rows: list[tuple[Any, ...]] = [(r.code, r.vendor, r.source_id or r.url or r.page_digest, r.part, r.detail) for r in found]
    console.print(table("未收录", ("代码", "厂商", "文档", "部分", "说明"), rows))
