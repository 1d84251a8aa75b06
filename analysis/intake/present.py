"""Shows a matching: as Markdown, and as one HTML page that is made from it; words of forms and cases can speak no markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt

from analysis.intake.match import CaseFit, FieldFit, Matching, PersonaFit, Reached, Target
from analysis.intake.rules import rules
from analysis.intake.structure import fields
from analysis.labels import label
from analysis.model import Statement
from analysis.report.escape import clean, markdown, web
from pipelines.errors import UserError

UNTOLD = "案例没有说而表单说了的方面（“未知”），按一般案例的相似度 {average:g} 计入。"
LEVELS = {"impossible": "不可能", "doubtful": "存疑", "unverified": "待核实", "open": "未读出"}
_STYLE = (
    "body{font:15px/1.6 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#1a1a1a}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #bbb;padding:.3em .6em;text-align:left;vertical-align:top}"
    "blockquote{border-left:3px solid #999;margin:.3em 0;padding-left:.8em}"
)


def to_markdown(made: Matching) -> str:
    """The matching as Markdown, every part under its heading."""
    return "\n".join(line for part in _parts(made) for line in (*part, "")) + "\n"


def to_html(made: Matching) -> str:
    """One page without scripts that works offline."""
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(to_markdown(made))
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>需求匹配</title><style>{escape(_STYLE)}</style>'
    )
    return f'<!doctype html>\n<html lang="zh-CN"><head>{head}</head><body>\n{body}</body></html>\n'


def check_ending(path: Path) -> None:
    """Raise UserError for a name from whose ending no format follows."""
    if path.suffix.casefold() not in (".md", ".html", ".htm"):
        raise UserError(f"--out {path}：文件名要以 .md 或 .html 结尾")


def save(made: Matching, path: Path) -> None:
    """Write by the file's ending, .md or .html; raises UserError for another."""
    check_ending(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(to_markdown(made) if path.suffix.casefold() == ".md" else to_html(made), encoding="utf-8")


def _parts(made: Matching) -> Iterator[Sequence[str]]:
    yield ["# 需求匹配", "", f"**{markdown(made.verdict)}**", "", f"日期 {made.as_of}，案例库：{markdown(made.library)}"]
    yield ["## 对表单的理解", "", *(f"- {k}：{markdown(v)}" for k, v in made.understood.items()), f"- 完整度：{_stage(made)}"]
    yield ["## 表单中的疑点", "", *_findings(made)]
    yield ["## 所需品类", "", *_categories(made)]
    yield ["## 最近的画像", "", *(_persona(made.persona) if made.persona else ["没有接近的画像。"])]
    yield (
        ["## 最近的官方案例", "", UNTOLD.format(average=rules().average), "", *(line for c in made.cases for line in _case(c))]
        if made.cases
        else ["## 最近的官方案例", "", "没有足够接近的案例。"]
    )
    shown = [line for t in made.targets for line in _target(t)]
    yield ["## 目标与案例所达到的结果", "", *(shown or ["表单没有写明可与案例相比的目标。"])]
    yield ["## 各厂商的产品", "", *_offers(made)]
    yield ["## 缺口", "", *(_list(made.gaps) or ["没有发现缺口。"])]
    yield ["## 接下来要问", "", *(_list(made.questions) or ["没有未答的问题。"])]
    if made.persona:
        yield ["## 话术", "", *(_said(s) for s in made.persona.talking)]
        yield [
            "## 可能的异议",
            "",
            *(line for concern, answer in made.persona.objections for line in (_said(concern), f"  {_said(answer)}")),
        ]


def _list(lines: Sequence[str]) -> list[str]:
    return [f"- {markdown(line)}" for line in lines]


def _stage(made: Matching) -> str:
    held = made.completeness
    return f"{held.share:.0%}（阶段 {held.stage}%），未答 {len(held.missing)} 项"


def _findings(made: Matching) -> list[str]:
    found = [f"- {LEVELS[f.level]} · 第 {f.line} 行{_of(f.field)}：{markdown(f.text)}" for f in made.findings]
    return found or ["没有发现疑点。"]


def _of(field: str) -> str:
    return f"（{fields()[field].label}）" if field else ""


def _categories(made: Matching) -> list[str]:
    lines = [f"- {w.category}（{w.score:.2f}）：{'；'.join(markdown(r) for r in w.reasons[:4])}" for w in made.categories]
    return lines or ["表单没有提到任何品类、产品或技术。"]


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _fits(fits: Sequence[FieldFit], other: str) -> list[str]:
    rows = [
        (f.name, markdown(f.form), markdown(f.other), "未知" if f.similarity is None else f"{f.similarity:.2f}", f"{f.contribution:.3f}")
        for f in fits
    ]
    return [_row("维度", "表单", other, "相似度", "贡献"), _row("---", "---", "---", "---", "---"), *(_row(*r) for r in rows)]


def _persona(p: PersonaFit) -> list[str]:
    head = f"**{markdown(p.name)}**（{p.category}，{p.status}），接近度 {p.closeness:.3f}（各维度贡献之和）"
    return [head, "", *_fits(p.contributions, "画像"), "", _second(p)]


def _second(p: PersonaFit) -> str:
    """The next persona, and whether the lead over it says anything."""
    if p.margin is None:
        return "这个品类只有一个画像，没有第二个可比"
    close = "：两者难分高下，请都看一看" if p.margin < rules().apart else ""
    return f"第二接近：{markdown(p.second)}，差距 {p.margin:.3f}{close}"


def _case(c: CaseFit) -> list[str]:
    link = f"[{web(c.url)}]({web(c.url)})" if web(c.url) else "链接缺失"
    none = "内置案例库的案例没有归档原句。" if c.origin == "starter" else "没有可引用的整句原文。"
    quotes = [line for q in c.quotes for line in (f"> {markdown(q)}", "")] or [none, ""]
    results = ["报告的结果：" + "；".join(markdown(r) for r in c.results)] if c.results else []
    head = f"### {markdown(c.customer)}（{label('vendor', c.vendor).zh}），相似度 {c.similarity:.3f}"
    return [head, "", link, "", *_fits(c.fields, "案例"), "", *quotes, *results, *([""] if results else [])]


def _target(t: Target) -> list[str]:
    head = f"- 第 {t.line} 行 {fields()[t.field].label}：{markdown(t.text)}"
    found = [f"  - {_reached(r)}" for r in t.reached]
    return [head, *(found or ["  - 没有案例报告可比的结果"])]


def _reached(r: Reached) -> str:
    short = "（没有达到这个目标）" if r.meets is False else ""
    quote = f"，原文：{markdown(clean(r.quote))}" if r.quote else ""
    return f"{markdown(r.customer)}（{label('vendor', r.vendor).zh}）：{markdown(r.result)}{short}{quote}"


def _offers(made: Matching) -> list[str]:
    if not made.offers:
        return ["没有确定的品类，无法列出产品。"]
    rows = (_row(o.category, label("vendor", o.vendor).zh, markdown("、".join(o.products))) for o in made.offers)
    return [_row("品类", "厂商", "产品"), _row("---", "---", "---"), *rows]


def _said(s: Statement) -> str:
    return f"- 【{s.kind}】{markdown(s.text.zh)}"
