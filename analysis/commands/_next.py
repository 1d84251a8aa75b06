"""The next step that a command tells: a line that works as it is printed, with the library and the folder that were given."""

from __future__ import annotations

from analysis.commands._common import console
from pipelines.command_line import line
from pipelines.library import without_password


def command(*words: object, library: str | None = None) -> str:
    """A command line of ours for a shell; of a library that was named on the command line its name too, without the password."""
    given = ("--library", without_password(library)) if library else ()
    return line(("insights", *words, *given))


def next_steps(*steps: str) -> None:
    """Print the steps on one line, however long, so that it can be copied; nothing where there is none."""
    if found := [s for s in steps if s]:
        console.print("下一步：" + " · ".join(found), markup=False, soft_wrap=True)


def report_of(categories: dict[str, int], library: str | None) -> str:
    """The report that a library can give: of the category with the most cases; nothing where it has none."""
    named = [name for name in categories if name]
    return command("report", max(named, key=lambda name: categories[name]), library=library) if named else ""
