"""``insights diff DIR DIR``: what changed between two analyses of one category."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from analysis.commands._common import JsonOption, console, print_json, table
from analysis.drift import Drift, age, drift
from analysis.labels import label
from analysis.model import Analysis, Scope
from analysis.report.words import Words
from pipelines.errors import UserError

_FILTERS = {"vendors": "厂商", "industries": "行业", "since": "发布不早于"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("diff", help="比较同一品类两次分析：画像增减、客户是否已偏离画像、权重变化、新增与撤下的案例，卡片是否过期")(diff)


def diff(
    before: Annotated[Path, typer.Argument(metavar="DIR", help="较早的报告文件夹")],
    after: Annotated[Path, typer.Argument(metavar="DIR", help="较晚的报告文件夹")],
    as_json: JsonOption = False,
) -> None:
    """Print what changed; exit status 2 where a folder holds no analysis or the categories differ."""
    old, new = read_analysis(before), read_analysis(after)
    if old.scope.category != new.scope.category:
        raise UserError(f"{before} 讲{old.scope.category}，{after} 讲{new.scope.category}；请比较同一品类的两份报告")
    found = drift(old, new)
    aged = age(new, date.today().isoformat())
    notes = cautions(old.scope, new.scope)
    if as_json:
        print_json({"drift": found, "age": aged, "notes": notes})
        return
    for note in notes:
        console.print(f"注意：{note}", style="bold", markup=False, soft_wrap=True)
    _show(found)
    console.print(aged.text.zh, markup=False)


def cautions(old: Scope, new: Scope) -> list[str]:
    """What makes the two hard to compare: dates the other way round, and differences of scope that look like changes."""
    notes = []
    if new.as_of < old.as_of:
        notes.append(f"先写的报告（{old.as_of}）比后写的（{new.as_of}）晚，“新增”与“撤下”是反的；较早的文件夹写在前面")
    if (mine := _asked(old)) != (other := _asked(new)):
        notes.append(f"两份报告的范围不同（{mine}；{other}），下面的差别可能只因范围而来，不是客户的变化；请用相同的范围各出一份再比较")
    return notes


def _asked(scope: Scope) -> str:
    """The cases that a report is about, besides its category."""
    held = [f"{_FILTERS.get(name, name)} {value}" for name, value in scope.filters.items()]
    held += [f"来源级别 {'、'.join(map(str, scope.tier_filter))}"] if scope.tier_filter != (1, 2) else []
    return "，".join([scope.origin_note.zh, *(held or ["不限"])])


def read_analysis(folder: Path) -> Analysis:
    """The ``analysis.json`` of a report's folder (or the file itself); raises UserError naming it where there is none."""
    file = folder if folder.suffix == ".json" else folder / "analysis.json"
    try:
        return Analysis.from_json(file.read_bytes())
    except OSError as error:
        raise UserError(f"没有 {file}；请给出 insights report 写出的文件夹") from error
    except msgspec.DecodeError as error:
        raise UserError(f"{file} 不是本版本的分析，请重新生成报告：{error}") from error


def _show(found: Drift) -> None:
    console.print(f"{found.category}：{found.before} → {found.after}", style="bold", markup=False)
    console.print(found.summary.zh, markup=False)
    words = Words("zh")
    console.print(table("画像", ("变化", "画像", "说明"), [(words.code("change", p.change), p.name.zh, p.text.zh) for p in found.personas]))
    still = [s for s in found.moved if s.source == "stat:moved.none"]
    console.print("" if still else "客户已经变化，在用画像需要更新：", style="bold", markup=False)
    for said in found.moved:
        console.print(f"  {said.text.zh}" if not still else said.text.zh, markup=False, soft_wrap=True)
    if found.weights:
        names = {p.new or p.old: p.name.zh for p in found.personas}
        rows = [(names.get(w.persona, w.persona), words.code("factor", w.factor), w.before, w.after) for w in found.weights]
        console.print(table("超出区间的权重变化", ("画像", "因素", "之前", "之后"), rows))
    for title, ids in (("新增案例", found.new_cases), ("撤下或不再属于该品类", found.withdrawn_cases)):
        if ids:
            console.print(f"{title} {len(ids)}：{'、'.join(ids)}", markup=False)
    if found.changed_cases:
        console.print(
            table(
                "有变化的案例",
                ("案例", "客户", "字段"),
                [(c.case, c.customer, "、".join(label("field", f).zh for f in c.fields)) for c in found.changed_cases],
            )
        )
