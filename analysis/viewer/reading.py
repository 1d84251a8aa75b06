"""What the viewer reads of a library: through connections that refuse to write, in pages, never the whole table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, RowMapping, Select, and_, event, func, or_, select

from pipelines.case import Case
from pipelines.library import Library
from pipelines.library import tables as t
from pipelines.library.rows import read

PAGE = 50
FACETS = ("vendor", "industry", "company_size", "scenario", "tier", "origin")
COLUMNS = ("case_id", "customer_name", "vendor", "industry", "company_size", "scenario", "tier", "origin", "url", "withdrawn_run")


@dataclass(frozen=True, slots=True)
class Found:
    """A page of cases: the rows, how many there are in all, and which page it is (from 1)."""

    rows: Sequence[RowMapping]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def open_library(url: str) -> Library:
    """The library, for reading only: SQLite and PostgreSQL refuse to write on its connections from now on."""
    library = Library.open(url, must_exist=True)
    library.engine.dispose()
    event.listen(library.engine, "connect", _read_only)
    return library


def find_cases(engine: Engine, asked: Mapping[str, str], number: int = 1) -> Found:
    """The current cases that fit; ``asked`` maps facets, ``category`` and ``q`` (customer or case) to what is wanted."""
    c = t.cases.c
    conditions = [c.current, *_conditions(asked)]
    query = select(*(c[name] for name in COLUMNS)).where(*conditions).order_by(c.customer_name, c.case_id)
    with engine.connect() as db:
        total = db.scalar(select(func.count()).select_from(t.cases).where(*conditions)) or 0
        page = min(max(number, 1), max(1, -(-total // PAGE)))
        rows = db.execute(query.limit(PAGE).offset((page - 1) * PAGE)).mappings().all()
    return Found(rows, total, page)


def find_rejections(engine: Engine, code: str, number: int = 1) -> Found:
    """What was not taken into the library, by reason, then identity."""
    r = t.rejections.c
    conditions = [r.code == code] if code else []
    query: Select[Any] = select(r.code, r.vendor, r.identity, r.url, r.detail).where(*conditions).order_by(r.code, r.identity, r.part)
    with engine.connect() as db:
        total = db.scalar(select(func.count()).select_from(t.rejections).where(*conditions)) or 0
        page = min(max(number, 1), max(1, -(-total // PAGE)))
        rows = db.execute(query.limit(PAGE).offset((page - 1) * PAGE)).mappings().all()
    return Found(rows, total, page)


def others_of(engine: Engine, case: Case) -> list[Case]:
    """The same customer's other current cases, by id."""
    c = t.cases.c
    if not case.customer_key:
        return []
    query = select(c.case_id, c.data).where(
        c.current, c.withdrawn_run.is_(None), c.customer_key == case.customer_key, c.case_id != case.case_id
    )
    with engine.connect() as db:
        found = [read(row.case_id, row.data) for row in db.execute(query.order_by(c.case_id).limit(PAGE))]
    return [one for one in found if isinstance(one, Case)]


def is_withdrawn(engine: Engine, case_id: str) -> bool:
    """Whether the page of a case is gone from its site."""
    c = t.cases.c
    with engine.connect() as db:
        return db.scalar(select(c.withdrawn_run).where(c.case_id == case_id, c.current)) is not None


def has_sandbox(engine: Engine) -> bool:
    """Whether any case comes from the replica sites."""
    with engine.connect() as db:
        return db.scalar(select(t.cases.c.case_id).where(t.cases.c.current, t.cases.c.origin == "sandbox").limit(1)) is not None


def _conditions(asked: Mapping[str, str]) -> list[ColumnElement[bool]]:
    c, k = t.cases.c, t.case_categories.c
    found = [_is(name, asked[name]) for name in FACETS if asked.get(name)]
    if category := asked.get("category"):
        found.append(select(k.case_id).where(k.case_id == c.case_id, k.version == c.version, k.category == category).exists())
    if words := asked.get("q", "").strip():
        found.append(or_(c.customer_name.contains(words, autoescape=True), c.case_id == words))
    return found


def _is(name: str, value: str) -> ColumnElement[bool]:
    """A facet's condition; ``-`` is "unknown"; a parent industry takes its leaves."""
    column = t.cases.c[name]
    if value == "-":
        return or_(column.is_(None), column == "")
    if name == "tier":
        return and_(column == (int(value) if value.isascii() and value.isdigit() else -1))
    if name == "industry":
        return or_(column == value, column.startswith(f"{value}.", autoescape=True))
    return and_(column == value)


def _read_only(connection: Any, _record: object) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        cursor = connection.cursor()
        cursor.execute("PRAGMA query_only=ON")
        cursor.close()
    else:
        connection.read_only = True  # psycopg: every transaction is begun READ ONLY
