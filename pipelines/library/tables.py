"""The tables of the case library. SQLite and PostgreSQL; no dialect's own types."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Integer, MetaData, String, Table, Text

SCHEMA_VERSION = 1

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("kind", String, nullable=False),  # crawl, import, replay
    Column("vendor", String, nullable=False, default=""),
    Column("plan", Text, nullable=False, default="{}"),
    Column("status", String, nullable=False, default="running"),  # running, complete, incomplete, blocked, changed, failed
    Column("status_kind", String, nullable=False, default=""),
    Column("summary", Text, nullable=False, default="{}"),
    Column("started_at", String, nullable=False),
    Column("ended_at", String),
)

pages = Table(
    "pages",
    metadata,
    Column("digest", String, primary_key=True),
    Column("vendor", String, nullable=False),
    Column("identity", String, nullable=False, index=True),  # record id, else URL, else digest: what a new version replaces
    Column("url", String, nullable=False, index=True),
    Column("rules", String, nullable=False),  # of reader and steps that read it last
    Column("archive", String, nullable=False, default=""),
    Column("text", Text, nullable=False),
    Column("data", Text, nullable=False),  # the page without its text, as JSON
    Column("first_run", String, nullable=False),
    Column("last_run", String, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("case_id", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("current", Boolean, nullable=False),
    Column("withdrawn_run", String),  # the run that found the page gone; the case is kept
    Column("page_digest", String, nullable=False, index=True),
    Column("part", Integer, nullable=False),
    Column("vendor", String, nullable=False, index=True),
    Column("customer_name", String, nullable=False),
    Column("customer_key", String, nullable=False, index=True),
    Column("industry", String),
    Column("company_size", String),
    Column("scenario", String),
    Column("lang", String, nullable=False),
    Column("tier", Integer, nullable=False),
    Column("origin", String, nullable=False),
    Column("url", String, nullable=False),
    Column("data", Text, nullable=False),  # the case as JSON
    Column("first_run", String, nullable=False),
    Column("last_run", String, nullable=False),
)

case_categories = Table(
    "case_categories",
    metadata,
    Column("case_id", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("category", String, primary_key=True),
    ForeignKeyConstraint(["case_id", "version"], ["cases.case_id", "cases.version"]),
    Index("ix_case_categories_category", "category"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("case_id", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("field", String, nullable=False),
    Column("quote", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("page_digest", String, nullable=False),
    Column("place", String, nullable=False),
    ForeignKeyConstraint(["case_id", "version"], ["cases.case_id", "cases.version"]),
)

rejections = Table(
    "rejections",
    metadata,
    Column("identity", String, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("code", String, nullable=False, index=True),
    Column("detail", Text, nullable=False),
    Column("vendor", String, nullable=False),
    Column("url", String, nullable=False),
    Column("source_id", String, nullable=False),
    Column("page_digest", String, nullable=False),
    Column("data", Text, nullable=False),
    Column("first_run", String, nullable=False),
    Column("last_run", String, nullable=False),
)
