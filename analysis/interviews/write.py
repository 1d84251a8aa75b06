"""Writes empty templates: an interview by whom to ask and from easy to hard, or a client information table by its four parts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import xlsxwriter

from analysis.interviews.sensitive import kinds
from analysis.interviews.vocabulary import DATA, PARTS, columns, fields, known_codes, option_text, options, roles, sources
from pipelines.errors import UserError
from pipelines.vocabulary import load_yaml

TEMPLATES, FORMATS = ("interview", "client"), ("yaml", "csv", "xlsx")
HEAD = ("customer", "date", "source", "credibility", "interviewer", "teller", "about", "role", "title", "category")
ANSWER = ("field", "question", "answer", "evidence", "code")
_MADE = datetime(2026, 1, 1, tzinfo=UTC)  # the same template is the same bytes


@dataclass(frozen=True)
class Step:
    """A stage of the workflow."""

    stage: int
    zh: str
    en: str


@dataclass(frozen=True)
class Method:
    """A way of research and what it is good for."""

    zh: str
    why: str


@dataclass(frozen=True)
class Guide:
    """The way of working (``guide.yaml``)."""

    workflow: tuple[Step, ...]
    methods: tuple[Method, ...]
    before: tuple[str, ...]
    during: tuple[str, ...]
    after: tuple[str, ...]
    customers: tuple[str, ...]
    change: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A line of a template: the item and, in an interview, whom it is asked of."""

    field: str
    source: str
    text: str


@cache
def guide() -> Guide:
    """The guide."""
    return load_yaml(DATA / "guide.yaml", Guide)


def template(name: str, form: str) -> bytes:
    """An empty template; raises UserError for a name or format that is none."""
    if name not in TEMPLATES:
        raise UserError(f"没有模板“{name}”；可用：{'、'.join(TEMPLATES)}")
    if form not in FORMATS:
        raise UserError(f"没有格式“{form}”；可用：{'、'.join(FORMATS)}")
    groups = _groups(name)
    if form == "yaml":
        return _yaml(name, groups).encode()
    return _csv(groups).encode("utf-8-sig") if form == "csv" else _xlsx(groups)


def _groups(name: str) -> Mapping[str, Sequence[Question]]:
    """Questions by source (interview), easy to hard; or by part (client), the heaviest first."""
    if name == "client":
        return {title: [Question(k, "", f.label) for k, f in _by_weight(part)] for part, title in PARTS.items()}
    asked = {s: [(f.ease, -f.weight, k, f.ask[s]) for k, f in fields().items() if s in f.ask] for s in sources()}
    return {s: [Question(k, s, q) for _, _, k, q in sorted(held)] for s, held in asked.items()}


def _by_weight(part: str) -> list[tuple[str, Any]]:
    return sorted(((k, f) for k, f in fields().items() if f.part == part), key=lambda i: -i[1].weight)


def allowed(name: str, limit: int = 0) -> str:
    """The values that an item is sorted into, as a hint."""
    spec = fields()[name]
    if spec.options == "duration":
        return "时长，例如 6–9 个月"
    listed = list(options().get(spec.options, {})) or sorted(c for c in known_codes(spec.options) if "." not in c)
    shown = [option_text(spec.options, c).zh for c in listed]
    return "、".join(shown[:limit] if limit else shown)


def hints() -> Iterator[str]:
    """What a template says before its questions."""
    yield "一行一条陈述；空着的不算。姓名只存进独立的访谈库，报告不引用。"
    yield f"来源：{'、'.join(s.zh for s in sources().values())}；可信度：一手 或 转述；日期：YYYY-MM-DD"
    yield f"角色：{'、'.join(f'{k}（{r.zh}，{r.note}）' for k, r in roles().items())}"
    yield "受访人是讲的人，关键人是所讲的人；客户本人受访时两者相同，关键人可不填。"
    yield from (f"不要问{k.zh}：{k.instead}；填了也不存储" for k in kinds().values())
    yield from (f"访谈前：{t}" for t in guide().before)
    yield from (f"访谈中：{t}" for t in guide().during)
    yield from (f"访谈后：{t}" for t in guide().after)
    yield from guide().customers


def _yaml(name: str, groups: Mapping[str, Sequence[Question]]) -> str:
    out = [*(f"# {h}" for h in hints()), "interviews:"]
    entries: Iterator[tuple[str, Mapping[str, Sequence[Question]]]]
    entries = iter([("", groups)]) if name == "client" else ((s, {s: held}) for s, held in groups.items())
    for source, held in entries:
        out += [f"# —— {sources()[source].whom}"] if source else []
        for n, column in enumerate(HEAD):
            value = sources()[source].zh if column == "source" and source else '""'
            out.append(f"{'- ' if not n else '  '}{column}: {value}  # {columns()[column].names[0]}")
        out.append("  answers:")
        for title, questions in held.items():
            out += [f"    # {title}"] if name == "client" else []
            for q in questions:
                out.append(f"    # {q.text}（{allowed(q.field, 6)}）" if q.source else f"    # {allowed(q.field, 6)}")
                out.append(f'    {fields()[q.field].label}: ""')
    return "\n".join(out) + "\n"


def _rows(groups: Mapping[str, Sequence[Question]]) -> Iterator[list[str]]:
    names = (*HEAD, *ANSWER)
    yield [*(columns()[c].names[0] for c in names), "问谁", "可选值"]
    for questions in groups.values():
        for q in questions:
            told = {
                "source": sources()[q.source].zh if q.source else "",
                "field": fields()[q.field].label,
                "question": q.text if q.source else "",
            }
            whom = sources()[q.source].whom if q.source else "、".join(sources()[s].zh for s in fields()[q.field].ask)
            yield [*(told.get(c, "") for c in names), whom, allowed(q.field)]


def _csv(groups: Mapping[str, Sequence[Question]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(_rows(groups))
    return out.getvalue()


def _xlsx(groups: Mapping[str, Sequence[Question]]) -> bytes:
    out, rows = io.BytesIO(), list(_rows(groups))
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": _MADE})
        bold, wrap = book.add_format({"bold": True, "bg_color": "#DDE7F0"}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("访谈")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row, wrap if number else bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(HEAD) - 1, 12)
        sheet.set_column(len(HEAD), len(rows[0]) - 1, 28)
        for column, choices in (("source", [s.zh for s in sources().values()]), ("credibility", ["一手", "转述"]), ("role", list(roles()))):
            at = HEAD.index(column)
            sheet.data_validation(1, at, max(len(rows), 500), at, {"validate": "list", "source": choices, "error_type": "warning"})
        notes = book.add_worksheet("说明")
        notes.set_column(0, 0, 110)
        for number, hint in enumerate(hints()):
            notes.write_string(number, 0, hint, wrap)
    return out.getvalue()
