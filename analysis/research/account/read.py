"""Reads the folder of one customer: CRM, tickets, mail and usage, by the readers of research (and YAML), every piece with its place.

What a file is follows from its folder or name (``crm.yaml``, ``tickets.csv``, ``mails/``, ``usage.xlsx``). A file that cannot
be read is told in the report and stops nothing.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from analysis.research.account.lines import Line, lines_of, pairs_of, parted
from analysis.research.account.model import REMARK, Account, Contact, Message, Period, Place, Summary, Ticket, Value, figure
from analysis.research.account.names import fields_of, names, plain, says, severity_of
from analysis.research.account.notes import iso as _iso
from analysis.research.account.notes import notes_of
from analysis.research.account.spans import hours
from analysis.research.account.summary import summary_of
from analysis.research.model import Source
from analysis.research.registry import UNKNOWN, recognized_type
from analysis.research.sources.read import find_files, read_bytes, read_file
from pipelines.errors import UserError

MAX_FILES = 2_000
FIELDS = "analysis/research/account/data/fields.yaml"
_STRUCTURED = (".yaml", ".yml", ".json")
_CONTACT = re.compile(r"^(?:联系人|关键联系人|contacts?)\.(\d+)\.(.+)$", re.IGNORECASE)
_ROLE = re.compile(r"^(?:联系人|关键联系人|contacts?)\.([^.\d]+)$", re.IGNORECASE)
_TITLED = re.compile(r"^([^(（]{1,40}?)\s*[(（]([^()（）]{1,40})[)）]$")
_TEXT = (".md", ".txt", ".csv", ".yaml", ".yml", ".json", ".eml", ".html", ".htm", ".tsv")
_PROSE = (".md", ".txt")
_LABELLED = re.compile(r"^[\W_]{0,4}([^:：|]{1,16}?)[*_]{0,2}[:：][*_]{0,2}\s*(\S.*)$")
_TWO = 2
_KINDS = ("crm", "ticket", "email", "usage")


def read_account(folder: Path) -> Account:
    """The account in a folder; raises UserError where there is no folder or nothing in it can be read."""
    if not folder.is_dir():
        raise UserError(f"{folder} 不是文件夹；请给出存放该客户 CRM、工单、邮件和用量文件的文件夹")
    held = _Gathered(folder)
    for path in _files(folder):
        held.take(path)
    if not held.files:
        refused = "；".join(f"{file}: {why}" for file, why in held.refused[:3])
        raise UserError(f"{folder} 里没有能读的文件{'：' + refused if refused else '；请放入 crm.yaml、tickets.csv、mails/ 或 usage.csv'}")
    return held.account()


def _files(folder: Path) -> list[Path]:
    found = {p for p in folder.rglob("*.y*ml") if p.is_file() and not p.name.startswith(".")}
    with suppress(UserError):  # the folder may hold YAML alone
        found |= {p for p, _ in find_files([folder])}
    if len(found) > MAX_FILES:
        raise UserError(f"{folder} 有 {len(found)} 个文件，最多读 {MAX_FILES} 个；请给出一个客户的文件夹")
    return sorted(found)


class _Gathered:
    """What was read so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: list[tuple[str, str]] = []
        self.refused: list[tuple[str, str]] = []
        self._crm: list[tuple[Source, _Lines]] = []
        self._tickets: list[Ticket] = []
        self._messages: list[tuple[Source, _Lines]] = []
        self._periods: list[Period] = []
        self._summaries: list[Summary] = []

    def take(self, path: Path) -> None:
        """Read a file, or note why not."""
        place = PurePosixPath(path.relative_to(self.folder).as_posix())
        kind = _kind(place)
        try:
            sources = _sources(path, place, kind)
        except UserError as error:
            self.refused.append((str(place), str(error)))
            return
        lines = _Lines(path, str(place))
        self.files.append((str(place), kind))
        recognized = [self._put(kind, source, lines) for source in sources]
        if not any(recognized):
            self.refused.append((str(place), f"没有认出任何字段，字段名见 {FIELDS}"))

    def _put(self, kind: str, source: Source, lines: _Lines) -> bool:
        """Keep a source; False where it is a record and no field of it was recognized."""
        tickets = list(_tickets(source, lines)) if kind == "ticket" else []
        periods = list(_periods(source, lines)) if kind == "usage" else []
        summary = summary_of(lines.raw, lines.file) if kind == "ticket" else Summary()
        self._summaries += [summary] if summary else []
        self._tickets += tickets
        self._periods += periods
        if kind == "crm":
            self._crm.append((source, lines))
            return bool(_basics([(source, lines)]) or list(_contacts([(source, lines)])))
        if kind not in _KINDS or kind == "email":
            self._messages.append((source, lines))
            return True
        return bool(tickets or periods or summary)

    def account(self) -> Account:
        """All of it, in the order of time."""
        basics = _basics(self._crm)
        contacts = tuple(_contacts(self._crm))
        ours = basics["our_domain"].text if "our_domain" in basics else ""
        messages = [m for source, lines in self._messages for m in _messages(source, lines, contacts, ours)]
        remarks = [_remarks(source, lines) for source, lines in self._crm]
        name = basics["customer"].text if "customer" in basics else self.folder.resolve().name
        return Account(
            name=name,
            basics=basics,
            contacts=contacts,
            tickets=tuple(sorted(self._tickets, key=lambda t: (t.created, t.id))),
            messages=tuple(sorted((*messages, *remarks), key=lambda m: (m.date, m.title, m.who))),
            periods=tuple(sorted(self._periods, key=lambda p: p.month)),
            files=tuple(self.files),
            refused=tuple(self.refused),
            summary=_joined(self._summaries),
        )


