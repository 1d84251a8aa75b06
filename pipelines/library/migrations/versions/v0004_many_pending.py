"""Leasing costs the same however many requests wait: an index in the order in which pages are leased, and one of listings alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0004"
down_revision = "v0003"


def upgrade() -> None:
    """Change the indexes of the frontier's requests."""
    op.drop_index("ix_frontier_next", "frontier_requests")
    op.create_index("ix_frontier_next", "frontier_requests", ["run_id", "state", "host", "attempts", "id"])
    only = sa.text("priority > 0")
    op.create_index("ix_frontier_listings", "frontier_requests", ["run_id", "state", "host"], sqlite_where=only, postgresql_where=only)
