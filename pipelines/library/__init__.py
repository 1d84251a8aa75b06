"""The case library: one SQL database by URL, the only hand-over between collecting and understanding.

Everything a document gives is stored in one transaction: its page, its cases, its rejections. Storing the same again
changes nothing; a case whose page changed gets a new version and the old one is kept; nothing is ever deleted.
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, Select, and_, func, select, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from pipelines.archive import Archive, Archived
from pipelines.case import ELEVEN, Case, Page, Rejection
from pipelines.errors import UserError
from pipelines.library import rows, schema
from pipelines.library import statements as q
from pipelines.library import tables as t
from pipelines.library.database import Database, DatabaseLost, engine_of, first_line, insert_into, now, parse, sqlite_file
from pipelines.library.room import no_room

__all__ = [
    "AbsentLibraryError",
    "DatabaseLost",
    "Library",
    "LibraryError",
    "Run",
    "Stored",
    "identity",
    "library_url",
    "without_password",
]

DEFAULT_URL = "sqlite:///outputs/library.db"
_COUNTED = ("vendor", "lang", "tier", "origin", "industry")
_EVIDENCED = (*ELEVEN, "maturity", "published")
_LIVE = (t.cases.c.current, t.cases.c.withdrawn_run.is_(None))
STRANGE_TOLD = 5  # rows that are no cases are told one by one up to here; beyond, their number
LOG = logging.getLogger(__name__)
LONGEST_KEY = 1000  # characters of an identity: PostgreSQL refuses an index entry of more than 2704 bytes


class LibraryError(UserError):
    """A library that cannot be opened or asked; the message names the URL without its password and the remedy."""


class AbsentLibraryError(LibraryError):
    """There is no library: no file, or a database that holds other things only (research, interviews)."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing a document changed: ``new``, ``changed`` and ``unchanged`` count cases, ``rejected`` rejections."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0

    def __add__(self, other: Stored) -> Stored:
        return Stored(self.new + other.new, self.changed + other.changed, self.unchanged + other.unchanged, self.rejected + other.rejected)


@dataclass(frozen=True, slots=True)
class Run:
    """A run as recorded: how it was asked for and how it ended."""

    run_id: str
    kind: str
    vendor: str
    status: str
    status_kind: str
    plan: dict[str, Any]
    summary: dict[str, Any]
    started_at: str
    ended_at: str | None


def library_url(given: str | None = None) -> str:
    """The library's URL: the one given, else ``CASE_LIBRARY_URL``, else the default file."""
    return given or os.environ.get("CASE_LIBRARY_URL") or DEFAULT_URL


