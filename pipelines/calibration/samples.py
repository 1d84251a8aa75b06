"""Labelled raw cases for fitting: documents read by the program, paired with the labels people made.

Labels are JSON lines with ``id``, ``is_case``, ``customer_name``, ``customer_aliases`` and the fields; a label that
holds only some fields (``challenges``, ``scenario``) serves for these alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.case import RawCase
from pipelines.importing import Incoming, incoming_documents
from pipelines.normalize import run_steps
from pipelines.reader import read

Label = Mapping[str, Any]
Find = Callable[[RawCase], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Sample:
    """A raw case, what the steps found in it with raw scores, and its label."""

    label: Label
    raw: RawCase
    found: Mapping[str, Any]
    weight: float = 1.0


def labels(path: Path) -> list[dict[str, Any]]:
    """The labels of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def samples(documents: Path, rows: Sequence[Label], find: Find = run_steps) -> Iterator[Sample]:
    """A sample for every label of a case whose document holds a raw case for it; others are left out.

    ``find`` gives what the steps found in a raw case: a fit runs only those that its features rest on, so that it works
    while the weights that it is to make do not fit the program. A label's own ``weight`` counts (1 without).
    """
    by_id: dict[str, list[Label]] = {}
    for row in rows:
        if row.get("is_case", True):
            by_id.setdefault(row["id"], []).append(row)
    for incoming in incoming_documents([documents]):
        if isinstance(incoming, Incoming) and incoming.document.source_id in by_id:
            cases = list(read(incoming.document).cases)
            for label, raw in pair(by_id[incoming.document.source_id], cases):
                yield Sample(label, raw, find(raw), label.get("weight", 1.0))


def pair(rows: Sequence[Label], cases: list[RawCase]) -> Iterator[tuple[Label, RawCase]]:
    """Each label with the raw case that names its customer most; a lone label takes the first case."""
    left = list(cases)
    for row in rows:
        if not left:
            return
        names = [n for n in (row.get("customer_name"), *row.get("customer_aliases", ())) if n]
        best = left[0] if len(rows) == 1 else max(left, key=lambda raw: _named(raw, names))
        left.remove(best)
        yield row, best


def _named(raw: RawCase, names: Sequence[str]) -> int:
    text = "\n".join(raw.text(block) for block in raw.useful())
    return max((text.count(name) for name in names), default=0)