def _kind(place: PurePosixPath) -> str:
    """crm, ticket, email or usage; mail and what is none of them is read as something written."""
    found = recognized_type(place)
    if found not in _KINDS:
        found = next((k for k in map(_named, reversed(place.parts[:-1])) if k in _KINDS), found)
    return "email" if found == UNKNOWN and place.suffix == ".eml" else found


def _named(folder: str) -> str:
    return recognized_type(PurePosixPath(folder, "x"))


def _sources(path: Path, place: PurePosixPath, kind: str) -> Sequence[Source]:
    wanted = kind if kind in _KINDS else ""
    if path.suffix.casefold() not in _STRUCTURED:
        return read_file(path, place, wanted)
    return read_bytes(_as_json(path), place.with_suffix(".json"), wanted)


def _as_json(path: Path) -> bytes:
    """YAML or JSON as a list of records in JSON; raises UserError naming file and place."""
    try:
        held = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=yaml.CSafeLoader)
        records = held if isinstance(held, list) else [held]
        return json.dumps(records, ensure_ascii=False, default=_day).encode()
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, ValueError, RecursionError) as error:
        raise UserError(f"{path} 要写成 UTF-8 的 YAML 或 JSON：{error}") from error


def _day(value: Any) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"a value of type {type(value).__name__} is not read")


class _Lines:
    """Finds the line of a file that a value stands in; files without lines give the record or passage instead."""

    def __init__(self, path: Path, file: str) -> None:
        self.file = file
        self._prose = path.suffix.casefold() in _PROSE
        self._lines: list[str] = []
        if path.suffix.casefold() in _TEXT:
            self._lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
        self._bare = [plain(line) for line in self._lines]
        self.raw = tuple(self._lines) if self._prose else ()

    def place(self, quote: str, near: str = "", fallback: str = "") -> Place:
        """The line with the quote, behind the line that holds ``near`` where one is named."""
        start = self._first(near, 0) if near else 0
        line = self._first(quote, max(start, 0))
        if line < 0 and start >= 0 and near:
            line = start
        return Place(self.file, f"第 {line + 1} 行" if line >= 0 else fallback)

    def _first(self, words: str, start: int) -> int:
        wanted = plain(words)[:40]
        return next((i for i in range(start, len(self._bare)) if wanted and wanted in self._bare[i]), -1)


