"""Markdown, HTML and plain text, by the readers that read customer cases too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from analysis.research.model import Pairs
from analysis.research.sources.draft import SourceDraft
from pipelines.case import Role
from pipelines.errors import UserError
from pipelines.reader.charset import decode
from pipelines.reader.html import read_html
from pipelines.reader.markdown import read_markdown
from pipelines.reader.piece import Draft, Piece, squeeze
from pipelines.reader.plain import read_plain

SUFFIXES = (".md", ".markdown", ".html", ".htm", ".txt", ".text")
_HTML, _PLAIN = (".html", ".htm"), (".txt", ".text")
_FRONT = re.compile(r"\A\s*---[ \t]*\n(.{0,20000}?)\n---[ \t]*(?:\n|\Z)", re.S)
_FRONT_LINE = re.compile(r"^([^\s:：#][^:：\n]{0,40})[:：][ \t]*(\S.*)$", re.M)
_STEP = re.compile(r"^[ \t]*(?:\d{1,2}[.)、．]|第[一二三四五六七八九十\d]{1,2}步[:：、]?|Step \d{1,2}[.:]?)[ \t]*(\S.*)$", re.M | re.I)
_START = 12
_MAX_TITLE = 40  # characters of the line that names a plain text
_SENTENCE = re.compile(r"[。！？；，!?;,]|[.:：]\s*$")
_MAX_NAME = 24  # characters of a column's name
_MARKED = re.compile(r"^([ \t]{0,3})(?=[✅❌⚠❗❓☑✔✖])", re.M)
_HEAD = 10  # lines at the top that may say of when the document is
_DATE_LINE = re.compile(
    r"^[ \t]{0,3}(?:[^\s:：#|>-][^:：|]{0,15}[:：][ \t]*)?"
    r"(?:19|20)\d\d(?:-\d{1,2}(?:-\d{1,2})?|[/.]\d{1,2}[/.]\d{1,2}|年\d{1,2}月(?:\d{1,2}日)?)[ \t]*$"
)
_UNDERLINE = re.compile(r"^[ \t]{0,3}(?:=+|-+)[ \t]*$")
_FENCED = re.compile(r"(^[ \t]{0,3}(?:```|~~~).*?(?:^[ \t]{0,3}(?:```|~~~)|\Z))", re.M | re.S)


def read(data: bytes, name: str, records: bool = False) -> list[SourceDraft]:  # noqa: ARG001 - the formats' signature
    """The one document in the file; raises UserError where the bytes are no text."""
    source = decode(data)
    if source is None:
        raise UserError(f"{name}：不是文字；请另存为 UTF-8")
    suffix = PurePosixPath(name).suffix.casefold()
    draft = text_draft(source, html=suffix in _HTML, plain=suffix in _PLAIN)
    return [titled(draft) if suffix in _PLAIN else draft]


def text_draft(source: str, html: bool = False, plain: bool = False) -> SourceDraft:
    """A text as a draft: its pieces, front matter, and which of its lines are numbered steps."""
    body, front = _front(source)
    steps = frozenset(step_key(m.group(1)) for m in _STEP.finditer(body))
    draft = _pieces(body if html else _itemized(_dated(body)), html, plain)
    pieces = [p for p in draft.pieces if p.text]
    return SourceDraft(pieces, next(iter(draft.titles), ""), front, cells=named_cells(pieces), steps=steps)


def named_cells(pieces: Sequence[Piece]) -> dict[int, Pairs]:
    """The cells of tables under the names of their columns, by the piece's index: a row alone does not say what 30 分钟 is of.

    The first row of a run of rows names the columns where it has as many cells as the next and none of them a figure.
    """
    out: dict[int, Pairs] = {}
    head: tuple[str, ...] = ()
    for n, piece in enumerate(pieces):
        if piece.role is not Role.TABLE:
            head = ()
        elif len(head) == len(piece.cells):
            out[n] = tuple(zip(head, piece.cells, strict=True))
        elif not head:
            head = _names(piece)
    for n in (n for n, piece in enumerate(pieces) if piece.role is Role.TABLE and n not in out and n + 1 in out):
        pieces[n].role = Role.LABEL  # the names of columns say nothing by themselves
    return out


def _names(piece: Piece) -> tuple[str, ...]:
    """The cells of a row that can name columns; none where it cannot be a header."""
    fits = len(piece.cells) > 1 and all(c and len(c) <= _MAX_NAME and not any(x.isdigit() for x in c) for c in piece.cells)
    return tuple(squeeze(c) for c in piece.cells) if fits else ()


def titled(draft: SourceDraft) -> SourceDraft:
    """A plain text whose first line is short and no sentence has it as its heading: it names the document and claims nothing."""
    first = next(iter(draft.pieces), None)
    if first and len(draft.pieces) > 1 and first.role is Role.TEXT and len(first.text) <= _MAX_TITLE and not _SENTENCE.search(first.text):
        first.role, first.level = Role.HEADING, 1
    return draft


def step_key(text: str) -> str:
    """The beginning of a line without signs and without its number: how a numbered line is found again among the pieces."""
    numbered = _STEP.match(text)
    text = numbered.group(1) if numbered else text
    return re.sub(r"[\W_]+", "", squeeze(text))[:_START]


def _dated(body: str) -> str:
    """A date that has a line at the top to itself, as a paragraph: in Markdown it would be one sentence with its neighbours."""
    head = body.split("\n", _HEAD)
    behind = (*head[1:], "")
    alone = [bool(_DATE_LINE.match(line)) and not _UNDERLINE.match(after) for line, after in zip(head, behind, strict=True)]
    return "\n".join(f"\n{line}\n" if apart else line for line, apart in zip(head, (*alone[:_HEAD], False), strict=False))


def _itemized(body: str) -> str:
    """Lines that begin with a mark (✅ …, ⚠️ …: spec 3 案例1 关键信息) as items of a list: as a paragraph they would be one sentence."""
    return "".join(part if n % 2 else _MARKED.sub(r"\1- ", part) for n, part in enumerate(_FENCED.split(body)))


def _pieces(body: str, html: bool, plain: bool) -> Draft:
    if html:
        return read_html(body)
    return read_plain(body) if plain else read_markdown(body)


def _front(source: str) -> tuple[str, Pairs]:
    found = _FRONT.match(source)
    if not found:
        return source, ()
    pairs = tuple((squeeze(k), squeeze(v).strip("\"'")) for k, v in _FRONT_LINE.findall(found.group(1)))
    return source[found.end() :], pairs
