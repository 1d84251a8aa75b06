"""The database under the library: SQLite or PostgreSQL by URL, its clock, and transactions that outlive a restart of it.

A transaction is a function that is given a connection; it may be run again, so what it does beside the database must be
done after it. It is run again where the database says that another try may do (a lock, a deadlock, two that make the
same row at the same moment) and where the connection breaks; within a bound, then DatabaseLost.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Float, NullPool, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from pipelines.errors import UserError, WorkError

T = TypeVar("T")

PATIENCE = 60.0  # seconds that a transaction waits for a database that went away
CLASHES = 5  # times that two may make the same row at the same moment before it is a fault of ours
_WRITING = "library_writing"  # execution option of a connection that is going to write
_GONE = ("08", "57P", "53300")  # SQLSTATE: connection exceptions, shutdown and start of the server, too many connections
_AGAIN = ("40001", "40P01", "55P03")  # serialization failure, deadlock, lock not available
_SQLITE_BUSY, _SQLITE_LOCKED = 5, 6  # sqlite.org/rescode.html, primary codes
_SQLITE_READONLY = 8
_SWITCHING, _PAUSE = 30.0, 0.02  # seconds to wait for the file, and between two tries
_SAME_ROW = ("23505", 1555, 2067)  # unique violation: PostgreSQL; SQLite's primary key, unique


class DatabaseLost(WorkError):  # noqa: N818 - named for what happened
    """The database went away and did not come back in time; what was under way was not stored."""


class ReadOnlyError(UserError):
    """The database may be read, not written; the message names it and the remedy."""


class now(FunctionElement[float]):  # noqa: N801 - reads like a function of SQL
    """The database's clock, seconds since the epoch: the one clock that all workers share."""

    type = Float()
    inherit_cache = True


@compiles(now, "postgresql")
def _now_postgresql(*_: Any, **__: Any) -> str:
    return "EXTRACT(EPOCH FROM clock_timestamp())::double precision"


