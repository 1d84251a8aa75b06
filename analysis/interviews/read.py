"""Reads a file of interviews or client information into statements; what cannot be taken is told by line or cell, the rest is kept.

A table has a row a statement (columns 客户, 日期, 来源, 项目, 回答 …) or a row a customer (a column an item). A row without a
customer continues the one above. Sensitive questions and answers are flagged before anything is understood, and never kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rapidfuzz import process

from analysis.interviews.coding import coded, given_codes
from analysis.interviews.model import Flag, Problem, Reading, Told
from analysis.interviews.sensitive import kinds, sensitive
from analysis.interviews.tables import Cell, Entry, Sheet, csv_sheets, load, xlsx_sheets, yaml_entries
from analysis.interviews.vocabulary import (
    column_names,
    columns,
    field_names,
    fields,
    glosses,
    known_codes,
    option_text,
    plain,
    question_names,
    role_names,
    roles,
    source_names,
    sources,
)
from pipelines.errors import UserError
from pipelines.steps.published import iso

_RUN_ON = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")  # 20260331, as tables export it
_DAY, _LONGEST = len("2026-03-31"), 32
_FIRST = {plain(w): True for w in ("一手", "亲历", "亲述", "直接", "firsthand", "first hand", "first-hand", "direct", "yes", "是")}
_SECOND = {plain(w): False for w in ("转述", "听说", "二手", "间接", "推测", "hearsay", "second hand", "secondhand", "no", "否")}
_CREDIBLE = _FIRST | _SECOND
_DIRECT = ("document", "customer")  # first hand unless told otherwise
_NEEDED = 2  # known columns that make a row a header

Row = dict[str, Cell]


@dataclass
class _Book:
    """What is gathered while a file is read."""

    name: str
    told: list[Told] = field(default_factory=list)
    people: set[tuple[object, ...]] = field(default_factory=set)  # what was said already of roles and titles
    problems: dict[Problem, None] = field(default_factory=dict)
    flags: list[Flag] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)

    def refuse(self, cell: Cell, what: str, remedy: str) -> None:
        """Told once a cell, however many rows rest on it."""
        self.problems[Problem(f"{self.name} {cell.place}", what, remedy)] = None

    def flag(self, kind: str, cell: Cell, name: str) -> None:
        """Something sensitive: its place and what to ask instead, never its words."""
        self.flags.append(Flag(kind, f"{self.name} {cell.place}", name))
        self.notes[f"{self.name} {cell.place}：敏感（{kinds()[kind].zh}），未存储；{kinds()[kind].instead}"] = None


def read_file(path: Path) -> Reading:
    """Everything in a file; raises UserError where the file as a whole cannot be read."""
    return read_bytes(load(path), path.name)


def read_bytes(data: bytes, name: str) -> Reading:
    """The same for bytes; the ending of the name tells the format."""
    book, suffix = _Book(name), Path(name).suffix.casefold()
    if suffix in (".yaml", ".yml"):
        rows = [row for entry in yaml_entries(data, name) for row in _entry_rows(book, entry)]
    else:
        sheets = csv_sheets(data, name) if suffix == ".csv" else xlsx_sheets(data, name)
        rows = [row for sheet in sheets for row in _sheet_rows(book, sheet, alone=len(sheets) == 1)]
    for row in rows:
        _take(book, row)
    if not (rows or book.problems):
        raise UserError(f"{name} 里没有回答；insights interview new 写出可填写的模板")
    return Reading(tuple(dict.fromkeys(book.told)), tuple(book.problems), tuple(book.flags), tuple(book.notes))


# -- rows -----------------------------------------------------------------------------------------------------------


def _entry_rows(book: _Book, entry: Entry) -> Iterator[Row]:
    """The rows of an interview of a YAML file: its own keys, each answer's over them."""
    common: Row = {}
    loose: list[tuple[str, Cell]] = []
    for key, cell in entry.keys.items():
        if column := column_names().get(plain(key)):
            common[column] = cell
        elif name := field_names().get(plain(key)):
            loose.append((name, cell))
        else:
            _unknown(book, Cell(key, cell.place))
    for name, cell in loose:
        yield {**common, "field": Cell(name, cell.place), "answer": cell}
    for key_, held in entry.answers:
        own: Row = {"field": key_} if key_.text else {}
        for key, cell in held.items():
            if column := column_names().get(plain(key)):
                own[column] = cell
            else:
                _unknown(book, Cell(key, cell.place))
        yield {**common, **own}
    if not entry.answers and not loose and ("role" in common or "title" in common):
        yield common


