"""What `insights library` asks of a million cases is answered from one index; indexes that nobody asks are gone.

An index on addresses would also have refused long ones on PostgreSQL (at most 2704 bytes an entry).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import sqlalchemy as sa
from alembic import op

from pipelines.library.migrations.words import words

revision = "v0003"
down_revision = "v0002"

BATCH = 1000
OVERVIEW = ("current", "withdrawn_run", "vendor", "lang", "tier", "origin", "industry", "unknown")


def upgrade() -> None:
    """Note for every case what is not known of it, and change the indexes."""
    op.add_column("cases", words("unknown", server_default=""))
    _fill()
    for name, table in (("ix_pages_url", "pages"), ("ix_cases_customer_key", "cases"), ("ix_case_categories_category", "case_categories")):
        op.drop_index(name, table)
    op.create_index("ix_case_categories_category", "case_categories", ["category", "case_id", "version"])
    op.create_index("ix_cases_overview", "cases", list(OVERVIEW))


def _fill() -> None:
    db = op.get_bind()
    put = sa.text("UPDATE cases SET unknown = :unknown WHERE case_id = :case_id AND version = :version")
    for batch in _batches(db):
        db.execute(put, [{"case_id": row.case_id, "version": row.version, "unknown": unknown_in(row.data)} for row in batch])


def _batches(db: sa.Connection) -> Iterator[list[sa.Row[tuple[str, int, str]]]]:
    """The cases in the order of their keys, never more than a batch in memory."""
    after = ("", 0)
    query = "SELECT case_id, version, data FROM cases WHERE (case_id, version) > (:case_id, :version) ORDER BY case_id, version LIMIT :n"
    while batch := list(db.execute(sa.text(query), {"case_id": after[0], "version": after[1], "n": BATCH}).all()):
        yield batch
        after = (batch[-1].case_id, batch[-1].version)


def unknown_in(data: str) -> str:
    """The fields of a case's JSON that have no value: {"value": null, …} or {"items": [], …}."""
    found = msgspec.json.decode(data)
    return " ".join(name for name, held in found.items() if isinstance(held, dict) and not _known(held))


def _known(held: dict[str, object]) -> bool:
    return bool(held["items"]) if "items" in held else held.get("value") is not None
