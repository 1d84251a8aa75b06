"""``insights report CATEGORY``: the analysis of a category and everything rendered from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date as calendar
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from msgspec import UNSET
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from analysis.commands._common import JsonOption, LibraryOption, check_out, console, errors, interruptible, print_json, say
from analysis.commands._interviews import InterviewsOption, voices_of
from analysis.commands._library import opened_or_none
from analysis.commands._narrow import industries_of, vendors_of, words
from analysis.commands._next import command, next_steps
from analysis.commands.diff import read_analysis
from analysis.drift import moved
from analysis.model import Analysis, Voice
from analysis.report.compose import kinds
from analysis.report.render import folder, render
from analysis.report.words import Words
from analysis.run import analyse
from analysis.scope import Filters, resolve
from pipelines.errors import UserError
from pipelines.starter import starter_cases

STAGES = {"scope": "确定范围", "personas": "识别画像", "validation": "验证", "insight": "需求与对比", "report": "汇总"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report", help="生成一个品类的报告、画像卡片、案例表与证书")(report)


def report(
    category: Annotated[str, typer.Argument(metavar="CATEGORY", help="品类、产品或别名，例如 对象存储、S3")],
    kind: Annotated[str, typer.Option(help="positioning、strategy、comparison、features 或 cards")] = "positioning",
    library: LibraryOption = None,
    out: Annotated[Path, typer.Option("--out", help="输出文件夹")] = Path("outputs"),
    date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="分析日期；缺省为今天")] = "",
    lang: Annotated[str, typer.Option(help="zh 或 en")] = "zh",
    tiers: Annotated[str, typer.Option(help="来源级别，例如 1 或 1,2")] = "1,2",
    vendors: Annotated[str, typer.Option(help="只看这些厂商，逗号分隔")] = "",
    industries: Annotated[str, typer.Option(help="只看这些行业代码，逗号分隔")] = "",
    since: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="不看更早发布的案例")] = "",
    pictures: Annotated[bool, typer.Option("--pictures/--no-pictures", help="有浏览器时另存 PDF 和卡片图片")] = True,
    starter: Annotated[bool, typer.Option("--starter", help="只用内置案例库（未归档）")] = False,
    interviews: InterviewsOption = None,
    previous: Annotated[Path | None, typer.Option(metavar="DIR", help="在用画像所在的报告文件夹：说明客户是否已偏离")] = None,
    as_json: JsonOption = False,
) -> None:
    """Analyse, render, and print where the files are and how sound the result is."""
    as_of = _date(date, "--date") or calendar.today().isoformat()
    chosen = Filters(_tiers(tiers), vendors_of(vendors), industries_of(industries), _date(since, "--since"))
    _check(kind, lang)
    check_out(out, folder=True)
    voices, used = voices_of(interviews), in_use(previous, category)
    bar = Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=errors, transient=True)
    with interruptible("报告还没有写出，原有的文件没有改动；再次运行同一命令即从头重做"), bar:
        task = bar.add_task("读取案例库")
        made = make(category, as_of, chosen, library, starter, lambda stage: bar.update(task, description=STAGES.get(stage, stage)), voices)
        made = made if used is None else replace(made, moved=moved(used, made))
        bar.update(task, description="渲染")
        written = render(made, out, kind, lang, pictures)
    home = folder(made, out, lang)
    if as_json:
        print_json(
            {"folder": str(home), "files": [str(p) for p in written], "verdict": made.validation.verdict, "origin": made.scope.origin}
        )
        return
    _tell(made)
    say(home)
    of_library = None if made.library_digest == "starter" else library
    next_steps(f"打开 {home / kinds()[kind].file}.html", command("verify", home, library=of_library))


def make(
    category: str,
    as_of: str,
    filters: Filters,
    library: str | None = None,
    starter: bool = False,
    progress: Callable[[str], None] = lambda _: None,
    interviews: Sequence[Voice] = (),
) -> Analysis:
    """The analysis of a category over a library; over the starter library where asked, or where that one is empty or not there."""
    with nullcontext() if starter else opened_or_none(library) as opened:
        refused = Counter(opened.rejection_counts() if opened else ())
        cases = opened.cases(refused=refused) if opened else iter(())  # one by one: a library may hold more than fits in memory
        first = next(cases, None)
        if not opened or first is None:
            return analyse(
                starter_cases(), category, as_of=as_of, filters=filters, library_digest="starter", progress=progress, interviews=interviews
            )
        return analyse(
            chain((first,), cases),
            category,
            as_of=as_of,
            filters=filters,
            page_text=opened.page_text,
            library_digest=opened.digest(),
            rejections=refused,
            progress=progress,
            interviews=interviews,
        )


def in_use(folder: Path | None, category: str) -> Analysis | None:
    """The analysis whose personas are in use; raises UserError where it is of another category."""
    if folder is None:
        return None
    held = read_analysis(folder)
    if held.scope.category != resolve(category).name:
        raise UserError(f"--previous {folder} 讲{held.scope.category}，不是{category}；请给出同一品类的较早报告")
    return held


def _check(kind: str, lang: str) -> None:
    if kind not in kinds():
        raise UserError(f"没有报告类型“{kind}”；可用：{'、'.join(kinds())}")
    if lang not in ("zh", "en"):
        raise UserError(f"没有语言“{lang}”；可用：zh、en")


def _date(given: str, option: str) -> str:
    try:
        return calendar.fromisoformat(given).isoformat() if given else ""
    except ValueError as error:
        raise UserError(f"{option} 要写成 YYYY-MM-DD，不是“{given}”") from error


def _tiers(given: str) -> tuple[int, ...]:
    found = words(given)
    if not found or not set(found) <= {"1", "2"}:
        raise UserError(f"--tiers 只能是 1、2 或 1,2，不是“{given}”")
    return tuple(sorted({int(t) for t in found}))


def _tell(made: Analysis) -> None:
    scope, checked = made.scope, made.validation
    console.print(f"{scope.category}：{scope.n_cases} 个案例，{len(scope.vendors)} 个厂商，{len(made.personas)} 个画像", markup=False)
    for persona in made.personas:
        share = persona.prevalence
        console.print(f"  {persona.name.zh}（{share.n} 例，{share.share:.0%}，{persona.status}）", markup=False)
    if made.interviews is not UNSET:
        console.print(made.interviews.notes[0].text.zh, markup=False)
    for said in () if made.moved is UNSET else made.moved:
        console.print(said.text.zh, markup=False)
    colour = Words("zh")(f"colour.{checked.verdict}")
    say(f"覆盖率 {checked.coverage.share:.0%}，证书{colour}：{checked.verdict_text.zh}")
    if scope.filters.get("since") and (undated := sum(c.published is None for c in made.cases)):
        say(f"{undated} 个案例没有发布日期，不受 --since {scope.filters['since']} 影响，仍计入")
    if scope.origin != "archive":
        console.print(scope.origin_note.zh, markup=False)
