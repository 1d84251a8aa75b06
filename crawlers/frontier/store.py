"""The frontier's transactions: requests of a run, shared by its workers. Every public method is one transaction, or joins
the caller's."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import Connection, Integer, Table, and_, bindparam, func, not_, select, update

from crawlers.failures import HARMLESS
from crawlers.frontier import tables as t
from crawlers.frontier.hosts import Hosts
from crawlers.frontier.workers import HEARTBEAT, Workers, lock_run
from crawlers.items import Searched, Sighting
from crawlers.searching import SEARCH
from pipelines.library.database import Database, insert_into, now

DEAL = 1.0  # seconds after which hosts are dealt anew, should there still be work


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
    host: str
    token: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a page from an earlier run."""

    url: str
    etag: str
    last_modified: str
    digest: str
    rules: str
    last_run: str
    gone: bool


_KNOWN = select(*(t.known.c[name] for name in ("url", "etag", "last_modified", "digest", "rules", "last_run", "gone"))).where(
    t.known.c.vendor == bindparam("of_vendor"), t.known.c.identity == bindparam("of_identity")
)
_r = t.requests.c
_OPEN_LISTING = select(_r.id).where(_r.run_id == bindparam("of_run"), _r.state.in_(("pending", "leased")), t.is_listing).limit(1)
_FIRST = select(_r.id).where(_r.run_id == bindparam("of_run")).order_by(_r.host).limit(1)  # by the index: else done ones are read
_PENDING = _FIRST.where(_r.state == "pending")
_ELSEWHERE = _FIRST.where(_r.state == "leased", _r.owner != bindparam("of_owner"))
_NEXT = (
    select(_r.id, _r.data, _r.facts, _r.attempts, _r.host, _r.token)
    .where(_r.run_id == bindparam("of_run"), _r.state == "pending")
    .limit(bindparam("count", type_=Integer))
    .with_for_update(skip_locked=True)
)
_LISTINGS = _NEXT.where(t.is_listing, _r.host.in_(bindparam("of_hosts", expanding=True))).order_by(_r.priority.desc(), _r.attempts, _r.id)
_PAGES = _NEXT.where(not_(t.is_listing), _r.host == bindparam("of_host")).order_by(_r.attempts, _r.id)
_SAID = select(_r.facts, _r.data).where(_r.run_id == bindparam("of_run"), _r.fingerprint == bindparam("of_page"))
_COMPLETE = update(t.requests).where(t.requests.c.id == bindparam("of_id"))
_HELD = select(t.requests.c.state, t.requests.c.owner, t.requests.c.token).where(t.requests.c.id == bindparam("of_id"))


