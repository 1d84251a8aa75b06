"""Commands of this project for scrapy: crawl, replay, newvendor, savecase, checkall."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.errors import UserError


def only(args: Sequence[str], usage: str) -> str:
    """The one argument of a command; raises UserError with its usage where there is none or more."""
    if len(args) != 1:
        raise UserError(f"用法：scrapy {usage}")
    return args[0]
