"""What a row of a table says, in the lines that the reader knows: forms come as tables with numbers, headings and several pairs a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from analysis.intake.structure import DATA, field_of_label, plain, section_names
from pipelines.vocabulary import load_yaml

_ROW = re.compile(r"^\|(.*)\|$")
_RULE = re.compile(r"[\s:：\-–—=_]*")
_COUNT = re.compile(r"[(（]?\d{1,3}[)）.、]?")


@dataclass(frozen=True)
class Words:
    """``table.yaml``: what stands at the head of a column."""

    headings: tuple[str, ...]


@cache
def _headings() -> frozenset[str]:
    return frozenset(map(plain, load_yaml(DATA / "table.yaml", Words).headings))


def lines_of(line: str) -> list[str]:
    """The line, or what it says where it is a row: of Markdown, or of cells pasted with tabs between them."""
    row = _ROW.match(line)
    cells = row[1].split("|") if row else line.split("\t") if "\t" in line else []
    return told(cells) if len(cells) > 1 else [line]


def told(cells: Sequence[str]) -> list[str]:
    """``label：value`` lines of a row's cells; nothing for the row of headings and the rule below it."""
    held = [c.strip() for c in cells]
    if all(_RULE.fullmatch(c) or plain(c) in _headings() for c in held):
        return []
    while len(held) > 2 and (not held[0] or _COUNT.fullmatch(held[0])):  # a running number, the rest of a cell that spans rows
        held = held[1:]
    return list(_pairs(held))


def _pairs(held: list[str]) -> Iterator[str]:
    if len(held) > 2 and plain(held[0]) in section_names() and _known(held[1]):
        yield f"[{held[0].strip('[]【】')}]"
        held = held[1:]
    at = 0
    while at < len(held):
        end = at + 2
        while end < len(held) and not (_known(held[end]) and end + 1 < len(held)):
            end += 1
        yield f"{held[at].rstrip('：:')}：{'；'.join(filter(None, held[at + 1 : end]))}"
        at = end


def _known(cell: str) -> bool:
    """Whether a cell is a label of the forms."""
    return plain(cell) in field_of_label() or plain(cell) in section_names()
