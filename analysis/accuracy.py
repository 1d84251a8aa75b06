"""``make accuracy``: extraction scored by the contract's own scorer, whole and split, with calibration and evidence.

Runs the pipeline over the labelled documents, hands both files to ``contract/score.py``, and prints F1 by vendor,
language and order of the text; then whether confidence means what it says, and whether every quote stands at its span.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from rich.console import Console
from rich.table import Table

from pipelines.importing import Incoming, incoming_documents
from pipelines.labels import labels
from pipelines.normalize import Processed, process

Row = dict[str, Any]
MULTI = ("products", "categories", "challenges", "benefits")
BINS = 10


def main(argv: Sequence[str] | None = None) -> int:
    """Score and print; returns 0, or 1 where a floor is missed or a quote does not stand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with contract/, corpus/ and gold/")
    parser.add_argument("--gold", type=Path, help="another label file")
    parser.add_argument("--out", type=Path, help="keep the predictions in this file")
    parser.add_argument("--floor", action="append", default=[], metavar="FIELD=F1")
    asked = parser.parse_args(argv)
    gold_file = asked.gold or asked.shared / "gold" / "dev.jsonl"
    corpus = asked.shared / "corpus" / "docs.jsonl"
    if not gold_file.is_file() or not corpus.is_file():
        print(f"accuracy: no labels at {gold_file} or no corpus at {corpus}; name the folder with --shared", file=sys.stderr)
        return 2
    gold = [json.loads(line) for line in gold_file.read_text(encoding="utf-8").splitlines() if line.strip()]
    done = {p.page.source_id: p for p in _processed(corpus, {row["id"] for row in gold})}
    predicted = [row for p in done.values() for row in labels(p)]
    if asked.out:
        asked.out.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in predicted), encoding="utf-8")
    score = asked.shared / "contract" / "score.py"
    console = Console(highlight=False, width=200)
    console.print(_table(score, gold, predicted, done))
    whole = _scored(score, gold, predicted)
    console.print(_calibration(_load(score), gold, predicted))
    standing, quotes = _quotes(done.values())
    console.print(f"evidence: {standing} of {quotes} quotes stand at their span; {len(gold)} labels, {len(done)} documents")
    floors = (floor.split("=") for floor in asked.floor)
    missed = [(f, float(v), whole[f]["f1"]) for f, v in floors if whole[f]["f1"] < float(v)]
    for name, floor, is_ in missed:
        console.print(f"below the floor: {name} is {is_}, the floor {floor}")
    return 1 if missed or standing < quotes else 0


def _processed(corpus: Path, wanted: set[str]) -> Iterator[Processed]:
    for incoming in incoming_documents([corpus]):
        if isinstance(incoming, Incoming) and incoming.document.source_id in wanted:
            yield process(incoming.document)


def _splits(done: Mapping[str, Processed]) -> dict[str, Callable[[str], bool]]:
    """Named selections of document ids: all, by vendor, by language, by order of the text."""
    vendors = sorted({p.page.vendor for p in done.values()})
    named: dict[str, Callable[[str], bool]] = {"all": lambda _: True}
    for vendor in vendors:
        named[vendor] = lambda i, v=vendor: done[i].page.vendor == v  # type: ignore[misc]
    for lang in ("en", "zh"):
        named[lang] = lambda i, v=lang: done[i].page.lang == v  # type: ignore[misc]
    named["clean"] = lambda i: not i.startswith("aws-k")
    named["shuffled"] = lambda i: i.startswith("aws-k")
    return named


def _table(score: Path, gold: Sequence[Row], predicted: Sequence[Row], done: Mapping[str, Processed]) -> Table:
    columns = {}
    for name, keep in _splits(done).items():
        some = [g for g in gold if g["id"] in done and keep(g["id"])]
        if some:
            columns[f"{name} ({len(some)})"] = _scored(score, some, predicted)
    drawn = Table(title="F1 by field (contract/score.py)", title_justify="left")
    drawn.add_column("field")
    for column in columns:
        drawn.add_column(column, justify="right")
    first = next(iter(columns.values()))
    for field in first:
        cells = [c[field] for c in columns.values()]
        shown = [f"{c['f1']:.3f}" if c.get("gold", 1) else "–" for c in cells]
        p, r = cells[0].get("precision"), cells[0].get("recall")
        shown[0] += f" (p {p:.2f} r {r:.2f})" if p is not None and r is not None else ""
        drawn.add_row(field, *shown)
    return drawn


