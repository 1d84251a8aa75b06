"""Shows a review: Markdown, one HTML page that works offline, JSON. Words of files and cases can speak no markup.

Names of people stand here only; ``outputs`` of other commands never take them up.
"""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt

from analysis.report.escape import markdown, unlisted, web
from analysis.research.account.model import Review
from pipelines.errors import UserError

FORMATS = (".md", ".html", ".htm", ".json")
_STYLE = (
    "body{font:15px/1.6 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#1a1a1a}"
    "h1{border-bottom:2px solid #ccc}h2{margin-top:1.8em;border-bottom:1px solid #ddd}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #bbb;padding:.3em .6em;text-align:left;vertical-align:top}"
    "blockquote{border-left:3px solid #999;margin:.3em 0;padding-left:.8em;color:#444}@media print{body{margin:0}}"
)


@cache
def _environment() -> Environment:
    loader = PackageLoader("analysis.research.account", "templates")
    made = Environment(loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701  Markdown, by the filter
    made.filters |= {"md": lambda text: unlisted(markdown(str(text))), "web": web}
    return made


def to_markdown(made: Review) -> str:
    """The report as Markdown."""
    return _environment().get_template("account.md.j2").render(r=made)


def to_html(made: Review) -> str:
    """One page without scripts."""
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(to_markdown(made))
    title = escape(f"客户背景报告 - {made.name}")
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style>'
    return f'<!doctype html>\n<html lang="zh-CN"><head>{head}</head><body>\n{body}</body></html>\n'


def to_json(made: Review) -> str:
    """The report for programs."""
    return msgspec.json.format(msgspec.json.encode(made), indent=2).decode() + "\n"


def save(made: Review, path: Path) -> None:
    """Write by the ending, .md, .html or .json; raises UserError for another."""
    suffix = path.suffix.casefold()
    if suffix not in FORMATS:
        raise UserError(f"--out {path}：文件名要以 .md、.html 或 .json 结尾")
    path.parent.mkdir(parents=True, exist_ok=True)
    text = to_markdown(made) if suffix == ".md" else to_json(made) if suffix == ".json" else to_html(made)
    path.write_text(text, encoding="utf-8")
