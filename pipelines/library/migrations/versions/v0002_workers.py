"""The frontier becomes one that several workers share: hosts, fencing tokens, workers with a heartbeat, the state of a run.

Before this the crawler made its tables itself, where it had crawled; they are made here where they are not there, and
requests of a crawl that was under way are kept. From here on a program of before Alembic refuses the library.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

from pipelines.library.migrations.words import flag, number, seconds, text, words

revision = "v0002"
down_revision = "v0001"

KEPT = ("id", "run_id", "fingerprint", "url", "state", "priority", "attempts", "data", "facts", "outcome", "detail")


def upgrade() -> None:
    """Make the tables, and take over what an earlier frontier held."""
    there = set(sa.inspect(op.get_bind()).get_table_names())
    if "frontier_workers" in there:
        op.drop_table("frontier_workers")
    if "frontier_requests" in there:
        op.drop_index("ix_frontier_next", "frontier_requests")
        op.rename_table("frontier_requests", "frontier_requests_before")
    _requests()
    _workers()
    if "frontier_sightings" not in there:
        _sightings()
    if "frontier_known" not in there:
        _known()
    if "frontier_requests" in there:
        _take_over()
    op.execute("DELETE FROM meta WHERE name = 'schema'")
    op.execute("INSERT INTO meta (name, value) VALUES ('schema', '2')")


def _requests() -> None:
    op.create_table(
        "frontier_requests",
        number("id", primary_key=True, autoincrement=True),
        words("run_id"),
        words("fingerprint"),
        text("url"),
        words("host"),
        words("state"),
        number("priority"),
        number("attempts"),
        words("owner"),
        number("token"),
        text("data"),
        text("facts"),
        words("outcome"),
        text("detail"),
        sa.UniqueConstraint("run_id", "fingerprint", name="uq_frontier_page"),
        sa.Index("ix_frontier_next", "run_id", "state", "host", "priority"),
    )


def _workers() -> None:
    op.create_table("frontier_runs", words("run_id", primary_key=True), number("workers"), words("stop"), flag("rechecked"))
    op.create_table(
        "frontier_workers",
        words("owner", primary_key=True),
        words("run_id", index=True),
        words("vendor"),
        number("number"),
        seconds("until"),
        text("seen"),
    )
    op.create_table(
        "frontier_hosts",
        words("host", primary_key=True),
        words("owner", index=True),
        number("token"),
        seconds("last_request"),
        seconds("delay"),
        seconds("wanted"),
    )


def _sightings() -> None:
    op.create_table(
        "frontier_sightings",
        words("run_id", primary_key=True),
        words("listing", primary_key=True),
        number("step", primary_key=True),
        words("cursor", primary_key=True),
        number("targets"),
        number("declared", nullable=True),
        flag("last"),
    )


def _known() -> None:
    op.create_table(
        "frontier_known",
        words("vendor", primary_key=True),
        words("identity", primary_key=True),
        text("url"),
        *(words(name) for name in ("etag", "last_modified", "digest", "rules", "plan_key", "last_run")),
        flag("gone"),
    )


def _take_over() -> None:
    """The requests of before, with their hosts; what was leased is pending."""
    kept = ", ".join(KEPT)
    db = op.get_bind()
    taken = f"INSERT INTO frontier_requests ({kept}, host, owner, token) SELECT {kept}, '', '', 0 FROM frontier_requests_before"  # noqa: S608
    db.execute(sa.text(taken))
    db.execute(sa.text("UPDATE frontier_requests SET state = 'pending' WHERE state = 'leased'"))
    rows = db.execute(sa.text("SELECT id, url FROM frontier_requests WHERE state <> 'done'")).all()
    for row in rows:
        told = {"id": row.id, "host": urlsplit(row.url).hostname or ""}
        db.execute(sa.text("UPDATE frontier_requests SET host = :host WHERE id = :id"), told)
    op.drop_table("frontier_requests_before")
    if db.dialect.name == "postgresql":
        last = "(SELECT coalesce(max(id), 1) FROM frontier_requests)"
        db.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('frontier_requests', 'id'), {last})"))