def _scored(score: Path, gold: Sequence[Row], predicted: Sequence[Row]) -> dict[str, dict[str, float]]:
    """The scorer's own table for these labels, run as the contract runs it."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / "gold.jsonl", Path(folder) / "predicted.jsonl"]
        for file, rows in zip(files, (gold, predicted), strict=True):
            file.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
        ran = subprocess.run([sys.executable, str(score), *map(str, files), "--json"], capture_output=True, text=True, check=True)  # noqa: S603
    table: dict[str, dict[str, float]] = json.loads(ran.stdout)
    return table


def _load(score: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("contract_score", score)
    if spec is None or spec.loader is None:
        raise ImportError(f"{score} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _calibration(score: ModuleType, gold: Sequence[Row], predicted: Sequence[Row]) -> Table:
    drawn = Table(title="Calibration (expected calibration error, 10 bins)", title_justify="left")
    for column in ("field", "values", "mean confidence", "right", "ECE"):
        drawn.add_column(column, justify="left" if column == "field" else "right")
    everything: list[tuple[float, bool]] = []
    for field in ("customer_name", "products", "categories", "industry", "company_size", "scenario", "challenges", "benefits"):
        pairs = list(_judged(score, field, gold, predicted))
        everything += pairs
        drawn.add_row(field, *_reliability(pairs))
    drawn.add_row("all values", *_reliability(everything))
    return drawn


def _judged(score: ModuleType, field: str, gold: Sequence[Row], predicted: Sequence[Row]) -> Iterator[tuple[float, bool]]:
    """(confidence, right) of every predicted value of a field on pages that are cases by the labels."""
    by_id: dict[str, tuple[list[Row], list[Row]]] = {}
    for row in gold:
        by_id.setdefault(row["id"], ([], []))[0].append(row)
    for row in predicted:
        if row["id"] in by_id:
            by_id[row["id"]][1].append(row)
    for labelled, found in by_id.values():
        for g, p in score.aligned(labelled, found):
            if g.get("is_case") and p.get("is_case"):
                yield from _confidences(score, field, g, p)


def _confidences(score: ModuleType, field: str, g: Row, p: Row) -> Iterator[tuple[float, bool]]:
    entries = p["evidence"].get(field, [])
    _, _, wrong = score.compare(field, g, p)
    values = p[field] if field in MULTI else [p[field]] * len(entries)
    left = list(wrong)
    for entry, value in zip(entries, values, strict=False):
        if value in left:
            left.remove(value)
            yield entry["confidence"], False
        else:
            yield entry["confidence"], True


def _reliability(pairs: Sequence[tuple[float, bool]]) -> tuple[str, str, str, str]:
    """Count, mean confidence, share right and expected calibration error over equal bins of confidence."""
    if not pairs:
        return ("0", "–", "–", "–")
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in pairs:
        bins.setdefault(min(BINS - 1, int(confidence * BINS)), []).append((confidence, right))
    error = sum(abs(sum(c for c, _ in b) - sum(r for _, r in b)) for b in bins.values()) / len(pairs)
    mean, share = sum(c for c, _ in pairs) / len(pairs), sum(r for _, r in pairs) / len(pairs)
    return (str(len(pairs)), f"{mean:.2f}", f"{share:.2f}", f"{error:.3f}")


def _quotes(done: Any) -> tuple[int, int]:
    """How many quotes stand at their span of the page's canonical text, of how many."""
    checks = [e.check(p.page.text) for p in done for c in p.cases for _, e in c.all_evidence()]
    return sum(checks), len(checks)


if __name__ == "__main__":
    sys.exit(main())
