"""Keeps sources, their history, the knowledge base and follow-ups in a database by URL; gives the index derived from them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date as calendar
from pathlib import Path, PurePosixPath

import msgspec
from sqlalchemy import Connection, create_engine, delete, insert, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from analysis.research import tables as t
from analysis.research.index import Index
from analysis.research.model import Entry, FollowUp, Source
from analysis.research.sources import find_files, read_file, unread_files
from pipelines.errors import UserError
from pipelines.library import library_url

_FEW = 200  # sources that are asked for one by one


class StoreError(UserError):
    """A store that cannot be opened or asked; the message names the URL without its password and the remedy."""


@dataclass(slots=True)
class Imported:
    """What an import did: ids by what happened to them, and files that were refused with the reason or are of no kind that is read."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    undated: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a source."""

    source_id: str
    event: str
    day: str
    digest: str
    title: str


@dataclass(frozen=True, slots=True)
class Todo:
    """A follow-up as recorded."""

    number: int
    day: str
    owner: str
    text: str
    source_id: str
    question: str
    done: bool


class Store:
    """See the module. Open with ``Store.open``; use as a context manager."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url)
        self._index: Index | None = None

    @classmethod
    def open(cls, url: str | None = None, must_exist: bool = False) -> Store:
        """Open or create the store of a URL (default: the library's); raises StoreError where that is not possible."""
        target = library_url(url)
        try:
            parsed = make_url(target)
            file = Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None
            if file and must_exist and not file.exists():
                raise StoreError(f"没有资料库 {file}；先导入资料：insights sources import FOLDER")
            if file:
                file.parent.mkdir(parents=True, exist_ok=True)
            store = cls(target)
            t.metadata.create_all(store.engine)
            store._check()
        except (SQLAlchemyError, ArgumentError, OSError, ImportError) as error:
            reason = str(error).splitlines()[0]
            raise StoreError(f"资料库 {_safe(target)} 打不开，请用 --library 写明 SQLAlchemy URL：{reason}") from error
        return store

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        if self._index:
            self._index.close()
        self.engine.dispose()

    def _check(self) -> None:
        with self.engine.begin() as db:
            held = db.scalar(select(t.meta.c.value).where(t.meta.c.name == "schema"))
            if held is None:
                db.execute(insert(t.meta).values(name="schema", value=t.SCHEMA_VERSION))
            elif held != t.SCHEMA_VERSION:
                raise StoreError(f"资料表的结构版本是 {held}，本程序支持 {t.SCHEMA_VERSION}；请换用匹配的版本")

    # Sources

    def import_paths(
        self,
        paths: Sequence[Path],
        day: str,
        source_type: str = "",
        sync: bool = False,
        progress: Callable[[str], None] = lambda _: None,
    ) -> Imported:
        """Import files and folders: new ones added, changed ones replaced, and with ``sync`` those gone from a folder removed.

        A folder's name is the beginning of its sources' ids. A file that cannot be read is refused with the reason and
        stops nothing; raises UserError where a path holds nothing to import.
        """
        done, seen = Imported(), set[str]()
        for path in paths:
            root = path.resolve().name if path.is_dir() else ""
            for file, place in list(find_files([path])):
                seen |= self._import_file(file, PurePosixPath(root, place), day, source_type, done)
                progress(str(place))
            if root:
                done.unread += [str(PurePosixPath(root, place)) for place in unread_files(path)]
            if sync and root:
                gone = [s for s in self.digests() if s.startswith(f"{root}/") and s not in seen and not _refused(s, done)]
                done.removed += self.remove(gone, day)
        return done

    def _import_file(self, file: Path, place: PurePosixPath, day: str, source_type: str, done: Imported) -> set[str]:
        try:
            found = read_file(file, place, source_type)
        except UserError as error:
            done.refused.append((str(place), str(error)))
            return set()
        with self.engine.begin() as db:
            for source in found:
                getattr(done, self._put(db, source, day)).append(source.source_id)
        done.undated += [s.source_id for s in found if not s.date]
        return {s.source_id for s in found}

    def put(self, sources: Iterable[Source], day: str) -> Imported:
        """Store sources that were made elsewhere, in one transaction."""
        done = Imported()
        with self.engine.begin() as db:
            for source in sources:
                getattr(done, self._put(db, source, day)).append(source.source_id)
        return done

    def _put(self, db: Connection, source: Source, day: str) -> str:
        c = t.sources.c
        held = db.execute(select(c.digest, c.data, c.title).where(c.source_id == source.source_id)).first()
        if held and held.digest == source.digest:
            return "unchanged"
        row = {
            "type": source.type,
            "title": source.title,
            "date": source.date,
            "digest": source.digest,
            "imported": day,
            "data": msgspec.json.encode(source).decode(),
        }
        event = "changed" if held else "added"
        if held:
            db.execute(update(t.sources).where(c.source_id == source.source_id).values(**row))
        else:
            db.execute(insert(t.sources).values(source_id=source.source_id, **row))
        _note(db, source.source_id, event, day, source.digest, source.title, held.data if held else "")
        self._index = None
        return event

    def remove(self, source_ids: Sequence[str], day: str) -> list[str]:
        """Take sources out; what they said is kept in their history. Raises StoreError for an id that is not there."""
        c = t.sources.c
        with self.engine.begin() as db:
            for source_id in source_ids:
                held = db.execute(select(c.digest, c.title, c.data).where(c.source_id == source_id)).first()
                if held is None:
                    raise StoreError(f"没有资料“{source_id}”；用 insights sources list 查看编号")
                _note(db, source_id, "removed", day, held.digest, held.title, held.data)
                db.execute(delete(t.sources).where(c.source_id == source_id))
        self._index = None
        return list(source_ids)

    def sources(self) -> Iterator[Source]:
        """All sources by id."""
        with self.engine.connect() as db:
            for row in db.execute(select(t.sources.c.data).order_by(t.sources.c.source_id).execution_options(yield_per=500)):
                yield msgspec.json.decode(row.data, type=Source)

    def some(self, source_ids: Collection[str]) -> Iterator[Source]:
        """Some sources by id; those that are not there are left out."""
        wanted = frozenset(source_ids)
        few = len(wanted) <= _FEW
        yield from (s for s in ((self.source(i) for i in sorted(wanted)) if few else self.sources()) if s and s.source_id in wanted)

    def source(self, source_id: str) -> Source | None:
        """One source, or None."""
        with self.engine.connect() as db:
            data = db.scalar(select(t.sources.c.data).where(t.sources.c.source_id == source_id))
        return msgspec.json.decode(data, type=Source) if data else None

    def digests(self) -> dict[str, str]:
        """Digest of every source by id."""
        c = t.sources.c
        with self.engine.connect() as db:
            return {r.source_id: r.digest for r in db.execute(select(c.source_id, c.digest).order_by(c.source_id))}

    def history(self) -> list[Event]:
        """Everything that happened to sources, oldest first."""
        c = t.history.c
        with self.engine.connect() as db:
            rows = db.execute(select(c.source_id, c.event, c.day, c.digest, c.title).order_by(c.number)).all()
        return [Event(*row) for row in rows]

    def index(self) -> Index:
        """The search index of all sources, opened with what changed brought in, or built anew where the vocabulary changed."""
        if self._index is None:
            file = self._index_file()
            self._index = Index.open_or_build(file, self.digests(), self.some) if file else Index.build(self.sources())
        return self._index

    def _index_file(self) -> Path | None:
        """Beside a SQLite file; for a server a file of this machine, named by the server's address; none in memory."""
        parsed = self.engine.url
        if parsed.get_backend_name() != "sqlite":
            name = hashlib.sha256(parsed.render_as_string(hide_password=True).encode()).hexdigest()[:12]
            return Path("outputs") / f"research-{name}.index"
        if not parsed.database or parsed.database == ":memory:":
            return None
        file = Path(parsed.database)
        return file.with_name(f"{file.stem}-research.index")

    # Knowledge base and follow-ups

    def save_entry(self, entry: Entry) -> None:
        """Store an entry, or its new state."""
        row = {"expires": entry.expires, "data": msgspec.json.encode(entry).decode()}
        with self.engine.begin() as db:
            if db.execute(update(t.entries).where(t.entries.c.entry_id == entry.entry_id).values(**row)).rowcount == 0:
                db.execute(insert(t.entries).values(entry_id=entry.entry_id, **row))

    def entry(self, entry_id: str) -> Entry | None:
        """One entry, or None."""
        with self.engine.connect() as db:
            data = db.scalar(select(t.entries.c.data).where(t.entries.c.entry_id == entry_id))
        return msgspec.json.decode(data, type=Entry) if data else None

    def entries(self) -> list[Entry]:
        """All entries by id."""
        with self.engine.connect() as db:
            return [msgspec.json.decode(r.data, type=Entry) for r in db.execute(select(t.entries.c.data).order_by(t.entries.c.entry_id))]

    def add_follow_ups(self, todo: Iterable[FollowUp], question: str, day: str) -> None:
        """Record what is to be done; the same open one is not recorded twice."""
        open_ones = {(f.owner, f.text) for f in self.follow_ups() if not f.done}
        with self.engine.begin() as db:
            for one in todo:
                if (one.owner, one.text) not in open_ones:
                    row = {"owner": one.owner, "text": one.text, "source_id": one.source_id}
                    db.execute(insert(t.follow_ups).values(day=day, question=question, done=False, **row))

    def follow_ups(self) -> list[Todo]:
        """All follow-ups, oldest first."""
        with self.engine.connect() as db:
            return [Todo(**r) for r in db.execute(select(t.follow_ups).order_by(t.follow_ups.c.number)).mappings()]

    def close_follow_up(self, number: int) -> None:
        """Mark one as done; raises StoreError where there is none of this number."""
        with self.engine.begin() as db:
            if db.execute(update(t.follow_ups).where(t.follow_ups.c.number == number).values(done=True)).rowcount == 0:
                raise StoreError(f"没有第 {number} 号后续事项；用 insights kb review 查看")


def check_day(given: str) -> str:
    """The day given, or today; raises UserError for what is none."""
    try:
        return (calendar.fromisoformat(given) if given else calendar.today()).isoformat()
    except ValueError as error:
        raise UserError(f"--date 要写成 YYYY-MM-DD，不是“{given}”") from error


def _refused(source_id: str, done: Imported) -> bool:
    """Whether the source's file is there and only could not be read now: then it is not gone."""
    return any(source_id == place or source_id.startswith(f"{place}#") for place, _ in done.refused)


def _note(db: Connection, source_id: str, event: str, day: str, digest: str, title: str, data: str) -> None:
    row = {"source_id": source_id, "event": event, "day": day, "digest": digest, "title": title, "data": data}
    db.execute(insert(t.history).values(**row))


def _safe(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return url.partition("@")[2] or url
