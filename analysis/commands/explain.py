"""``insights explain CASE``: why a case says what it says, in the terminal or as a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.padding import Padding
from rich.text import Text

from analysis.commands._common import JsonOption, LibraryOption, check_out, console, print_json, say
from analysis.commands._next import command, next_steps
from analysis.explain import Account, Disagreement, Shown, disagreements, explain, page
from analysis.explain.names import value_name
from pipelines.case import Case
from pipelines.errors import UserError
from pipelines.library import Library
from pipelines.library.history import versions

LISTED = 20  # cases of a name that several have


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain", help="逐字段说明一个案例的依据：取值、置信度、原句、规则、落选的取值，以及来源之间的冲突")(explain_)


def explain_(
    case: Annotated[str, typer.Argument(metavar="CASE", help="案例编号，或客户名称")],
    library: LibraryOption = None,
    html: Annotated[Path | None, typer.Option("--html", help="另写成一个网页：原文着色，字段在旁")] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the account; exit status 2 where no case or several have that name, or where several have it in theirs."""
    check_out(html, "--html")
    with Library.open(library, must_exist=True) as opened:
        found = _find(opened, case)
        text = opened.page_text(found.page_digest)
        disputed = disagreements(found, _related(opened, found), versions(opened, found.case_id))
    accounts = explain(found, text)
    if html:
        html.parent.mkdir(exist_ok=True)
        html.write_text(page(found, text, accounts, disputed), encoding="utf-8")
    if as_json:
        print_json({"case": found.case_id, "customer": found.customer_name.value, "fields": accounts, "conflicts": disputed})
    elif html:
        say(html)
    else:
        _show(found, accounts, disputed)
        next_steps(command("explain", found.case_id, "--html", "依据.html", library=library))


def _find(library: Library, asked: str) -> Case:
    if held := library.case(asked):
        return held
    named, partly = _named(library, asked.strip().casefold())
    found = named or partly
    if len(found) == 1:
        return found[0]
    if found:
        listed = [f"  {c.case_id}  {c.customer_name.value or ''}：{c.title[:60]}" for c in found[:LISTED]]
        more = [f"  ……另有 {len(found) - LISTED} 个，请把名称写全一些"] if len(found) > LISTED else []
        raise UserError(f"“{asked}”有 {len(found)} 个案例，请写明案例编号：\n" + "\n".join((*listed, *more)))
    raise UserError(f"案例库里没有案例“{asked}”；可只写客户名称的一部分，或用 insights library 查看库里有什么")


def _named(library: Library, wanted: str) -> tuple[list[Case], list[Case]]:
    """The cases of the customer of a name (as the page writes it, or as it is identified), and those with it in their customer's name."""
    named, partly = [], []
    for case in library.cases() if wanted else ():
        names = ((case.customer_name.value or "").casefold(), case.customer_key.casefold())
        if wanted in names:
            named.append(case)
        elif any(wanted in name for name in names):
            partly.append(case)
    return named, partly


def _related(library: Library, case: Case) -> list[Case]:
    """The customer's other cases."""
    return [c for c in library.cases() if c.customer_key and c.customer_key == case.customer_key and c.case_id != case.case_id]


def _show(case: Case, accounts: Sequence[Account], disputed: Sequence[Disagreement]) -> None:
    console.print(Text(case.customer_name.value or "", style="bold"), Text(case.case_id, style="dim"))
    link = case.source_url.value or "链接缺失"
    console.print(Text(f"{value_name('vendor', case.vendor.value)} · 第 {case.tier} 级来源 · {link}", style="dim"))
    for _, held in groupby(accounts, key=lambda a: a.field):
        group = list(held)
        console.print()
        console.print(Text(f"【{group[0].name}】", style="bold cyan"))
        for account in group:
            _show_value(account)
    _show_disputes(disputed)
    console.print()


def _show_value(account: Account) -> None:
    if not account.value:
        _line(1, Text("未知").append(f"：{account.why or account.reason}", style="dim"))
    else:
        sure = Text(f"  置信度 {account.confidence:.2f}", style="yellow" if account.unsure else "green")
        rule = Text(f"  {account.gloss}（{account.rule}）" if account.gloss else f"  {account.rule}", style="dim")
        mark = Text("  语言模型提议" if account.proposed else "", style="yellow")
        _line(1, Text(account.shown, style="bold") + sure + mark + rule)
    for quote in account.quotes:
        _line(2, _quoted(quote, account.value))
    for loser in account.losers:
        _line(2, Text(f"落选：{loser.shown}（{loser.gloss or loser.rule}，得分 {loser.score:.2f}）", style="dim"))


def _quoted(quote: Shown, value: str) -> Text:
    """The sentence with the quote in it underlined, then its place; of a value that is its whole sentence the place alone."""
    sentence = Text.assemble("“", quote.before, (quote.quote, "underline"), quote.after, "”  ")
    told = Text("引句即取值  ", style="dim") if quote.is_all(value) else sentence
    wrong = Text("" if quote.stands else "  原文不符", style="bold red")
    return told + Text(f"{quote.place} {quote.start}–{quote.end}", style="dim") + wrong


def _show_disputes(disputed: Iterable[Disagreement]) -> None:
    for one in disputed:
        console.print()
        console.print(Text(f"【来源冲突：{one.name}】", style="bold yellow"))
        _line(1, Text(one.verdict))
        for side in one.sides:
            _line(2, Text(f"{'✓' if side.adopted else '·'} {side.text}").append(f"  {' '.join(side.cases)}", style="dim"))


def _line(depth: int, text: Text) -> None:
    console.print(Padding(text, (0, 0, 0, 2 * depth)))
