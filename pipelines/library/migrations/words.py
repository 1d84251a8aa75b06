"""Column types for the scripts, fixed for ever: what they made once is what later scripts find."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


def words(name: str, **more: Any) -> sa.Column[Any]:
    """A column of short text, ordered by code point: SQLite's order, and PostgreSQL's with the collation "C"."""
    return sa.Column(name, sa.String().with_variant(sa.String(collation="C"), "postgresql"), **{"nullable": False, **more})


def text(name: str, **more: Any) -> sa.Column[Any]:
    """A column of long text, never ordered by."""
    return sa.Column(name, sa.Text(), **{"nullable": False, **more})


def number(name: str, **more: Any) -> sa.Column[Any]:
    """A column of whole numbers."""
    return sa.Column(name, sa.Integer(), **{"nullable": False, **more})


def seconds(name: str, **more: Any) -> sa.Column[Any]:
    """A column of moments, in seconds since the epoch."""
    return sa.Column(name, sa.Float(), **{"nullable": False, **more})


def flag(name: str, **more: Any) -> sa.Column[Any]:
    """A column of yes or no."""
    return sa.Column(name, sa.Boolean(), **{"nullable": False, **more})
