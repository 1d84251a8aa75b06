"""What the command line itself refuses (no such option, a value that is missing or does not fit), told in Chinese.

Typer words these in English. Its classes are those of a Click that lies beside it or, in later releases, within it, so they
are known here by their names and by what every release tells of them: ``ctx``, ``param``, ``option_name``, ``possibilities``.
"""

from __future__ import annotations

from typing import Any

import typer

Refused: type[Exception] = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")


def told(error: Any) -> str:
    """The message of a Refused: what was given, what is expected, and how to see the usage."""
    command = getattr(getattr(error, "ctx", None), "command_path", "") or "insights"
    return f"{_what(error)}；用 {command} --help 查看用法"


def _what(error: Any) -> str:
    kind, parameter = type(error).__name__, getattr(error, "param", None)
    if kind == "NoSuchOption":
        near = "、".join(sorted(error.possibilities or ()))
        return f"没有选项 {error.option_name}" + (f"，相近的是 {near}" if near else "")
    if kind == "BadOptionUsage":
        return f"选项 {error.option_name} 缺少值，或不能带值（{error.format_message()}）"
    if kind == "MissingParameter" and parameter is not None:
        return f"缺少 {_name(parameter)}"
    if kind == "BadParameter" and parameter is not None:
        return f"{_name(parameter)} 的值不对（{error.message}）"
    if below := getattr(getattr(getattr(error, "ctx", None), "command", None), "commands", None):
        return f"没有这个子命令（{error.format_message()}）；可用：{'、'.join(below)}"
    return f"用法不对（{error.format_message()}）"


def _name(parameter: Any) -> str:
    """How a parameter is written: the longest form of an option, the placeholder of an argument."""
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name).strip("{}[]")
