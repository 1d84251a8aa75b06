"""``insights kb``: the knowledge base that answered questions leave behind; listed, searched, reviewed, exported as a site."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from analysis.commands._common import JsonOption, LibraryOption, check_out, console, print_json, say, table
from analysis.commands._library import must_be_writable
from analysis.commands._next import command, next_steps
from analysis.commands._sources import reading
from analysis.research.escalation.follow import Follow, Held
from analysis.research.knowledge import search as find
from analysis.research.knowledge import select, to_review
from analysis.research.model import Entry
from analysis.research.site import export_site
from analysis.research.store import Store, check_day
from analysis.research.terms import concepts

DateOption = Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="以哪一天为准；缺省为今天")]
WHY = {"expired": "已到期", "gone": "来源已移除", "changed": "来源已更新", "expiring": "即将到期", "unsure": "置信度低"}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="知识库：已回答的问题、复核清单、搜索、导出网页", no_args_is_help=True)
    group.command("list", help="列出条目")(list_)
    group.command("search", help="按词语查找条目")(search)
    group.command("review", help="需要复核的条目和未完成的内部跟进")(review)
    group.command("done", help="把一项内部跟进标记为完成")(done)
    group.command("export", help="导出 Markdown 与可在浏览器中阅读的网页")(export)
    app.add_typer(group, name="kb")


def list_(
    tag: Annotated[str, typer.Option(help="只列有这个标签的")] = "", library: LibraryOption = None, as_json: JsonOption = False
) -> None:
    """All entries, or those with a tag."""
    with reading(library, must_exist=True) as store:
        held = select(store.entries(), tag)
    _show(held, f"{len(held)} 个条目", as_json, [] if tag else _standards(library), library)


def search(words: Annotated[str, typer.Argument(metavar="WORDS")], library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """The entries on some words, best first; exit status 1 where there is none."""
    with reading(library, must_exist=True) as store:
        held = [entry for _, entry in find(store.entries(), words)]
    wanted = concepts(words)
    standards = [h for h in _standards(library) if wanted & concepts(f"{h.title}\n{h.question}\n{h.answer}")]
    _show(held, f"“{words}”：{len(held)} 个条目", as_json, standards, library)
    if not held and not standards:
        raise typer.Exit(1)


def _standards(library: str | None) -> list[Held]:
    """The standard documents that answered escalations became: they belong to the knowledge base too (案例4 知识库沉淀)."""
    with Follow.open(library) as follow:
        return follow.standards()


def _show(held: list[Entry], title: str, as_json: bool, standards: Sequence[Held], library: str | None) -> None:
    if as_json:
        print_json(held)
        return
    rows = [_row(e) for e in held]
    console.print(table(title, ("编号", "问题", "答案", "置信度", "有效", "负责团队"), rows))
    if standards:
        shown = [(h.id, h.title, h.question, h.closed, h.owner) for h in standards]
        console.print(table(f"{len(shown)} 份标准文档", ("编号", "标题", "来自问题", "验证日期", "负责团队"), shown))
        next_steps(command("escalation", "show", standards[0].id, library=library))


def _row(e: Entry) -> tuple[str, ...]:
    return e.entry_id, e.question, e.answer, f"{e.level} {e.number:.2f}", f"{e.verified} 至 {e.expires or '长期'}", e.owner


def review(date: DateOption = "", library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """What has to be looked at, the most urgent first."""
    with reading(library, must_exist=True) as store:
        found, todo = to_review(store, check_day(date)), [f for f in store.follow_ups() if not f.done]
    if as_json:
        print_json({"entries": found, "follow_ups": todo})
        return
    rows = [(WHY[r.why], r.entry.entry_id, r.entry.question, r.entry.verified, r.entry.expires or "长期", r.entry.owner) for r in found]
    console.print(table("需要复核的条目", ("原因", "编号", "问题", "验证日期", "有效至", "负责团队"), rows))
    todos = [(f.number, f.day, f.owner, f.text, f.question) for f in todo]
    console.print(table("内部跟进", ("序号", "日期", "负责团队", "事项", "来自问题"), todos))
    next_steps(
        command("ask", "--fresh", found[0].entry.question, library=library) if found else "",
        command("kb", "done", todo[0].number, library=library) if todo else "",
    )


def done(number: Annotated[int, typer.Argument(metavar="NUMBER", help="序号")], library: LibraryOption = None) -> None:
    """Close a follow-up; exit status 2 where there is none of this number."""
    must_be_writable(library)
    with Store.open(library, must_exist=True) as store:
        store.close_follow_up(number)
    console.print(f"内部跟进 {number} 已完成", markup=False)


def export(out: Annotated[Path, typer.Option("--out", help="输出文件夹")] = Path("outputs/kb"), library: LibraryOption = None) -> None:
    """Write the site and print its first page."""
    out.parent.mkdir(exist_ok=True)
    check_out(out, folder=True)
    with reading(library, must_exist=True) as store:
        index = export_site(store.entries(), out, _standards(library))
    say(index)
