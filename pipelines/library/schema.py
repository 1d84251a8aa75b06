"""Brings a library to the form that this release knows, whoever opens it first and however many open it at once.

One process upgrades, in one transaction, while the others wait: SQLite's write lock, an advisory lock on PostgreSQL.
A library of before Alembic (a table ``meta`` that says schema 1, no ``alembic_version``) is stamped and upgraded. One of
a later release is refused: what it holds may not be what this program takes it for.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from pipelines.errors import UserError
from pipelines.library.database import Database

HEAD = "v0004"  # the newest script in migrations/versions
_BEFORE_ALEMBIC = "v0001"
_SCHEMA_THEN = "1"
_LOCK = 0x6C696272  # any number that nobody else locks in the same database
_SCRIPTS = Path(__file__).parent / "migrations"


class SchemaError(UserError):
    """A library that this release cannot work with; the message says what it is and what to do."""


class AbsentError(SchemaError):
    """A database that holds no library."""


def prepare(database: Database, *, create: bool = True) -> None:
    """Make, upgrade or accept the tables; raises SchemaError for a library of a later release or of none that we know,
    AbsentError for none at all where ``create`` is False."""
    revision, there = database.read(_state)
    if revision == HEAD:
        return
    if not there and not create:
        raise AbsentError("数据库里没有案例库；先抓取或导入文档")
    database.write(_upgrade)


def _state(db: Connection) -> tuple[str | None, bool]:
    """The revision, None before Alembic; and whether there are tables of ours at all."""
    names = set(sa.inspect(db).get_table_names())
    revision = db.scalar(sa.text("SELECT version_num FROM alembic_version")) if "alembic_version" in names else None
    return revision, "meta" in names


def _upgrade(db: Connection) -> None:
    """Upgrade within the transaction of a connection; what another process has done meanwhile is not done again."""
    from alembic import command  # takes longer to import than a library to open, and is seldom needed
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    if db.dialect.name == "postgresql":
        db.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _refuse_encoding(db)
    revision, there = _state(db)
    config = Config(attributes={"connection": db})
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    known = {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise SchemaError(f"由更新的版本写成（revision {revision}，本程序支持 {HEAD}）；请升级程序")
    if revision is None and there:
        _refuse_strange(db)
        command.stamp(config, _BEFORE_ALEMBIC)
    command.upgrade(config, "head")


def _refuse_strange(db: Connection) -> None:
    version = db.scalar(sa.text("SELECT value FROM meta WHERE name = 'schema'"))
    if version not in (None, _SCHEMA_THEN):
        raise SchemaError(f"结构版本是 {version}，本程序支持 {_SCHEMA_THEN}；请换用匹配的版本")


def _refuse_encoding(db: Connection) -> None:
    encoding = db.scalar(sa.text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise SchemaError(f"数据库的编码是 {encoding}，案例库要用 UTF8：createdb --encoding=UTF8 --template=template0")
