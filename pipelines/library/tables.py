"""The tables of the case library. SQLite and PostgreSQL; no dialect's own types.

Short text is ordered by code point in both, so that no result depends on a server's language. What is written here is
made by ``migrations``; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()
Words = String().with_variant(String(collation="C"), "postgresql")

meta = Table(
    "meta",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", Words, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("run_id", Words, primary_key=True),
    Column("kind", Words, nullable=False),  # crawl, import, replay
    Column("vendor", Words, nullable=False, default=""),
    Column("plan", Text, nullable=False, default="{}"),
    Column("status", Words, nullable=False, default="running"),  # running, complete, incomplete, blocked, changed, failed
    Column("status_kind", Words, nullable=False, default=""),
    Column("summary", Text, nullable=False, default="{}"),
    Column("started_at", Words, nullable=False),
    Column("ended_at", Words),
)

pages = Table(
    "pages",
    metadata,
    Column("digest", Words, primary_key=True),
    Column("vendor", Words, nullable=False),
    Column("identity", Words, nullable=False, index=True),  # record id, else URL, else digest: what a new version replaces
    Column("url", Words, nullable=False),
    Column("rules", Words, nullable=False),  # of reader and steps that read it last
    Column("archive", Words, nullable=False, default=""),
    Column("text", Text, nullable=False),
    Column("data", Text, nullable=False),  # the page without its text, as JSON
    Column("first_run", Words, nullable=False),
    Column("last_run", Words, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("case_id", Words, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("current", Boolean, nullable=False),
    Column("withdrawn_run", Words),  # the run that found the page gone; the case is kept
    Column("page_digest", Words, nullable=False, index=True),
    Column("part", Integer, nullable=False),
    Column("vendor", Words, nullable=False, index=True),
    Column("customer_name", Words, nullable=False),
    Column("customer_key", Words, nullable=False),
    Column("industry", Words),
    Column("company_size", Words),
    Column("scenario", Words),
    Column("lang", Words, nullable=False),
    Column("tier", Integer, nullable=False),
    Column("origin", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("data", Text, nullable=False),  # the case as JSON
    Column("first_run", Words, nullable=False),
    Column("last_run", Words, nullable=False),
    Column("unknown", Words, nullable=False, default=""),  # fields without a value, their names with spaces between
    Index("ix_cases_overview", "current", "withdrawn_run", "vendor", "lang", "tier", "origin", "industry", "unknown"),
)

case_categories = Table(
    "case_categories",
    metadata,
    Column("case_id", Words, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("category", Words, primary_key=True),
    ForeignKeyConstraint(["case_id", "version"], ["cases.case_id", "cases.version"]),
    Index("ix_case_categories_category", "category", "case_id", "version"),  # a category's cases, in their order
)

evidence = Table(
    "evidence",
    metadata,
    Column("case_id", Words, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("field", Words, nullable=False),
    Column("quote", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("page_digest", Words, nullable=False),
    Column("place", Words, nullable=False),
    ForeignKeyConstraint(["case_id", "version"], ["cases.case_id", "cases.version"]),
)

rejections = Table(
    "rejections",
    metadata,
    Column("identity", Words, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("code", Words, nullable=False, index=True),
    Column("detail", Text, nullable=False),
    Column("vendor", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("source_id", Words, nullable=False),
    Column("page_digest", Words, nullable=False),
    Column("data", Text, nullable=False),
    Column("first_run", Words, nullable=False),
    Column("last_run", Words, nullable=False),
)
