"""Pieces to the canonical text and its blocks: one block a line, spans in code points (see ``pipelines.case.Page``)."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.case import Block, Labelled, Part, Role
from pipelines.reader.labelling import labelled
from pipelines.reader.piece import Piece
from pipelines.reader.vocabulary import Layout


def assemble(pieces: Iterable[Piece]) -> tuple[str, tuple[Block, ...]]:
    """The text, and for each piece a block that is one line of it."""
    lines: list[str] = []
    blocks: list[Block] = []
    at = 0
    for piece in pieces:
        end = at + len(piece.text)
        lines.append(piece.text)
        blocks.append(Block(at, end, piece.role, piece.part or Part.OTHER, piece.heading))
        at = end + 1
    return "\n".join(lines), tuple(blocks)


def find_labels(pieces: Iterable[Piece], blocks: Iterable[Block], layout: Layout | None) -> tuple[Labelled, ...]:
    """The labelled values of all pieces with their spans in the text, in page order; what chrome or code says is none of the story's."""
    out: list[Labelled] = []
    for piece, block in zip(pieces, blocks, strict=True):
        if block.role in (Role.NOISE, Role.CODE):
            continue
        where = f"{block.part}/{block.role}"
        out.extend(Labelled(f.label, f.value, block.start + f.start, block.start + f.end, where) for f in labelled(piece, layout))
    return tuple(out)
