"""Reads the archived pages of a run again, without the net: when reader, vocabulary or rules have become better.

Everything that a page is read from comes back: its bytes and headers from the archive, what its listing said of it
from the frontier. The same rules give the same cases; other rules give new versions, and the old ones are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, select, update

from crawlers.frontier import tables as f
from crawlers.storing import process_document
from pipelines.archive import Archived, ArchiveError
from pipelines.case import Case, Page, Rejection
from pipelines.errors import UserError
from pipelines.library import Library, Run, Stored
from pipelines.library import tables as t
from pipelines.reader.document import Document
from pipelines.ruleset import ruleset
from pipelines.sources import identity


@dataclass(slots=True)
class Replayed:
    """What a replay did: pages read, what it stored, what it refused, and records that cannot be read."""

    run_id: str
    pages: int = 0
    stored: Stored = field(default_factory=Stored)
    rejected: Counter[str] = field(default_factory=Counter)
    damaged: list[str] = field(default_factory=list)


def replay(library: Library, run_id: str) -> Replayed:
    """Read the pages that a crawl archived again; raises UserError where there is no such crawl."""
    run = library.run(run_id)
    if run is None or run.kind != "crawl":
        known = "、".join(one.run_id for one in library.runs() if one.kind == "crawl") or "没有任何抓取记录"
        raise UserError(f"没有抓取 {run_id}；可用：{known}")
    origin = "sandbox" if run.plan.get("sandbox") else "archive"
    done = Replayed(library.begin_run("replay", run.vendor, {"of": run_id}))
    told = _told_by_listings(library, run_id)
    for page in _pages(library, run):
        try:
            archived = library.archived(page.digest)
        except ArchiveError as error:
            done.damaged.append(str(error))
            continue
        _again(library, done, page, document(page, archived, told.get(page.url, ([], {}))), origin)
    library.end_run(done.run_id, "incomplete" if done.damaged else "complete", "damaged" if done.damaged else "")
    return done


def _again(library: Library, done: Replayed, page: Page, read: Document, origin: str) -> None:
    found, verdict = process_document(read, origin)
    done.pages += 1
    done.rejected.update(one.code for one in found.rejections)
    if verdict.accepted:
        made = replace(found.page, archive=page.archive)
        done.stored += library.database.write(lambda db: _store(db, library, done.run_id, made, (*found.cases, *found.rejections)))


def _store(db: Connection, library: Library, run_id: str, page: Page, outcomes: tuple[Case | Rejection, ...]) -> Stored:
    """Store a page, and that these rules have read it: the next crawl need not."""
    k = f.known.c
    of_page = and_(k.vendor == page.vendor, k.identity == identity(page.vendor, page.url), k.digest == page.digest)
    db.execute(update(f.known).where(of_page).values(rules=ruleset()))
    return library.store_in(db, run_id, page, outcomes, ruleset())


def document(page: Page, archived: Archived, told: tuple[list[list[str]], dict[str, Any]]) -> Document:
    """A page as it came: bytes and headers of the archive, and what its listing said of it."""
    facts, said = told
    return Document(
        payload=archived.payload,
        media_type=page.media_type,
        vendor=page.vendor,
        url=page.url,
        charset=archived.charset.lower(),
        title=str(said.get("title") or ""),
        published=said.get("published"),
        fetched_at=page.fetched_at,
        facts=tuple((label, value) for label, value in facts),
    )


def _pages(library: Library, run: Run) -> Iterator[Page]:
    """The pages whose record lies in a file of the run."""
    with library.engine.connect() as db:
        query = select(t.pages.c.digest).where(t.pages.c.archive.startswith(f"{run.run_id}-", autoescape=True)).order_by(t.pages.c.archive)
        digests = list(db.scalars(query))
    yield from (page for page in map(library.page, digests) if page is not None)


def _told_by_listings(library: Library, run_id: str) -> dict[str, tuple[list[list[str]], dict[str, Any]]]:
    """By address: the facts and the title and date that listings gave for a page."""
    r = f.requests.c
    with library.engine.connect() as db:
        rows = db.execute(select(r.url, r.facts, r.data).where(r.run_id == run_id)).all()
    return {row.url: (msgspec.json.decode(row.facts), msgspec.json.decode(row.data)["cb_kwargs"]) for row in rows}
