"""The search index: passages as bags of concepts in SQLite's own full-text index (FTS5, BM25), derived from the sources alone.

It can be thrown away at any time and is built again, the same, where the sources or the vocabulary changed. It stands
beside the library as a file of its own, so that the library may be SQLite or PostgreSQL.
"""

from __future__ import annotations

import hashlib
import math
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np

from analysis.research.meaning import NAME, Vectors, available, encode, neighbours
from analysis.research.model import Pairs, Source
from analysis.research.registry import DATA
from analysis.research.rules import rules
from analysis.research.terms import Term, concepts, dictionary, terms

VERSION = "index-3"
_WAIT = 60.0  # seconds for another process that brings in the same
_FEW, _SHARE = 20, 0.3  # changed sources that are brought in rather than all made anew
_SCHEMA = """
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE sources(source_id TEXT PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE passages(id INTEGER PRIMARY KEY, source_id TEXT NOT NULL, number INTEGER NOT NULL,
  start INTEGER NOT NULL, stop INTEGER NOT NULL, text TEXT NOT NULL, role TEXT NOT NULL,
  headings TEXT NOT NULL, section TEXT NOT NULL, fields TEXT NOT NULL);
CREATE INDEX by_section ON passages(source_id, section, number);
CREATE VIRTUAL TABLE found USING fts5(body, above, tokenize="unicode61 remove_diacritics 0 tokenchars '_'", content='');
CREATE VIRTUAL TABLE words USING fts5vocab(found, row);
CREATE TABLE surfaces(concept TEXT NOT NULL, surface TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY(concept, surface));
CREATE TABLE vectors(concept TEXT PRIMARY KEY, surface TEXT NOT NULL, vector BLOB NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class SourceHead:
    """What the judge needs to know of a source."""

    source_id: str
    type: str
    title: str
    date: str
    version: str
    audience: str
    product: str
    uri: str
    digest: str
    record: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A passage with its source's id; ``section`` is its headings below the title as one key."""

    id: int
    source_id: str
    number: int
    start: int
    end: int
    text: str
    role: str
    headings: tuple[str, ...]
    section: str
    fields: Pairs


class Index:
    """Ask with ``search``; make with ``build`` or ``open_or_build``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._heads: dict[str, SourceHead] = {}
        self._frequency: dict[str, int] = {}
        self._vectors: tuple[tuple[str, ...], dict[str, bool], Vectors] | None = None
        self.size: int = connection.execute("SELECT count(*) FROM passages").fetchone()[0]

    @classmethod
    def build(cls, sources: Iterable[Source], path: Path | None = None) -> Index:
        """An index of the sources, in memory or in a file that replaces what was there once it is whole."""
        target = path.with_suffix(".new") if path else None
        if target:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
        db = sqlite3.connect(target or ":memory:")
        db.executescript(_SCHEMA)
        known = _known_vectors(path) if path else {}
        with db:
            _put(db, sources)
            _fill_vectors(db, known)
            db.execute("INSERT INTO meta VALUES('vocabulary', ?)", (vocabulary(),))
        if target and path:
            db.close()
            target.replace(path)
            db = sqlite3.connect(path)
        return cls(db)

    @classmethod
    def open_or_build(cls, path: Path, digests: Mapping[str, str], sources: Callable[[Collection[str]], Iterable[Source]]) -> Index:
        """The index in the file with what changed since brought in; a new one where the vocabulary is another or most has changed.

        ``digests`` are those of all sources that are to be in it, ``sources`` gives some of them by id.
        """
        if path.exists():
            db = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
            try:
                if db.execute("SELECT value FROM meta WHERE name = 'vocabulary'").fetchone() == (vocabulary(),) and _caught_up(
                    db, digests, sources
                ):
                    return cls(db)
            except sqlite3.DatabaseError:
                pass  # no index, or a broken one: it is derived, so it is made again
            db.close()
        return cls.build(sources(digests), path)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def head(self, source_id: str) -> SourceHead:
        """What is known of a source; raises KeyError for one that is not in the index."""
        if source_id not in self._heads:
            row = self._db.execute("SELECT data FROM sources WHERE source_id = ?", (source_id,)).fetchone()
            if row is None:
                raise KeyError(source_id)
            self._heads[source_id] = msgspec.json.decode(row[0], type=SourceHead)
        return self._heads[source_id]

    def frequency(self, concept: str) -> int:
        """In how many passages a concept stands, headings above counted."""
        if concept not in self._frequency:
            row = self._db.execute("SELECT doc FROM words WHERE term = ?", (token(concept),)).fetchone()
            self._frequency[concept] = row[0] if row else 0
        return self._frequency[concept]

    def latin_words(self) -> list[str]:
        """The single Latin words of the sources, by their stems."""
        rows = self._db.execute("SELECT term FROM words WHERE term GLOB '[a-z]*' ORDER BY term")
        return [term for (term,) in rows if term.isascii() and term.isalpha()]

    def rarity(self, concept: str) -> float:
        """How much a concept tells, 0–1: 1 for one that stands nowhere, near 0 for one in every passage."""
        return math.log((self.size + 1) / (self.frequency(concept) + 0.5)) / math.log((self.size + 1) / 0.5)

    def like(self, surface: str, concept: str) -> dict[str, float]:
        """The concepts of the sources that mean nearly what a word means, with how nearly; none where no encoder is installed.

        Two concepts of the dictionary are never alike: it would not keep them apart for nothing (导入, 导出). It has the words of
        both languages for what it knows, so that a further word of the other has to be nearer than to an unknown one (发票, shipment).
        """
        if not available():
            return {}
        if self._vectors is None:
            rows = self._db.execute("SELECT concept, surface, vector FROM vectors ORDER BY concept").fetchall()
            if not rows:  # no sources yet
                return {}
            held = np.frombuffer(b"".join(r[2] for r in rows), dtype=np.float16).astype(np.float32).reshape(len(rows), -1)
            self._vectors = tuple(r[0] for r in rows), {r[0]: r[1].isascii() for r in rows}, held
        terms_, latin, vectors = self._vectors
        known = concept in dictionary()
        bound = rules().alike_known if known else rules().alike
        found = neighbours(surface, terms_, vectors, rules().alike)
        other = {n: near for n, near in found.items() if near >= (bound if latin[n] != surface.isascii() else rules().alike_same)}
        return {name: near for name, near in other.items() if name != concept and not (known and name in dictionary())}

    def search(self, wanted: Sequence[str], limit: int = 0) -> list[Row]:
        """The passages that hold any of the concepts, best first by BM25; very common ones are searched for only if all are."""
        known = [c for c in dict.fromkeys(wanted) if self.frequency(c)]
        rare = [c for c in known if self.frequency(c) <= max(rules().candidates // 2, rules().common_share * self.size)] or known
        if not rare:
            return []
        query = " OR ".join(f'"{token(c)}"' for c in rare)
        ranked = (  # of equals those that stand first: whether a source came early or late must change no answer
            "SELECT p.id FROM found f JOIN passages p ON p.id = f.rowid WHERE f.found MATCH ?"
            " ORDER BY round(bm25(found, 1.0, 0.6), 9), p.source_id, p.number LIMIT ?"
        )
        found = self._db.execute(ranked, (query, limit or rules().candidates)).fetchall()
        return [self._row(number) for (number,) in found]

    def section(self, row: Row) -> list[Row]:
        """All passages of a passage's section, in order."""
        query = "SELECT * FROM passages WHERE source_id = ? AND section = ? ORDER BY number"
        return [_read(r) for r in self._db.execute(query, (row.source_id, row.section))]

    def document(self, source_id: str) -> list[Row]:
        """All passages of a source, in order."""
        return [_read(r) for r in self._db.execute("SELECT * FROM passages WHERE source_id = ? ORDER BY number", (source_id,))]

    def _row(self, number: int) -> Row:
        return _read(self._db.execute("SELECT * FROM passages WHERE id = ?", (number,)).fetchone())


