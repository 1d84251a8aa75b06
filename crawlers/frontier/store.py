"""The frontier's transactions. Every public method is one transaction, or joins the caller's."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Table, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from crawlers.failures import HARMLESS
from crawlers.frontier import tables as t
from crawlers.items import Sighting
from pipelines.errors import UserError

LEASE_SECONDS = 900.0
TRIES = 100  # a request that was leased so often and never finished is failed: it may be what kills the process


@dataclass(frozen=True, slots=True)
class Entry:
    """A request to be kept: its key, address, JSON, priority, and what its listing said of it."""

    fingerprint: str
    url: str
    data: str
    priority: int = 0
    facts: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Leased:
    """A request that this process holds."""

    id: int
    data: str
    facts: list[list[str]]
    attempts: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a page from an earlier run."""

    url: str
    etag: str
    last_modified: str
    digest: str
    rules: str
    gone: bool


def owner_name() -> str:
    """A name for this process that tells on which machine it runs and when it began, so that its death can be seen."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def is_dead(owner: str) -> bool:
    """Whether the process of an owner name is known to be gone; False where that cannot be seen from here."""
    host, pid, started = owner.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    return _started(int(pid)) != started


def _started(pid: int) -> str:
    """When a process began, in ticks since boot; empty where there is no such process (or no /proc to see it in)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return _alive(pid)
    return stat.rpartition(")")[2].split()[19]


def _alive(pid: int) -> str:
    try:
        os.kill(pid, 0)
    except OSError:
        return ""
    return "alive"


class BusyError(UserError):
    """Another process is crawling this vendor: its hosts would be asked by two at once."""


_KNOWN = select(*(t.known.c[name] for name in ("url", "etag", "last_modified", "digest", "rules", "gone"))).where(
    t.known.c.vendor == bindparam("of_vendor"), t.known.c.identity == bindparam("of_identity")
)
_COMPLETE = update(t.requests).where(t.requests.c.id == bindparam("of_id"))


