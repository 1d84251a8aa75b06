"""``insights import FILE…``: documents in, the same gate and steps as a crawl."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from analysis.commands._common import JsonOption, LibraryOption, console, errors, interruptible, print_json, say, table
from analysis.commands._library import must_be_writable
from analysis.commands._llm import LlmOption, asking, tell
from analysis.commands._next import command, next_steps, report_of
from pipelines.case import REASONS
from pipelines.errors import UserError, WorkError
from pipelines.importing import ImportSummary, check_vendor, find_inputs, import_paths
from pipelines.library import Library, library_url, without_password
from pipelines.sources import policies


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import", help="把 JSONL、网页/Markdown/文本文件夹或 WARC 收入案例库")(import_)


def import_(
    inputs: Annotated[list[Path], typer.Argument(metavar="FILE…", help="JSONL、WARC、网页文件或文件夹")],
    vendor: Annotated[str, typer.Option(help="记录没有写明厂商时的厂商代码")] = "",
    official: Annotated[bool | None, typer.Option("--official/--third-party", help="没有网址且未声明来源的文档是否为官方材料")] = None,
    library: LibraryOption = None,
    llm: LlmOption = False,
    as_json: JsonOption = False,
) -> None:
    """Import and print what was stored, what was rejected and why; exit status 1 where some documents could not be read, 2 where none."""
    check_vendor(vendor)
    list(find_inputs(inputs))  # wrong input is told before a library is made
    must_be_writable(library)
    bar = Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=errors, transient=True)
    stopped = interruptible("已导入的文档都已保存；再次运行同一命令，已导入的会跳过，从余下的接着导入")
    with stopped, asking(llm, library_url(library)) as proposer, Library.open(library) as opened, bar:
        task = bar.add_task("导入")
        summary = import_paths(opened, inputs, vendor, official, lambda s: bar.update(task, description=_line(s)), proposer)
        categories = opened.counts()["category"]
    if as_json:
        print_json(msgspec.to_builtins(summary, builtin_types=()))
    else:
        _show(summary, without_password(library_url(library)))
        tell(proposer, console)
        rejected = command("library", "--rejected", library=library) if summary.rejected else ""
        read = summary.documents > summary.unread
        next_steps(command("library", library=library) if read else "", rejected, report_of(categories, library) if read else "")
    _judge(summary, inputs)


def _show(summary: ImportSummary, name: str) -> None:
    say(f"导入 {summary.run_id} → {name}")
    say(_line(summary))
    if summary.rejected:
        rows = [(code, n, REASONS.get(code, "")) for code, n in summary.rejected.most_common()]
        console.print(table("未收录", ("代码", "数量", "原因"), rows))
        for line in _remedies(summary):
            say(line)


def _judge(summary: ImportSummary, inputs: list[Path]) -> None:
    """Raise where there was nothing to read (UserError) or not all of it could be read (WorkError); what was rejected for what it says is
    no fault."""
    remedy = f"其中 {summary.garbled} 份不是 UTF-8 编码，请另存为 UTF-8 后重新导入" if summary.garbled else "请检查文件后重新导入"
    named = "、".join(map(str, inputs))
    if not summary.documents:
        raise UserError(f"{named} 里没有文档，没有导入任何内容；请检查文件是否为空")
    if summary.unread >= summary.documents:
        raise UserError(f"{named} 的 {summary.documents} 份文档都读不了，没有导入任何内容；{remedy}")
    if summary.unread:
        raise WorkError(f"{summary.unread} 份文档读不了，其余 {summary.documents - summary.unread} 份已处理；{remedy}")


def _remedies(summary: ImportSummary) -> Iterator[str]:
    """What takes in what was rejected for want of a word on it."""
    if summary.unclaimed:
        yield f"其中 {summary.unclaimed} 份没有网址，也没有声明是否官方：若是厂商官方材料，加 --official 重新导入"
    if summary.rejected["unknown_vendor"]:
        yield f"{summary.rejected['unknown_vendor']} 份没有受支持的厂商：加 --vendor 厂商代码（{'、'.join(sorted(policies()))}）重新导入"


def _line(summary: ImportSummary) -> str:
    s = summary.stored
    return (
        f"文档 {summary.documents}，新案例 {s.new}，更新 {s.changed}，未变案例 {s.unchanged}，"
        f"未变文档 {summary.unchanged}，未收录 {sum(summary.rejected.values())}"
    )
