"""``make accuracy``: extraction scored by the contract's own scorer, whole and split, with calibration and evidence.

Runs the pipeline over the labelled documents, hands both files to ``contract/score.py``, and prints F1 by vendor,
language and order of the text; then whether confidence means what it says, whether every quote stands at its span, and
which figures are under their floors (``analysis.accuracy_floors``).
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

from analysis.accuracy_floors import FLOORS, Figures, Floors, load_floors, settled, shortfalls
from pipelines.importing import Incoming, incoming_documents
from pipelines.labels import labels
from pipelines.normalize import Processed, process
from pipelines.vocabulary import DataError

Row = dict[str, Any]
Pairs = list[tuple[float, bool]]  # (confidence, right)
MULTI = ("products", "categories", "challenges", "benefits")
WHOLE = ("all", "en", "zh", "clean", "shuffled")  # the splits that are no vendor's
BINS = 10


def main(argv: Sequence[str] | None = None) -> int:
    """Score and print; returns 0, 1 where a floor is missed or a quote does not stand, 2 where labels or floors cannot be read."""
    asked = _asked(argv)
    gold_file = asked.gold or asked.shared / "gold" / "dev.jsonl"
    corpus = asked.shared / "corpus" / "docs.jsonl"
    if not gold_file.is_file() or not corpus.is_file():
        print(f"accuracy: no labels at {gold_file} or no corpus at {corpus}; name the folder with --shared", file=sys.stderr)
        return 2
    try:
        floors = load_floors(asked.floors) if asked.floors else None if asked.gold else load_floors()
    except (DataError, OSError) as error:
        print(f"accuracy: {error}", file=sys.stderr)
        return 2
    gold = [json.loads(line) for line in gold_file.read_text(encoding="utf-8").splitlines() if line.strip()]
    done = {p.page.source_id: p for p in _processed(corpus, {row["id"] for row in gold})}
    predicted = [row for p in done.values() for row in labels(p)]
    if asked.out:
        asked.out.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in predicted), encoding="utf-8")
    return _report(asked.shared / "contract" / "score.py", gold, predicted, done, floors)


def _asked(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with contract/, corpus/ and gold/")
    parser.add_argument("--gold", type=Path, help="another label file; it has no floors but those of --floors")
    parser.add_argument("--out", type=Path, help="keep the predictions in this file")
    parser.add_argument("--floors", type=Path, help=f"other floors than {FLOORS.name}")
    return parser.parse_args(argv)


def _report(score: Path, gold: Sequence[Row], predicted: Sequence[Row], done: Mapping[str, Processed], floors: Floors | None) -> int:
    """Print figures, calibration, evidence and floors; returns the exit status."""
    console = Console(highlight=False, width=200)
    splits = {name: some for name, keep in _splits(done).items() if (some := [g for g in gold if g["id"] in done and keep(g["id"])])}
    figures = {name: _scored(score, some, predicted) for name, some in splits.items()}
    whole = {name: some for name, some in splits.items() if name in WHOLE}
    console.print(_table("F1 by field (contract/score.py), the whole and its splits", whole, figures, floors))
    console.print(_table("F1 by field and vendor", {n: some for n, some in splits.items() if n not in WHOLE}, figures, floors))
    everything, drawn = _calibration(_load(score), gold, predicted)
    console.print(drawn)
    standing, quotes = _quotes(done.values())
    console.print(f"evidence: {standing} of {quotes} quotes stand at their span; {len(gold)} labels, {len(done)} documents")
    failed = standing < quotes
    if floors is None:
        console.print("floors: none for these labels; name a file with --floors")
        return int(failed)
    lines, missed = _judged_by(floors, figures, _error(everything))
    console.print("\n".join(lines), soft_wrap=True)
    return int(failed or missed)


def _judged_by(floors: Floors, figures: Figures, error: float) -> tuple[list[str], bool]:
    """What is to be said of the floors, and whether one is missed that is not known or has fallen further."""
    short = list(shortfalls(floors, figures))
    lines = [str(s) for s in short]
    lines += [f"settled: {k.split} {k.field} reaches its floor; remove it from the known" for k in settled(floors, figures, short)]
    off = error > floors.calibration_error
    if off:
        lines.append(f"above the most: expected calibration error of all values is {error:.3f}, the most {floors.calibration_error:.3f}")
    failing = sum(s.fails for s in short) + off
    judged = f"{len(floors.fields)} fields in {', '.join(s for s in floors.splits if s in figures)}"
    lines.append(f"floors: {judged}; {failing} missed, {len(short) + off - failing} known to be short")
    return lines, bool(failing)


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


def _table(title: str, splits: Mapping[str, Sequence[Row]], figures: Figures, floors: Floors | None) -> Table:
    """F1 by field and split; precision and recall where the whole is among them, the floor where there is one."""
    drawn = Table(title=title, title_justify="left")
    whole = "all" in splits
    heads = ("field", *(("floor", "precision", "recall") if whole else ()), *(f"{name} ({len(some)})" for name, some in splits.items()))
    for column in heads:
        drawn.add_column(column, justify="left" if column == "field" else "right", no_wrap=column == "field")
    for field in next(iter(figures.values()), {}):
        cells = [figures[name][field] for name in splits]
        shown = [f"{c['f1']:.3f}" if c.get("gold", 1) else "–" for c in cells]
        floor = floors.fields.get(field) if floors else None
        more = (floor, cells[0].get("precision"), cells[0].get("recall")) if whole else ()
        drawn.add_row(field, *("" if x is None else f"{x:.2f}" for x in more), *shown)
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


def _calibration(score: ModuleType, gold: Sequence[Row], predicted: Sequence[Row]) -> tuple[Pairs, Table]:
    """(confidence, right) of all values, and the table of what they amount to by field."""
    drawn = Table(title="Calibration (expected calibration error, 10 bins)", title_justify="left")
    for column in ("field", "values", "mean confidence", "right", "ECE"):
        drawn.add_column(column, justify="left" if column == "field" else "right")
    everything: Pairs = []
    for field in ("customer_name", "products", "categories", "industry", "company_size", "scenario", "challenges", "benefits"):
        pairs = list(_judged(score, field, gold, predicted))
        everything += pairs
        drawn.add_row(field, *_reliability(pairs))
    drawn.add_row("all values", *_reliability(everything))
    return everything, drawn


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


def _reliability(pairs: Pairs) -> tuple[str, str, str, str]:
    """Count, mean confidence, share right and expected calibration error."""
    if not pairs:
        return ("0", "–", "–", "–")
    mean, share = sum(c for c, _ in pairs) / len(pairs), sum(r for _, r in pairs) / len(pairs)
    return (str(len(pairs)), f"{mean:.2f}", f"{share:.2f}", f"{_error(pairs):.3f}")


def _error(pairs: Pairs) -> float:
    """Expected calibration error over equal bins of confidence; 0 where there is no value."""
    bins: dict[int, Pairs] = {}
    for confidence, right in pairs:
        bins.setdefault(min(BINS - 1, int(confidence * BINS)), []).append((confidence, right))
    return sum(abs(sum(c for c, _ in b) - sum(r for _, r in b)) for b in bins.values()) / max(1, len(pairs))


def _quotes(done: Any) -> tuple[int, int]:
    """How many quotes stand at their span of the page's canonical text, of how many."""
    checks = [e.check(p.page.text) for p in done for c in p.cases for _, e in c.all_evidence()]
    return sum(checks), len(checks)


if __name__ == "__main__":
    sys.exit(main())
