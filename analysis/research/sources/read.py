"""From a file to its sources: limits, format, type, and what the document says of itself (title, date, version, audience, product)."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path, PurePosixPath

import msgspec

from analysis.research.model import Pairs, Passage, Source
from analysis.research.registry import recognized_type, source_types
from analysis.research.sources import formats
from analysis.research.sources.draft import MAX_TEXT, SourceDraft, thing
from analysis.research.sources.formats.prose import step_key
from pipelines.case import Role
from pipelines.errors import UserError
from pipelines.reader.assemble import assemble
from pipelines.reader.language import page_language
from pipelines.reader.piece import Piece, squeeze
from pipelines.steps.published import iso

MAX_FILE = 30_000_000
Reader = Callable[[bytes, str, bool], list[SourceDraft]]
_HEAD = 10  # pieces at the top that may say something of the document itself
_PAIR = re.compile(r"^\W{0,3}([^:：|｜]{1,24}?)\W{0,2}\s*+[:：]\s*+(\S.*)$")
_PARTED = re.compile(r"\s{0,8}[|｜]\s*|\s{1,8}[·•]\s+|[；;]\s*|\s{1,8}(?=[^\s\d:：|｜][^\s:：|｜]{0,11}[:：]\s*\S)")
_DATED = re.compile(
    r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}|[A-Za-z]{3,9}\.? (?:\d{1,2}(?:st|nd|rd|th)?,? )?(?:19|20)\d\d"
    r"|\d{1,2} [A-Za-z]{3,9},? (?:19|20)\d\d"
)
_LONE_DATE = re.compile(r"(?:19|20)\d\d(?:[-/.]\d{1,2}){1,2}|(?:19|20)\d\d\s?年\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?日)?")
_FILE_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])(?:[-_.]?([0-2]\d|3[01]))?(?!\d)")
_VERSION = re.compile(r"(?<![A-Za-z0-9])[vV]\d+(?:\.\d+){0,3}(?![A-Za-z0-9])")
_HEADS = (Role.HEADING, Role.TITLE)
_ROLES = dict.fromkeys(_HEADS, "heading") | {Role.BULLET: "bullet", Role.TABLE: "table", Role.CODE: "code", Role.LABEL: "label"}


@cache
def _readers() -> Mapping[str, Reader]:
    modules = (importlib.import_module(f"{formats.__name__}.{m.name}") for m in pkgutil.iter_modules(formats.__path__))
    return {suffix: module.read for module in modules for suffix in module.SUFFIXES}


def suffixes() -> tuple[str, ...]:
    """The endings of files that can be read."""
    return tuple(sorted(_readers()))


def find_files(paths: Iterable[Path]) -> Iterator[tuple[Path, PurePosixPath]]:
    """Each readable file of files and folders with its place below what was named; raises UserError where a path gives none."""
    for path in paths:
        if not path.exists():
            raise UserError(f"没有文件或文件夹 {path}；请检查路径")
        if path.is_file():
            yield path, PurePosixPath(path.parent.name, path.name)
            continue
        found = [p for p in sorted(path.rglob("*")) if p.is_file() and _readable(p)]
        if not found:
            raise UserError(f"{path} 里没有可导入的文件；可用的后缀：{'、'.join(suffixes())}")
        yield from ((p, PurePosixPath(p.relative_to(path).as_posix())) for p in found)


def unread_files(folder: Path) -> Iterator[PurePosixPath]:
    """The files below a folder that are left out because no format reads them; hidden and temporary ones are nobody's."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _readable(path) and not path.name.startswith(("~$", ".")):
            yield PurePosixPath(path.relative_to(folder).as_posix())


def _readable(path: Path) -> bool:
    return path.suffix.casefold() in _readers() and not path.name.startswith(("~$", "."))


