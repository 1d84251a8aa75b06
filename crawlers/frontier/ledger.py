"""What belongs to which request while it is under way, and the one transaction that completes it.

A unit is a leased request with everything it yields. It is complete when its callback is exhausted and every item it
yielded has come out of the pipelines; then, and only then, it is committed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scrapy import Request
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from crawlers.frontier import codec
from crawlers.frontier.store import Entry, Frontier
from crawlers.items import Normalized, Refused, Searched, Sighting, Unchanged
from pipelines.library.database import first_line
from pipelines.library.room import no_room


@dataclass(slots=True)
class Unit:
    """A request under way: what it has yielded so far, how many items are still in the pipelines."""

    id: int
    request: Request
    token: int = 0
    children: list[Entry] = field(default_factory=list)
    results: list[Any] = field(default_factory=list)
    items_open: int = 0
    exhausted: bool = False
    error: str = ""
    counted: Counter[str] = field(default_factory=Counter)  # by the effects of the last try to commit


Effect = Callable[[Connection, Unit, Any], Mapping[str, int]]


class Ledger:
    """The units under way. ``effect`` writes one result within the unit's transaction, which may be run again, and returns
    what is to be counted; ``before`` runs before each commit (the archive is brought to the disk first, so that no stored
    page lacks its record), ``after`` once it is done, with what was counted."""

    def __init__(
        self, frontier: Frontier, vendor: str, effect: Effect, before: Callable[[], None], after: Callable[[Counter[str]], None]
    ) -> None:
        self.frontier = frontier
        self.vendor = vendor
        self.units: dict[int, Unit] = {}
        self.seen: Counter[str] = Counter()  # what this worker has counted, kept with every commit
        self._effect = effect
        self._before = before
        self._after = after

    def open(self, unit_id: int, request: Request, token: int) -> None:
        """A request is handed to the engine."""
        self.units[unit_id] = Unit(unit_id, request, token)

    def child(self, unit_id: int, request: Request) -> None:
        """The callback yielded a request: it waits for the unit's commit."""
        if unit := self.units.get(unit_id):
            unit.children.append(self.entry(request))

    def entry(self, request: Request) -> Entry:
        """A request as a row of the frontier."""
        key = codec.fingerprint(request, self.vendor)
        facts = tuple(tuple(f) for f in codec.facts_of(request))
        return Entry(key, request.url, codec.dumps(request), request.priority, facts)

    def item_began(self, unit_id: int) -> None:
        """The callback yielded an item: it is in the pipelines now."""
        if unit := self.units.get(unit_id):
            unit.items_open += 1

    def item_ended(self, unit_id: int, result: Any = None, error: str = "") -> int | None:
        """An item came out of the pipelines, as ``result``, or was lost there. Returns new requests where this committed."""
        unit = self.units.get(unit_id)
        if unit is None:
            return None
        unit.items_open -= 1
        unit.error = unit.error or error
        if result is not None:
            unit.results.append(result)
        return self._maybe_commit(unit)

    def exhausted(self, unit_id: int) -> int | None:
        """The callback has nothing more to yield."""
        unit = self.units.get(unit_id)
        if unit is None:
            return None
        unit.exhausted = True
        return self._maybe_commit(unit)

    def failed(self, unit_id: int, kind: str, detail: str, *results: Any) -> int | None:
        """The request came to nothing (download, callback): committed as failed, with ``results`` that tell why."""
        unit = self.units.get(unit_id)
        if unit is None:
            return None
        unit.children, unit.results = [], list(results)
        return self._commit(unit, kind, detail, failed=True)

    def _maybe_commit(self, unit: Unit) -> int | None:
        if not unit.exhausted or unit.items_open > 0:
            return None
        if unit.error:
            return self._commit(unit, "pipeline_error", unit.error, failed=True)
        return self._commit(unit, _outcome(unit), "", failed=False)

    def _commit(self, unit: Unit, outcome: str, detail: str, failed: bool) -> int:
        """Commit, or forget the unit where its lease was lost: whoever has it now brings the same."""
        self._before()
        new, standing = self._stored(unit, outcome, detail, failed)
        del self.units[unit.id]
        counted = Counter({"leases_lost": 1}) if standing == "lost" else unit.counted
        self.seen.update(counted)
        self._after(counted)
        return new

    def _stored(self, unit: Unit, outcome: str, detail: str, failed: bool) -> tuple[int, str]:
        """Run the transaction; what the database refuses to keep (not: what it cannot keep now) fails the request."""
        try:
            return self.frontier.database.write(lambda db: self._write(db, unit, outcome, detail, failed))
        except SQLAlchemyError as error:
            if no_room(error):
                raise
            unit.error = first_line(error)
            return self.frontier.database.write(lambda db: self._write(db, unit, "store_error", unit.error, failed=True))

    def _write(self, db: Connection, unit: Unit, outcome: str, detail: str, failed: bool) -> tuple[int, str]:
        standing = self.frontier.standing_in(db, unit.id, unit.token)
        if standing != "held":
            return 0, standing
        counted: Counter[str] = Counter()
        for result in unit.results if not (failed and unit.error) else ():
            counted.update(self._effect(db, unit, result))
        unit.counted = counted
        new = self.frontier.add_in(db, unit.children) if not failed else 0
        self.frontier.complete_in(db, unit.id, outcome, detail, failed)
        self.frontier.workers.count_in(db, self.seen + counted)
        return new, standing


def _outcome(unit: Unit) -> str:
    kinds = {Normalized: "stored", Unchanged: "unchanged", Sighting: "listing", Searched: "searched", Refused: "refused"}
    return next((name for kind, name in kinds.items() if any(isinstance(r, kind) for r in unit.results)), "nothing")
