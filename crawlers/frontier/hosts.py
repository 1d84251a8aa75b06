"""Hosts: each is worked by one worker at a time, whatever run it belongs to, so that politeness holds for all together.

``deal`` gives a worker its share of the hosts that have work; ``ask`` is the turnstile before every request: it lets
through whoever holds the host (or takes it, where nobody does), and not before the delay since the last request, by
whomever, is over. The moment is taken by the database's clock and lies in the host's row, so that a take-over does not
break the delay. A worker that was believed dead finds its host taken and may not send.

A redirect may lead to a host that another worker holds. It is asked for (``wanted``): the holder lets go of it when
nothing of its own is under way there, and gets it back in the same manner.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, or_, select, update

from crawlers.frontier import tables as t
from crawlers.frontier.workers import HEARTBEAT, is_dead, living_in
from pipelines.library.database import Database, insert_into, now

WANTED = 3.0  # seconds that a wish for a host holds; whoever waits wishes again
TRUSTED = HEARTBEAT / 2  # seconds for which a lease is believed without asking, where no delay is to be kept

_h = t.hosts.c
_r = t.requests.c
_LIVING = select(t.workers.c.owner).where(t.workers.c.until > now())
_FIRST_HOST = select(func.min(_r.host)).where(_r.run_id == bindparam("of_run"), _r.state == bindparam("of_state"))
_NEXT_HOST = _FIRST_HOST.where(_r.host > bindparam("after"))


@dataclass(slots=True)
class Held:
    """A host that this worker holds: its token, until when that is believed, and when the last answer came (our clock)."""

    token: int
    trusted: float
    answered: float = float("-inf")


class Hosts:
    """The hosts of one worker; see the module."""

    def __init__(self, database: Database, run_id: str, owner: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.database = database
        self.run_id = run_id
        self.owner = owner
        self.held: dict[str, Held] = {}
        self._clock = clock

    # Before every request

    def ask(self, host: str, delay: float) -> float | None:
        """Seconds to wait before a request to a host may be sent, 0 where it may go now; None where another worker holds
        the host. ``delay`` is what is to lie between an answer and the next request."""
        mine = self.held.get(host)
        if mine and not delay and self._clock() < mine.trusted:
            return 0.0
        left = mine.answered + delay - self._clock() if mine else 0.0
        return left if left > 0 else self.database.write(lambda db: self._ask(db, host, delay))

    def free(self) -> None:
        """Forget all; the rows are freed by ``Workers.leave``."""
        self.held.clear()

    def answered(self, host: str) -> None:
        """An answer came, or none will: the delay counts from here."""
        if host in self.held:
            self.held[host].answered = self._clock()

    def _ask(self, db: Connection, host: str, delay: float) -> float | None:
        row = self._row(db, host)
        mine = self._is_mine(row)
        if not mine and not self._take(db, row):
            db.execute(update(t.hosts).where(_h.host == host).values(wanted=now() + WANTED))
            return None
        kept = delay if mine else max(delay, row.delay)
        left: float = db.scalar(select(_h.last_request + kept - now()).where(_h.host == host)) or 0.0
        if kept and left > 0:
            if left > kept:  # the last request lies in the future: the clock was put back, and is not waited for
                db.execute(update(t.hosts).where(_h.host == host).values(last_request=now()))
            return min(left, kept)
        if delay:
            db.execute(update(t.hosts).where(_h.host == host).values(last_request=now(), delay=delay))
        return 0.0

    def _row(self, db: Connection, host: str) -> Row[Any]:
        """The row of a host, locked; made where there is none."""
        self._make(db, [host])
        return db.execute(select(t.hosts).where(_h.host == host).with_for_update()).one()

    def _make(self, db: Connection, names: Sequence[str]) -> None:
        blank = {"owner": "", "token": 0, "last_request": 0.0, "delay": 0.0, "wanted": 0.0}
        if names:
            rows = [{"host": name, **blank} for name in sorted(names)]
            db.execute(insert_into(self.database.dialect, t.hosts).on_conflict_do_nothing(), rows)

    def _is_mine(self, row: Row[Any]) -> bool:
        """Whether we hold a host still; what is ours is believed for a while."""
        mine = self.held.get(row.host)
        if mine is None or row.owner != self.owner or row.token != mine.token:
            self.held.pop(row.host, None)
            return False
        mine.trusted = self._clock() + TRUSTED
        return True

    def _take(self, db: Connection, row: Row[Any]) -> bool:
        """Take a host whose row we have locked, where nobody living holds it."""
        if row.owner and row.owner != self.owner:
            if not is_dead(row.owner) and db.scalar(_LIVING.where(t.workers.c.owner == row.owner)):
                return False
            db.execute(update(t.hosts).where(_h.host == row.host).values(last_request=now()))
        db.execute(update(t.hosts).where(_h.host == row.host).values(owner=self.owner, token=row.token + 1, wanted=0.0))
        self.held[row.host] = Held(row.token + 1, self._clock() + TRUSTED)
        return True

    # A worker's share

    def deal_in(self, db: Connection, busy: Collection[str]) -> None:
        """Let go of what others should have, and take what is our share of the hosts that have work, in the caller's
        transaction. Nothing is let go of that is ``busy``: where something of ours is under way."""
        pending, under_way = self._hosts_of(db, "pending"), self._hosts_of(db, "leased")
        share = ceil(len(pending | under_way) / max(1, living_in(db, self.run_id)))
        mine = [row for row in self._ours(db) if self._is_mine(row)]
        kept = [row.host for row in mine if row.host in busy or (row.host in pending and not row.wished)]
        spare = [host for host in kept if host not in busy][: max(0, len(kept) - share)]
        self._let_go(db, [row.host for row in mine if row.host not in kept or row.host in spare])
        self._take_some(db, pending - {row.host for row in mine}, share - len(kept))

    def _hosts_of(self, db: Connection, state: str) -> set[str]:
        """The hosts of the run's requests in a state, each looked up in the index behind the one before: there are few hosts,
        and a million requests to count them by."""
        found: set[str] = set()
        told = {"of_run": self.run_id, "of_state": state}
        host = db.scalar(_FIRST_HOST, told)
        while host is not None:
            found.add(host)
            host = db.scalar(_NEXT_HOST, {**told, "after": host})
        return found

    def _ours(self, db: Connection) -> Sequence[Row[Any]]:
        """Our rows; a host that is not among them any more is forgotten."""
        rows = db.execute(select(_h.host, _h.owner, _h.token, (_h.wanted > now()).label("wished")).where(_h.owner == self.owner)).all()
        for lost in set(self.held) - {row.host for row in rows}:
            del self.held[lost]
        return rows

    def _let_go(self, db: Connection, names: Collection[str]) -> None:
        if names:
            db.execute(update(t.hosts).where(_h.host.in_(sorted(names)), _h.owner == self.owner).values(owner="", last_request=now()))
        for name in names:
            self.held.pop(name, None)

    def _take_some(self, db: Connection, names: Collection[str], count: int) -> None:
        """Take up to ``count`` hosts that nobody holds and nobody waits for."""
        if count <= 0 or not names:
            return
        self._make(db, list(names))
        nobody = or_(_h.owner == "", _h.owner.not_in(_LIVING))
        query = select(t.hosts).where(_h.host.in_(sorted(names)), nobody, _h.wanted <= now()).order_by(_h.host).limit(count)
        for row in db.execute(query.with_for_update(skip_locked=True)).all():
            self._take(db, row)
