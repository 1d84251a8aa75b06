"""How a crawl of several vendors ended, for a terminal: a line a vendor, then what was left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Column, Table

from crawlers.ending import NAMES
from pipelines.case import REASONS


def ending(outcomes: Mapping[str, Mapping[str, Any]], sandbox: bool) -> Iterator[Table]:
    """The tables of outcomes (``Outcome.as_json`` by the vendor's name); what is made of the sandbox says so."""
    why = Column("说明", overflow="fold")  # a path that is cut is of no use
    table = Table("厂商", "状态", "案例", "页面", "未收录", why, title="演示数据" if sandbox else None)
    for name, told in outcomes.items():
        numbers = (told["cases"], told["pages"], sum(told["rejected"].values()))
        table.add_row(name, NAMES.get(told["status"], told["status"]), *map(str, numbers), "；".join(told["told"]) or "—")
    yield table
    codes: Counter[str] = Counter()
    for told in outcomes.values():
        codes.update(told["rejected"])
    if codes:
        yield _left_out(codes)


def _left_out(codes: Counter[str]) -> Table:
    table = Table("代码", "数量", "原因", title="未收录", title_justify="left")
    for code, n in sorted(codes.items(), key=lambda item: (-item[1], item[0])):
        table.add_row(code, str(n), REASONS.get(code, code))
    return table
