"""What the imported sources hold that touches a question: quotes for the owner of an escalation, never an answer."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.research.escalation.pack import Found
from analysis.research.index import Index
from analysis.research.question import understand
from analysis.research.registry import source_types

CANDIDATES = 30
_PER_SOURCE = 2


def found_in(index: Index, question: str) -> Sequence[Found]:
    """Passages by how many of the question's concepts they hold, rare ones first; at most two of a source."""
    wanted = [w.concept for w in understand(question).wants]
    taken: dict[str, list[Found]] = {}
    for row in index.search(wanted, CANDIDATES):
        held = taken.setdefault(row.source_id, [])
        if row.role != "heading" and len(held) < _PER_SOURCE:
            head = index.head(row.source_id)
            held.append(Found(row.text, f"{source_types()[head.type].zh}《{head.title}》", head.date))
    return [f for held in taken.values() for f in held]