class Library:
    """See the module. Open with ``Library.open``; use as a context manager or close it."""

    def __init__(self, database: Database, archive: Archive) -> None:
        self.database = database
        self.archive = archive

    @property
    def engine(self) -> Engine:
        """The engine, for reading; what writes goes through ``database.write``."""
        return self.database.engine

    @classmethod
    def open(cls, url: str | None = None, archive: Path | None = None, must_exist: bool = False, *, every_commit: bool = True) -> Library:
        """Open or create the library of a URL, and bring one of an earlier release up to this one. The archive lies beside a
        SQLite file, else in the folder that ``CASE_ARCHIVE`` names, else in ``outputs/archive``.

        ``every_commit`` brings each commit of a SQLite file to the disk. Without it nothing that was committed is lost when
        the process is killed; when the power fails the last commits may be undone, whole and in order, and the file is
        sound (sqlite.org/pragma.html#pragma_synchronous, NORMAL with WAL). A crawl does without: its frontier lies in the
        same file, is undone with the pages, and they are fetched again.

        Raises LibraryError where the URL is none, the server does not answer, the file is no library, it is of a later
        release; AbsentLibraryError where it is not there and ``must_exist``.
        """
        target = library_url(url)
        try:
            parsed = parse(target)
            file = sqlite_file(parsed)
            if file and must_exist and not file.exists():
                raise AbsentLibraryError(f"没有案例库 {file}；先抓取或导入文档，或用 --library 指定")
            if file:
                file.parent.mkdir(parents=True, exist_ok=True)
            database = Database(engine_of(parsed, every_commit=every_commit))
            _first_connection(database)
            schema.prepare(database, create=not must_exist)
        except schema.AbsentError as error:
            raise AbsentLibraryError(f"案例库 {without_password(target)}：{error}") from error
        except schema.SchemaError as error:
            raise LibraryError(f"案例库 {without_password(target)}：{error}") from error
        except (SQLAlchemyError, DatabaseLost, OSError, ImportError) as error:
            raise LibraryError(f"案例库 {without_password(target)} 打不开，{_remedy(target, error)}：{first_line(error)}") from error
        return cls(database, Archive(archive or archive_folder(parsed)))

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the archive and the connections."""
        self.archive.close()
        self.engine.dispose()

    # Runs

    def begin_run(self, kind: str, vendor: str = "", plan: Mapping[str, Any] | None = None, run_id: str | None = None) -> str:
        """Record that a run begins and return its id; an id that exists already is resumed."""

        def begin(db: Connection) -> str:
            began = _clock(db)
            name = run_id or f"{kind}-{began[:19].replace(':', '').replace('-', '')}-{secrets.token_hex(2)}"
            row = {"run_id": name, "kind": kind, "vendor": vendor, "plan": _json(dict(plan or {})), "started_at": began}
            db.execute(insert_into(self.database.dialect, t.runs).values(**row).on_conflict_do_nothing())
            return name

        return self.database.write(begin)

    def end_run(self, run_id: str, status: str, status_kind: str = "", summary: Mapping[str, Any] | None = None) -> None:
        """Record how a run ended: complete, incomplete, blocked, changed or failed, and its named kind."""
        values = {"status": status, "status_kind": status_kind, "summary": _json(dict(summary or {}))}

        def end(db: Connection) -> None:
            db.execute(update(t.runs).where(t.runs.c.run_id == run_id).values(**values, ended_at=_clock(db)))

        self.database.write(end)

    def runs(self) -> list[Run]:
        """All runs, oldest first."""
        query = select(t.runs).order_by(t.runs.c.started_at, t.runs.c.run_id)
        return [_run(row) for row in self.database.read(lambda db: db.execute(query).mappings().all())]

    def run(self, run_id: str) -> Run | None:
        """The run of an id."""
        query = select(t.runs).where(t.runs.c.run_id == run_id)
        row = self.database.read(lambda db: db.execute(query).mappings().first())
        return _run(row) if row else None

    # Storing

    def store(self, run_id: str, page: Page, outcomes: Sequence[Case | Rejection], rules: str = "") -> Stored:
        """Store a page with everything it gave, in one transaction: after a kill it is there whole or not at all."""
        return self.database.write(lambda db: self.store_in(db, run_id, page, outcomes, rules))

    def store_in(self, db: Connection, run_id: str, page: Page, outcomes: Sequence[Case | Rejection], rules: str = "") -> Stored:
        """``store`` within the caller's transaction, so that a frontier can complete its request in the same one."""
        found = [o for o in outcomes if isinstance(o, Case)]
        refused = [o for o in outcomes if isinstance(o, Rejection)]
        self._put_page(db, run_id, page, rules)
        stored = sum((self._put_case(db, run_id, case) for case in found), Stored())
        self._retire(db, run_id, page, {c.case_id for c in found})
        for one in refused:
            self._put_rejection(db, run_id, one)
        self._forget_rejections(db, page, {one.part for one in refused})
        return stored + Stored(rejected=len(refused))

    def reject(self, run_id: str, rejection: Rejection) -> None:
        """Record something that was refused before it became a page (tier gate, bad record)."""
        self.database.write(lambda db: self.reject_in(db, run_id, rejection))

    def reject_in(self, db: Connection, run_id: str, rejection: Rejection) -> None:
        """``reject`` within the caller's transaction."""
        self._put_rejection(db, run_id, rejection)

    def seen_in(self, db: Connection, run_id: str, digest: str) -> None:
        """A page was found unchanged: it and its cases were seen by this run, and are not withdrawn."""
        db.execute(q.UPDATE_PAGE, {"of_digest": digest, "last_run": run_id})
        db.execute(q.SEE_CASES, {"of_digest": digest, "last_run": run_id})

    def gone_in(self, db: Connection, run_id: str, url: str) -> int:
        """A page is gone from its site: its current cases are marked withdrawn and kept. Returns how many were marked now."""
        return db.execute(q.RETIRE, {"of_page": short(url), "kept": [], "withdrawn_run": run_id}).rowcount

    def known(self, digest: str, rules: str) -> bool:
        """Whether a page with these bytes was read already under these rules."""
        return self.database.read(lambda db: db.scalar(q.RULES, {"of_digest": digest})) == rules

    def withdraw(self, run_id: str, case_ids: Iterable[str]) -> int:
        """Mark cases whose pages vanished from the site; they are kept. Returns how many were marked now."""
        where = and_(t.cases.c.case_id.in_(list(case_ids)), t.cases.c.current, t.cases.c.withdrawn_run.is_(None))
        return self.database.write(lambda db: db.execute(update(t.cases).where(where).values(withdrawn_run=run_id)).rowcount)

    def _put_page(self, db: Connection, run_id: str, page: Page, rules: str) -> None:
        seen = db.execute(q.ARCHIVE, {"of_digest": page.digest}).first()
        row = {"rules": rules, "last_run": run_id, "text": page.text, "data": _json(replace(page, text=""))}
        if seen is None:
            fixed = {"digest": page.digest, "vendor": page.vendor, "identity": identity(page), "url": page.url, "archive": page.archive}
            db.execute(q.INSERT_PAGE, _storable({**fixed, **row, "first_run": run_id}))
        else:
            db.execute(q.UPDATE_PAGE, _storable({**row, "archive": seen.archive or page.archive, "of_digest": page.digest}))

    def _put_case(self, db: Connection, run_id: str, case: Case) -> Stored:
        held = db.execute(q.VERSIONS, {"of_case": case.case_id}).all()
        row = next((one for one in held if one.current), None)
        data = case.to_json().decode()
        if row is not None and row.data == data:
            db.execute(q.SEE_CASE, {"of_case": case.case_id, "of_version": row.version, "last_run": run_id})
            return Stored(unchanged=1)
        version = 1 + max((one.version for one in held), default=0)
        if row is not None:
            db.execute(q.SUPERSEDE, {"of_case": case.case_id})
        db.execute(q.INSERT_CASE, _storable({**_case_row(case, version, data), "first_run": run_id, "last_run": run_id}))
        self._put_details(db, case, version)
        return Stored(changed=1) if version > 1 else Stored(new=1)

    def _put_details(self, db: Connection, case: Case, version: int) -> None:
        key = {"case_id": case.case_id, "version": version}
        if names := sorted(set(case.categories.values())):
            db.execute(q.INSERT_CATEGORY, [{**key, "category": name} for name in names])
        rows = [
            {
                **key,
                "number": n,
                "field": f,
                "quote": e.quote,
                "start": e.start,
                "end": e.end,
                "page_digest": e.page_digest,
                "place": e.where,
            }
            for n, (f, e) in enumerate(case.all_evidence())
        ]
        if rows:
            db.execute(q.INSERT_EVIDENCE, [_storable(row) for row in rows])

    def _retire(self, db: Connection, run_id: str, page: Page, kept: set[str]) -> None:
        """Cases of an earlier version of this page that the page does not tell any more are withdrawn, not deleted."""
        db.execute(q.RETIRE, {"of_page": identity(page), "kept": sorted(kept), "withdrawn_run": run_id})

    def _put_rejection(self, db: Connection, run_id: str, one: Rejection) -> None:
        key = {"identity": short(one.source_id or one.url or one.page_digest or one.detail), "part": one.part}
        row = {"code": one.code, "detail": one.detail, "vendor": one.vendor, "url": one.url, "source_id": one.source_id}
        row |= {"page_digest": one.page_digest, "data": _json(one), "last_run": run_id}
        row, key = _storable(row), _storable(key)
        if db.execute(q.UPDATE_REJECTION, {**row, "of_page": key["identity"], "of_part": key["part"]}).rowcount == 0:
            db.execute(q.INSERT_REJECTION, {**key, **row, "first_run": run_id})

    def _forget_rejections(self, db: Connection, page: Page, kept: set[int]) -> None:
        """What is a case now is no rejection any more."""
        db.execute(q.FORGET_REJECTIONS, {"of_page": identity(page), "kept": sorted(kept)})

    # Asking

    def cases(
        self,
        category: str | None = None,
        vendors: Sequence[str] | None = None,
        tiers: Sequence[int] | None = None,
        withdrawn: bool = False,
        refused: Counter[str] | None = None,
    ) -> Iterator[Case]:
        """The current cases by id; of one category, some vendors, some tiers; without the withdrawn ones unless asked.

        A row that is no case of this release is left out with a warning, and counted in ``refused`` by its reason (see ``rows``).
        """
        c, k = t.cases.c, t.case_categories.c
        if category is None:
            query = select(c.case_id, c.data).order_by(c.case_id)
        else:
            of_category = and_(k.case_id == c.case_id, k.version == c.version)
            query = (
                select(c.case_id, c.data)
                .join_from(t.case_categories, t.cases, of_category)
                .where(k.category == category)
                .order_by(k.case_id)
            )
        chosen = query.where(c.current, *_conditions(vendors, tiers, withdrawn))
        with self.engine.connect() as db:
            yield from self._sound(db.execute(chosen.execution_options(yield_per=1000)), Counter() if refused is None else refused)

    def _sound(self, found: Iterable[Row[Any]], refused: Counter[str]) -> Iterator[Case]:
        name, told = without_password(str(self.engine.url)), 0
        for row in found:
            case = rows.read(row.case_id, row.data, name)
            if isinstance(case, Case):
                yield case
                continue
            refused[case.code] += 1
            told += 1
            if told <= STRANGE_TOLD:
                LOG.warning("%s", case.detail)
        if told > STRANGE_TOLD:
            LOG.warning("案例库 %s 另有 %d 个案例因同类原因未使用", name, told - STRANGE_TOLD)

    def case(self, case_id: str) -> Case | None:
        """The current version of a case, withdrawn or not; raises LibraryError for a row that is no case of this release."""
        with self.engine.connect() as db:
            data = db.scalar(select(t.cases.c.data).where(t.cases.c.case_id == case_id, t.cases.c.current))
        found = rows.read(case_id, data, without_password(str(self.engine.url))) if data else None
        if isinstance(found, Rejection):
            raise LibraryError(found.detail)
        return found

    def withdrawn(self) -> list[str]:
        """The ids of the cases whose pages are gone."""
        query = select(t.cases.c.case_id).where(t.cases.c.current, t.cases.c.withdrawn_run.is_not(None))
        return sorted(self.database.read(lambda db: list(db.scalars(query))))  # ordered here: the index gives them in no order

    def customers(self) -> list[str]:
        """The names of the customers of the current cases that are not withdrawn, each once, in order."""
        c = t.cases.c
        query = select(c.customer_name).where(c.current, c.withdrawn_run.is_(None), c.customer_name != "").distinct()
        return sorted(self.database.read(lambda db: list(db.scalars(query))))  # ordered here as the withdrawn are

    def page_text(self, digest: str) -> str:
        """The canonical text of a page; empty where the page is not in the library (starter facts)."""
        with self.engine.connect() as db:
            return db.scalar(select(t.pages.c.text).where(t.pages.c.digest == digest)) or ""

    def page(self, digest: str) -> Page | None:
        """A page with its text, or None."""
        query = select(t.pages.c.data, t.pages.c.text, t.pages.c.archive).where(t.pages.c.digest == digest)
        row = self.database.read(lambda db: db.execute(query).first())
        return replace(msgspec.json.decode(row.data, type=Page), text=row.text, archive=row.archive) if row else None

    def archived(self, digest: str) -> Archived:
        """The archived record of a page, its digest checked; raises ArchiveError, or LibraryError where it has none."""
        page = self.page(digest)
        if page is None or not page.archive:
            raise LibraryError(f"页面 {digest} 没有归档记录；请重新抓取或导入")
        return self.archive.read(page.archive, digest)

    def rejections(self) -> Iterator[Rejection]:
        """Everything that was refused, by reason, then identity."""
        r = t.rejections.c
        query: Select[Any] = select(r.data).order_by(r.code, r.identity, r.part)
        with self.engine.connect() as db:
            for row in db.execute(query):
                yield msgspec.json.decode(row.data, type=Rejection)

    def rejection_counts(self) -> dict[str, int]:
        """How many were refused, by reason code."""
        query = select(t.rejections.c.code, func.count()).group_by(t.rejections.c.code).order_by(t.rejections.c.code)
        with self.engine.connect() as db:
            return {row[0]: row[1] for row in db.execute(query)}

    def digest(self) -> str:
        """A fingerprint of the current cases: two libraries with the same cases have the same one, whatever their runs."""
        c = t.cases.c
        found = hashlib.sha256()
        with self.engine.connect() as db:
            for row in db.execute(select(c.data, c.withdrawn_run).where(c.current).order_by(c.case_id)):
                found.update(row.data.encode() + (b"\x01" if row.withdrawn_run else b"\x00"))
        return found.hexdigest()[:16]

    def counts(self) -> dict[str, dict[str, int]]:
        """How many current cases there are by vendor, category, lang, tier, origin and industry."""
        tallies: dict[str, Counter[str]] = {name: Counter() for name in _COUNTED}
        for *values, number in self._grouped(_COUNTED):
            for name, value in zip(_COUNTED, values, strict=True):
                tallies[name][str(value) if value is not None else ""] += number
        tallies["category"] = self.database.read(_by_category)
        return {name: dict(sorted(tally.items(), key=lambda one: (-one[1], one[0]))) for name, tally in tallies.items()}

    def missing(self) -> dict[str, Counter[str]]:
        """For each field, how many current cases of each vendor have no value."""
        found: dict[str, Counter[str]] = {}
        for vendor, unknown, number in self._grouped(("vendor", "unknown")):
            lacking = set(unknown.split())
            for name in _EVIDENCED:
                found.setdefault(name, Counter())[vendor] += number * (name in lacking)
        return found

    def _grouped(self, names: Sequence[str]) -> list[tuple[Any, ...]]:
        """Values of columns of the current cases, in order, with how many cases have them; answered from one index."""
        columns = [t.cases.c[name] for name in names]
        query = select(*columns, func.count()).where(*_LIVE).group_by(*columns).order_by(*columns)
        return [tuple(row) for row in self.database.read(lambda db: db.execute(query).all())]


