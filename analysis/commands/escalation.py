"""``insights escalation``: questions that are not ours to answer, from recognition to the standard document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markdown import Markdown
from rich.markup import escape

from analysis.commands._common import JsonOption, LibraryOption, check_out, console, print_json, say, table
from analysis.commands._library import must_be_writable
from analysis.commands._next import command, next_steps
from analysis.commands._sources import has_file
from analysis.commands.form import day
from analysis.research.account.background import customer_of
from analysis.research.escalation.find import found_in
from analysis.research.escalation.follow import NAMES, Follow, Held
from analysis.research.escalation.pack import Customer, Pack, Search, prepare
from analysis.research.escalation.recognize import Escalation, recognize
from analysis.research.escalation.rulebook import kinds
from analysis.research.store import Store
from pipelines.errors import UserError

DateOption = Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help="今天的日期；缺省为今天")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="升级：法律、合规、隐私、合同、安全事件与价格承诺的问题不作答，转给负责团队并跟到闭环", no_args_is_help=True)
    group.command("check", help="只判断一个问题是否须升级，说明依据")(check)
    group.command("open", help="预研并升级：生成预研信息与升级消息，记录在案")(open_)
    group.command("list", help="列出升级，逾期的标出")(list_)
    group.command("show", help="显示一条升级：预研、消息、答复、标准文档")(show)
    group.command("answer", help="记录负责团队的答复")(answer)
    group.command("close", help="闭环：把答复整理为标准文档")(close)
    app.add_typer(group, name="escalation")


def check(question: Annotated[str, typer.Argument(help="客户的问题")], as_json: JsonOption = False) -> None:
    """Say whether a question must be escalated, and why."""
    found = recognize(question)
    if as_json:
        print_json(found)
    elif found is None:
        console.print("不须升级：没有规则要求，可以检索作答")
    else:
        _say(found)


def _say(found: Escalation) -> None:
    rows = [("类型", " + ".join(kinds()[k].name for k in found.kinds)), ("敏感度", found.sensitivity), ("错误代价", "、".join(found.cost))]
    rows += [("决策", f"立即升级给{found.owner}，{found.tat_hours} 小时内响应"), ("依据", f"{found.rule}：{found.why}")]
    rows += [("用词", "、".join(found.words)), ("相似度", f"{found.probability:.0%}（对已知须升级问题的学习所得）")]
    console.print(table("须升级", ["项", "内容"], rows))


def open_(
    question: Annotated[str, typer.Argument(help="客户的问题")],
    customer: Annotated[str, typer.Option(help="客户名称")] = "",
    account: Annotated[Path | None, typer.Option(metavar="DIR", help="客户资料文件夹，取客户背景")] = None,
    deadline: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="客户的期限")] = "",
    purpose: Annotated[str, typer.Option(help="客户拿到答复要做什么")] = "",
    library: LibraryOption = None,
    date: DateOption = "",
    as_json: JsonOption = False,
) -> None:
    """Prepare the pack, keep it, and show pack and message; exit status 1 where the question need not be escalated."""
    found = recognize(question)
    if found is None:
        console.print("不须升级：没有规则要求。若仍要升级，请写明涉及的法律、合同或价格事项", markup=False)
        raise typer.Exit(1)
    must_be_writable(library)
    asks = _customer(customer, account, deadline, purpose)
    with Follow.open(library) as follow:
        pack = _prepared(found, day(date), asks, library, follow)
        held, new = follow.add(pack)
    if as_json:
        print_json({"id": held.id, "new": new, "pack": pack})
        return
    console.print(Markdown(held.pack))
    console.print(Markdown(held.message))
    say(f"{'已记录' if new else '已在案'}：{held.id}")
    next_steps(f"得到答复后 {command('escalation', 'close', held.id, '--answer', '答复.md', library=library)}")


def _customer(name: str, account: Path | None, deadline: str, purpose: str) -> Customer:
    told = customer_of(account) if account else Customer()
    return Customer(name or told.name, told.facts, day(deadline) if deadline else "", purpose)


def _prepared(found: Escalation, as_of: str, asks: Customer, library: str | None, follow: Follow) -> Pack:
    known = follow.documents(found.kind)
    if not has_file(library):
        return prepare(found, as_of, asks, None, known)
    with Store.open(library) as store:
        search: Search | None = (lambda question: found_in(store.index(), question)) if store.digests() else None
        return prepare(found, as_of, asks, search, known)


def list_(
    state: Annotated[str, typer.Option(help="open、answered 或 closed；缺省为全部")] = "",
    library: LibraryOption = None,
    date: DateOption = "",
    as_json: JsonOption = False,
) -> None:
    """List escalations by the day they are due; exit status 1 where one is overdue."""
    if state and state not in NAMES:
        raise UserError(f"--state 没有“{state}”；可用：{'、'.join(NAMES)}")
    today = day(date)
    with Follow.open(library) as follow:
        held = follow.all(state)
    late = [h for h in held if h.overdue(today)]
    if as_json:
        print_json([{"overdue": h in late, "escalation": h} for h in held])
    elif not held:
        console.print("没有升级。")
    else:
        rows = [
            (h.id, NAMES[h.state] + ("（逾期）" if h in late else ""), kinds()[h.kind].name, h.owner, h.customer, h.question, h.due)
            for h in held
        ]
        console.print(table("升级", ["编号", "状态", "类型", "负责团队", "客户", "问题", "最晚响应"], rows))
    if late:
        raise typer.Exit(1)


def show(one: Annotated[str, typer.Argument(metavar="ID")], library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Show all that is kept of an escalation."""
    with Follow.open(library) as follow:
        held = follow.get(one)
    if as_json:
        print_json(held)
        return
    console.print(escape(f"{held.id} {NAMES[held.state]}，开始 {held.opened}，最晚响应 {held.due}"))
    for text in (held.pack, held.message, held.document):
        if text:
            console.print(Markdown(text))
    if held.answer and not held.document:
        console.print(escape(f"答复（{held.answered}）：\n{held.answer}"))


AnswerOption = Annotated[Path | None, typer.Option("--answer", metavar="FILE", help="负责团队的答复（Markdown 或文本）")]


def answer(
    one: Annotated[str, typer.Argument(metavar="ID")],
    file: Annotated[Path, typer.Option("--answer", metavar="FILE", help="负责团队的答复（Markdown 或文本）")],
    library: LibraryOption = None,
    date: DateOption = "",
) -> None:
    """Keep the owner's answer."""
    must_be_writable(library)
    with Follow.open(library) as follow:
        held = follow.answer(one, _read(file), day(date))
    say(f"{held.id} {NAMES[held.state]}")
    next_steps(command("escalation", "close", held.id, library=library))


def close(
    one: Annotated[str, typer.Argument(metavar="ID")],
    file: AnswerOption = None,
    scope: Annotated[str, typer.Option(help="标准文档适用的地区或产品，如 欧洲")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="另存标准文档为 .md")] = None,
    library: LibraryOption = None,
    date: DateOption = "",
) -> None:
    """Close with the owner's answer; print the standard document."""
    check_out(out)
    must_be_writable(library)
    with Follow.open(library) as follow:
        if file:
            follow.answer(one, _read(file), day(date))
        held = follow.close(one, day(date), scope)
    console.print(Markdown(held.document))
    if out:
        _write(out, held)


def _write(out: Path, held: Held) -> None:
    out.parent.mkdir(exist_ok=True)
    out.write_text(held.document, encoding="utf-8")
    say(out)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{file}：读不出 UTF-8 文字，请另存为 UTF-8：{error}") from error
