"""``insights match FORM``: what the case library knows that helps to answer a requirement form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markdown import Markdown

from analysis.commands._common import JsonOption, LibraryOption, check_out, console, print_json, say
from analysis.commands._interviews import InterviewsOption, voices_of
from analysis.commands._library import memory_of, opened_or_none
from analysis.commands.form import day
from analysis.intake.files import open_forms
from analysis.intake.match import Matching, match
from analysis.intake.model import Form
from analysis.intake.present import check_ending, save, to_markdown
from analysis.model import Voice
from pipelines.errors import UserError
from pipelines.starter import starter_cases


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("match", help="按需求表单找画像、官方案例、可达到的结果、缺口和要问的问题")(match_)


def match_(
    form: Annotated[Path, typer.Argument(metavar="FORM", help="填好的需求表单")],
    library: LibraryOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="另存为 .md 或 .html")] = None,
    date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="与期限比较的日期；缺省为今天")] = "",
    number: Annotated[int, typer.Option("--form", help="文件里有几份表单时：第几份")] = 1,
    interviews: InterviewsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Match one form of the file; exit status 1 where nothing fits."""
    forms = open_forms(form)
    if not 1 <= number <= len(forms):
        raise UserError(f"--form 在 1 与 {len(forms)} 之间（文件里有 {len(forms)} 份表单），不是 {number}")
    check_out(out)
    if out:
        check_ending(out)
    made = _matched(forms[number - 1], day(date), library, voices_of(interviews))
    if as_json:
        print_json(made)
    elif not out:
        console.print(Markdown(to_markdown(made)))
    if out:
        save(made, out)
    if out and not as_json:
        say(out)
    if len(forms) > 1 and not as_json:
        say(f"文件里有 {len(forms)} 份表单，这是第 {number} 份；--form 选择另一份")
    if not made.fits:
        raise typer.Exit(1)


def _matched(form: Form, as_of: str, library: str | None, heard: Sequence[Voice]) -> Matching:
    """Over the library; over the starter library where nobody named one and the default is empty or not there."""
    with opened_or_none(library) as opened:
        cases = list(opened.cases()) if opened else []
        if not opened or (not cases and library is None):
            return match(form, starter_cases(), as_of, library="内置案例库，未归档", interviews=heard)
        return match(form, cases, as_of, opened.page_text, f"{len(cases)} 个案例", heard, memory_of(opened))
