"""Copies a whole library into an empty one, row by row: how a person's SQLite file becomes a team's PostgreSQL, and back.

The archive is a folder beside it and is not copied; the next step says where it has to lie.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Integer, MetaData, Table, func, insert, inspect, select, text

from pipelines.errors import UserError, WorkError
from pipelines.library import Library
from pipelines.library.database import batches

ROWS = 1000  # held in memory at once
OWN = ("alembic_version", "meta")  # what the new library has of its own
EPHEMERAL = ("frontier_workers", "frontier_hosts")  # who works at this moment is not copied


def copy(source: Library, target: Library, progress: Callable[[str, int], None] = lambda _table, _rows: None) -> int:
    """Copy everything, the frontier of crawls under way included; returns how many rows.

    Raises UserError where the target holds something, WorkError where it does not hold the same in the end.
    """
    tables = _tables(source)
    _refuse_full(target, tables)

    def copied(db: Connection) -> int:
        for table in tables:
            table.create(db, checkfirst=True)  # tables of other parts, made where they are first used
        with source.engine.connect() as held:
            count = sum(_rows(held, db, table, progress) for table in tables)
        _count_on(db, tables)
        return count

    rows = target.database.write(copied)
    if source.digest() != target.digest():
        raise WorkError("两库不一致，复制期间可能有写入；请重新复制到空库")
    return rows


def _tables(source: Library) -> list[Table]:
    """The tables of a library in an order in which references hold; those of other parts that lie beside them too."""
    metadata = MetaData()
    metadata.reflect(source.engine)
    return [table for table in metadata.sorted_tables if table.name not in (*OWN, *EPHEMERAL)]


def _refuse_full(target: Library, tables: list[Table]) -> None:
    there = set(inspect(target.engine).get_table_names())
    with target.engine.connect() as db:
        full = [one.name for one in tables if one.name in there and db.scalar(select(func.count()).select_from(one))]
    if full:
        raise UserError(f"目标库不是空的（{'、'.join(full)}）；请给出空库")


def _rows(held: Connection, db: Connection, table: Table, progress: Callable[[str, int], None]) -> int:
    count = 0
    rows = held.execute(select(table).execution_options(yield_per=ROWS)).mappings()
    for batch in batches(iter(rows), ROWS):
        db.execute(insert(table), [dict(row) for row in batch])
        count += len(batch)
        progress(table.name, count)
    return count


def _count_on(db: Connection, tables: list[Table]) -> None:
    """PostgreSQL gives numbers by counters of their own, which know nothing of the rows that came with theirs."""
    for table in tables:
        key = list(table.primary_key)
        if db.dialect.name == "postgresql" and len(key) == 1 and isinstance(key[0].type, Integer):
            counter = db.scalar(text("SELECT pg_get_serial_sequence(:table, :key)"), {"table": table.name, "key": key[0].name})
            last = db.scalar(select(func.max(key[0])))
            if counter and last:
                db.execute(text("SELECT setval(:counter, :last)"), {"counter": counter, "last": last})
