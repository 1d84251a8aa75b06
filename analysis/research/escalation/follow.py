"""Keeps escalations until they are closed: open → answered → closed, in the library's database or one of its own.

Ids follow from customer and question, so that asking again finds the escalation that is under way. Nothing is deleted; a
state that would go back is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, MetaData, RowMapping, String, Table, Text, insert, inspect, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError

from analysis.research.escalation.document import document_text, standard
from analysis.research.escalation.pack import Pack, message_text, pack_text
from pipelines.errors import UserError
from pipelines.library import library_url
from pipelines.library.database import ReadOnlyError, engine_of, parse, read_only, told_read_only

OPEN, ANSWERED, CLOSED = "open", "answered", "closed"
NAMES = {OPEN: "待答复", ANSWERED: "已答复", CLOSED: "已闭环"}
MOST = 400_000  # characters of an answer

metadata = MetaData()
escalations = Table(
    "escalations",
    metadata,
    Column("id", String, primary_key=True),
    Column("state", String, nullable=False),  # open, answered, closed
    Column("kind", String, nullable=False, index=True),
    Column("owner", String, nullable=False),
    Column("customer", String, nullable=False),
    Column("question", Text, nullable=False),
    Column("opened", String, nullable=False),
    Column("due", String, nullable=False),
    Column("answered", String, nullable=False, default=""),
    Column("closed", String, nullable=False, default=""),
    Column("pack", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("answer", Text, nullable=False, default=""),
    Column("title", String, nullable=False, default=""),
    Column("document", Text, nullable=False, default=""),
)


@dataclass(frozen=True, slots=True)
class Held:
    """An escalation as it is kept; ``document`` is its standard document once it is closed."""

    id: str
    state: str
    kind: str
    owner: str
    customer: str
    question: str
    opened: str
    due: str
    answered: str
    closed: str
    pack: str
    message: str
    answer: str
    title: str
    document: str

    def named(self) -> str:
        """Its standard document by title, id and the day it was verified."""
        return f"{self.title}（{self.id}，验证于 {self.closed}）"

    def overdue(self, day: str) -> bool:
        """Whether the owner's time is over at a day (ISO) and no answer has come."""
        return self.state == OPEN and self.due < day


class Follow:
    """The escalations of a database. Open with ``Follow.open``; use as a context manager."""

    def __init__(self, url: str) -> None:
        self._url = parse(url)
        self._engine = engine_of(self._url)
        self._reads_only = read_only(self._url)
        if not self._reads_only:
            metadata.create_all(self._engine)

    @classmethod
    def open(cls, url: str | None = None) -> Follow:
        """Open or create; what may only be read is read. Raises UserError naming the URL (without password) and the remedy."""
        target = library_url(url)
        try:
            parsed = make_url(target)
            if parsed.get_backend_name() == "sqlite" and parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            return cls(target)
        except (SQLAlchemyError, ArgumentError, OSError, ImportError) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise UserError(f"{_safe(target)} 中的升级事项打不开，请用 --library 写明 SQLAlchemy URL：{reason}") from error

    def __enter__(self) -> Follow:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    def add(self, pack: Pack) -> tuple[Held, bool]:
        """Keep a pack; (what is kept, whether it is new). The same question of the same customer is kept once."""
        self._may_write()
        one = identity(pack.customer.name, pack.escalation.question)
        try:
            with self._engine.begin() as db:
                db.execute(insert(escalations).values(id=one, **_values(pack)))
        except IntegrityError:  # kept already
            return self.get(one), False
        return self.get(one), True

    def get(self, one: str) -> Held:
        """An escalation by its id or the beginning of it; raises UserError where none or several begin so."""
        found = [h for h in self.all() if h.id.startswith(one)]
        if len(found) != 1:
            raise UserError(
                f"没有升级事项“{one}”；用 insights escalation list 查看"
                if not found
                else f"有 {len(found)} 个编号以“{one}”开头；请写长一些"
            )
        return found[0]

    def all(self, state: str = "") -> list[Held]:
        """Escalations by the day they are due, of one state if given."""
        chosen = select(escalations).where(escalations.c.state == state) if state else select(escalations)
        if self._reads_only and not inspect(self._engine).has_table(escalations.name):
            return []
        with self._engine.connect() as db:
            rows: Iterator[RowMapping] = iter(db.execute(chosen.order_by(escalations.c.due, escalations.c.id)).mappings())
            return [Held(**row) for row in rows]

    def documents(self, kind: str) -> list[str]:
        """Titles of the standard documents of a kind, with the day they were verified."""
        return [h.named() for h in self.standards(kind)]

    def standards(self, kind: str = "") -> list[Held]:
        """What the owners' answers became (案例4 知识库沉淀), of one kind if given, the last verified first."""
        held = [h for h in self.all(CLOSED) if h.document and kind in ("", h.kind)]
        return sorted(held, key=lambda h: (h.closed, h.id), reverse=True)

    def answer(self, one: str, text: str, day: str) -> Held:
        """Keep the owner's answer; raises UserError for an empty one and for an escalation that is closed."""
        held = self.get(one)
        if held.state == CLOSED:
            raise UserError(f"{held.id} 已于 {held.closed} 关闭；请重新提问，开始新一轮")
        if not text.strip():
            raise UserError(f"{held.id} 的答复是空的；请把负责人的答复写进文件")
        if len(text) > MOST:
            raise UserError(f"{held.id} 的答复有 {len(text)} 字，最多保存 {MOST} 字；请缩短")
        return self._update(held.id, state=ANSWERED, answer=text, answered=day)

    def close(self, one: str, day: str, scope: str = "") -> Held:
        """Make the standard document of an answered escalation; raises UserError where there is no answer yet."""
        held = self.get(one)
        if held.state == OPEN:
            raise UserError(f"{held.id} 还没有答复；用 insights escalation close {held.id} --answer FILE 给出")
        if held.state == CLOSED:
            return held
        made = standard(held.id, held.question, held.kind, held.answer, day, scope)
        return self._update(held.id, state=CLOSED, closed=day, title=made.title, document=document_text(made))

    def _may_write(self) -> None:
        if self._reads_only:
            raise ReadOnlyError(told_read_only(self._url))

    def _update(self, one: str, **values: Any) -> Held:
        self._may_write()
        with self._engine.begin() as db:
            db.execute(update(escalations).where(escalations.c.id == one).values(**values))
        return self.get(one)


def identity(customer: str, question: str) -> str:
    """The id of a customer's question; spaces and case do not matter."""
    plain = "\0".join("".join(part.split()).casefold() for part in (customer, question))
    return "esc-" + hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def _values(pack: Pack) -> dict[str, str]:
    found = pack.escalation
    return {
        "state": OPEN,
        "kind": found.kind,
        "owner": found.owner,
        "customer": pack.customer.name,
        "question": found.question,
        "opened": pack.as_of,
        "due": pack.due,
        "pack": pack_text(pack),
        "message": message_text(pack),
    }


def _safe(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return f"'{url}'"