def identity(page: Page) -> str:
    """What a page is known by when its bytes change: the record's id, else the URL, else the bytes themselves."""
    return short(page.source_id or page.url or page.digest)


def short(key: str) -> str:
    """A key that fits into every database's index: a long one keeps its beginning, and its digest tells it from others."""
    key = key.replace("\0", "\ufffd")
    return key if len(key) <= LONGEST_KEY else f"{key[:200]}#{hashlib.sha256(key.encode()).hexdigest()}"


def _storable(row: dict[str, Any]) -> dict[str, Any]:
    """A row as every database keeps it: PostgreSQL refuses NUL in text (JSON holds it escaped, and is as it was)."""
    return {name: value.replace("\0", "\ufffd") if isinstance(value, str) and "\0" in value else value for name, value in row.items()}


def archive_folder(url: URL) -> Path:
    """Where the archive of a library lies; see ``Library.open``."""
    file = sqlite_file(url)
    named = os.environ.get("CASE_ARCHIVE")
    return file.parent / "archive" if file else Path(named or "outputs/archive")


def _first_connection(database: Database) -> None:
    """A server that does not answer now is told at once; later it is waited for."""
    with database.engine.connect():
        pass


def _remedy(url: str, error: Exception) -> str:
    if isinstance(error, ImportError) and url.startswith("postgres"):
        return "请安装：pip install 'cloud-insights[postgres]'"
    if no_room(error):
        return "磁盘已满或写不进去：请腾出空间，或用 --library 指定别处"
    if isinstance(error, OSError) or "unable to open database file" in str(error):
        return "请检查那里的文件夹能否写入，或用 --library 指定别处"
    if isinstance(error, OperationalError) and not url.startswith("sqlite"):
        return "数据库服务器没有应答或不接受连接：请核对地址、端口、库名和账号，确认服务已启动后重试"
    return "请用 --library 写明 SQLAlchemy URL"


