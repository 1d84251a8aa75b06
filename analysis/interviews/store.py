"""The store of interviews: a database of its own, by URL, the only place where people's names are.

What a file gave is replaced when the file is imported again. ``forget`` removes a person for good: rows about and by that
person, the name wherever else it stands, and the bytes that the database would otherwise leave behind.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    create_engine,
    delete,
    event,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from analysis.interviews.model import Flag, Reading, Told
from pipelines.companies.identity import company_key
from pipelines.errors import UserError, WorkError

DEFAULT_URL = "sqlite:///outputs/interviews.db"
VARIABLE = "INTERVIEWS_URL"
REMOVED = "〔已删除〕"

metadata = MetaData()
files = Table("files", metadata, Column("id", Integer, primary_key=True), Column("path", Text, unique=True), Column("digest", String))
customers = Table("customers", metadata, Column("id", Integer, primary_key=True), Column("key", Text, unique=True), Column("name", Text))
people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("place", Text, nullable=False),  # the customer's key; of our own people, experts and friends: their source
    UniqueConstraint("name", "place"),
)
statements = Table(
    "statements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String, unique=True),
    Column("file", ForeignKey("files.id"), nullable=False),
    Column("customer", ForeignKey("customers.id"), nullable=False),
    Column("teller", ForeignKey("people.id")),
    Column("about", ForeignKey("people.id")),
    Column("interviewer", ForeignKey("people.id")),
    Column("field", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("codes", Text, nullable=False),
    Column("low", Float),
    Column("high", Float),
    Column("source", String, nullable=False),
    Column("firsthand", Boolean, nullable=False),
    Column("date", String, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("place", Text, nullable=False),
)
flags = Table(
    "flags",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file", ForeignKey("files.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("field", String, nullable=False),
    Column("place", Text, nullable=False),
)
_WORDS: tuple[tuple[Table, str], ...] = (
    (files, "path"),
    (customers, "name"),
    (customers, "key"),
    (statements, "text"),
    (statements, "evidence"),
    (statements, "place"),
    (statements, "category"),
    (flags, "place"),
)

_NAMED = (*_WORDS, (people, "name"))


@dataclass(frozen=True, slots=True)
class Stored:
    """What an import changed: new statements, those held already, those that the file gave before and gives no more."""

    new: int
    same: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed of a person: entries as a person, statements by (a person of the customer) or about, the name on statements
    that one of our own people told or asked for, mentions in other words.

    ``files`` are the imported files that named the person: they are the user's own and still do.
    """

    people: int
    statements: int
    led: int
    mentions: int
    files: tuple[str, ...]


def store_url(given: str | None = None) -> str:
    """The store's URL: the one given, else ``INTERVIEWS_URL``, else the default file."""
    return given or os.environ.get(VARIABLE) or DEFAULT_URL


def default_exists() -> bool:
    """Whether there is a store although nobody named one on the command line."""
    url = store_url()
    return not url.startswith("sqlite:///") or Path(url.removeprefix("sqlite:///")).exists()