def _sheet_rows(book: _Book, sheet: Sheet, alone: bool) -> Iterator[Row]:
    """The rows of a table; a sheet without a known header is remarks, unless it is the only one."""
    named = {n: column_names().get(plain(c.text)) for n, c in enumerate(sheet.head)}
    items = {n: field_names().get(plain(c.text)) for n, c in enumerate(sheet.head) if not named[n]}
    if sum(map(bool, (*named.values(), *items.values()))) < _NEEDED:
        if alone:
            where = sheet.head[0] if sheet.head else Cell("", "第 1 行")
            book.refuse(where, "没有认得出的表头", "第一行写列名，例如 客户、日期、来源、项目、回答；insights interview new 可生成空表")
        return
    for n, cell in enumerate(sheet.head):
        if cell.text and not named[n] and not items.get(n):
            _unknown(book, cell)
    long = "answer" in named.values()
    last: Row = {}
    for raw in sheet.rows:
        row = {c: cell for n, cell in raw.items() if (c := named.get(n))}
        last = row = row if "customer" in row else _carried(last, row) | row
        if long:
            yield row
        for n, name in items.items():
            if name and n in raw:
                yield {**row, "field": Cell(name, raw[n].place), "answer": raw[n]}


def _carried(last: Row, row: Row) -> Row:
    """What a row without a customer takes from the one above; another source is another talk with the same customer."""
    other = "source" in row and row["source"].text != last.get("source", row["source"]).text
    return {k: c for k, c in last.items() if columns()[k].carry and (not other or k in ("customer", "category"))}


def _unknown(book: _Book, cell: Cell) -> None:
    """A column or key that is none: told, or flagged where it asks for what must not be asked; what stands in it is not read."""
    if kind := sensitive(cell.text, of_person=True):
        book.flag(kind, cell, "")
        return
    known = [c.names[0] for c in columns().values()] + [f.label for f in fields().values()]
    near = process.extractOne(cell.text, known, score_cutoff=40)
    like = f"是不是“{near[0]}”？" if near else f"可用的列：{'、'.join(c.names[0] for c in columns().values() if not c.ignored)}"
    book.refuse(cell, f"不认识的列或项目“{cell.text[:40]}”，其余照读", f"改名或删去这一列；{like}")


# -- one row --------------------------------------------------------------------------------------------------------


def _take(book: _Book, row: Row) -> None:
    """A row becomes statements, or a problem, or a flag."""
    answer, said = row.get("answer"), {k: c.text for k, c in row.items()}
    if not said.get("answer") and not ("answer" not in row and ("role" in row or "title" in row)):
        return
    where = answer or row.get("role") or row["title"]
    name = _field(said)
    of_person = bool(name) and fields()[name].of_person
    asked = (said.get("question", ""), said.get("field", ""), said.get("answer", ""), said.get("evidence", ""))
    if kind := sensitive(*asked, of_person=of_person):
        book.flag(kind, where, name)
        return
    head = _head(book, row, where)
    if head is None:
        return
    if said.get("answer"):
        if not name:
            label = row.get("field") or row.get("question") or where
            near = process.extractOne(label.text, [f.label for f in fields().values()], score_cutoff=40)
            book.refuse(
                label,
                f"认不出项目“{label.text[:40]}”",
                f"写项目名，例如 {near[0] if near else '决策周期'}；insights interview new 列出全部",
            )
            return
        _answer(book, row, name, head)
    _person(book, row, head)


def _field(said: Mapping[str, str]) -> str:
    """The item that a row answers: by the item's name, else by the template's question."""
    return field_names().get(plain(said.get("field", ""))) or question_names().get(plain(said.get("question", ""))) or ""


