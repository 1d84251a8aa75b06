"""The workers of a run: who they are, that they live, and what is done with what a dead one held.

A worker says that it lives by a heartbeat in the database, by the database's clock. One that was not heard for
HEARTBEAT seconds is dead for the others; one of the same machine whose process is gone is dead at once. What it had
leased is pending again and its hosts are free, counted from that moment. Should it live after all, its tokens are old.
"""

from __future__ import annotations

import os
import socket
from collections import Counter
from functools import cache
from pathlib import Path

import msgspec
from sqlalchemy import Connection, and_, func, select, update

from crawlers.frontier import tables as t
from pipelines.errors import UserError
from pipelines.library.database import Database, insert_into, now

HEARTBEAT = 60.0  # seconds
TRIES = 100  # a request that was leased so often and never finished is failed: it may be what kills the process


class BusyError(UserError):
    """Another run is crawling this vendor: what one finds changed or gone, the other would find again."""


@cache
def machine() -> str:
    """This machine, as far as process numbers mean something: its name and the space of its process numbers."""
    try:
        space = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        space = 0
    return f"{socket.gethostname()}/{space}"


def owner_name() -> str:
    """A name for this process that tells on which machine it runs and when it began, so that its death can be seen."""
    return f"{machine()}:{os.getpid()}:{_started(os.getpid())}"


def is_dead(owner: str) -> bool:
    """Whether the process of an owner name is known to be gone; False where that cannot be seen from here."""
    host, pid, started = owner.rsplit(":", 2)
    return host == machine() and _started(int(pid)) != started


def _started(pid: int) -> str:
    """When a process began, in ticks since boot; empty where there is no such process (or no /proc to see it in)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return _alive(pid)
    state, *rest = stat.rpartition(")")[2].split()
    return "" if state in "ZX" else rest[18]  # a zombie does nothing any more


def _alive(pid: int) -> str:
    try:
        os.kill(pid, 0)
    except OSError:
        return ""
    return "alive"


def lock_run(db: Connection, run_id: str) -> None:
    """One at a time commits, joins, leaves or recovers in a run. SQLite's transactions that write are so by themselves."""
    if db.dialect.name == "postgresql":
        db.execute(select(t.runs.c.run_id).where(t.runs.c.run_id == run_id).with_for_update())


