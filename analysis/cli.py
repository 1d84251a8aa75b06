"""The ``insights`` command. Each file of ``analysis/commands`` is one command; being there is its registration.

Exit status 0 done, 1 failed or not whole, 2 wrong input. This is the one boundary that turns an error into a message.
"""

from __future__ import annotations

import errno
import gc
import importlib
import logging
import os
import pkgutil
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from analysis import commands
from analysis.commands._common import Interrupted, errors
from analysis.usage import Refused, told
from pipelines.errors import UserError, WorkError

INTERRUPTED = Interrupted.status

app = typer.Typer(
    name="insights",
    help="谁在买一类云产品、为什么买、怎样赢得他们：只凭官方客户案例，每个数字都有出处。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def load_commands(asked: str = "") -> typer.Typer:
    """The application with the command that is asked for, where a file of ``analysis/commands`` has its name (a trailing ``_`` keeps off
    Python's own words); else with every command, in the order of their names. Of what the others need nothing is loaded.
    """
    files = {m.name.rstrip("_"): m.name for m in pkgutil.iter_modules(commands.__path__) if not m.name.startswith("_")}
    if not app.registered_commands and not app.registered_groups:
        for name in [files[asked]] if asked in files else files.values():
            importlib.import_module(f"{commands.__name__}.{name}").register(app)
    return app


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"cloud-insights {version('cloud-insights')}")
        raise typer.Exit


@app.callback()
def options(_: Annotated[bool, typer.Option("--version", help="显示版本", callback=_version, is_eager=True)] = False) -> None:
    """Options of the program itself; its help is the application's."""


class _Told(logging.Handler):
    """What the libraries of this program warn of, as its commands tell things."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line on standard error."""
        errors.print(f"insights: {record.getMessage()}", markup=False, soft_wrap=True)


def told_of(error: OSError) -> tuple[str, int]:
    """What the system refused, with the remedy, and the exit status: a full disk, a file that cannot be read, else a place that cannot be
    written."""
    name, why = error.filename, os.strerror(error.errno) if error.errno else str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{name or '磁盘'} 写不下（{why}）；请腾出空间，再运行一次", 1
    if name is None:
        return f"系统拒绝了操作（{why}）", 1
    if Path(str(name)).is_file() and not os.access(str(name), os.R_OK):
        return f"{name} 读不了（{why}）；请检查它的权限", 2
    return f"{name} 写不了（{why}）；请检查路径和权限，或换一个能写的位置", 2


def _say_interrupted() -> None:
    errors.print("insights: 已中断", markup=False)


def main() -> None:
    """Entry point: run a command and end with its exit status."""
    gc.set_threshold(100_000, 20, 20)  # vocabularies and cases last: looked through at every 700 they cost a fifth of a run
    logging.getLogger("pipelines").addHandler(_Told())
    try:
        ended = load_commands(next(iter(sys.argv[1:]), ""))(standalone_mode=False)  # what it refuses is told below
        if ended == INTERRUPTED:  # Typer has made a status of it
            _say_interrupted()
        sys.exit(ended if isinstance(ended, int) else 0)
    except KeyboardInterrupt:  # before Typer began
        _say_interrupted()
        sys.exit(INTERRUPTED)
    except (UserError, WorkError) as error:
        errors.print(f"insights: {error}", markup=False, soft_wrap=True)  # it may quote a file's words
        sys.exit(error.status)
    except Refused as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            sys.exit(2)  # its message, the help, was printed
        errors.print(f"insights: {told(error)}", markup=False, soft_wrap=True)
        sys.exit(2)
    except typer.Abort:
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:
        message, status = told_of(error)
        errors.print(f"insights: {message}", markup=False, soft_wrap=True)
        sys.exit(status)


if __name__ == "__main__":
    main()