def read_file(path: Path, place: PurePosixPath | None = None, source_type: str = "") -> tuple[Source, ...]:
    """The sources in a file; raises UserError that names it where it cannot be read, is too large, of no known format or empty."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_FILE else b""
    except OSError as error:
        raise UserError(f"{path} 读不了：{error.strerror or error}") from error
    if size > MAX_FILE:
        raise UserError(f"{path} 有 {size} 字节，最多读 {MAX_FILE} 字节；请拆分文件")
    return read_bytes(data, place or PurePosixPath(path.parent.name, path.name), source_type)


def read_bytes(data: bytes, place: PurePosixPath, source_type: str = "") -> tuple[Source, ...]:
    """The sources in bytes that stand at ``place`` (folders and name tell type and identity); raises UserError as ``read_file``."""
    reader = _readers().get(place.suffix.casefold())
    if reader is None:
        raise UserError(f"{place}：不读“{place.suffix}”文件；可用：{'、'.join(suffixes())}")
    expected = source_type or recognized_type(place)
    drafts = reader(data, str(place), source_types()[expected].records)
    found = tuple(_source(draft, place, source_type) for draft in drafts if draft.pieces)
    if not found:
        raise UserError(f"{place}：里面没有文字")
    return _distinct(found)


def _source(draft: SourceDraft, place: PurePosixPath, source_type: str) -> Source:
    fields = (*draft.fields, *_stated(draft.pieces))
    said = {thing(k): v for k, v in reversed(fields) if thing(k)}
    title = said.get("title", "") or _title(draft) or place.stem
    text, passages = _passages(draft, title)
    if len(text) > MAX_TEXT:
        raise UserError(f"{place}：超过 {MAX_TEXT} 字；请拆分文件")
    date, date_quote = _date(fields, draft.pieces, title, place)
    kind = source_type or recognized_type(place, said.get("type", ""), "" if draft.record else title)
    made = Source(
        source_id=f"{place}#{draft.record}" if draft.record else str(place),
        type=kind,
        title=title,
        text=text,
        passages=passages,
        digest="",
        date=date,
        date_quote=date_quote,
        version=said.get("version", "") or _version(title),
        audience=said.get("audience", ""),
        product=said.get("product", ""),
        lang=page_language(text),
        uri=said.get("uri", ""),
        record=draft.record,
        fields=fields,
        attachments=draft.attachments,
        notes=draft.notes,
    )
    return replace(made, digest=f"sha256:{hashlib.sha256(msgspec.json.encode(made)).hexdigest()}")


def _distinct(found: tuple[Source, ...]) -> tuple[Source, ...]:
    """Records that claim one id get a number, so that none is lost."""
    seen: dict[str, int] = {}
    out = []
    for source in found:
        seen[source.source_id] = count = seen.get(source.source_id, 0) + 1
        if count > 1:
            source = replace(source, source_id=f"{source.source_id}~{count}")
        out.append(source)
    return tuple(out)


def _stated(pieces: list[Piece]) -> Pairs:
    """What lines at the top say of the document, ``版本：v2.0 | 更新日期：2026-03-05``: such lines and lone dates are labels."""
    found: list[tuple[str, str]] = []
    for piece in pieces[:_HEAD]:
        if piece.role is Role.TEXT and _LONE_DATE.fullmatch(piece.text):
            piece.role = Role.LABEL
        parts = piece.cells if piece.role is Role.TABLE and len(piece.cells) == 2 else ()
        pairs = [parts] if parts else [m.groups() for part in _PARTED.split(piece.text) if (m := _PAIR.match(part))]
        known = [(squeeze(k), squeeze(v)) for k, v in pairs if thing(k) not in ("", "body", "title") and len(v) <= 120]
        if known and piece.role not in _HEADS and len(known) == len(pairs):
            piece.role = Role.LABEL
            found += known
    return tuple(found)


def _title(draft: SourceDraft) -> str:
    heading = next((p.text for p in draft.pieces[:_HEAD] if p.role in _HEADS), "")
    first = next((p.text for p in draft.pieces[:3] if p.role is Role.TEXT and len(p.text) <= 80), "")
    return heading or draft.title or first


def _date(fields: Pairs, pieces: list[Piece], title: str, place: PurePosixPath) -> tuple[str, str]:
    """The latest labelled date, else one that stands alone at the top or in the title, else in the file's name; with its words."""
    labelled = [(day, f"{k}：{v}") for k, v in fields if thing(k) == "date" and (day := iso(v))]
    if labelled:
        return max(labelled)
    lone = [p.text for p in pieces[:_HEAD] if len(p.text) <= 40 and _DATED.search(p.text) and not _of_other(p.text)]
    for words in (*lone, title):
        if (hit := _DATED.search(words)) and (day := iso(words[hit.start() :])):
            return day, words
    if (name := _FILE_DATE.search(place.name)) and (day := iso("-".join(p for p in name.groups() if p))):
        return day, place.name
    return "", ""


def _of_other(line: str) -> bool:
    """Whether a line gives something else than the document's own date (续约日期：2027-01-15)."""
    pair = _PAIR.match(line)
    return pair is not None and thing(pair.group(1)) not in ("date", "title")


def _version(title: str) -> str:
    found = _VERSION.search(title)
    return found.group() if found else ""


def _passages(draft: SourceDraft, title: str) -> tuple[str, tuple[Passage, ...]]:
    """The canonical text and its lines as passages, each under its headings."""
    text, blocks = assemble(draft.pieces)
    path: list[tuple[int, str]] = []
    out = []
    for number, (piece, block) in enumerate(zip(draft.pieces, blocks, strict=True)):
        if piece.role in _HEADS or piece.bold:
            level = (piece.level or 1) if not piece.bold else 7
            path = [(lv, words) for lv, words in path if lv < level]
        headings = tuple(dict.fromkeys((title, *(words for _, words in path))))
        out.append(Passage(number, block.start, block.end, piece.text, _role(piece, draft), headings, draft.cells.get(number, ())))
        if piece.role in _HEADS or piece.bold:
            path.append((level, piece.text))
    return text, tuple(out)


def _role(piece: Piece, draft: SourceDraft) -> str:
    if piece.bold:
        return "heading"
    if piece.role in (Role.BULLET, Role.TEXT) and draft.steps and step_key(piece.text) in draft.steps:
        return "step"
    return _ROLES.get(piece.role, "text")
