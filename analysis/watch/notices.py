"""Sends what has to be told, once a cause and channel, and records how it went.

A cause is claimed in the ledger before it is sent, so two processes never send it both. What failed is tried again by the
next round, as often as the configuration allows. A claim that nobody settled (the process was killed while it sent) is
``unknown``: it may have arrived, so it is told here and never sent a second time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select, update

from analysis.watch import tables as t
from analysis.watch.causes import Cause
from analysis.watch.channels import Channel, DeliveryError
from analysis.watch.config import Notices
from analysis.watch.message import message
from pipelines.library.database import Database, insert_into

STALE = timedelta(minutes=15)  # longer than any sending takes
WAIT_MAX = 30.0
Pause = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of one channel: ``state`` is sent, failed, given_up, unknown or nothing; ``causes`` are keys."""

    channel: str
    state: str
    causes: tuple[str, ...]
    attempts: int = 0
    error: str = ""

    @property
    def sound(self) -> bool:
        """Whether everything that had to be told is told."""
        return self.state in ("sent", "nothing") and not self.error


def notify(database: Database, given: Notices, causes: Sequence[Cause], pause: Pause = time.sleep) -> list[Delivered]:
    """Send the causes over every channel; raises UserError before anything is sent where a channel is not set up."""
    for name, channel in given.channels.items():
        channel.check(name)
    t.make(database)
    out = [Delivered(name, "unknown", keys) for name in given.channels if (keys := _abandon(database, name))]
    for name, channel in given.channels.items():
        wanted = given.only.get(name)
        mine = [c for c in causes if wanted is None or c.kind in wanted]
        out.append(_channel(database, given, name, channel, mine, pause))
    return out


def _channel(database: Database, given: Notices, name: str, channel: Channel, causes: Sequence[Cause], pause: Pause) -> Delivered:
    claimed = [c for c in causes if _claim(database, c, name, given.rounds)]
    keys = tuple(c.key for c in claimed)
    if not claimed:
        return Delivered(name, "nothing", ())
    tried, error = attempt(lambda: channel.send(message(claimed, given.link), name), given.attempts, pause)
    state = "sent" if error is None or error.arrived else "failed"
    _settle(database, name, keys, state, str(error or ""))
    if state == "failed" and _give_up(database, name, keys, given.rounds):
        state = "given_up"
    return Delivered(name, state, keys, tried, str(error or ""))


def attempt(send: Callable[[], None], attempts: int, pause: Pause) -> tuple[int, DeliveryError | None]:
    """Send at most ``attempts`` times, waiting longer each time; how often it was tried, and the last error or None."""
    for tried in range(1, attempts + 1):
        try:
            send()
        except DeliveryError as error:
            if not error.again or tried == attempts:
                return tried, error
            pause(min(error.after or 2.0**tried, WAIT_MAX))
        else:
            return tried, None
    raise AssertionError("at least one attempt")


def _claim(database: Database, cause: Cause, channel: str, rounds: int) -> bool:
    """Take a cause for sending; False where it was sent, is being sent, or was tried often enough."""
    n, moment = t.notices.c, t.now()
    row = {"cause": cause.key, "channel": channel, "state": "sending", "attempts": 1, "title": cause.title, "claimed_at": moment}
    again = update(t.notices).where(n.cause == cause.key, n.channel == channel, n.state == "failed", n.attempts < rounds)
    again = again.values(state="sending", attempts=n.attempts + 1, claimed_at=moment)
    fresh = insert_into(database.dialect, t.notices).values(**row, error="", settled_at="").on_conflict_do_nothing().returning(n.cause)
    return database.write(lambda db: db.execute(fresh).first() is not None or db.execute(again).rowcount == 1)


def _settle(database: Database, channel: str, keys: Sequence[str], state: str, error: str) -> None:
    n = t.notices.c
    change = update(t.notices).where(n.channel == channel, n.cause.in_(keys), n.state == "sending")
    change = change.values(state=state, error=error, settled_at=t.now())
    database.write(lambda db: db.execute(change))


def _give_up(database: Database, channel: str, keys: Sequence[str], rounds: int) -> bool:
    """Mark what was tried in every round; True where all of it was."""
    n = t.notices.c
    change = update(t.notices).where(n.channel == channel, n.cause.in_(keys), n.state == "failed", n.attempts >= rounds)
    change = change.values(state="given_up")
    return database.write(lambda db: db.execute(change).rowcount) == len(keys)


def _abandon(database: Database, channel: str) -> tuple[str, ...]:
    """Claims that nobody settled: from now on unknown."""
    n = t.notices.c
    old = (datetime.now(UTC) - STALE).isoformat(timespec="seconds")
    stale = (n.channel == channel, n.state == "sending", n.claimed_at < old)

    def mark(db: Connection) -> tuple[str, ...]:
        keys = tuple(db.scalars(select(n.cause).where(*stale).order_by(n.cause)))
        db.execute(update(t.notices).where(*stale).values(state="unknown", settled_at=t.now()))
        return keys

    return database.write(mark)