def _read(row: tuple[int, str, int, int, int, str, str, str, str, str]) -> Row:
    number, source_id, at, start, end, text, role, headings, section, fields = row
    return Row(
        number,
        source_id,
        at,
        start,
        end,
        text,
        role,
        msgspec.json.decode(headings, type=tuple[str, ...]),
        section,
        msgspec.json.decode(fields, type=Pairs) if fields != "[]" else (),
    )


def _caught_up(db: sqlite3.Connection, digests: Mapping[str, str], sources: Callable[[Collection[str]], Iterable[Source]]) -> bool:
    """Bring in what came, changed and went, in one transaction; False where so much did that all is better made anew."""
    if _held(db) == digests:
        return True
    db.execute("BEGIN IMMEDIATE")
    with db:
        held = _held(db)  # what another process brought in while this one waited
        old = [s for s, digest in held.items() if digests.get(s) != digest]
        new = [s for s, digest in digests.items() if held.get(s) != digest]
        few = len(old) + len(new) <= max(_FEW, _SHARE * len(digests))
        if few:
            _drop(db, old)
            _put(db, sources(new))
            _fill_vectors(db, dict(db.execute("SELECT surface, vector FROM vectors")))
    return few


def _held(db: sqlite3.Connection) -> dict[str, str]:
    """The digests of the sources that are in an index."""
    return dict(db.execute("SELECT source_id, json_extract(data, '$.digest') FROM sources"))


def _known_vectors(path: Path) -> dict[str, bytes]:
    """The vectors of an earlier index, by surface: encoding words is most of the building."""
    if not path.exists():
        return {}
    db = sqlite3.connect(path)
    try:
        return dict(db.execute("SELECT surface, vector FROM vectors"))
    except sqlite3.DatabaseError:
        return {}
    finally:
        db.close()


