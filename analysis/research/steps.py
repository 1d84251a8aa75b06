"""How something is done: the section whose numbered lines are steps and whose headings and lines speak of the question (如何使用)."""

from __future__ import annotations

from collections.abc import Sequence
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


def find_steps(index: Index, judge: Judge, rows: Sequence[Row], least: float | None = None) -> list[Steps]:
    """The sections with steps among the rows, best first; under ``least`` (by default the least fit of an answer) left out."""
    bound = rules().min_fit if least is None else least
    keys = dict.fromkeys((row.source_id, row.section) for row in rows)
    first = {(row.source_id, row.section): row for row in reversed(rows)}
    found = (made for key in keys if (made := _section(index.section(first[key]), judge)) and made.fit >= bound)
    return sorted(found, key=lambda s: (-s.fit, s.source_id))


def _section(rows: Sequence[Row], judge: Judge) -> Steps | None:
    """A section's steps: its numbered lines, or its list where the heading says how."""
    numbered = [r for r in rows if r.role == "step"]
    listed = [r for r in rows if r.role == "bullet"] if any(cue("how").search(h) for h in rows[0].headings) else []
    chosen = numbered if len(numbered) >= MIN_STEPS else listed
    if len(chosen) < MIN_STEPS:
        return None
    whole = " ".join((*rows[0].headings, *(r.text for r in rows if r.role not in ("label", "code"))))
    quotes = tuple(Quote(r.source_id, r.text, r.start, r.end, r.headings) for r in chosen)
    return Steps(rows[0].source_id, quotes, judge.fit(whole, rows[0]), rows[0].headings[-1] if rows[0].headings else "")
