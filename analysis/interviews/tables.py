"""Opens the files that interviews come in: CSV, XLSX and YAML, each as rows of cells that know their place.

Files are hostile: sizes are counted while unpacking, YAML has no aliases, formulas are never computed.
"""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import ParseError

import openpyxl
import yaml
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from analysis.intake.files import PlainLoader, decoded
from analysis.report.escape import clean
from pipelines.errors import UserError

MAX_FILE, MAX_UNPACKED, MAX_PARTS = 10_000_000, 60_000_000, 500
MAX_ROWS, MAX_COLUMNS, MAX_CELL = 20_000, 100, 10_000
SUFFIXES = (".yaml", ".yml", ".csv", ".xlsx")
_GONE = (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, zlib.error, EOFError, InvalidFileException, ParseError)


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell or behind a key, and where: ``第 3 行`` or ``访谈!C5``."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its header and its rows by column (0…); ``name`` is empty where the file has only one."""

    name: str
    head: list[Cell]
    rows: list[dict[int, Cell]]


@dataclass(frozen=True, slots=True)
class Entry:
    """An interview of a YAML file: its keys, and its answers (field or question, and the keys of the answer)."""

    keys: dict[str, Cell]
    answers: list[tuple[Cell, dict[str, Cell]]] = field(default_factory=list)


def load(path: Path) -> bytes:
    """The bytes of a file; raises UserError where it cannot be read, is too large or of another kind."""
    if path.suffix.casefold() not in SUFFIXES:
        raise UserError(f"{path}：访谈要用 YAML、CSV 或 XLSX；insights interview new 写出各种模板")
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_FILE else b""
    except OSError as error:
        raise UserError(f"{path} 读不了：{error.strerror or error}") from error
    if size > MAX_FILE:
        raise UserError(f"{path} 有 {size} 字节，最多读 {MAX_FILE} 字节；请拆分文件")
    return data


def csv_sheets(data: bytes, name: str) -> list[Sheet]:
    """The one table of a CSV file, separated by comma, semicolon or tab."""
    text = decoded(data).replace("\0", "")
    first = text.split("\n", 1)[0]
    mark = max(",;\t，", key=first.count)
    csv.field_size_limit(MAX_FILE)
    reader, rows, begin = csv.reader(io.StringIO(text, newline=""), delimiter=mark), [], 1
    try:
        for row in reader:
            rows.append([Cell(_text(value, f"第 {begin} 行"), f"第 {begin} 行") for value in row[:MAX_COLUMNS]])
            begin = reader.line_num + 1
            if len(rows) > MAX_ROWS:
                raise UserError(f"{name}：超过 {MAX_ROWS} 行；请拆分文件")
    except csv.Error as error:
        raise UserError(f"{name} 第 {begin} 行: {error}") from error
    return [_sheet("", rows)] if rows else []


def xlsx_sheets(data: bytes, name: str) -> list[Sheet]:
    """Every visible sheet of a workbook; what a formula last gave is its value, none is computed.

    openpyxl reads by defusedxml, which refuses entities and document types (a ValueError).
    """
    _measure(data, name)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        return [_sheet(s.title, list(_cells(s, name))) for s in book.worksheets if s.sheet_state == "visible"]
    except UserError:
        raise
    except _GONE as error:
        raise UserError(f"{name} 不是可读的 XLSX，请重新保存：{error}") from error


def _measure(data: bytes, name: str) -> None:
    """Refuses archives that unpack to too much: by what they declare, which zipfile then holds them to."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            parts = held.infolist()
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise UserError(f"{name} 不是可读的 XLSX，请重新保存：{error}") from error
    if len(parts) > MAX_PARTS or sum(p.file_size for p in parts) > MAX_UNPACKED:
        raise UserError(f"{name} 解压后超过 {MAX_UNPACKED} 字节或 {MAX_PARTS} 个部件，不读取；请拆分文件")


def _cells(sheet: openpyxl.worksheet._read_only.ReadOnlyWorksheet, name: str) -> Iterator[list[Cell]]:
    for number, row in enumerate(sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS, values_only=True), 1):
        if number > MAX_ROWS:
            raise UserError(f"{name} {sheet.title}：超过 {MAX_ROWS} 行；请拆分文件")
        places = (f"{sheet.title}!{get_column_letter(n)}{number}" for n in range(1, len(row) + 1))
        yield [Cell(_text(value, place), place) for value, place in zip(row, places, strict=True)]


def _text(value: object, place: str) -> str:
    """A cell's words: dates as YYYY-MM-DD, whole numbers without a point; raises UserError for a cell of a book's length."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    said = clean(str(value)).strip()
    if len(said) > MAX_CELL:
        raise UserError(f"{place}：一个回答超过 {MAX_CELL} 字；请缩短")
    return said


def _sheet(name: str, rows: list[list[Cell]]) -> Sheet:
    """The first row with words is the header."""
    first = next((n for n, row in enumerate(rows) if any(c.text for c in row)), len(rows))
    head = rows[first] if first < len(rows) else []
    held = [{n: c for n, c in enumerate(row) if c.text} for row in rows[first + 1 :]]
    return Sheet(name, head, [row for row in held if row])


def yaml_entries(data: bytes, name: str) -> list[Entry]:
    """The interviews of a YAML file: one mapping, a list of them, or either under one key of any name."""
    try:
        root = yaml.compose(decoded(data), Loader=PlainLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise UserError(f"{name} 的 YAML 格式不对，请改正：{error}") from error
    if isinstance(root, yaml.MappingNode) and len(root.value) == 1 and isinstance(root.value[0][1], yaml.SequenceNode):
        root = root.value[0][1]
    nodes = root.value if isinstance(root, yaml.SequenceNode) else [root] if root else []
    return [_entry(node, name) for node in nodes]


def _place(node: yaml.Node) -> str:
    return f"第 {node.start_mark.line + 1} 行"


def _pairs(node: yaml.Node, name: str) -> Iterator[tuple[Cell, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise UserError(f"{name} {_place(node)}：这里要写“键: 值”（如 customer: …）；参见 insights interview new")
    for key, value in node.value:
        yield Cell(_text(key.value, _place(key)) if isinstance(key, yaml.ScalarNode) else "", _place(key)), value


def _scalar(node: yaml.Node, name: str) -> Cell:
    """The words of a value; a list of words is joined."""
    if isinstance(node, yaml.SequenceNode):
        return Cell("；".join(_scalar(n, name).text for n in node.value), _place(node))
    if not isinstance(node, yaml.ScalarNode):
        raise UserError(f"{name} {_place(node)}：这里要写文字，不是“键: 值”；参见 insights interview new")
    return Cell("" if node.tag == "tag:yaml.org,2002:null" else _text(node.value, _place(node)), _place(node))


def _entry(node: yaml.Node, name: str) -> Entry:
    entry = Entry({})
    for key, value in _pairs(node, name):
        if isinstance(value, yaml.MappingNode):
            entry.answers.extend((k, _answer(v, name)) for k, v in _pairs(value, name))
        elif isinstance(value, yaml.SequenceNode) and all(isinstance(n, yaml.MappingNode) for n in value.value) and value.value:
            entry.answers.extend((Cell("", _place(n)), _answer(n, name)) for n in value.value)
        else:
            entry.keys[key.text] = _scalar(value, name)
    return entry


def _answer(node: yaml.Node, name: str) -> dict[str, Cell]:
    """The keys of an answer; words alone are the answer."""
    if isinstance(node, yaml.MappingNode):
        return {key.text: _scalar(value, name) for key, value in _pairs(node, name)}
    return {"answer": _scalar(node, name)}
