"""How something is done: the section whose numbered lines are steps and whose headings and lines speak of the question (如何使用)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.research.index import Index, Row
from analysis.research.judge import Judge
from analysis.research.model import Quote
from analysis.research.rules import cue, rules

MIN_STEPS = 2


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of one section, how well the section fits, and the heading it stands under."""

    source_id: str
    quotes: tuple[Quote, ...]
    fit: float
    heading: str


def find_steps(index: Index, judge: Judge, rows: Sequence[Row], sources: Iterable[str] = ()) -> list[Steps]:
    """The sections with steps among the rows, best first; of some sources only, where any are named."""
    only, seen, out = set(sources), set[tuple[str, str]](), []
    for row in rows:
        key = (row.source_id, row.section)
        if key in seen or (only and row.source_id not in only):
            continue
        seen.add(key)
        if made := _section(index.section(row), judge):
            out.append(made)
    return sorted(out, key=lambda s: (-s.fit, s.source_id))


def _section(rows: Sequence[Row], judge: Judge) -> Steps | None:
    """A section's steps: its numbered lines, or its list where the heading says how."""
    numbered = [r for r in rows if r.role == "step"]
    listed = [r for r in rows if r.role == "bullet"] if any(cue("how").search(h) for h in rows[0].headings) else []
    chosen = numbered if len(numbered) >= MIN_STEPS else listed
    if len(chosen) < MIN_STEPS:
        return None
    whole = " ".join((*rows[0].headings, *(r.text for r in rows if r.role not in ("label", "code"))))
    fit = judge.fit(whole, rows[0])
    if fit < rules().min_fit:
        return None
    quotes = tuple(Quote(r.source_id, r.text, r.start, r.end, r.headings) for r in chosen)
    return Steps(rows[0].source_id, quotes, fit, rows[0].headings[-1] if rows[0].headings else "")
