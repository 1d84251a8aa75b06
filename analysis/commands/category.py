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
    name: Annotated[str, typer.Argument(help="产品、品类或别名，例如 S3、Vertex AI、方舟")],
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
    if not answer.known:
        console.print(f"不认识“{name}”。决策树的下一个问题：{answer.question}", markup=False)
        if answer.nearest:
            console.print("相近的名字：" + "、".join(answer.nearest), markup=False)
        return
    for ranked in answer.ranked:
        held = catalogue().categories[ranked.category]
        console.print(f"[bold]{held.name}[/bold]（{held.group}，{held.positioning}）")
        console.print(f"  理由：{ranked.reason}（{ranked.score:.2f}）", markup=False)
        console.print(f"  包含：{'、'.join(held.includes)}", markup=False)
        console.print(f"  不包含：{'、'.join(held.excludes)}", markup=False)