@compiles(now, "sqlite")
def _now_sqlite(*_: Any, **__: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


class Database:
    """An engine with transactions that are run again; see the module. Shared by all that work in one process."""

    def __init__(self, engine: Engine, patience: float = PATIENCE) -> None:
        self.engine = engine
        self.patience = patience
        self.lost = False
        self._writer = engine.execution_options(**{_WRITING: True})

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return str(self.engine.dialect.name)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run a transaction that writes; on SQLite it is the only writer from its beginning. Raises DatabaseLost, ReadOnlyError."""
        try:
            return self._attempt(self._writer.begin, work)
        except DBAPIError as error:
            if not refused_as_read_only(error):
                raise
            raise ReadOnlyError(told_read_only(self.engine.url)) from error

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run a transaction that reads only. Raises DatabaseLost."""
        return self._attempt(self.engine.connect, work)

    def _attempt(self, opened: Callable[[], AbstractContextManager[Connection]], work: Callable[[Connection], T]) -> T:
        until = time.monotonic() + (0 if self.lost else self.patience)
        for tries in count(1):
            try:
                with opened() as db:
                    found = work(db)
                self.lost = False
            except DBAPIError as error:
                wait = min(2.0, 0.02 * 2**tries)
                if not (passing(error) or (same_row(error) and tries < CLASHES)):
                    raise
                if time.monotonic() + wait > until:
                    self.lost = True
                    raise DatabaseLost(f"数据库没有应答，请检查后重试：{first_line(error)}") from error
            else:
                return found
            time.sleep(wait)
        raise AssertionError("unreachable")


def passing(error: DBAPIError) -> bool:
    """Whether another try may do: a broken connection, a server that restarts, a lock, a deadlock."""
    state, code = _codes(error)
    if isinstance(code, int):
        return code & 0xFF in (_SQLITE_BUSY, _SQLITE_LOCKED)
    refused = state is None and type(error.orig).__name__ == "OperationalError" and type(error.orig).__module__.startswith("psycopg")
    return error.connection_invalidated or refused or (state or "").startswith((*_GONE, *_AGAIN))


def refused_as_read_only(error: DBAPIError) -> bool:
    """Whether SQLite refused to write because the file, its folder or the file system is read-only."""
    code = _codes(error)[1]
    return isinstance(code, int) and code & 0xFF == _SQLITE_READONLY


def same_row(error: DBAPIError) -> bool:
    """Whether a row was there already: another process made it after we looked."""
    return bool(set(_codes(error)) & set(_SAME_ROW))


def _codes(error: DBAPIError) -> tuple[str | None, int | None]:
    """PostgreSQL's SQLSTATE and SQLite's extended code of an error; None where it has none."""
    return getattr(error.orig, "sqlstate", None), getattr(error.orig, "sqlite_errorcode", None)


def insert_into(dialect: str, table: Any) -> Any:
    """An insert in the dialect that knows what to do where the key is there already."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


# Opening


def parse(url: str) -> URL:
    """A URL with its driver; PostgreSQL is spoken to with psycopg, however the URL names it. Raises ArgumentError."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url)
    return parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed


def sqlite_file(url: URL) -> Path | None:
    """The file of a SQLite URL; None for a server, and for a database in memory."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def engine_of(url: URL, *, every_commit: bool = True) -> Engine:
    """An engine for a URL; see ``Library.open`` for ``every_commit``. Raises ImportError where the driver is missing."""
    if url.get_backend_name() != "sqlite":
        told = {"client_encoding": "utf8", **({} if "connect_timeout" in url.query else {"connect_timeout": 10})}
        return create_engine(url, pool_pre_ping=True, connect_args=told if url.drivername.endswith("psycopg") else {})
    if read_only(url):
        engine = create_engine(url, creator=partial(_opened_to_read, url), poolclass=NullPool)
        event.listen(engine, "connect", _sqlite_reading)
    else:
        engine = create_engine(url)
        event.listen(engine, "connect", partial(_sqlite_settings, "FULL" if every_commit else "NORMAL"))
    event.listen(engine, "begin", _sqlite_begin)
    return engine


def read_only(url: URL) -> bool:
    """Whether a URL names a SQLite file that this user can read and not write: the file itself, or its folder, where the log must lie."""
    file = sqlite_file(url)
    return file is not None and file.is_file() and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK))


def told_read_only(url: URL) -> str:
    """What a user is told who would write to a read-only database."""
    return f"案例库 {url.render_as_string(hide_password=True)} 只读，写不进去；请检查文件和文件夹的权限，或用 --library 指定可写的案例库"


def _opened_to_read(url: URL) -> sqlite3.Connection:
    """A connection that makes no file. Without a log nobody is writing, and the file is taken as it lies (sqlite.org/uri.html, immutable):
    else SQLite would want to make one beside it. Every connection looks anew; they are not pooled.
    """
    file = Path(url.database or "").absolute()
    sure = "" if file.with_name(f"{file.name}-wal").exists() else "&immutable=1"
    return sqlite3.connect(f"file:{quote(str(file))}?mode=ro{sure}", uri=True, check_same_thread=False)


def _sqlite_reading(connection: Any, _: object) -> None:
    """Transactions begin where we say, as for a writer; nothing is set that would be written."""
    connection.isolation_level = None


def _sqlite_settings(synchronous: str, connection: Any, _: object) -> None:
    """Writers wait for each other, and a killed process leaves a database that opens."""
    connection.isolation_level = None  # transactions begin where we say, tables are made within them
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=30000")
    _to_wal(cursor)
    for pragma in (f"synchronous={synchronous}", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _to_wal(cursor: Any) -> None:
    """Switch to a write-ahead log. It needs the file alone for a moment, for which SQLite does not always wait by itself: of several
    processes that make a library at once, one may be refused although busy_timeout is set (sqlite.org/c3ref/busy_handler.html).
    """
    until = time.monotonic() + _SWITCHING
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != _SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _sqlite_begin(connection: Connection) -> None:
    """A transaction that is going to write takes its turn at once: what it reads stays true until it has written."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(_WRITING) else "BEGIN")


def first_line(error: BaseException) -> str:
    """The first line of what an error says."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def batches(rows: Iterator[T], size: int) -> Iterator[list[T]]:
    """Rows in lists of at most ``size``."""
    batch: list[T] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
