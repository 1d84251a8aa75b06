"""CSV, TSV and XLSX: rows of named cells. A workbook is a zip of XML from strangers and is counted before it is read."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from analysis.research.model import Pairs
from analysis.research.sources.draft import MAX_RECORDS, SourceDraft, rows_to_drafts
from pipelines.errors import UserError
from pipelines.reader.charset import decode

SUFFIXES = (".csv", ".tsv", ".xlsx")
MAX_UNPACKED, MAX_PARTS, MAX_COLUMNS, MAX_CELL = 60_000_000, 500, 200, 100_000
_UNPACKING = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
_BROKEN = (*_UNPACKING, InvalidFileException, KeyError, ValueError, TypeError, SyntaxError)


def read(data: bytes, name: str, records: bool = False) -> list[SourceDraft]:
    """The rows as sources, or the table as one; raises UserError for what is broken, hostile or too large."""
    stem = PurePosixPath(name).stem
    if name.casefold().endswith(".xlsx"):
        return [d for title, rows in _sheets(data, name) for d in rows_to_drafts(rows, f"{stem} {title}".strip(), records)]
    return rows_to_drafts(_csv(data, name), stem, records)


def _csv(data: bytes, name: str) -> list[Pairs]:
    text = decode(data)
    if text is None:
        raise UserError(f"{name}：不是文字；请另存为 UTF-8 的 CSV")
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:5000], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        return _named(csv.reader(io.StringIO(text), delimiter=dialect.delimiter), name)
    except csv.Error as error:
        raise UserError(f"{name} 不是 CSV，请改正：{error}") from error


def _named(rows: Iterable[Sequence[str]], name: str) -> list[Pairs]:
    """The rows under the names of the first row that has any; raises UserError where there are too many."""
    lines = (list(r)[:MAX_COLUMNS] for r in rows if any(c.strip() for c in r))
    head = next(lines, [])
    out: list[Pairs] = []
    for cells in lines:
        out.append(tuple((h.strip().lstrip("\ufeff"), c[:MAX_CELL]) for h, c in zip(head, cells, strict=False)))
        if len(out) > MAX_RECORDS:
            raise UserError(f"{name}：超过 {MAX_RECORDS} 行；请拆分文件")
    return out


def _sheets(data: bytes, name: str) -> Iterator[tuple[str, list[Pairs]]]:
    _check(data, name)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        several = len(book.worksheets) > 1
        for sheet in book.worksheets:
            rows = _named(([_cell(c) for c in row] for row in sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS)), name)
            if rows:
                yield sheet.title if several else "", rows
    except _BROKEN as error:
        if isinstance(error, UserError):
            raise
        raise UserError(f"{name}：工作簿读不出来，请另存为 XLSX 或 CSV：{error}") from error


def _check(data: bytes, name: str) -> None:
    """Refuse a bomb and any declared document type before a parser sees it; sizes are counted, not believed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            if len(held.infolist()) > MAX_PARTS:
                raise UserError(f"{name}：有 {len(held.infolist())} 个部件，最多读 {MAX_PARTS} 个；请拆分工作簿")
            left = MAX_UNPACKED
            for part in held.infolist():
                with held.open(part) as stream:
                    content = stream.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise UserError(f"{name}：解压后超过 {MAX_UNPACKED} 字节；请拆分工作簿")
                if part.filename.endswith((".xml", ".rels")) and (b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\0" in content):
                    raise UserError(f"{name}：带有 DOCTYPE 或实体声明（表格软件不会写），不读取；请另存为 CSV")
    except (*_UNPACKING, RuntimeError) as error:
        raise UserError(f"{name} 不是 XLSX，请重新保存：{error}") from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
    return f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value)
