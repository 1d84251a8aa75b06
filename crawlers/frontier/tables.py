"""The frontier's tables, beside the library's in the same database; made by its migrations. SQLite and PostgreSQL alike.

Every moment is of the database's clock. A lease is a row's ``owner``: it holds while the owner's row among the workers
is fresh. ``token`` grows with every lease; who comes back with an older one is refused.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, MetaData, Table, Text, UniqueConstraint, literal_column

from pipelines.library.tables import Words

metadata = MetaData()

requests = Table(
    "frontier_requests",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("run_id", Words, nullable=False),
    Column("fingerprint", Words, nullable=False),
    Column("url", Text, nullable=False),
    Column("host", Words, nullable=False, default=""),  # whose turn it takes: one worker at a time
    Column("state", Words, nullable=False, default="pending"),  # pending, leased, done, failed
    Column("priority", Integer, nullable=False, default=0),  # of a listing more than 0, the highest first; pages have none
    Column("attempts", Integer, nullable=False, default=0),  # times leased: more than a few is a page that kills
    Column("owner", Words, nullable=False, default=""),
    Column("token", Integer, nullable=False, default=0),
    Column("data", Text, nullable=False),  # the request as JSON, see codec
    Column("facts", Text, nullable=False, default="[]"),  # what listings said of the page, merged over listings
    Column("outcome", Words, nullable=False, default=""),  # stored, unchanged, listing, or the kind of failure
    Column("detail", Text, nullable=False, default=""),
    UniqueConstraint("run_id", "fingerprint", name="uq_frontier_page"),
    Index("ix_frontier_next", "run_id", "state", "host", "attempts", "id"),  # in the order in which a host's pages are leased
)
is_listing = requests.c.priority > literal_column("0")  # no parameter: SQLite uses a partial index for its very words only
Index(
    "ix_frontier_listings",
    requests.c.run_id,
    requests.c.state,
    requests.c.host,
    sqlite_where=is_listing,
    postgresql_where=is_listing,
)

runs = Table(
    "frontier_runs",
    metadata,
    Column("run_id", Words, primary_key=True),
    Column("workers", Integer, nullable=False, default=0),  # how many ever joined: numbers their archive files
    Column("stop", Words, nullable=False, default=""),  # why all are to stop: blocked, limit
    Column("rechecked", Boolean, nullable=False, default=False),  # pages that are listed no more were asked for once
)

workers = Table(
    "frontier_workers",
    metadata,
    Column("owner", Words, primary_key=True),
    Column("run_id", Words, nullable=False, index=True),
    Column("vendor", Words, nullable=False),
    Column("number", Integer, nullable=False),  # within the run
    Column("until", Float, nullable=False),  # believed to live until then; 0 where it has left or was found dead
    Column("seen", Text, nullable=False, default="{}"),  # what it counted, as JSON
)

hosts = Table(
    "frontier_hosts",
    metadata,
    Column("host", Words, primary_key=True),
    Column("owner", Words, nullable=False, default="", index=True),
    Column("token", Integer, nullable=False, default=0),
    Column("last_request", Float, nullable=False, default=0.0),  # of whoever held it: the next one keeps the distance
    Column("delay", Float, nullable=False, default=0.0),  # seconds between requests, as the last holder kept them
    Column("wanted", Float, nullable=False, default=0.0),  # until then another worker waits for its turn
)

sightings = Table(
    "frontier_sightings",
    metadata,
    Column("run_id", Words, primary_key=True),
    Column("listing", Words, primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("cursor", Words, primary_key=True),
    Column("targets", Integer, nullable=False),
    Column("declared", Integer),
    Column("last", Boolean, nullable=False),
)

known = Table(
    "frontier_known",
    metadata,
    Column("vendor", Words, primary_key=True),
    Column("identity", Words, primary_key=True),  # of pipelines.sources.identity: one page over its addresses
    Column("url", Text, nullable=False, default=""),
    Column("etag", Words, nullable=False, default=""),
    Column("last_modified", Words, nullable=False, default=""),
    Column("digest", Words, nullable=False, default=""),
    Column("rules", Words, nullable=False, default=""),
    Column("plan_key", Words, nullable=False, default=""),  # the plan that listed it last: what its absence is measured by
    Column("last_run", Words, nullable=False),
    Column("gone", Boolean, nullable=False, default=False),
)