class Store:
    """See the module. ``Store.open``; a context manager."""

    def __init__(self, engine: Engine, shown: str) -> None:
        self.engine = engine
        self.shown = shown

    @classmethod
    def open(cls, url: str | None = None, must_exist: bool = False) -> Store:
        """Open or create; raises UserError where the URL is none, the store is not there and must be, or it is no store."""
        target = store_url(url)
        try:
            parsed = make_url(target)
            file = Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None
            if file and must_exist and not file.exists():
                raise UserError(f"{file} 没有访谈；用 insights interview FILE 导入，或用 --store 指定访谈库")
            if file:
                _prepare(file)
            engine = create_engine(parsed)
            if parsed.get_backend_name() == "sqlite":
                event.listen(engine, "connect", _sqlite_settings)
            metadata.create_all(engine)
        except (SQLAlchemyError, ArgumentError, OSError, ImportError) as error:
            raise UserError(f"访谈库打不开，请用 --store 写明 SQLAlchemy URL：{str(error).splitlines()[0]}") from error
        return cls(engine, parsed.render_as_string(hide_password=True))

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.dispose()

    def put(self, path: str, data: bytes, reading: Reading) -> Stored:
        """Store what a file gave, in place of what the same file gave before."""
        digest = hashlib.sha256(data).hexdigest()[:16]
        with self.engine.begin() as db:
            known = _Rows(db)
            file = known.of(files, {"path": path})
            db.execute(update(files).where(files.c.id == file).values(digest=digest))
            before = set(db.scalars(select(statements.c.digest).where(statements.c.file == file)))
            held = set(db.scalars(select(statements.c.digest)))
            rows = {row["digest"]: row for row in (_row(known, file, t) for t in reading.told)}
            gone = before - rows.keys()
            db.execute(delete(statements).where(statements.c.file == file, statements.c.digest.in_(gone)))
            new = [row for key, row in rows.items() if key not in held]
            if new:
                db.execute(insert(statements), new)
            db.execute(delete(flags).where(flags.c.file == file))
            if reading.flags:
                db.execute(insert(flags), [{"file": file, "kind": f.kind, "field": f.field, "place": f.place} for f in reading.flags])
            _prune(db)
        return Stored(len(new), len(rows) - len(new), len(gone))

    def told(self) -> Iterator[Told]:
        """Every statement, by customer, field and date."""
        by, about, led = (people.alias(n) for n in ("teller_", "about_", "led_"))
        query = (
            select(statements, customers.c.name, by.c.name.label("by"), about.c.name.label("of"), led.c.name.label("led"))
            .join(customers, customers.c.id == statements.c.customer)
            .outerjoin(by, by.c.id == statements.c.teller)
            .outerjoin(about, about.c.id == statements.c.about)
            .outerjoin(led, led.c.id == statements.c.interviewer)
            .order_by(customers.c.key, statements.c.field, statements.c.date, statements.c.digest)
        )
        with self.engine.connect() as db:
            yield from (_told(row) for row in db.execute(query).mappings())

    def flags(self) -> list[Flag]:
        """The sensitive places that were met; their words were never stored."""
        with self.engine.connect() as db:
            rows = db.execute(select(flags).order_by(flags.c.place, flags.c.id)).mappings().all()
        return [Flag(r["kind"], r["place"], r["field"]) for r in rows]

    def forget(self, names: tuple[str, ...]) -> Forgotten:
        """Remove a person, by every name given, everywhere; WorkError where the bytes of a name are still in the file after it."""
        wanted = tuple(dict.fromkeys(n.strip() for n in names if n.strip()))
        if not wanted or any(len(n) < 2 for n in wanted):
            raise UserError("姓名至少两个字；一个字会误删与人无关的词")
        with self.engine.begin() as db:
            found = _forget(db, wanted)
        self._wipe()
        self._prove(wanted)
        return found

    def _wipe(self) -> None:
        """Let the database give back the room of what was deleted, so that nothing of it can be read from the disk."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            kind = self.engine.dialect.name
            if kind == "sqlite":
                db.execute(text("VACUUM"))
            elif kind == "postgresql":
                for table in metadata.sorted_tables:
                    db.execute(text(f'VACUUM FULL "{table.name}"'))

    def _prove(self, names: tuple[str, ...]) -> None:
        """Looks for the bytes of the names in the database file and what lies beside it."""
        if self.engine.dialect.name != "sqlite" or not self.engine.url.database:
            return
        with self.engine.connect() as db:
            live = "\n".join(words for table, column in _NAMED for words in db.scalars(select(table.c[column]))).lower()
        file = Path(self.engine.url.database)
        left = [n.lower() for n in names if n.lower() not in live]  # Ann stands in annual, which is nobody
        for path in (file, *(file.with_name(file.name + end) for end in ("-journal", "-wal", "-shm"))):
            data = path.read_bytes().lower() if path.exists() else b""
            if any(n.encode(code) in data for n in left for code in ("utf-8", "utf-16-le", "utf-16-be")):
                raise WorkError(f"{path} 移除后仍含该姓名；请删除此文件，再重新导入其他访谈")


def _prepare(file: Path) -> None:
    """The folder, and a file that only its owner may read."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        file.touch(mode=0o600)


def _sqlite_settings(connection: Any, _: object) -> None:
    """Deleted rows are overwritten, the journal is gone with its transaction, nothing is sorted on the disk."""
    for setting in ("secure_delete=ON", "journal_mode=DELETE", "foreign_keys=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {setting}")


class _Rows:
    """Finds or makes the rows that statements refer to, each looked up once an import."""

    def __init__(self, db: Connection) -> None:
        self.db = db
        self.held: dict[tuple[str, ...], int] = {}

    def of(self, table: Table, where: dict[str, str], **more: str) -> int:
        """The id of the row of these values; made with ``more`` where there is none."""
        key = (table.name, *where.values())
        if key not in self.held:
            found = self.db.scalar(select(table.c.id).where(*(table.c[k] == v for k, v in where.items())))
            made = None if found is not None else self.db.execute(insert(table).values(**where, **more)).inserted_primary_key
            self.held[key] = int(made[0] if made else found or 0)
        return self.held[key]

    def person(self, name: str, place: str) -> int | None:
        """The id of a person; None where nobody is named."""
        return self.of(people, {"name": name, "place": place}) if name else None