def _fill_vectors(db: sqlite3.Connection, known: Mapping[str, bytes]) -> None:
    """Vectors of the commonest words, each concept by its commonest surface; those that are there already stay."""
    if not available():
        return
    chosen: dict[str, str] = {}
    for concept, surface in db.execute("SELECT concept, surface FROM surfaces ORDER BY n DESC, concept, surface"):
        if len(chosen) < rules().encoded_words:
            chosen.setdefault(concept, surface)
    held = dict(db.execute("SELECT concept, surface FROM vectors"))
    db.executemany("DELETE FROM vectors WHERE concept = ?", [(c,) for c, s in held.items() if chosen.get(c) != s])
    wanted = {c: s for c, s in sorted(chosen.items()) if held.get(c) != s}
    new = [s for s in dict.fromkeys(wanted.values()) if s not in known]
    made = dict(zip(new, (v.astype(np.float16).tobytes() for v in encode(new)), strict=True))
    db.executemany("INSERT INTO vectors VALUES(?,?,?)", [(c, s, known.get(s) or made[s]) for c, s in wanted.items()])


def _put(db: sqlite3.Connection, sources: Iterable[Source]) -> None:
    """Store sources behind those that are there."""
    number = db.execute("SELECT coalesce(max(id), 0) FROM passages").fetchone()[0]
    surfaces: Counter[tuple[str, str]] = Counter()
    for source in sources:
        db.execute("INSERT INTO sources VALUES(?, ?)", (source.source_id, msgspec.json.encode(_head(source)).decode()))
        for row, found, above in _entries(source):
            number += 1
            surfaces.update(_written(row[4], found))
            db.execute("INSERT INTO passages VALUES(?,?,?,?,?,?,?,?,?,?)", (number, *row))
            db.execute("INSERT INTO found(rowid, body, above) VALUES(?,?,?)", (number, _body(found), above))
    _count(db, surfaces)


def _drop(db: sqlite3.Connection, source_ids: Iterable[str]) -> None:
    """Take sources out: the full-text index keeps no text, so that what was put in is made again from the passages to be deleted."""
    surfaces: Counter[tuple[str, str]] = Counter()
    for source_id in source_ids:
        for row in db.execute("SELECT * FROM passages WHERE source_id = ?", (source_id,)).fetchall():
            held = _read(row)
            found, above = terms(held.text), _above((*held.headings, *(name for name, _ in held.fields)))
            surfaces.subtract(_written(held.text, found))
            db.execute("INSERT INTO found(found, rowid, body, above) VALUES('delete', ?, ?, ?)", (held.id, _body(found), above))
        db.execute("DELETE FROM passages WHERE source_id = ?", (source_id,))
        db.execute("DELETE FROM sources WHERE source_id = ?", (source_id,))
    _count(db, surfaces)


def _count(db: sqlite3.Connection, surfaces: Mapping[tuple[str, str], int]) -> None:
    """Add to how often each concept is written how."""
    rows = [(c, s, n) for (c, s), n in surfaces.items() if n]
    db.executemany("INSERT INTO surfaces VALUES(?,?,?) ON CONFLICT(concept, surface) DO UPDATE SET n = n + excluded.n", rows)
    db.execute("DELETE FROM surfaces WHERE n <= 0")


def _head(source: Source) -> SourceHead:
    return SourceHead(
        source.source_id,
        source.type,
        source.title,
        source.date,
        source.version,
        source.audience,
        source.product,
        source.uri,
        source.digest,
        source.record,
    )


def _body(found: Sequence[Term]) -> str:
    return " ".join(token(c) for t in found for c in (t.concept, *t.parts))


def _written(text: str, found: Sequence[Term]) -> Iterator[tuple[str, str]]:
    return ((t.concept, text[t.start : t.end].casefold()) for t in found if not t.weak)


def _entries(source: Source) -> Iterator[tuple[tuple[str, int, int, int, str, str, str, str, str], list[Term], str]]:
    for p in source.passages:
        section = "\x1f".join(p.headings[1:])
        headings = msgspec.json.encode(p.headings).decode()
        fields = msgspec.json.encode(p.fields).decode()
        row = (source.source_id, p.number, p.start, p.end, p.text, p.role, headings, section, fields)
        yield row, terms(p.text), _above((*p.headings, *(name for name, _ in p.fields)))


@lru_cache(maxsize=65536)
def _above(headings: tuple[str, ...]) -> str:
    return " ".join(sorted({token(c) for h in headings for c in concepts(h)}))


@lru_cache(maxsize=65536)
def token(concept: str) -> str:
    """A concept as one token of the full-text index: letters and digits only, so that no query can be written with it."""
    plain = "".join(c if c.isalnum() else "_" for c in concept.casefold())
    return plain if plain == concept else f"{plain}_{hashlib.sha256(concept.encode()).hexdigest()[:6]}"


def vocabulary() -> str:
    """What the words of an index depend on: the vocabulary, the encoder, the version of this module."""
    return fingerprint({})


def fingerprint(digests: Mapping[str, str]) -> str:
    """What an index depends on: the sources with their digests, the vocabulary, the version of this module."""
    found = hashlib.sha256(f"{VERSION} {NAME if available() else ''}".encode())
    for name in ("terms.yaml", "words.yaml"):
        found.update((DATA / name).read_bytes())
    for source_id, digest in sorted(digests.items()):
        found.update(f"{source_id}\0{digest}\n".encode())
    return found.hexdigest()[:24]
