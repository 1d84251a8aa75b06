"""What commands share that may ask a language model: the option, the proposer, and the account of what it did and cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console

from analysis.commands._common import table
from pipelines.proposals import Proposer, Tally, proposer
from pipelines.proposals.guide import guide

LlmOption = Annotated[
    bool,
    typer.Option(
        "--llm",
        help="请语言模型为拿不准的字段提议取值： 须引原文，且规则能从引句读出。 "
        "设置环境变量 INSIGHTS_LLM_URL、 INSIGHTS_LLM_MODEL 和 INSIGHTS_LLM_KEY。",
    ),
]


@contextmanager
def asking(wanted: bool, library: str) -> Iterator[Proposer | None]:
    """A proposer whose answers are kept beside the library, or none where no model is wanted."""
    if not wanted:
        yield None
        return
    with proposer(library) as found:
        yield found


def tell(asked: Proposer | None, to: Console) -> None:
    """Print what a model was asked, what counted, what was discarded and why, and what it cost."""
    if asked is None:
        return
    t = asked.tally
    to.print(summary(t), markup=False)
    rows = [*_rows("采纳", t.accepted, {}), *_rows("丢弃", t.discarded, guide().reasons), *_rows("未答", t.failed, guide().failures)]
    if rows:
        to.print(table("语言模型的提议", ("结果", "字段或原因", "数量"), rows))
    if t.stopped:
        why = guide().failures[t.stopped]
        to.print(f"语言模型没有回答（{why}），已停止提问；其余案例照常抽取，没有提议。下次带 --llm 运行时再问。", markup=False)


def summary(t: Tally) -> str:
    """One line: cases, calls, tokens and cost."""
    cut = f"，{t.cut} 个案例过长只送了前部" if t.cut else ""
    uncounted = f"（{t.uncounted} 次未报用量）" if t.uncounted else ""
    cost = "费用未知" if t.cost is None else f"费用 {t.cost:g} {t.currency}".rstrip()
    return (
        f"语言模型 {t.model}：{t.cases} 个案例，其中 {t.asked} 个有拿不准的字段{cut}；"
        f"提问 {t.calls} 次，重试 {t.retries} 次，用缓存 {t.cached} 次；"
        f"输入 {t.tokens_in}、输出 {t.tokens_out} 词元{uncounted}；{cost}"
    )


def _rows(kind: str, counted: Counter[str], names: Mapping[str, str]) -> Iterator[tuple[str, str, int]]:
    for code, n in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        yield kind, f"{code}：{names[code]}" if code in names else code, n
