"""``insights account DIR``: the background report of one customer from CRM, tickets, mail and usage, for the renewal talk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.markdown import Markdown

from analysis.commands._common import JsonOption, LibraryOption, check_out, console, errors, print_json, say
from analysis.commands._library import memory_of, opened_or_none
from analysis.commands.form import day
from analysis.evidence import no_text
from analysis.research.account.likeness import likeness
from analysis.research.account.model import Account, Likeness, Review
from analysis.research.account.present import save, to_markdown
from analysis.research.account.read import read_account
from analysis.research.account.review import review
from pipelines.library import LibraryError
from pipelines.starter import starter_cases


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("account", help="客户背景报告：CRM、工单、邮件与使用数据合成续约准备（概览、优势、风险点、策略、问题准备）")(account)


def account(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="一个客户的资料文件夹：crm.yaml、tickets.csv、mails/、usage.csv …")],
    library: LibraryOption = None,
    out: Annotated[list[Path] | None, typer.Option("--out", help="另存为 .md、.html 或 .json；可重复")] = None,
    date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="报告日期；缺省为今天")] = "",
    compare: Annotated[bool, typer.Option(help="与案例库比较，找相近的画像与官方案例")] = True,
    as_json: JsonOption = False,
) -> None:
    """Write the report of the customer in a folder; exit status 1 where a file of it could not be read."""
    as_of = day(date)
    for path in out or ():
        check_out(path)
    read = read_account(folder)
    made = review(read, as_of)
    if compare:
        made = _compared(made, read, library)
    for path in out or ():
        save(made, path)
    if as_json:
        print_json(made)
    elif not out:
        console.print(Markdown(to_markdown(made)))
    else:
        say("\n".join(map(str, out)))
    if made.refused:
        raise typer.Exit(1)


def _compared(made: Review, read: Account, library: str | None) -> Review:
    """The report with what the library knows of such customers, or with why it could not be asked: the rest stands without it."""
    try:
        return replace(made, likeness=_likeness(made, read, library))
    except LibraryError as error:
        errors.print(f"insights: 没有与案例库比较：{error}", markup=False, soft_wrap=True)
        return replace(made, uncompared=str(error))


def _likeness(made: Review, read: Account, library: str | None) -> Likeness | None:
    """Over the library; over the starter library where nobody named one and the default is empty or not there."""
    with opened_or_none(library) as opened:
        cases = list(opened.cases()) if opened else []
        if not opened or (not cases and library is None):
            return likeness(read, made.risks, starter_cases(), made.as_of, no_text, "内置案例库，未归档")
        return likeness(read, made.risks, cases, made.as_of, opened.page_text, f"{len(cases)} 个案例", memory_of(opened))
