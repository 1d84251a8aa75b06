"""``insights form``: an empty requirement form, or one that was filled in, read, checked and written again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as calendar
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from analysis.commands._common import JsonOption, check_out, console, print_json, say, table
from analysis.commands._next import command, next_steps
from analysis.intake.check import check, completeness
from analysis.intake.files import open_forms
from analysis.intake.model import Form
from analysis.intake.present import LEVELS
from analysis.intake.structure import fields
from analysis.intake.wording import value_text
from analysis.intake.write import new_form, to_json, to_plain, to_yaml, write_template
from pipelines.errors import UserError
from pipelines.vocabulary import as_plain

FORMATS = ("short", "long", "json", "yaml")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="需求表单：新建空表，读取填好的表单（Markdown、文本、DOCX、JSON、YAML）", no_args_is_help=True)
    group.command("new", help="输出一份空的需求表单")(new)
    group.command("read", help="读取表单：每一项的类型化取值、完整度、可疑之处与未答问题")(read)
    app.add_typer(group, name="form")


def new(
    template: Annotated[str, typer.Option(help="short（简版）或 long（详版）")] = "short",
    out: Annotated[Path | None, typer.Option("--out", help="写入文件；缺省打印")] = None,
) -> None:
    """Write the empty template."""
    _put(new_form(template), out)
    if out:
        next_steps(f"填好后 {command('form', 'read', out)}", command("match", out))


def read(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="填好的表单")],
    write: Annotated[str, typer.Option("--as", help="改写为 short、long、json 或 yaml")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="与 --as 一起：写入文件")] = None,
    date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="与期限比较的日期；缺省为今天")] = "",
    as_json: JsonOption = False,
) -> None:
    """Read every form of the file and show what was understood; exit status 2 where it holds none."""
    forms, today = open_forms(file), day(date)
    if write:
        _put(_written(forms, write), out)
    elif as_json:
        print_json([_checked(f, today) for f in forms])
    else:
        for number, form in enumerate(forms, 1):
            _show(form, number, len(forms), today)
        next_steps(command("match", file, *_fullest(forms)))


def _written(forms: Sequence[Form], how: str) -> str:
    """All forms in one text that reads as the same forms again."""
    if how not in FORMATS:
        raise UserError(f"没有格式“{how}”；可用：{'、'.join(FORMATS)}")
    if how in ("json", "yaml"):
        return to_json(*forms) if how == "json" else to_yaml(*forms)
    return "\n=====\n\n".join(write_template(f, how) for f in forms)


def _put(text: str, out: Path | None) -> None:
    check_out(out)
    if out:
        out.parent.mkdir(exist_ok=True)
        out.write_text(text, encoding="utf-8")
        say(out)
    else:
        print(text, end="")


def _checked(form: Form, today: str) -> dict[str, Any]:
    """The form with its completeness and findings, for programs."""
    return to_plain(form) | {"completeness": as_plain(completeness(form)), "findings": as_plain(check(form, today))}


def day(given: str) -> str:
    """The date given, or today; raises UserError for what is none."""
    try:
        return (calendar.fromisoformat(given) if given else calendar.today()).isoformat()
    except ValueError as error:
        raise UserError(f"--date 要写成 YYYY-MM-DD，不是“{given}”") from error


def _fullest(forms: Sequence[Form]) -> tuple[str, ...]:
    """Which of several forms is worth matching first: that with the most answers."""
    best = max(range(len(forms)), key=lambda i: (completeness(forms[i]).share, -i))
    return ("--form", str(best + 1)) if len(forms) > 1 else ()


def _show(form: Form, number: int, of: int, today: str) -> None:
    rows = [(a.line, fields()[a.field].label, a.raw, "；".join(value_text(v) for v in a.values)) for a in form.answers]
    console.print(table(f"表单 {number}/{of}（{'简版' if form.template == 'short' else '详版'}）", ["行", "项目", "原文", "取值"], rows))
    stage = completeness(form)
    console.print(f"完整度 {stage.share:.0%}（阶段 {stage.stage}%）", markup=False)
    for finding in check(form, today):
        console.print(escape(f"{LEVELS[finding.level]} 第 {finding.line} 行：{finding.text}"))
    for missing in stage.missing:
        console.print(escape(f"未答（权重 {missing.weight}）{missing.label}：{missing.ask}"))