def _pairs(source: Source, lines: _Lines) -> list[tuple[str, str]]:
    rows = [source.fields, *(p.fields for p in source.passages)]
    upright = [(row[0][1], row[1][1]) for row in rows if len(row) == _TWO]  # a table of labels and values
    held = [*(pair for row in rows for pair in row), *upright]
    return [*pairs_of(lines_of(lines.raw)), *(pair for label, value in held for pair in parted(label, value))]


def _remarks(source: Source, lines: _Lines) -> Message:
    """What a CRM record says in sentences: heard like a mail, without a date of its own."""
    said = [p for p in source.passages if p.role in ("text", "bullet") and not p.fields and not _LABELLED.match(p.text)]
    return Message("", REMARK, source.title, tuple((p.text, lines.place(p.text, "", f"第 {p.number + 1} 段")) for p in said))


def _basics(held: Iterable[tuple[Source, _Lines]]) -> dict[str, Value]:
    out: dict[str, Value] = {}
    for source, lines in held:
        for field, (label, text) in fields_of(_pairs(source, lines), names().crm).items():
            key = label.rpartition(".")[2]
            out.setdefault(field, Value(key, text, lines.place(text, key, f"记录 {source.record or 1}")))
    return out


def _contacts(held: Iterable[tuple[Source, _Lines]]) -> Iterator[Contact]:
    for source, lines in held:
        for pairs in _contact_rows(source, lines):
            found = {k: v for k, (_, v) in fields_of(pairs, names().contact).items()}
            if "name" in found and ("role" in found or "title" in found):
                yield _contact(found, lines)


