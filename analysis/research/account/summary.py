"""Ticket statistics that somebody counted already (spec 3 案例3 来源 2): figures, shares of kinds, key events, each with its line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.research.account.lines import Line, lines_of, pairs_of, stands_under
from analysis.research.account.model import Kind, Place, Summary, Ticket, Value, figure
from analysis.research.account.names import fields_of, names, says
from analysis.research.account.notes import iso

_EVENT = re.compile(r"^((?:\d{4}|YYYY)\s*[-/.年][\d\s\-/.月日]*)\s*[:：]\s*(\S.*)$")
_FIRST = re.compile(r"[,，;；。]\s*")


def summary_of(raw: Sequence[str], file: str) -> Summary:
    """What the lines of a file state in sum; empty parts where they state nothing."""
    lines = lines_of(raw)
    figures = {
        name: Value(label.replace(".", " "), value, Place(file, f"第 {line.number} 行"))
        for line in reversed(lines)  # of a figure that stands twice the first counts
        for name, (label, value) in fields_of(pairs_of([line]), names().summary).items()
    }
    kinds = (Kind(x.label, share, Place(file, f"第 {x.number} 行")) for x in lines if (share := _share(x)) is not None)
    events = (event for x in lines if stands_under(x, names().events) and (event := _event(x, file)))
    return Summary(figures, tuple(kinds), tuple(events))


def _share(line: Line) -> float | None:
    """The share of a kind of ticket, 0–1, for a line below a heading of that name."""
    if not stands_under(line, names().kinds) or "%" not in line.value.replace("％", "%"):
        return None
    number = figure(line.value)
    return round(number / 100, 4) if line.label and number is not None else None


def _event(line: Line, file: str) -> Ticket | None:
    """An event as a ticket without a number: its first clause is the title, the rest the note."""
    hit = _EVENT.match(line.text)
    if not hit:
        return None
    title, _, note = hit[2].partition(found[0]) if (found := _FIRST.search(hit[2])) else (hit[2], "", "")
    return Ticket("", iso(hit[1]), "", "", title, note, None, None, open=False, place=Place(file, f"第 {line.number} 行"))


def is_incident(event: Ticket) -> bool:
    """Whether an event was a failure that the customer felt."""
    return says(f"{event.title} {event.note}", names().incident)
