"""Libraries of earlier and later releases, on both databases; what the migrations make is what the tables say."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, text

from crawlers.frontier import tables as frontier_tables
from crawlers.frontier.store import Frontier
from pipelines.library import Library, LibraryError, schema
from pipelines.library import tables as library_tables

BEFORE = Path(__file__).parent.parent / "data" / "library-before-alembic.sql"
DIGEST_THEN = "2d47db6f42975eb8"  # what the release of that time said of it


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    return f"sqlite:///{tmp_path}/library.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")


@pytest.fixture
def before(tmp_path):
    """A library as the release before Alembic left it, with a crawl under way."""
    with sqlite3.connect(tmp_path / "before.db") as db:
        db.executescript(BEFORE.read_text(encoding="utf-8"))
    return f"sqlite:///{tmp_path}/before.db"


def differences(library):
    both = MetaData()
    for metadata in (library_tables.metadata, frontier_tables.metadata):
        for table in metadata.tables.values():
            table.to_metadata(both)
    with library.engine.connect() as db:
        return compare_metadata(MigrationContext.configure(db), both)


def test_what_the_migrations_make_is_what_the_tables_say(url):
    with Library.open(url) as library:
        assert differences(library) == []


def test_the_newest_script_is_the_one_that_the_program_knows():
    assert ScriptDirectory(str(schema._SCRIPTS)).get_current_head() == schema.HEAD


def test_a_library_of_before_alembic_is_upgraded_and_keeps_everything(before):
    with Library.open(before) as library:
        assert differences(library) == []
        assert library.digest() == DIGEST_THEN
        assert {run.run_id for run in library.runs()} == {"import-before", "crawl-before"}
        assert library.rejection_counts() == {"no_customer": 1}
        assert library.missing() == unknown_fields(library), "what is not known is noted for cases of before"
        with library.engine.connect() as db:
            assert db.scalar(text("select count(*) from cases")) == 3, "superseded versions too"


def unknown_fields(library):
    found = {}
    for case in library.cases():
        for name, held in case.fields().items():
            counts = found.setdefault(name, {})
            counts[case.vendor.value] = counts.get(case.vendor.value, 0) + (not held)
    return found


def test_a_crawl_that_was_under_way_goes_on_after_the_upgrade(before):
    with Library.open(before) as library:
        frontier = Frontier(library.database, "crawl-before", "somewhere:1:1")
        frontier.workers.join("aws")
        frontier.workers.recover()
        assert frontier.counts() == {"done": 1, "pending": 2}
        assert {one.host for one in frontier.lease(10)} == {"aws.amazon.com", "www.example.com"}
        assert frontier.known("aws", "https://aws.amazon.com/a").digest == "sha256:x"
        assert len(frontier.sightings()) == 1


def test_a_program_of_before_alembic_refuses_what_was_upgraded(before):
    Library.open(before).close()
    with sqlite3.connect(before.removeprefix("sqlite:///")) as db:
        assert db.execute("select value from meta where name = 'schema'").fetchall() == [("2",)], "it knew 1 and refused all else"


OPEN = "import sys; from pipelines.library import Library; print(1, flush=True); sys.stdin.read(1); Library.open(sys.argv[1]).close()"


def test_processes_that_upgrade_at_the_same_moment_upgrade_once(before):
    pipe = subprocess.PIPE
    started = [subprocess.Popen([sys.executable, "-c", OPEN, before], stdin=pipe, stdout=pipe, stderr=pipe) for _ in range(4)]
    assert all(process.stdout.readline() for process in started)
    said = [process.communicate(b"x")[1].decode() for process in started]
    assert [process.returncode for process in started] == [0] * 4, said
    with Library.open(before) as library:
        assert library.digest() == DIGEST_THEN


def test_a_library_of_a_later_release_is_refused(url):
    with Library.open(url) as library:
        library.database.write(lambda db: db.execute(text("update alembic_version set version_num = 'v9999'")))
    with pytest.raises(LibraryError, match=r"更新的版本写成（revision v9999.*请升级程序"):
        Library.open(url)


def test_a_library_of_no_known_release_is_refused(before):
    with sqlite3.connect(before.removeprefix("sqlite:///")) as db:
        db.execute("update meta set value = '99'")
    with pytest.raises(LibraryError, match="结构版本是 99"):
        Library.open(before)
    with sqlite3.connect(before.removeprefix("sqlite:///")) as db:
        assert db.execute("select count(*) from sqlite_master where name = 'alembic_version'").fetchone() == (0,), "nothing was changed"


def test_an_upgrade_that_fails_leaves_the_library_as_it_was(before):
    with sqlite3.connect(before.removeprefix("sqlite:///")) as db:
        db.execute("create table frontier_hosts (x)")  # a table that the upgrade wants to make
    with pytest.raises(LibraryError):
        Library.open(before)
    with sqlite3.connect(before.removeprefix("sqlite:///")) as db:
        assert db.execute("select count(*) from frontier_workers").fetchone() == (1,)
        db.execute("drop table frontier_hosts")
    Library.open(before).close()


def test_short_text_is_ordered_by_code_point_on_postgresql(postgres_url):
    query = """select table_name, column_name, collation_name from information_schema.columns
               where data_type = 'character varying' and table_schema = 'public' and table_name <> 'alembic_version'"""
    with Library.open(postgres_url) as library, library.engine.connect() as db:
        assert {row.collation_name for row in db.execute(text(query))} == {"C"}


def test_a_database_of_another_encoding_is_refused(postgres_server):
    url = postgres_server.url()
    name = url.rpartition("/")[2]
    engine = create_engine(url.replace(name, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        db.execute(text(f"create database {name}_l TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C'"))
    engine.dispose()
    with pytest.raises(LibraryError, match="要用 UTF8"):
        Library.open(f"{url}_l")