def _run(row: Mapping[Any, Any]) -> Run:
    return Run(**{**row, "plan": msgspec.json.decode(row["plan"]), "summary": msgspec.json.decode(row["summary"])})


def _by_category(db: Connection) -> Counter[str]:
    """How many live cases each category has: all that the index of categories holds, less what is superseded or withdrawn.
    Far fewer rows are looked up than by asking of each whether it is live."""
    c, k = t.cases.c, t.case_categories.c
    everything = select(k.category, func.count()).group_by(k.category)
    of_case = and_(k.case_id == c.case_id, k.version == c.version)
    dead = select(k.category, func.count()).select_from(t.cases).join(t.case_categories, of_case).group_by(k.category)
    found = Counter({row[0]: row[1] for row in db.execute(everything)})
    for condition in (c.current.is_(False), and_(c.current, c.withdrawn_run.is_not(None))):
        found.subtract({row[0]: row[1] for row in db.execute(dead.where(condition))})
    return +found


def _conditions(vendors: Sequence[str] | None, tiers: Sequence[int] | None, withdrawn: bool) -> Iterator[Any]:
    c = t.cases.c
    if vendors is not None:
        yield c.vendor.in_(list(vendors))
    if tiers is not None:
        yield c.tier.in_(list(tiers))
    if not withdrawn:
        yield c.withdrawn_run.is_(None)


def _case_row(case: Case, version: int, data: str) -> dict[str, Any]:
    return {
        "case_id": case.case_id,
        "version": version,
        "current": True,
        "page_digest": case.page_digest,
        "part": case.part,
        "vendor": case.vendor.value or "",
        "customer_name": case.customer_name.value or "",
        "customer_key": case.customer_key,
        "industry": case.industry.value,
        "company_size": case.company_size.value,
        "scenario": case.scenario.value,
        "lang": case.lang,
        "tier": case.tier,
        "origin": case.origin,
        "url": case.source_url.value or "",
        "data": data,
        "unknown": " ".join(name for name, held in case.fields().items() if not held),
    }


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _clock(db: Connection) -> str:
    """The time of the database's clock: runs of several machines stand in their order."""
    return datetime.fromtimestamp(db.scalar(select(now())) or 0.0, UTC).isoformat(timespec="seconds")


def without_password(url: str) -> str:
    """A library's URL as it may be shown."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return f"'{url}'"
