"""``insights sources``: what research reads (API documents, guides, tickets, mail …), imported, listed, removed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.commands._common import JsonOption, LibraryOption, console, print_json, say, table
from analysis.commands._library import must_be_writable
from analysis.commands._next import command, next_steps
from analysis.commands._sources import reading
from analysis.research.registry import named_type, source_types
from analysis.research.sources import suffixes
from analysis.research.store import Imported, Store, check_day

DateOption = Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="记为哪一天；缺省为今天")]
EVENTS = {"added": "新增", "changed": "更新", "removed": "移除"}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="调研来源：导入、列出、移除（Markdown、HTML、PDF、DOCX、文本、CSV、XLSX、EML、JSON）", no_args_is_help=True)
    group.command("import", help="导入文件或文件夹；再次导入按内容更新")(import_)
    group.command("list", help="列出来源、类型、日期与权威性")(list_)
    group.command("remove", help="移除来源；历史里留下痕迹和原文")(remove)
    group.command("history", help="来源的新增、更新与移除记录")(history)
    app.add_typer(group, name="sources")


def import_(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="文件或文件夹；文件夹名说明类型（api、公告、手册、kb、tickets …）")],
    kind: Annotated[str, typer.Option("--type", help="全部按这一类型导入")] = "",
    sync: Annotated[bool, typer.Option("--sync", help="文件夹里已经没有的来源一并移除")] = False,
    date: DateOption = "",
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Exit status 1 where a file was refused."""
    chosen = named_type(kind) if kind else ""
    must_be_writable(library)
    with Store.open(library) as store:
        done = store.import_paths(paths, check_day(date), chosen, sync)
        store.index()
    if as_json:
        print_json(done)
    else:
        _report(done)
        next_steps(command("sources", "list", library=library), command("ask", "问题", library=library))
    if done.refused:
        raise typer.Exit(1)


def _report(done: Imported) -> None:
    counts = (("新增", done.added), ("更新", done.changed), ("未变", done.unchanged), ("移除", done.removed))
    say("，".join(f"{name} {len(held)}" for name, held in counts))
    if done.undated:
        say(f"没有日期（时效性无法判断）：{'、'.join(done.undated)}")
    if done.unread:
        say(f"没有读（不是可读的文件，请另存为 {'、'.join(suffixes())} 之一再导入）：{'、'.join(done.unread)}")
    for place, reason in done.refused:
        say(f"未导入 {place}：{reason}")


def list_(
    kind: Annotated[str, typer.Option("--type", help="只列一种类型")] = "",
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """All sources by id."""
    chosen = named_type(kind) if kind else ""
    with reading(library, must_exist=True) as store:
        held = [s for s in store.sources() if chosen in ("", s.type)]
    if as_json:
        print_json([{n: getattr(s, n) for n in ("source_id", "type", "title", "date", "date_quote", "version", "digest")} for s in held])
        return
    rows = [(s.source_id, source_types()[s.type].zh, s.title, s.date or "无日期", s.version, len(s.passages)) for s in held]
    console.print(table(f"{len(held)} 个来源", ("编号", "类型", "标题", "日期", "版本", "段落"), rows))
    authority = [(t.zh, t.authority["*"], "是" if t.official else "否", t.fresh or "不过期", t.owner) for t in source_types().values()]
    console.print(table("来源类型", ("类型", "一般权威性", "官方", "保鲜（月）", "负责团队"), authority))


def remove(
    source_ids: Annotated[list[str], typer.Argument(metavar="ID…", help="来源编号，见 insights sources list")],
    date: DateOption = "",
    library: LibraryOption = None,
) -> None:
    """Remove sources; exit status 2 where one is not there."""
    must_be_writable(library)
    with Store.open(library, must_exist=True) as store:
        store.remove(source_ids, check_day(date))
    say(f"已移除 {len(source_ids)} 个来源；痕迹见 {command('sources', 'history', library=library)}")


def history(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Everything that happened to sources, oldest first."""
    with reading(library, must_exist=True) as store:
        events = store.history()
    if as_json:
        print_json(events)
        return
    rows = [(e.day, EVENTS[e.event], e.source_id, e.title, e.digest.removeprefix("sha256:")[:12]) for e in events]
    console.print(table("来源历史", ("日期", "事件", "编号", "标题", "指纹"), rows))
