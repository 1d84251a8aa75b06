"""The search index: passages as bags of concepts in SQLite's own full-text index (FTS5, BM25), derived from the sources alone.

It can be thrown away at any time and is built again, the same, where the sources or the vocabulary changed. It stands
beside the library as a file of its own, so that the library may be SQLite or PostgreSQL.
"""

from __future__ import annotations

import hashlib
import math
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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

VERSION = "index-2"
_SCHEMA = """
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE sources(source_id TEXT PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE passages(id INTEGER PRIMARY KEY, source_id TEXT NOT NULL, number INTEGER NOT NULL,
  start INTEGER NOT NULL, stop INTEGER NOT NULL, text TEXT NOT NULL, role TEXT NOT NULL,
  headings TEXT NOT NULL, section TEXT NOT NULL, fields TEXT NOT NULL);
CREATE INDEX by_section ON passages(source_id, section, number);
CREATE VIRTUAL TABLE found USING fts5(body, above, tokenize="unicode61 remove_diacritics 0 tokenchars '_'", content='');
CREATE VIRTUAL TABLE words USING fts5vocab(found, row);
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
    def build(cls, sources: Iterable[Source], path: Path | None = None, fingerprint: str = "") -> Index:
        """An index of the sources, in memory or in a file that replaces what was there once it is whole."""
        target = path.with_suffix(".new") if path else None
        if target:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
        db = sqlite3.connect(target or ":memory:")
        db.executescript(_SCHEMA)
        known = _known_vectors(path) if path else {}
        with db:
            surfaces = _fill(db, sources)
            _fill_vectors(db, surfaces, known)
            db.execute("INSERT INTO meta VALUES('fingerprint', ?)", (fingerprint,))
        if target and path:
            db.close()
            target.replace(path)
            db = sqlite3.connect(path)
        return cls(db)

    @classmethod
    def open_or_build(cls, path: Path, fingerprint: str, sources: Iterable[Source]) -> Index:
        """The index in the file if it was made of the same sources by the same vocabulary, else a new one."""
        if path.exists():
            db = sqlite3.connect(path)
            try:
                if db.execute("SELECT value FROM meta WHERE name = 'fingerprint'").fetchone() == (fingerprint,):
                    return cls(db)
            except sqlite3.DatabaseError:
                pass  # no index, or a broken one: it is derived, so it is made again
            db.close()
        return cls.build(sources, path, fingerprint)

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
        ranked = "SELECT rowid FROM found WHERE found MATCH ? ORDER BY bm25(found, 1.0, 0.6), rowid LIMIT ?"
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


def _fill_vectors(db: sqlite3.Connection, surfaces: Counter[tuple[str, str]], known: Mapping[str, bytes]) -> None:
    """Vectors of the commonest words, each concept by its commonest surface."""
    if not available():
        return
    chosen: dict[str, str] = {}
    for (concept, surface), _ in sorted(surfaces.items(), key=lambda p: (-p[1], p[0])):
        if len(chosen) < rules().encoded_words:
            chosen.setdefault(concept, surface)
    new = [s for s in dict.fromkeys(chosen.values()) if s not in known]
    made = dict(zip(new, (v.astype(np.float16).tobytes() for v in encode(new)), strict=True))
    db.executemany("INSERT INTO vectors VALUES(?,?,?)", [(c, s, known.get(s) or made[s]) for c, s in sorted(chosen.items())])


def _fill(db: sqlite3.Connection, sources: Iterable[Source]) -> Counter[tuple[str, str]]:
    """Store everything; how often each concept was written how."""
    number = 0
    surfaces: Counter[tuple[str, str]] = Counter()
    for source in sources:
        head = SourceHead(
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
        db.execute("INSERT INTO sources VALUES(?, ?)", (source.source_id, msgspec.json.encode(head).decode()))
        for row, found, above in _entries(source):
            number += 1
            body = " ".join(token(c) for t in found for c in (t.concept, *t.parts))
            surfaces.update((t.concept, source.text[row[2] + t.start : row[2] + t.end].casefold()) for t in found if not t.weak)
            db.execute("INSERT INTO passages VALUES(?,?,?,?,?,?,?,?,?,?)", (number, *row))
            db.execute("INSERT INTO found(rowid, body, above) VALUES(?,?,?)", (number, body, above))
    return surfaces


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


def fingerprint(digests: Mapping[str, str]) -> str:
    """What an index depends on: the sources with their digests, the vocabulary, the version of this module."""
    found = hashlib.sha256(f"{VERSION} {NAME if available() else ''}".encode())
    for name in ("terms.yaml", "words.yaml"):
        found.update((DATA / name).read_bytes())
    for source_id, digest in sorted(digests.items()):
        found.update(f"{source_id}\0{digest}\n".encode())
    return found.hexdigest()[:24]