def _contact_rows(source: Source, lines: _Lines) -> Iterator[list[tuple[str, str]]]:
    """The contacts of a record (``联系人.1.姓名``, ``联系人.决策人``), or of a table of contacts."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    for label, value in _pairs(source, lines):
        if hit := _CONTACT.match(label):
            grouped.setdefault(hit[1], []).append((hit[2], value))
        elif (hit := _ROLE.match(label)) or (hit := _ROLE.match(f"联系人.{label}") if _is_role(label) else None):
            yield [("角色", hit[1]), ("姓名", value)]
    yield from grouped.values()
    if not grouped:
        yield from (list(p.fields) for p in source.passages if p.fields)
        yield list(source.fields)


def _is_role(label: str) -> bool:
    held = (*names().decision_maker, *names().champion, *names().roles)
    return plain(label) in {plain(n) for n in held}


def _contact(found: dict[str, str], lines: _Lines) -> Contact:
    role, title, status = found.get("role", ""), found.get("title", ""), found.get("status", "")
    name, title = _titled(found["name"], title)
    return Contact(
        name=name,
        role=role,
        title=title,
        mail=found.get("mail", "").casefold(),
        place=lines.place(found["name"]),
        decides=says(role, names().decision_maker),
        champions=says(f"{role} {status}", names().champion),
        left=says(status, names().left),
    )


def _titled(name: str, title: str) -> tuple[str, str]:
    """A name and the title that stands in brackets behind it (张总(CTO))."""
    hit = _TITLED.match(name)
    return (hit[1].strip(), title or hit[2].strip()) if hit else (name, title)


def _joined(held: Sequence[Summary]) -> Summary:
    """The statistics of several files as one; of a figure that two state the first counts."""
    figures = {k: v for one in reversed(held) for k, v in one.figures.items()}
    return Summary(figures, tuple(k for one in held for k in one.kinds), tuple(e for one in held for e in one.events))


def _tickets(source: Source, lines: _Lines) -> Iterator[Ticket]:
    rows: list[Iterable[tuple[str, str]]] = [source.fields] if source.record else []
    for pairs in rows or [p.fields for p in source.passages if p.fields]:
        found = {k: v for k, (_, v) in fields_of(pairs, names().ticket).items()}
        if "id" in found or "title" in found:
            yield _ticket(found, lines, source.text)


def _ticket(found: dict[str, str], lines: _Lines, text: str) -> Ticket:
    one = found.get("id", "")
    return Ticket(
        id=one,
        created=_iso(found.get("created", "")),
        severity=severity_of(found.get("severity", "")),
        kind=found.get("kind", ""),
        title=found.get("title", "") or text[:60],
        note=found.get("note", ""),
        response=hours(found.get("response", ""), found.get("created", "")),
        resolution=hours(found.get("resolution", ""), found.get("created", "")),
        open=bool(found.get("status")) and not says(found["status"], names().closed),
        place=lines.place(found.get("title", ""), one, f"记录 {one}"),
    )


def _periods(source: Source, lines: _Lines) -> Iterator[Period]:
    written = lines_of(lines.raw)
    stated = [*source.fields, *pairs_of(written)]
    listed = {x.label: x.value for x in written if x.under and x.label and _is_feature(x.under[-1])}
    rows: list[Iterable[tuple[str, str]]] = [p.fields for p in source.passages if p.fields] or [stated]
    for pairs in map(list, rows):
        found = {k: v for k, (_, v) in fields_of(pairs, names().usage).items()}
        month = _iso(found.pop("month", "")) or source.date
        figures = {k: n for k, v in found.items() if (n := figure(v)) is not None}
        features = {label: n for label, value in pairs if (n := _share(label, value, label in listed)) is not None}
        if figures or features:
            whole = lines.place(month, "", f"记录 {month}") if month else Place(lines.file, "")
            yield Period(month, figures, features, found, whole, _places(written, lines.file))


def _places(written: Iterable[Line], file: str) -> dict[str, Place]:
    """The lines of the figures of a block, by field and by label."""
    out: dict[str, Place] = {}
    for line in (x for x in written if x.label and x.value):
        here = Place(file, f"第 {line.number} 行")
        for name in (line.label, *fields_of(pairs_of([line]), names().usage)):
            out.setdefault(name, here)
    return out


def _is_feature(label: str) -> bool:
    return any(plain(label).endswith(plain(f)) for f in names().feature)


def _share(label: str, value: str, listed: bool = False) -> float | None:
    """The share of users of a feature, 0–1, where its label or that of its list says that it is one; 78, 78% and 0.78 are the same."""
    if not (listed or _is_feature(label)) or (number := figure(value)) is None:
        return None
    return round(number / 100, 4) if "%" in value or number > 1 else number


def _messages(source: Source, lines: _Lines, contacts: Sequence[Contact], ours: str) -> Iterator[Message]:
    """The mail, or each dated note of a file of notes (a heading ``2026-03-02 王工``, a line ``2026 年 3 月:王工反馈 …``)."""
    sender = source.field("From", "发件人", "作者", "author")
    if lines.raw:
        held = notes_of(lines.raw, [c.name for c in contacts], source.date, sender)
        notes = [(n.date, n.who, [(text, Place(lines.file, f"第 {at} 行")) for text, at in n.said], n.ours) for n in held]
    else:
        said = [(p.text, lines.place(p.text, "", f"第 {p.number + 1} 段")) for p in source.passages if p.role != "heading"]
        notes = [(source.date, sender, said, False)]
    for date, who, words, reading in notes:
        contact = next((c for c in contacts if _is(c, who)), None)
        yield Message(date, who, source.title, tuple(words), contact, reading or _ours(who, contact, ours), source.type == "email")


def _is(contact: Contact, who: str) -> bool:
    return bool(who) and ((bool(contact.mail) and contact.mail in who.casefold()) or contact.name in who)


def _ours(who: str, contact: Contact | None, domain: str) -> bool:
    return contact is None and bool(domain) and f"@{domain.casefold().lstrip('@')}" in who.casefold()