def _head(book: _Book, row: Row, where: Cell) -> Told | None:
    """Who told it, when, how credibly; None where the row cannot be taken, which is then told."""
    date = _date(_said(row, "date"))
    source = source_names().get(plain(_said(row, "source")), "")
    credible = _CREDIBLE.get(plain(_said(row, "credibility")), source in _DIRECT)
    lacking = (
        ("customer", "customer" in row, "客户", "写客户名称"),
        ("date", bool(date), "日期", "写 YYYY-MM-DD，例如 2026-03-31"),
        ("source", bool(source), "来源", f"写其一：{'、'.join(s.zh for s in sources().values())}"),
        ("credibility", "credibility" not in row or plain(_said(row, "credibility")) in _CREDIBLE, "可信度", "写 一手 或 转述"),
    )
    for column, fine, name, remedy in lacking:
        if not fine:
            cell = row.get(column)
            book.refuse(
                cell or where, f"{name}“{cell.text}”认不出，没有存储" if cell else f"没有写{name}，没有存储", f"在“{name}”列{remedy}"
            )
            return None
    role = _role(book, row["role"]) if "role" in row else ""
    if "role" in row and not role:
        return None
    teller = _said(row, "teller")
    about = _said(row, "about") or (teller if source == "customer" else "") or role  # somebody without a name is the one of that role
    return Told(
        row["customer"].text,
        "",
        "",
        source,
        credible,
        date,
        interviewer=_said(row, "interviewer"),
        teller=teller,
        about=about,
        evidence=_said(row, "evidence"),
        category=_said(row, "category"),
        place=f"{book.name} {where.place}",
    )


def _said(row: Row, column: str) -> str:
    return row[column].text if column in row else ""


def _date(text: str) -> str:
    """ISO date of a cell that holds a day; empty for a sentence, a month or a year."""
    written = _RUN_ON.sub(r"\1-\2-\3", text.strip()) if text.strip().isdigit() else text.strip()
    found = iso(written) if len(written) <= _LONGEST else None
    return found if found and len(found) == _DAY else ""


def _role(book: _Book, cell: Cell) -> str:
    """The role of the committee; a gloss of document 4 is read as the standard role that it names, and noted."""
    role = next(iter(coded("person.role", cell.text)[0]), "") or role_names().get(plain(cell.text), "")
    if not role:
        names = "、".join(f"{k}（{r.zh}）" for k, r in roles().items())
        book.refuse(cell, f"角色“{cell.text}”认不出，没有存储", f"写其一：{names}")
    elif any(g in plain(cell.text) for g in glosses()):
        said = f"{book.name}：角色“{cell.text}”读作 {role}（{roles()[role].note}）；"
        book.notes[said + "文档4 依次把 EB/TB/UB 注为决策者、使用者、监督者，这里取标准角色"] = None
    return role


def _answer(book: _Book, row: Row, name: str, head: Told) -> None:
    """The statement of a row, sorted into values; what fits none is kept and said."""
    text, spec = row["answer"].text, fields()[name]
    codes, low, high = coded(name, text)
    if name == "person.role" and not codes:
        role = _role(book, row["answer"])
        if not role:
            return
        codes = (role,)
    if cell := row.get("code"):
        codes, strange = given_codes(name, cell.text)
        if strange:
            allowed = "、".join(sorted(known_codes(spec.options))) or "（此项没有代码）"
            book.refuse(cell, f"归类“{'、'.join(strange)}”不存在，没有存储", f"可用：{allowed}")
            return
    if not codes and low is None:
        some = "、".join(option_text(spec.options, c).zh for c in sorted(known_codes(spec.options))[:4]) or "6–9 个月"
        book.notes[f"{head.place}：“{spec.label}”的回答归不进任何选项，已存原文但不进统计；可在“归类”列写代码（如 {some}）"] = None
    nobody = codes[0] if name == "person.role" else ""
    about = (head.about or nobody) if spec.of_person else ""
    book.told.append(replace(head, field=name, text=text, codes=codes, low=low, high=high, about=about))


def _person(book: _Book, row: Row, head: Told) -> None:
    """What the row's head says of the key person: role and title."""
    for column, name in (("role", "person.role"), ("title", "person.title")):
        if cell := row.get(column):
            codes = (_role(book, cell),) if column == "role" else coded(name, cell.text)[0]
            said = option_text("role", codes[0]).zh if column == "role" else cell.text
            held = replace(head, field=name, text=said, codes=codes)
            key = (held.customer, name, codes, held.about, held.date, held.source, held.teller)
            if key not in book.people:
                book.people.add(key)
                book.told.append(held)
