"""What a format reader hands on: the pieces of one document or record, and the values that it labels itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from analysis.research.model import Pairs
from analysis.research.registry import DATA
from pipelines.case import Role
from pipelines.reader.piece import Piece, squeeze
from pipelines.vocabulary import load_yaml, unique

MAX_TEXT = 2_000_000
MAX_RECORDS = 50_000


@dataclass(slots=True)
class SourceDraft:
    """A document as its format shows it, nothing judged; ``cells`` are the named cells of a table row by piece index."""

    pieces: list[Piece] = field(default_factory=list)
    title: str = ""
    fields: Pairs = ()
    record: str = ""
    attachments: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    cells: dict[int, Pairs] = field(default_factory=dict)
    steps: frozenset[str] = frozenset()

    def head(self, title: str) -> None:
        """Put a title above everything; the cells keep their rows."""
        self.pieces.insert(0, Piece(title, Role.HEADING, 1))
        self.cells = {n + 1: cells for n, cells in self.cells.items()}


@cache
def _names() -> Mapping[str, str]:
    held = load_yaml(DATA / "labels.yaml", dict[str, tuple[str, ...]])
    return unique([(_key(n), thing) for thing, names in held.items() for n in names], str(DATA / "labels.yaml"))


def _key(name: str) -> str:
    return "".join(name.split()).casefold().strip("*_#:： ")


def thing(name: str) -> str:
    """What a label or column stands for (title, customer, date, version, audience, product, type, uri, record, body); empty for others."""
    return _names().get(_key(name), "")


def record_draft(row: Pairs, number: int) -> SourceDraft:
    """One row of a table as a source: its title, its long values as paragraphs under their column's name, the rest labelled."""
    filled = tuple((squeeze(k), v.strip()) for k, v in row if v.strip())
    by_thing = {thing(k): squeeze(v) for k, v in reversed(filled)}
    record = by_thing.get("record", "") or str(number)
    title = (
        by_thing.get("title", "")
        or by_thing.get("customer", "")
        or next((squeeze(v)[:60] for k, v in filled if thing(k) == "body"), record)
    )
    pieces = [Piece(title, Role.HEADING, 1)]
    for key, value in filled:
        if thing(key) == "body":
            pieces.append(Piece(key, Role.HEADING, 2))
            pieces.extend(Piece(line, Role.TEXT) for part in value.split("\n") if (line := squeeze(part)))
        elif thing(key) not in ("title", "record"):
            pieces.append(Piece(f"{key}：{squeeze(value)}", Role.LABEL))
    pieces.sort(key=lambda p: p.role is not Role.LABEL and p.level != 1)
    return SourceDraft(pieces, title, filled, record)


def table_draft(rows: list[Pairs], title: str) -> SourceDraft:
    """A whole table as one source: a row is one passage of named cells."""
    draft = SourceDraft(title=title)
    for row in rows:
        filled = tuple((squeeze(k), squeeze(v)) for k, v in row if v.strip())
        if filled:
            draft.cells[len(draft.pieces)] = filled
            draft.pieces.append(Piece("；".join(f"{k}：{v}" if k else v for k, v in filled), Role.TABLE))
    return draft


def rows_to_drafts(rows: list[Pairs], title: str, records: bool) -> list[SourceDraft]:
    """A source for each row where the type keeps records and the rows name or describe something, else one for the table."""
    told = {thing(k) for row in rows[:1] for k, _ in row}
    if records and told & {"title", "body", "record"}:
        return [record_draft(row, n) for n, row in enumerate(rows, 1)]
    return [table_draft(rows, title)]