class Frontier:
    """The requests of one run of one vendor, for one of its workers."""

    def __init__(self, database: Database, run_id: str, owner: str | None = None) -> None:
        self.database = database
        self.run_id = run_id
        self.workers = Workers(database, run_id, owner)
        self.owner = self.workers.owner
        self.hosts = Hosts(database, run_id, self.owner)
        self._dealt = float("-inf")

    # Requests

    def add(self, entries: Sequence[Entry]) -> int:
        """Keep requests; returns how many are new."""

        def adding(db: Connection) -> int:
            lock_run(db, self.run_id)
            return self.add_in(db, entries)

        return self.database.write(adding)

    def add_in(self, db: Connection, entries: Sequence[Entry]) -> int:
        """``add`` in the caller's transaction. A page listed again gains the facts that the first listing did not give."""
        if not entries:
            return 0
        made = _insert(self.database.dialect)
        new = len(db.execute(made, [self._row(entry) for entry in entries]).all())
        if new < len(entries):
            for entry in entries:
                if entry.facts:
                    self._merge_facts(db, entry)
        return new

    def _row(self, entry: Entry) -> dict[str, Any]:
        told = {"fingerprint": entry.fingerprint, "url": entry.url, "data": entry.data, "priority": entry.priority}
        place = {"run_id": self.run_id, "host": urlsplit(entry.url).hostname or ""}
        return {**told, **place, "facts": _json(entry.facts), "state": "pending"}

    def _merge_facts(self, db: Connection, entry: Entry) -> None:
        where = and_(t.requests.c.run_id == self.run_id, t.requests.c.fingerprint == entry.fingerprint)
        held = msgspec.json.decode(db.scalar(select(t.requests.c.facts).where(where)) or "[]")
        new = [list(f) for f in entry.facts if list(f) not in held]
        if new:
            db.execute(update(t.requests).where(where).values(facts=_json([*held, *new])))

    def lease(self, count: int, busy: Collection[str] = (), listings_first: bool = False) -> list[Leased]:
        """Take up to ``count`` pending requests at the hosts that are ours: highest priority first, those that never killed
        a process before those that may have, then in the order they were found. ``busy``: hosts where something of ours is
        under way. ``listings_first``: no page while a listing is open, at whichever worker, since it may tell more of the page."""
        leased = self.database.write(lambda db: self._lease(db, count, busy, listings_first))
        if not leased:
            self._dealt = float("-inf")
        return leased

    def _lease(self, db: Connection, count: int, busy: Collection[str], listings_first: bool) -> list[Leased]:
        if self._dealt + DEAL < time.monotonic():
            self.hosts.deal_in(db, busy)
            self._dealt = time.monotonic()
        rows = self._listings(db, count)
        if len(rows) < count and not (listings_first and db.execute(_OPEN_LISTING, {"of_run": self.run_id}).first()):
            rows += self._pages(db, count - len(rows))
        held = {"state": "leased", "owner": self.owner, "attempts": _r.attempts + 1, "token": _r.token + 1}
        db.execute(update(t.requests).where(_r.id.in_([row.id for row in rows])).values(**held))
        db.execute(update(t.workers).where(t.workers.c.owner == self.owner).values(until=now() + HEARTBEAT))
        return [Leased(row.id, row.data, msgspec.json.decode(row.facts), row.attempts + 1, row.host, row.token + 1) for row in rows]

    def _listings(self, db: Connection, count: int) -> list[Any]:
        """The first pending listings at our hosts."""
        return list(db.execute(_LISTINGS, {"of_run": self.run_id, "of_hosts": sorted(self.hosts.held), "count": count}))

    def _pages(self, db: Connection, count: int) -> list[Any]:
        """The first pending pages at our hosts. Each host is asked alone: its pages stand in their order in the index; those
        of several hosts would all be sorted for the first few."""
        told = {"of_run": self.run_id, "count": count}
        found: list[Any] = [row for host in sorted(self.hosts.held) for row in db.execute(_PAGES, {**told, "of_host": host})]
        return sorted(found, key=lambda row: (row.attempts, row.id))[:count]

    def standing_in(self, db: Connection, request_id: int, token: int) -> str:
        """How a lease stands, in the transaction that is to complete it, before anything else: ``held``; ``done`` where it
        was completed already (a commit whose answer was lost); ``lost`` where it ran out and another worker has it."""
        lock_run(db, self.run_id)
        row = db.execute(_HELD, {"of_id": request_id}).one()
        if row.token != token or row.owner != self.owner or row.state == "pending":
            return "lost"
        return "held" if row.state == "leased" else "done"

    def complete_in(self, db: Connection, request_id: int, outcome: str, detail: str = "", failed: bool = False) -> None:
        """A request is done (or failed for good), in the transaction that stores what it yielded."""
        values = {"state": "failed" if failed else "done", "outcome": outcome, "detail": detail[:1000]}
        db.execute(_COMPLETE, {**values, "of_id": request_id})

    def give_back(self, ids: Collection[int]) -> None:
        """Requests that this process took and will not make (it is closing): they are pending again, as if never taken."""
        r = t.requests.c
        where = and_(r.id.in_(list(ids)), r.owner == self.owner, r.state == "leased")
        values = {"state": "pending", "owner": "", "attempts": r.attempts - 1}
        self.database.write(lambda db: db.execute(update(t.requests).where(where).values(**values)))

    def reopen(self) -> int:
        """Requests of an ended run that failed are pending again: another try may bring what this one did not."""
        where = and_(t.requests.c.run_id == self.run_id, t.requests.c.state == "failed", t.requests.c.outcome.not_in(HARMLESS))
        values = {"state": "pending", "attempts": 0, "outcome": "", "detail": "", "owner": ""}
        return self.database.write(lambda db: db.execute(update(t.requests).where(where).values(**values)).rowcount)

    def reopen_done(self, fingerprints: Iterable[str]) -> None:
        """Pages of the run that are done are pending again."""
        where = and_(_r.run_id == self.run_id, _r.fingerprint == bindparam("of_page"), _r.state == "done")
        query = update(t.requests).where(where).values(state="pending", attempts=0, outcome="", owner="")
        if pages := [{"of_page": one} for one in fingerprints]:
            self.database.write(lambda db: db.execute(query, pages))

    def rechecked(self) -> bool:
        """Whether a worker of the run has asked for the pages that are listed no more."""
        query = select(t.runs.c.rechecked).where(t.runs.c.run_id == self.run_id)
        return bool(self.database.read(lambda db: db.scalar(query)))

    def recheck(self, entries: Sequence[Entry]) -> int:
        """Ask once more for pages that are listed no more; once a run, whichever of its workers comes first."""

        def adding(db: Connection) -> int:
            lock_run(db, self.run_id)
            first = and_(t.runs.c.run_id == self.run_id, t.runs.c.rechecked.is_(False))
            claimed = db.execute(update(t.runs).where(first).values(rechecked=True)).rowcount
            return self.add_in(db, entries) if claimed else 0

        return self.database.write(adding)

    def counts(self) -> dict[str, int]:
        """How many requests of the run are in each state."""
        r = t.requests.c
        query = select(r.state, func.count()).where(r.run_id == self.run_id).group_by(r.state)
        return {row[0]: row[1] for row in self.database.read(lambda db: db.execute(query).all())}

    def left(self) -> bool:
        """Whether the run has requests that are pending, or under way at other workers: while there are any, more may come."""
        told = {"of_run": self.run_id, "of_owner": self.owner}
        return self.database.read(lambda db: db.execute(_PENDING, told).first() or db.execute(_ELSEWHERE, told).first()) is not None

    def outcomes(self) -> dict[str, int]:
        """How many requests came to each outcome."""
        r = t.requests.c
        query = select(r.outcome, func.count()).where(r.run_id == self.run_id, r.outcome != "").group_by(r.outcome)
        return {row[0]: row[1] for row in self.database.read(lambda db: db.execute(query).all())}

    def failures(self) -> list[tuple[str, str, str]]:
        """(outcome, URL, detail) of every request that failed for good."""
        r = t.requests.c
        query = select(r.outcome, r.url, r.detail).where(r.run_id == self.run_id, r.state == "failed").order_by(r.id)
        return [(row.outcome, row.url, row.detail) for row in self.database.read(lambda db: db.execute(query).all())]

    # Listings

    def sight_in(self, db: Connection, one: Sighting) -> None:
        """Record a page of a listing; the same page again replaces what was recorded."""
        key = {"run_id": self.run_id, "listing": one.listing, "step": one.step, "cursor": one.cursor}
        row = {"targets": one.targets, "declared": one.declared, "last": one.last}
        self._put(db, t.sightings, key, row)

    def searched_in(self, db: Connection, one: Searched) -> None:
        """Record an answer of the search provider, beside the listings."""
        self.sight_in(db, Sighting(SEARCH, one.step, f"{one.page} {one.words}", one.results, last=True))

    def searched(self) -> list[Searched]:
        """Every answer of the search provider that the run has got, in the order of the plan."""
        s = t.sightings.c
        query = select(s.step, s.cursor, s.targets).where(s.run_id == self.run_id, s.listing == SEARCH).order_by(s.step, s.cursor)
        rows = self.database.read(lambda db: db.execute(query).all())
        parted = [(row, *row.cursor.partition(" ")[::2]) for row in rows]
        return [Searched(words, row.step, int(page), row.targets) for row, page, words in parted]

    def found_by_search(self) -> list[dict[str, Any]]:
        """Pages that are in the frontier because the provider named them: address, what became of it, query, rank, provider."""
        query = select(_r.url, _r.outcome, _r.data).where(_r.run_id == self.run_id, _r.data.contains('"found":')).order_by(_r.id)
        rows = self.database.read(lambda db: db.execute(query).all())
        told = [(row, msgspec.json.decode(row.data)["meta"].get("found")) for row in rows]
        return [{"url": row.url, "outcome": row.outcome, **found} for row, found in told if found]

    def missed(self) -> int:
        """How many pages the run asked for only because an earlier one had listed them."""
        query = select(func.count()).select_from(t.requests).where(_r.run_id == self.run_id, _r.data.contains('"recheck":true'))
        return self.database.read(lambda db: db.scalar(query)) or 0

    def sightings(self) -> list[Sighting]:
        """Every page of every listing that the run has seen."""
        s = t.sightings.c
        query = select(s.listing, s.step, s.cursor, s.targets, s.declared, s.last)
        query = query.where(s.run_id == self.run_id, s.listing != SEARCH)
        ordered = query.order_by(s.listing, s.step, s.cursor)
        return [Sighting(*row) for row in self.database.read(lambda db: db.execute(ordered).all())]

    # Pages of earlier runs

    def known(self, vendor: str, identity: str) -> Known | None:
        """What an earlier run knows of a page."""
        row = self.database.read(lambda db: db.execute(_KNOWN, {"of_vendor": vendor, "of_identity": identity}).first())
        return Known(*row) if row else None

    def remember_in(self, db: Connection, vendor: str, identity: str, **values: Any) -> None:
        """Note what was learned of a page: url, etag, last_modified, digest, rules, plan_key, gone."""
        self._put(db, t.known, {"vendor": vendor, "identity": identity}, {"last_run": self.run_id, **values})

    def _put(self, db: Connection, table: Any, key: Mapping[str, Any], row: Mapping[str, Any]) -> None:
        """Insert a row, or replace what is given of it where the key is there already (see ``_upsert``)."""
        db.execute(_upsert(self.database.dialect, table, tuple(key), tuple(row)), {**key, **row})

    def read_by_others(self, vendor: str, rules: str) -> list[str]:
        """Addresses of pages that this run has seen and other rules than these have read."""
        k = t.known.c
        where = and_(k.vendor == vendor, k.last_run == self.run_id, k.rules != rules, k.digest != "", k.gone.is_(False))
        return self.database.read(lambda db: list(db.scalars(select(k.url).where(where).order_by(k.identity))))

    def unseen(self, vendor: str, plan_key: str) -> list[tuple[str, str]]:
        """Addresses that this plan listed in an earlier run and not in this one, each with the run that saw it last: asked
        for again, they may be gone."""
        k = t.known.c
        where = and_(k.vendor == vendor, k.plan_key == plan_key, k.last_run != self.run_id, k.gone.is_(False))
        query = select(k.url, k.last_run).where(where).order_by(k.identity)
        return [(row.url, row.last_run) for row in self.database.read(lambda db: db.execute(query).all())]

    def said(self, run_id: str, fingerprint: str) -> dict[str, Any]:
        """What the listings of a run said of a page, as its request carries it; nothing where they did not name it."""
        told = {"of_run": run_id, "of_page": fingerprint}
        row = self.database.read(lambda db: db.execute(_SAID, told).first())
        kept = {**msgspec.json.decode(row.data)["cb_kwargs"], "facts": msgspec.json.decode(row.facts)} if row else {}
        return {"facts": [], "title": "", "published": None, **kept}


@cache
def _insert(dialect: str) -> Any:
    """Insert requests that are not there yet, and tell which those are."""
    return insert_into(dialect, t.requests).on_conflict_do_nothing().returning(t.requests.c.id)


@cache
def _upsert(dialect: str, table: Table, key: tuple[str, ...], row: tuple[str, ...]) -> Any:
    """Insert a row of these columns, or replace what is given of it; built once for each set of columns."""
    made = insert_into(dialect, table).values({name: bindparam(name) for name in (*key, *row)})
    return made.on_conflict_do_update(index_elements=list(key), set_={name: made.excluded[name] for name in row})


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
