"""The tables of research: sources, what happened to them, entries of the knowledge base, things to be done inside.

They stand in the library's database or in one of their own; SQLite and PostgreSQL; no dialect's own types.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, Text

SCHEMA_VERSION = "1"

metadata = MetaData()

meta = Table("research_meta", metadata, Column("name", String, primary_key=True), Column("value", String, nullable=False))

sources = Table(
    "research_sources",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("type", String, nullable=False, index=True),
    Column("title", String, nullable=False),
    Column("date", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("imported", String, nullable=False),  # the day of the import that brought this content
    Column("data", Text, nullable=False),
)

history = Table(
    "research_history",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("source_id", String, nullable=False, index=True),
    Column("event", String, nullable=False),  # added, changed, removed
    Column("day", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("title", String, nullable=False),
    Column("data", Text, nullable=False),  # the content that was replaced or removed; empty for added
)

entries = Table(
    "research_entries",
    metadata,
    Column("entry_id", String, primary_key=True),
    Column("expires", String, nullable=False),
    Column("data", Text, nullable=False),
)

follow_ups = Table(
    "research_follow_ups",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("day", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("source_id", String, nullable=False),
    Column("question", Text, nullable=False),
    Column("done", Boolean, nullable=False),
)