class Workers:
    """This process among the workers of a run."""

    def __init__(self, database: Database, run_id: str, owner: str | None = None) -> None:
        self.database = database
        self.run_id = run_id
        self.owner = owner or owner_name()
        self.number = 0  # within the run, given by ``join``
        self.alone = True  # nobody else was at work when this one joined

    def join(self, vendor: str) -> None:
        """Work at a run of a vendor; raises BusyError while another run of the vendor is at work."""
        self.database.write(lambda db: self._join(db, vendor))

    def check_free(self, vendor: str) -> None:
        """Raise BusyError while another run is at work at a vendor."""
        self.database.read(lambda db: self._refuse_other_run(db, vendor))

    def _join(self, db: Connection, vendor: str) -> None:
        self._refuse_other_run(db, vendor)
        insert = insert_into(self.database.dialect, t.runs)
        db.execute(insert.values(run_id=self.run_id, workers=0, stop="", rechecked=False).on_conflict_do_nothing())
        lock_run(db, self.run_id)
        self.alone = not self._others(db)
        of_run = t.runs.c.run_id == self.run_id
        self.number = db.scalar(select(t.runs.c.workers).where(of_run)) or 0
        fresh = {"stop": "", "rechecked": False} if self.alone else {}
        db.execute(update(t.runs).where(of_run).values(workers=t.runs.c.workers + 1, **fresh))
        row = {"owner": self.owner, "run_id": self.run_id, "vendor": vendor, "number": self.number, "seen": "{}"}
        made = insert_into(self.database.dialect, t.workers).values(**row, until=now() + HEARTBEAT)
        db.execute(made.on_conflict_do_update(index_elements=["owner"], set_={"run_id": self.run_id, "until": now() + HEARTBEAT}))

    def _refuse_other_run(self, db: Connection, vendor: str) -> None:
        w = t.workers.c
        query = select(w.owner, w.run_id).where(w.vendor == vendor, w.run_id != self.run_id, w.until > now(), w.owner != self.owner)
        for row in db.execute(query):
            if not is_dead(row.owner):
                raise BusyError(f"{vendor} 正由另一个进程抓取（{row.owner}，{row.run_id}）；等它结束，或先停止它")

    def _others(self, db: Connection) -> list[str]:
        """The other living workers of the run."""
        w = t.workers.c
        query = select(w.owner).where(w.run_id == self.run_id, w.owner != self.owner, w.until > now())
        return [owner for owner in db.scalars(query) if not is_dead(owner)]

    def beat(self) -> str:
        """Say that this worker lives; returns why the run is to stop, empty where it is not."""

        def beating(db: Connection) -> str:
            db.execute(update(t.workers).where(t.workers.c.owner == self.owner).values(until=now() + HEARTBEAT))
            return db.scalar(select(t.runs.c.stop).where(t.runs.c.run_id == self.run_id)) or ""

        return self.database.write(beating)

    def stop_all(self, reason: str) -> None:
        """Tell all workers of the run to stop."""
        self.database.write(lambda db: db.execute(update(t.runs).where(t.runs.c.run_id == self.run_id).values(stop=reason)))

    def count_in(self, db: Connection, seen: Counter[str]) -> None:
        """Keep what this worker has counted, in the caller's transaction."""
        db.execute(update(t.workers).where(t.workers.c.owner == self.owner).values(seen=msgspec.json.encode(seen).decode()))

    def seen(self) -> Counter[str]:
        """What all workers of the run have counted, the dead ones included."""
        query = select(t.workers.c.seen).where(t.workers.c.run_id == self.run_id)
        told = self.database.read(lambda db: list(db.scalars(query)))
        return sum((Counter(msgspec.json.decode(one, type=dict[str, int])) for one in told), Counter())

    def leave(self, seen: Counter[str]) -> bool:
        """Leave the run and give back all that is held; returns whether nobody else is at work."""

        def leaving(db: Connection) -> bool:
            lock_run(db, self.run_id)
            self.count_in(db, seen)
            free(db, self.run_id, [self.owner])
            return not self._others(db)

        return self.database.write(leaving)

    def recover(self) -> int:
        """Take back what dead workers held, hosts of whatever run included; returns how many requests of this run."""

        def recovering(db: Connection) -> int:
            lock_run(db, self.run_id)
            w = t.workers.c
            found = db.execute(select(w.owner, w.until < now()).where(w.until > 0, w.owner != self.owner)).all()
            return free(db, self.run_id, [owner for owner, late in found if late or is_dead(owner)])

        return self.database.write(recovering)


def free(db: Connection, run_id: str, owners: list[str]) -> int:
    """Free what workers held, and whatever of a run or of the hosts is held by none; returns how many requests. A host
    counts as asked at this moment: nobody knows what its holder sent last."""
    if owners:
        db.execute(update(t.workers).where(t.workers.c.owner.in_(owners)).values(until=0.0))
    living = select(t.workers.c.owner).where(t.workers.c.until > 0)
    lost = and_(t.hosts.c.owner != "", t.hosts.c.owner.not_in(living))
    db.execute(update(t.hosts).where(lost).values(owner="", last_request=now()))
    r = t.requests.c
    orphan = and_(r.run_id == run_id, r.state == "leased", r.owner.not_in(living))
    fatal = {"state": "failed", "outcome": "kills_the_crawl", "detail": f"leased {TRIES} times and never finished"}
    db.execute(update(t.requests).where(orphan, r.attempts >= TRIES).values(**fatal))
    return db.execute(update(t.requests).where(orphan).values(state="pending", owner="")).rowcount


def living_in(db: Connection, run_id: str) -> int:
    """How many workers of a run are believed to live."""
    return db.scalar(select(func.count()).select_from(t.workers).where(t.workers.c.run_id == run_id, t.workers.c.until > now())) or 0