class Frontier:
    """The requests of one run of one vendor."""

    def __init__(self, engine: Engine, run_id: str, owner: str | None = None) -> None:
        self.engine = engine
        self.run_id = run_id
        self.owner = owner or owner_name()
        t.metadata.create_all(engine)

    # The right to work at a vendor

    def claim(self, vendor: str) -> None:
        """Be the one process that works at a vendor's hosts; raises BusyError while another one is alive."""
        with self.engine.begin() as db:
            self._refuse_second(db, vendor)
            self._put(db, t.workers, {"vendor": vendor}, {"owner": self.owner, "run_id": self.run_id, "until": time.time() + LEASE_SECONDS})

    def check_free(self, vendor: str) -> None:
        """Raise BusyError where another process works at a vendor."""
        with self.engine.begin() as db:
            self._refuse_second(db, vendor)

    def release(self) -> None:
        """Let others work at the vendor."""
        with self.engine.begin() as db:
            db.execute(t.workers.delete().where(t.workers.c.owner == self.owner))

    def _refuse_second(self, db: Connection, vendor: str) -> None:
        w = t.workers.c
        row = db.execute(select(w.owner, w.run_id, w.until).where(w.vendor == vendor)).first()
        if row and row.owner != self.owner and row.until > time.time() and not is_dead(row.owner):
            raise BusyError(f"{vendor} 正由另一个进程抓取（{row.owner}，{row.run_id}）；等它结束，或先停止它")

    # Requests

    def add(self, entries: Sequence[Entry]) -> int:
        """Keep requests; returns how many are new."""
        with self.engine.begin() as db:
            return self.add_in(db, entries)

    def add_in(self, db: Connection, entries: Sequence[Entry]) -> int:
        """``add`` in the caller's transaction. A page listed again gains the facts that the first listing did not give."""
        if not entries:
            return 0
        before = self._count_in(db)
        db.execute(_insert(self.engine.dialect.name, t.requests).on_conflict_do_nothing(), [self._row(entry) for entry in entries])
        new = self._count_in(db) - before
        if new < len(entries):
            for entry in entries:
                if entry.facts:
                    self._merge_facts(db, entry)
        return new

    def _row(self, entry: Entry) -> dict[str, Any]:
        told = {"fingerprint": entry.fingerprint, "url": entry.url, "data": entry.data, "priority": entry.priority}
        return {**told, "run_id": self.run_id, "facts": _json(entry.facts), "state": "pending"}

    def _count_in(self, db: Connection) -> int:
        """How many requests the run has; one process works at a run, so a difference is what was added."""
        query = select(func.count()).select_from(t.requests).where(t.requests.c.run_id == self.run_id)
        return db.scalar(query) or 0

    def _merge_facts(self, db: Connection, entry: Entry) -> None:
        where = and_(t.requests.c.run_id == self.run_id, t.requests.c.fingerprint == entry.fingerprint)
        held = msgspec.json.decode(db.scalar(select(t.requests.c.facts).where(where)) or "[]")
        new = [list(f) for f in entry.facts if list(f) not in held]
        if new:
            db.execute(update(t.requests).where(where).values(facts=_json([*held, *new])))

    def lease(self, count: int) -> list[Leased]:
        """Take up to ``count`` pending requests: highest priority first, those that never killed a process before those that
        may have, then in the order they were found."""
        r = t.requests.c
        where = and_(r.run_id == self.run_id, r.state == "pending")
        query = select(r.id, r.data, r.facts, r.attempts).where(where).order_by(r.priority.desc(), r.attempts, r.id).limit(count)
        if self.engine.dialect.name == "postgresql":
            query = query.with_for_update(skip_locked=True)
        with self.engine.begin() as db:
            rows = db.execute(query).all()
            held = {"state": "leased", "owner": self.owner, "lease_until": time.time() + LEASE_SECONDS, "attempts": r.attempts + 1}
            db.execute(update(t.requests).where(r.id.in_([row.id for row in rows])).values(**held))
            db.execute(update(t.workers).where(t.workers.c.owner == self.owner).values(until=time.time() + LEASE_SECONDS))
        return [Leased(row.id, row.data, msgspec.json.decode(row.facts), row.attempts + 1) for row in rows]

    def complete_in(self, db: Connection, request_id: int, outcome: str, detail: str = "", failed: bool = False) -> None:
        """A request is done (or failed for good), in the transaction that stores what it yielded."""
        values = {"state": "failed" if failed else "done", "outcome": outcome, "detail": detail[:1000]}
        db.execute(_COMPLETE, {**values, "of_id": request_id})

    def give_back(self, ids: Iterable[int]) -> None:
        """Requests that this process took and will not make (it is closing): they are pending again, as if never taken."""
        where = and_(t.requests.c.id.in_(list(ids)), t.requests.c.state == "leased")
        with self.engine.begin() as db:
            db.execute(update(t.requests).where(where).values(state="pending", attempts=t.requests.c.attempts - 1))

    def recover(self) -> int:
        """Take back the leases of processes that died, and those that ran out; returns how many. A request that was leased
        TRIES times and never came to an end is failed instead."""
        r = t.requests.c
        with self.engine.begin() as db:
            leased = and_(r.run_id == self.run_id, r.state == "leased")
            owners = db.scalars(select(r.owner).where(leased).distinct()).all()
            dead = [o for o in owners if o == self.owner or is_dead(o)]
            lost = and_(leased, or_(r.owner.in_(dead), r.lease_until < time.time()))
            fatal = {"state": "failed", "outcome": "kills_the_crawl", "detail": f"leased {TRIES} times and never finished"}
            db.execute(update(t.requests).where(lost, r.attempts >= TRIES).values(**fatal))
            return db.execute(update(t.requests).where(lost).values(state="pending")).rowcount

    def reopen(self) -> int:
        """Requests of an ended run that failed are pending again: another try may bring what this one did not."""
        where = and_(t.requests.c.run_id == self.run_id, t.requests.c.state == "failed", t.requests.c.outcome.not_in(HARMLESS))
        with self.engine.begin() as db:
            return db.execute(update(t.requests).where(where).values(state="pending", attempts=0, outcome="", detail="")).rowcount

    def counts(self) -> dict[str, int]:
        """How many requests of the run are in each state."""
        r = t.requests.c
        query = select(r.state, func.count()).where(r.run_id == self.run_id).group_by(r.state)
        with self.engine.connect() as db:
            return {row[0]: row[1] for row in db.execute(query)}

    def outcomes(self) -> dict[str, int]:
        """How many requests came to each outcome."""
        r = t.requests.c
        query = select(r.outcome, func.count()).where(r.run_id == self.run_id, r.outcome != "").group_by(r.outcome)
        with self.engine.connect() as db:
            return {row[0]: row[1] for row in db.execute(query)}

    def failures(self) -> list[tuple[str, str, str]]:
        """(outcome, URL, detail) of every request that failed for good."""
        r = t.requests.c
        query = select(r.outcome, r.url, r.detail).where(r.run_id == self.run_id, r.state == "failed").order_by(r.id)
        with self.engine.connect() as db:
            return [(row.outcome, row.url, row.detail) for row in db.execute(query)]

    # Listings

    def sight_in(self, db: Connection, one: Sighting) -> None:
        """Record a page of a listing; the same page again replaces what was recorded."""
        key = {"run_id": self.run_id, "listing": one.listing, "step": one.step, "cursor": one.cursor}
        row = {"targets": one.targets, "declared": one.declared, "last": one.last}
        self._put(db, t.sightings, key, row)

    def sightings(self) -> list[Sighting]:
        """Every page of every listing that the run has seen."""
        s = t.sightings.c
        query = select(s.listing, s.step, s.cursor, s.targets, s.declared, s.last).where(s.run_id == self.run_id)
        with self.engine.connect() as db:
            return [Sighting(*row) for row in db.execute(query.order_by(s.listing, s.step))]

    # Pages of earlier runs

    def known(self, vendor: str, identity: str) -> Known | None:
        """What an earlier run knows of a page."""
        with self.engine.connect() as db:
            row = db.execute(_KNOWN, {"of_vendor": vendor, "of_identity": identity}).first()
        return Known(*row) if row else None

    def remember_in(self, db: Connection, vendor: str, identity: str, **values: Any) -> None:
        """Note what was learned of a page: url, etag, last_modified, digest, rules, plan_key, gone."""
        self._put(db, t.known, {"vendor": vendor, "identity": identity}, {"last_run": self.run_id, **values})

    def _put(self, db: Connection, table: Any, key: Mapping[str, Any], row: Mapping[str, Any]) -> None:
        """Insert a row, or replace what is given of it where the key is there already (see ``_upsert``)."""
        db.execute(_upsert(self.engine.dialect.name, table, tuple(key), tuple(row)), {**key, **row})

    def unseen(self, vendor: str, plan_key: str) -> list[str]:
        """Addresses that this plan listed in an earlier run and not in this one: asked for again, they may be gone."""
        k = t.known.c
        where = and_(k.vendor == vendor, k.plan_key == plan_key, k.last_run != self.run_id, k.gone.is_(False))
        with self.engine.connect() as db:
            return list(db.scalars(select(k.url).where(where).order_by(k.identity)))


def _insert(dialect: str, table: Any) -> Any:
    """An insert in the dialect that knows what to do where the key is there already."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


@cache
def _upsert(dialect: str, table: Table, key: tuple[str, ...], row: tuple[str, ...]) -> Any:
    """Insert a row of these columns, or replace what is given of it; built once for each set of columns."""
    made = _insert(dialect, table).values({name: bindparam(name) for name in (*key, *row)})
    return made.on_conflict_do_update(index_elements=list(key), set_={name: made.excluded[name] for name in row})


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
