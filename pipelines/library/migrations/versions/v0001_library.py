"""The library as it was before Alembic: libraries of that time are stamped with this."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipelines.library.migrations.words import flag, number, text, words

revision = "v0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table("meta", words("name", primary_key=True), words("value"))
    _runs_and_pages()
    _cases()
    op.create_table(
        "rejections",
        words("identity", primary_key=True),
        number("part", primary_key=True),
        words("code", index=True),
        text("detail"),
        *(words(name) for name in ("vendor", "url", "source_id", "page_digest")),
        text("data"),
        *(words(name) for name in ("first_run", "last_run")),
    )


def _runs_and_pages() -> None:
    op.create_table(
        "runs",
        words("run_id", primary_key=True),
        words("kind"),
        words("vendor"),
        text("plan"),
        words("status"),
        words("status_kind"),
        text("summary"),
        words("started_at"),
        words("ended_at", nullable=True),
    )
    op.create_table(
        "pages",
        words("digest", primary_key=True),
        words("vendor"),
        words("identity", index=True),
        words("url", index=True),
        words("rules"),
        words("archive"),
        text("text"),
        text("data"),
        words("first_run"),
        words("last_run"),
    )


def _cases() -> None:
    key = ("case_id", "version")
    op.create_table(
        "cases",
        words("case_id", primary_key=True),
        number("version", primary_key=True),
        flag("current"),
        words("withdrawn_run", nullable=True),
        words("page_digest", index=True),
        number("part"),
        words("vendor", index=True),
        words("customer_name"),
        words("customer_key", index=True),
        *(words(name, nullable=True) for name in ("industry", "company_size", "scenario")),
        words("lang"),
        number("tier"),
        words("origin"),
        words("url"),
        text("data"),
        words("first_run"),
        words("last_run"),
    )
    op.create_table(
        "case_categories",
        words("case_id", primary_key=True),
        number("version", primary_key=True),
        words("category", primary_key=True, index=True),
        sa.ForeignKeyConstraint(key, [f"cases.{name}" for name in key]),
    )
    op.create_table(
        "evidence",
        words("case_id", primary_key=True),
        number("version", primary_key=True),
        number("number", primary_key=True),
        words("field"),
        text("quote"),
        number("start"),
        number("end"),
        words("page_digest"),
        words("place"),
        sa.ForeignKeyConstraint(key, [f"cases.{name}" for name in key]),
    )
