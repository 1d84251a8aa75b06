"""What research reads, for the commands that only read it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import insert, inspect, select
from sqlalchemy.engine import make_url

from analysis.commands._library import unwritable
from analysis.research.store import Store
from analysis.research.tables import meta, metadata
from pipelines.library import library_url
from pipelines.library.database import engine_of, parse


def has_file(url: str | None) -> bool:
    """Whether there is a database at a URL; a server's is taken to be."""
    parsed = make_url(library_url(url))
    return parsed.get_backend_name() != "sqlite" or bool(parsed.database and Path(parsed.database).exists())


@contextmanager
def reading(url: str | None, must_exist: bool = False) -> Iterator[Store]:
    """The store of a URL as ``Store.open`` gives it; of a read-only library a copy in memory: a store makes tables and an index."""
    if not unwritable(url):
        with Store.open(url, must_exist) as store:
            yield store
        return
    with Store.open("sqlite://") as store:
        _fill(store, library_url(url))
        yield store


def _fill(store: Store, url: str) -> None:
    """Copy what a library holds of research, if anything."""
    engine = engine_of(parse(url))
    held = set(inspect(engine).get_table_names())
    with engine.connect() as source, store.engine.begin() as target:
        for table in metadata.sorted_tables:
            rows = [dict(row) for row in source.execute(select(table)).mappings()] if table.name in held and table is not meta else []
            if rows:
                target.execute(insert(table), rows)
    engine.dispose()
