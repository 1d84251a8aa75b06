"""What a case said before: its superseded versions, which the library never deletes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from pipelines.case import Case
from pipelines.library import Library
from pipelines.library import tables as t
from pipelines.library.rows import read


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a case and the day (YYYY-MM-DD) of the run that first brought it."""

    case: Case
    seen: str


def versions(library: Library, case_id: str) -> list[Version]:
    """Every version of a case that this release can read, oldest first; the last one is current."""
    joined = t.cases.join(t.runs, t.cases.c.first_run == t.runs.c.run_id)
    query = select(t.cases.c.data, t.runs.c.started_at).select_from(joined).where(t.cases.c.case_id == case_id).order_by(t.cases.c.version)
    with library.engine.connect() as db:
        found = [(read(case_id, row.data), row.started_at[:10]) for row in db.execute(query)]
    return [Version(case, day) for case, day in found if isinstance(case, Case)]
