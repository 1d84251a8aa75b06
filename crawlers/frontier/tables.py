"""The frontier's tables, beside the library's in the same database. SQLite and PostgreSQL alike."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData()

requests = Table(
    "frontier_requests",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("run_id", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("url", Text, nullable=False),
    Column("state", String, nullable=False, default="pending"),  # pending, leased, done, failed
    Column("priority", Integer, nullable=False, default=0),
    Column("attempts", Integer, nullable=False, default=0),  # times leased: more than a few is a page that kills
    Column("owner", String, nullable=False, default=""),
    Column("lease_until", Float, nullable=False, default=0.0),  # seconds since the epoch
    Column("data", Text, nullable=False),  # the request as JSON, see codec
    Column("facts", Text, nullable=False, default="[]"),  # what listings said of the page, merged over listings
    Column("outcome", String, nullable=False, default=""),  # stored, unchanged, listing, or the kind of failure
    Column("detail", Text, nullable=False, default=""),
    UniqueConstraint("run_id", "fingerprint"),
    Index("ix_frontier_next", "run_id", "state", "priority", "id"),
)

workers = Table(
    "frontier_workers",
    metadata,
    Column("vendor", String, primary_key=True),  # one process at a time works at a vendor's hosts
    Column("owner", String, nullable=False),
    Column("run_id", String, nullable=False),
    Column("until", Float, nullable=False),  # seconds since the epoch; for owners on other machines
)

sightings = Table(
    "frontier_sightings",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("listing", String, primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("cursor", String, primary_key=True),
    Column("targets", Integer, nullable=False),
    Column("declared", Integer),
    Column("last", Boolean, nullable=False),
)

known = Table(
    "frontier_known",
    metadata,
    Column("vendor", String, primary_key=True),
    Column("identity", String, primary_key=True),  # of pipelines.sources.identity: one page over its addresses
    Column("url", Text, nullable=False, default=""),
    Column("etag", String, nullable=False, default=""),
    Column("last_modified", String, nullable=False, default=""),
    Column("digest", String, nullable=False, default=""),
    Column("rules", String, nullable=False, default=""),
    Column("plan_key", String, nullable=False, default=""),  # the plan that listed it last: what its absence is measured by
    Column("last_run", String, nullable=False),
    Column("gone", Boolean, nullable=False, default=False),
)
