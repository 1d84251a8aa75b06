"""What several commands share: options, tables, JSON output."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.segment import Segment
from rich.table import Table

from analysis.report.escape import UNSEEN
from pipelines.errors import UserError, WorkError

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


def say(text: object, to: Terminal = console) -> None:
    """One line as it is, however long: a path or a command in it can be copied."""
    to.print(str(text), markup=False, soft_wrap=True)


class Interrupted(WorkError):  # noqa: N818 - named for what happened
    """Ctrl-C during a command; the message says what was kept and how to go on."""

    status = 130  # 128 + SIGINT, as a shell has it


@contextmanager
def interruptible(kept: str) -> Iterator[None]:
    """Turn Ctrl-C into Interrupted, which says what was kept."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise Interrupted(f"已中断；{kept}") from error


def check_out(path: Path | None, option: str = "--out", *, folder: bool = False) -> None:
    """Raise UserError, before the work is done, where what it makes could not be put: a file, or with ``folder`` many in a folder.

    One folder that is not there is made; more are taken for a slip of the pen.
    """
    if path is None:
        return
    wrong = f"{option} {path} 写不了："
    if not folder and path.is_dir():
        raise UserError(f"{wrong}这是一个文件夹；请写明文件名")
    home = (path if folder else path.parent).absolute()
    there = next(p for p in (home, *home.parents) if p.exists())
    if not there.is_dir():
        raise UserError(f"{wrong}{there} 是文件，不是文件夹；请换一个位置")
    if there not in (home, home.parent):
        raise UserError(f"{wrong}没有文件夹 {home.parent}；请检查路径，或先建好它")
    if not os.access(there if folder or not path.exists() else path, os.W_OK):
        raise UserError(f"{wrong}没有写权限；请检查权限，或换一个位置")
