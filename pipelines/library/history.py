"""What a case said before: its superseded versions, which the library never deletes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from pipelines.case import Case
from pipelines.library import Library
from pipelines.library import tables as t


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a case and the day (YYYY-MM-DD) of the run that first brought it."""

    case: Case
    seen: str


def versions(library: Library, case_id: str) -> list[Version]:
    """Every version of a case, oldest first; the last one is current."""
    joined = t.cases.join(t.runs, t.cases.c.first_run == t.runs.c.run_id)
    query = select(t.cases.c.data, t.runs.c.started_at).select_from(joined).where(t.cases.c.case_id == case_id).order_by(t.cases.c.version)
    with library.engine.connect() as db:
        return [Version(Case.from_json(row.data), row.started_at[:10]) for row in db.execute(query)]
