"""Two tables beside the library's: the ledger of notices, and what the scheduler did. SQLite and PostgreSQL.

They are made when they are first needed, in the library's database, so that several machines share one ledger.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, String, Table, Text, func, insert, inspect, select, update

from pipelines.library.database import Database

metadata = MetaData()

notices = Table(
    "notices",
    metadata,
    Column("cause", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("state", String, nullable=False),  # sending, sent, failed, given_up, unknown
    Column("attempts", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("error", Text, nullable=False, default=""),  # masked
    Column("claimed_at", String, nullable=False),
    Column("settled_at", String, nullable=False, default=""),
)

jobs = Table(
    "scheduled_jobs",
    metadata,
    Column("job", String, primary_key=True),
    Column("stamp", String, primary_key=True),
    Column("status", String, nullable=False),  # running, done, failed, stopped
    Column("step", String, nullable=False, default=""),
    Column("told", Text, nullable=False, default="[]"),
    Column("record", Text, nullable=False, default=""),  # the folder with its logs
    Column("started_at", String, nullable=False),
    Column("ended_at", String, nullable=False, default=""),
)


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a scheduled job; ``step`` is where it is or where it ended."""

    job: str
    stamp: str
    status: str
    step: str
    told: tuple[str, ...]
    record: str
    started_at: str
    ended_at: str


def make(database: Database) -> None:
    """Make the tables where they are not there."""
    database.write(lambda db: metadata.create_all(db))


def now() -> str:
    """This moment, as the tables hold it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def begin_job(database: Database, job: str, stamp: str, record: str) -> None:
    """Record that a job begins, or that one that was interrupted begins again."""
    values = {"status": "running", "step": "", "told": "[]", "record": record, "started_at": now(), "ended_at": ""}

    def begin(db: Connection) -> None:
        again = db.execute(update(jobs).where(jobs.c.job == job, jobs.c.stamp == stamp).values(**values))
        if again.rowcount == 0:
            db.execute(insert(jobs).values(job=job, stamp=stamp, **values))

    database.write(begin)


def change_job(database: Database, job: str, stamp: str, **values: Any) -> None:
    """Record how far a job is: ``step``, ``status``, ``told`` (a sequence of sentences), ``ended_at``."""
    if "told" in values:
        values["told"] = msgspec.json.encode(list(values["told"])).decode()
    database.write(lambda db: db.execute(update(jobs).where(jobs.c.job == job, jobs.c.stamp == stamp).values(**values)))


def jobs_of(engine: Engine) -> list[Job]:
    """Every run of every job, oldest first; none where the table was never made."""
    if not inspect(engine).has_table(jobs.name):
        return []
    with engine.connect() as db:
        rows = db.execute(select(jobs).order_by(jobs.c.started_at, jobs.c.job, jobs.c.stamp)).mappings().all()
    return [Job(**{**r, "told": tuple(msgspec.json.decode(r["told"]))}) for r in rows]


def notice_counts(engine: Engine) -> dict[tuple[str, str], int]:
    """How many notices there are by (channel, state); none where the table was never made."""
    if not inspect(engine).has_table(notices.name):
        return {}
    n = notices.c
    query = select(n.channel, n.state, func.count()).group_by(n.channel, n.state).order_by(n.channel, n.state)
    with engine.connect() as db:
        return {(row[0], row[1]): row[2] for row in db.execute(query)}