def _row(rows: _Rows, file: int, told: Told) -> dict[str, Any]:
    key = company_key(told.customer) or told.customer
    who = {
        "customer": rows.of(customers, {"key": key}, name=told.customer),
        "teller": rows.person(told.teller, key if told.source == "customer" else told.source),
        "about": rows.person(told.about, key),
        "interviewer": rows.person(told.interviewer, "interviewer"),
    }
    words = (key, told.field, told.text, told.source, told.firsthand, told.date, told.teller, told.about, told.codes, told.category)
    same = ("low", "high", "field", "text", "source", "firsthand", "date", "evidence", "category", "place")
    return {
        **{name: getattr(told, name) for name in same},
        **who,
        "digest": hashlib.sha256(msgspec.json.encode(words)).hexdigest()[:32],
        "file": file,
        "codes": msgspec.json.encode(told.codes).decode(),
    }


def _told(row: Any) -> Told:
    same = ("low", "high", "field", "text", "source", "firsthand", "date", "evidence", "category", "place")
    return Told(
        customer=row["name"],
        codes=tuple(msgspec.json.decode(row["codes"])),
        teller=row["by"] or "",
        about=row["of"] or "",
        interviewer=row["led"] or "",
        **{name: row[name] for name in same},
    )


def _prune(db: Connection) -> None:
    """Customers and people of whom nothing is told any more are gone too."""
    used = [select(statements.c[n]).where(statements.c[n].is_not(None)) for n in ("teller", "about", "interviewer")]
    db.execute(delete(people).where(*(people.c.id.not_in(q) for q in used)))
    db.execute(delete(customers).where(customers.c.id.not_in(select(statements.c.customer))))


def _forget(db: Connection, names: tuple[str, ...]) -> Forgotten:
    """What a person of the customer said and what is said about the person goes; what one of our own people told stays without the
    name; then the name within other words.
    """
    strike = _striker(names)
    ids = [i for i, name in db.execute(select(people.c.id, people.c.name)).all() if strike(name) == REMOVED]
    theirs = or_(and_(statements.c.teller.in_(ids), statements.c.source == "customer"), statements.c.about.in_(ids))
    paths = _paths(db, or_(theirs, statements.c.teller.in_(ids), statements.c.interviewer.in_(ids)))
    counted = db.scalar(select(func.count()).select_from(statements).where(theirs)) or 0
    db.execute(delete(statements).where(theirs))
    led = sum(db.execute(update(statements).where(statements.c[n].in_(ids)).values({n: None})).rowcount for n in ("teller", "interviewer"))
    db.execute(delete(people).where(people.c.id.in_(ids)))
    mentions = sum(_strike(db, table, column, strike) for table, column in _WORDS)
    for id_, name in db.execute(select(people.c.id, people.c.name)).all():
        if (left := strike(name)) != name:  # 张三 within 张三/李四
            db.execute(update(people).where(people.c.id == id_).values(name=left))
            mentions += 1
    _prune(db)
    return Forgotten(len(ids), counted, led, mentions, tuple(strike(p) for p in paths))


def _paths(db: Connection, where: Any) -> list[str]:
    query = select(files.c.path).join(statements, statements.c.file == files.c.id).where(where).distinct().order_by(files.c.path)
    return list(db.scalars(query))


def _pattern(name: str) -> str:
    """A name however it is spaced; a Latin one as whole words."""
    loose = r"\s*".join(re.escape(c) for c in name if not c.isspace())
    return rf"(?<![A-Za-z]){loose}(?![A-Za-z])" if name.isascii() else loose


def _striker(names: tuple[str, ...]) -> Callable[[str], str]:
    """Replaces every name, the longest first, without regard to case and spaces."""
    pattern = re.compile("|".join(_pattern(n) for n in sorted(names, key=len, reverse=True)), re.IGNORECASE)
    return lambda words: pattern.sub(REMOVED, words)


def _strike(db: Connection, table: Table, column: str, strike: Callable[[str], str]) -> int:
    struck = 0
    for id_, words in db.execute(select(table.c.id, table.c[column])).all():
        if (left := strike(words)) != words:
            db.execute(update(table).where(table.c.id == id_).values({column: left}))
            struck += 1
    return struck
