"""``insights library``: what is in the case library, what is missing, what was rejected and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from analysis.commands._common import JsonOption, LibraryOption, console, errors, print_json, say, table
from analysis.commands._library import must_be_writable
from analysis.commands._next import command, next_steps, report_of
from analysis.labels import label
from analysis.report.words import Words
from pipelines.case import ELEVEN, REASONS
from pipelines.library import Library, library_url, without_password
from pipelines.library.copying import copy

TITLES = {"vendor": "厂商", "category": "品类", "lang": "语言", "tier": "来源级别", "origin": "来源方式", "industry": "行业"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("library", help="案例库里有什么：按厂商、品类、语言、级别；各字段缺多少；哪些没有收录")(library_)


def library_(
    library: LibraryOption = None,
    rejected: Annotated[bool, typer.Option("--rejected", help="逐条列出未收录的文档和原因")] = False,
    copy_to: Annotated[str, typer.Option("--copy-to", metavar="URL", help="把整个案例库复制到另一个空库，例如团队的 PostgreSQL")] = "",
    as_json: JsonOption = False,
) -> None:
    """Print the tables, or copy the library; exit status 2 where there is no library, or the target is not empty."""
    with Library.open(library, must_exist=True) as opened:
        if copy_to:
            _copy(opened, copy_to, as_json)
        elif rejected:
            _rejections(opened, as_json)
        else:
            _overview(opened, as_json, library)


def _copy(opened: Library, url: str, as_json: bool) -> None:
    must_be_writable(url)
    bar = Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=errors, transient=True)
    with Library.open(url) as target, bar:
        task = bar.add_task("复制")
        rows = copy(opened, target, lambda name, count: bar.update(task, description=f"复制 {name}：{count} 行"))
        told = {
            "rows": rows,
            "digest": target.digest(),
            "archive_from": str(opened.archive.folder),
            "archive_to": str(target.archive.folder),
        }
    if as_json:
        print_json(told)
        return
    say(f"已复制 {rows} 行，两库指纹一致：{told['digest']}")
    next_steps(f"归档不在库中，请把 {told['archive_from']} 复制到 {told['archive_to']}（或用 CASE_ARCHIVE 指定）")


def _overview(opened: Library, as_json: bool, library: str | None) -> None:
    counts, missing, refused = opened.counts(), opened.missing(), opened.rejection_counts()
    if as_json:
        print_json({"counts": counts, "missing": missing, "rejected": refused, "withdrawn": opened.withdrawn(), "digest": opened.digest()})
        return
    total = sum(counts["vendor"].values())
    say(f"案例库 {without_password(library_url(library))}：{total} 个案例，指纹 {opened.digest()}")
    if total:
        for key, title in TITLES.items():
            console.print(table(title, (title, "案例"), [(_name(key, code), n) for code, n in counts[key].items()]))
        console.print(_missing(missing, counts["vendor"]))
    if refused:
        console.print(table("未收录", ("代码", "数量", "原因"), [(c, n, REASONS.get(c, "")) for c, n in refused.items()]))
    rejected = command("library", "--rejected", library=library) if refused else ""
    filled = report_of(counts["category"], library) if total else command("crawl", "对象存储", library=library)
    next_steps(filled, rejected)


def _name(key: str, code: str) -> str:
    """What a code of a table is called; with the code itself where commands take it (厂商, 行业)."""
    if not code:
        return "未知"
    name = Words("zh").code(key, code)
    return f"{name}（{code}）" if key in ("vendor", "industry") and name != code else name


def _missing(missing: Mapping[str, Counter[str]], vendors: Mapping[str, int]) -> Table:
    fields = (*ELEVEN, "maturity", "published")
    rows = [(label("field", f).zh, *(f"{missing.get(f, Counter())[v]}/{n}" for v, n in vendors.items())) for f in fields]
    return table("缺值（案例数/该厂商案例）", ("字段", *(label("vendor", v).zh for v in vendors)), rows)


def _rejections(opened: Library, as_json: bool) -> None:
    found = list(opened.rejections())
    if as_json:
        print_json(found)
        return
    rows: list[tuple[Any, ...]] = [
        (REASONS.get(r.code, r.code), label("vendor", r.vendor).zh, r.source_id or r.url or r.page_digest, r.part, r.detail) for r in found
    ]
    console.print(table("未收录", ("原因", "厂商", "文档", "部分", "说明"), rows))
