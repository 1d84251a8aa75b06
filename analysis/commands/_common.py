"""What several commands share: options, tables, JSON output."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.segment import Segment
from rich.table import Table

from analysis.report.escape import UNSEEN

LibraryOption = Annotated[
    str | None,
    typer.Option("--library", help="案例库的 SQLAlchemy URL；缺省为 CASE_LIBRARY_URL，再缺省为 sqlite:///outputs/library.db"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")]
OutOption = Annotated[Path, typer.Option("--out", help="输出文件夹")]


class Terminal(Console):
    """A console on which text of pages and files cannot command the terminal: no escape sequence, nothing that turns or hides words."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments with their text harmless; what Rich itself does (styles, cursor) is no text."""
        for one in super().render(renderable, options):
            yield one if one.control or (one.text.isascii() and one.text.isprintable()) else Segment(UNSEEN.sub("", one.text), one.style)


console = Terminal(highlight=False)
errors = Terminal(stderr=True, highlight=False)


def print_json(value: Any) -> None:
    """Write a value as indented JSON to standard output; what a terminal would obey or hide is escaped."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    print(UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table for the terminal; numbers are right-aligned, and page text cannot speak the terminal's markup."""
    found = [list(row) for row in rows]
    drawn = Table(title=escape(title), title_justify="left", title_style="bold")
    for index, name in enumerate(columns):
        numeric = bool(found) and all(isinstance(row[index], int | float) for row in found)
        drawn.add_column(escape(name), justify="right" if numeric else "left", overflow="fold")
    for row in found:
        drawn.add_row(*(escape(str(cell)) for cell in row))
    return drawn
