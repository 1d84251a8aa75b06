"""``insights explain CASE``: why a case says what it says, in the terminal or as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from analysis.commands._common import JsonOption, LibraryOption, console, print_json
from analysis.explain import Account, explain, page
from pipelines.case import Case
from pipelines.errors import UserError
from pipelines.library import Library


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain", help="逐字段说明一个案例的依据：取值、置信度、原句、规则和落选的取值")(explain_)


def explain_(
    case: Annotated[str, typer.Argument(metavar="CASE", help="案例编号，或客户名称")],
    library: LibraryOption = None,
    html: Annotated[Path | None, typer.Option("--html", help="另写成一个网页：原文着色，字段在旁")] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the account; exit status 2 where no case or several have that name."""
    with Library.open(library, must_exist=True) as opened:
        found = _find(opened, case)
        text = opened.page_text(found.page_digest)
    accounts = explain(found, text)
    if html:
        html.parent.mkdir(parents=True, exist_ok=True)
        html.write_text(page(found, text, accounts), encoding="utf-8")
        console.print(f"{html}", markup=False)
    elif as_json:
        print_json(accounts)
    else:
        _show(found, accounts)


def _find(library: Library, asked: str) -> Case:
    if held := library.case(asked):
        return held
    named = [c for c in library.cases() if asked.casefold() in ((c.customer_name.value or "").casefold(), c.customer_key.casefold())]
    if len(named) == 1:
        return named[0]
    if named:
        raise UserError(f"'{asked}' has {len(named)} cases; name one: {', '.join(c.case_id for c in named)}")
    raise UserError(f"no case '{asked}' in the library; `insights library` shows what is in it")


def _show(case: Case, accounts: list[Account]) -> None:
    console.print(Text(f"{case.customer_name.value}  {case.case_id}", style="bold"))
    for account in accounts:
        if account.reason is not None and not account.value:
            console.print(Text(f"{account.field}: 未知（{account.reason}）", style="dim"))
        else:
            console.print(Text(f"{account.field}: {account.value}  [{account.confidence:.2f}, {account.rule}]"))
        for quote in account.quotes:
            line = Text(f"    {quote.where} {quote.start}–{quote.end}  ", style="dim")
            console.print(line + Text(quote.before, style="dim") + Text(quote.quote, style="bold") + Text(quote.after, style="dim"))
        for value, rule, score in account.losers:
            console.print(Text(f"    落选：{value}（{rule}，{score:.2f}）", style="dim"))
