"""The knowledge base as a site: Markdown files, and the same as pages that a browser reads without a network (案例1 第五步)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt

from analysis.report.escape import markdown
from analysis.research.escalation.follow import Held
from analysis.research.knowledge import answer_of
from analysis.research.model import Entry
from analysis.research.present import environment, tidy, to_markdown

_STYLE = (
    "body{font:15px/1.65 system-ui,sans-serif;max-width:58em;margin:2em auto;padding:0 1em;color:#1a1a1a}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #bbb;padding:.3em .6em;text-align:left;vertical-align:top}"
    "blockquote{border-left:3px solid #999;margin:.3em 0;padding-left:.8em}h1{font-size:1.5em}h2{font-size:1.15em;margin-top:1.6em}"
)


def export_site(entries: Iterable[Entry], folder: Path, standards: Sequence[Held] = ()) -> Path:
    """Write ``index``, one page an entry and one a standard document of an escalation, as .md and .html; the path of index.html.

    Pages of what is gone are removed.
    """
    held = sorted(entries, key=lambda e: (e.tags, e.question))
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {"index", *(e.entry_id for e in held), *(h.id for h in standards)}
    for old in [p for kind in ("kb", "esc") for end in ("md", "html") for p in folder.glob(f"{kind}-*.{end}")]:
        if old.stem not in wanted:
            old.unlink()
    for entry in held:
        _write(folder, entry.entry_id, entry.question, entry_markdown(entry))
    for one in standards:
        _write(folder, one.id, one.title, one.document)
    _write(folder, "index", "知识库", _index(held, standards))
    return folder / "index.html"


def entry_markdown(entry: Entry) -> str:
    """An entry as a page: answer, validity, other wordings, evidence, and the whole research."""
    answer = answer_of(entry)
    whole = to_markdown(answer).partition("\n")[2].replace("\n## ", "\n### ")
    return tidy(environment().get_template("entry.md.j2").render(e=entry, a=answer, whole=whole))


def _index(entries: list[Entry], standards: Sequence[Held]) -> str:
    """All entries under their first tag, each with its answer, and where to go; the owners' standard documents before them."""
    lines = ["# 知识库", "", f"{len(entries)} 个条目" + (f"，{len(standards)} 份标准文档。" if standards else "。")]
    lines += ["", "## 标准文档（由负责团队答复）", ""] if standards else []
    lines += [f"- [{markdown(h.title)}]({h.id}.md) — {markdown(h.owner)}（验证于 {h.closed}）" for h in standards]
    tag = None
    for entry in entries:
        first = entry.tags[0] if entry.tags else "其他"
        if first != tag:
            lines += ["", f"## {markdown(first)}", ""]
            tag = first
        lines.append(f"- [{markdown(entry.question)}]({entry.entry_id}.md) — {markdown(entry.answer)}（{entry.level}，{entry.verified}）")
    return "\n".join(lines) + "\n"


def _write(folder: Path, name: str, title: str, text: str) -> None:
    (folder / f"{name}.md").write_text(text, encoding="utf-8")
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(text.replace(".md)", ".html)") if name == "index" else text)
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title><style>{_STYLE}</style>'
    home = "" if name == "index" else '<p><a href="index.html">知识库</a></p>\n'
    page = f'<!doctype html>\n<html lang="zh-CN"><head>{head}</head><body>\n{home}{body}</body></html>\n'
    (folder / f"{name}.html").write_text(page, encoding="utf-8")
