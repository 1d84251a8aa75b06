"""``insights category NAME``: the generic category of a product or a word, why, and where the category ends."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis.commands._common import JsonOption, console, print_json
from pipelines.catalog import Answer, catalogue


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("category", help="把产品或说法映射到通用品类：排序、理由、边界")(category)


def category(
    name: Annotated[str, typer.Argument(metavar="NAME", help="产品、品类或别名，例如 S3、Vertex AI、方舟")],
    as_json: JsonOption = False,
) -> None:
    """Print ranked categories with reason and boundary; exit status 2 where the name is not known."""
    answer = catalogue().resolve(name)
    if as_json:
        print_json(answer)
    else:
        _show(name, answer)
    if not answer.known:
        raise typer.Exit(2)


def _show(name: str, answer: Answer) -> None:
    if answer.question is not None:
        console.print(f"不认识“{name}”。请按决策树继续：{answer.question.question}", markup=False)
        for choice in answer.question.choices:
            leads = choice.category or choice.advice or "下一个问题"
            console.print(f"  {choice.label} → {leads}", markup=False)
    if answer.nearest:
        console.print("相近的名字：" + "、".join(answer.nearest), markup=False)
    for match in answer.matches:
        held = catalogue().categories[match.category]
        console.print(f"{held.name}（{held.group}，{held.positioning}）", style="bold", markup=False)
        console.print(f"  理由：{match.reason}（{match.score:.2f}）", markup=False)
        console.print(f"  包含：{'、'.join(match.includes)}", markup=False)
        console.print(f"  不包含：{'、'.join(match.excludes)}", markup=False)
    if answer.note:
        console.print(answer.note, markup=False)
