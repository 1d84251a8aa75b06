"""Learns ``vocab/benefit_weights.yaml`` from labels: ``python -m pipelines.quantities.fit --documents D --labels A --labels B --scorer S``.

``--documents`` is a JSONL file of documents, ``--labels`` a file of labels (several may be given), ``--scorer`` the
contract's score.py, whose matching of benefits says what is right. Prints the F1 that models reach on documents they
have not seen; ``--write`` then replaces the weights by those learned from all documents.

A logistic regression with L2 over the signs of all candidates. A figure told in several places counts once, as the scorer
counts it. Strength and threshold are chosen inside the documents that a model learns from (nested folds), so that the
printed figures hold for unseen documents as far as the labels are like them.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from pipelines.importing import Incoming, incoming_documents
from pipelines.quantities.score import weights
from pipelines.reader import read
from pipelines.steps.benefits import Candidate, candidates, distinct, telling
from pipelines.vocabulary import VOCAB

Array = NDArray[np.float64]
Labels = Mapping[str, Sequence[Mapping[str, Any]]]
TARGET = VOCAB / "benefit_weights.yaml"
OUTER, INNER, REPEATS = 10, 5, 3
STRENGTHS = (0.5, 1.0, 2.0, 4.0)  # the larger, the closer the points are held to zero
THRESHOLDS = tuple(round(0.3 + 0.025 * k, 3) for k in range(15))
NEIGHBOURS = 2  # thresholds on either side: a plateau is no luck
EQUAL = 0.002  # F1 by which a threshold may be worse than the best: of equals the strictest, a wrong figure costs more than a missing one
FREE = 0.01  # the base is hardly held back
ROUNDS = 50
FIXED = {"part.future": -9.0}  # nothing planned was reached, whatever the labels hold


@dataclass(frozen=True, slots=True)
class Page:
    """The candidates of a document by raw case, whether each is right, and its labelled benefits."""

    source: str
    wanted: tuple[Mapping[str, Any], ...]
    cases: tuple[tuple[Candidate, ...], ...]
    right: Array
    share: Array  # a figure told n times weighs 1/n in each place

    @property
    def flat(self) -> list[Candidate]:
        """All candidates in the order of ``right``."""
        return [c for case in self.cases for c in case]


@dataclass(frozen=True, slots=True)
class Model:
    """Points by sign (the last is the base) and the threshold."""

    points: Array
    threshold: float


@dataclass(frozen=True, slots=True)
class Tally:
    """Benefits found, missed and wrong."""

    hit: int = 0
    missed: int = 0
    wrong: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.hit + other.hit, self.missed + other.missed, self.wrong + other.wrong)

    @property
    def f1(self) -> float:
        """The F1 of the scorer."""
        return 2 * self.hit / max(1, 2 * self.hit + self.missed + self.wrong)


class Fitter:
    """Learns and judges models over pages; ``names`` are the signs in the order of the columns."""

    def __init__(self, pages: Sequence[Page], scorer: ModuleType) -> None:
        self.pages = pages
        self.scorer = scorer
        self.names = sorted({sign for page in pages for c in page.flat for sign in c.signs})
        at = {name: k for k, name in enumerate(self.names)}
        self.columns = [_columns(page, at) for page in pages]

    def learn(self, seen: Sequence[int], strength: float) -> Array:
        """The points that fit the candidates of some pages best, by Newton's method."""
        x = np.vstack([self.columns[k] for k in seen])
        y = np.concatenate([self.pages[k].right for k in seen])
        share = np.concatenate([self.pages[k].share for k in seen])
        held = np.append(np.full(len(self.names), strength), FREE)
        points = np.zeros(len(self.names) + 1)
        for _ in range(ROUNDS):
            p = _squeeze(x @ points)
            slope = x.T @ (share * (p - y)) + held * points
            bend = (x * (share * p * (1 - p))[:, None]).T @ x + np.diag(held)
            step = np.linalg.solve(bend, slope)
            points = points - step
            if np.abs(step).max() < 1e-6:
                break
        return points

    def model(self, seen: Sequence[int], seed: int) -> tuple[Model, float]:
        """The model of some pages, its strength and threshold chosen by folds among them; and the strength."""
        tables = {s: self._inside(seen, s, seed) for s in STRENGTHS}
        smooth = {s: _smooth(table) for s, table in tables.items()}
        strength = max(STRENGTHS, key=lambda s: max(smooth[s]))
        return Model(self.learn(seen, strength), _strictest(smooth[strength])), strength

    def _inside(self, seen: Sequence[int], strength: float, seed: int) -> list[float]:
        """The F1 at every threshold, over folds of the pages seen."""
        total = [Tally()] * len(THRESHOLDS)
        for learnt, left in _folds(seen, INNER, seed):
            points = self.learn(learnt, strength)
            for k in left:
                p = _squeeze(self.columns[k] @ points)
                total = [t + self.tally(k, p, threshold) for t, threshold in zip(total, THRESHOLDS, strict=True)]
        return [t.f1 for t in total]

    def tally(self, k: int, probability: Array, threshold: float, strict: bool = False) -> Tally:
        """The scorer's count of one page: candidates kept, told once each, matched one to one with the labels."""
        page, given, start = self.pages[k], [], 0
        for case in page.cases:
            scored = [replace(c, score=float(p)) for c, p in zip(case, probability[start : start + len(case)], strict=True)]
            start += len(case)
            given += [telling(group) for group in distinct(c for c in scored if c.score >= threshold)]
        rows = [msgspec.to_builtins(c.found.benefit) for c in given]
        hit, missed, wrong = self.scorer.match(page.wanted, rows, lambda a, b: self.scorer.same_benefit(a, b, strict))
        return Tally(hit, len(missed), len(wrong))

    def unseen(self) -> dict[str, dict[str, Tally]]:
        """``{file of labels, or all: {loose | strict: tally}}`` by models that have not seen the page, over all repeats."""
        found: dict[str, dict[str, Tally]] = {}
        for seed in range(REPEATS):
            for learnt, left in _folds(range(len(self.pages)), OUTER, seed):
                model, _ = self.model(learnt, seed)
                for k in left:
                    p = _squeeze(self.columns[k] @ model.points)
                    for name in ("all", self.pages[k].source):
                        row = found.setdefault(name, {"loose": Tally(), "strict": Tally()})
                        for way in row:
                            row[way] += self.tally(k, p, model.threshold, way == "strict")
        return found


def pages(documents: Path, files: Sequence[Path], scorer: ModuleType) -> Iterator[Page]:
    """A page for every labelled document that holds a case."""
    labels: dict[str, tuple[str, Sequence[Mapping[str, Any]]]] = {i: (f.name, rows) for f in files for i, rows in scorer.load(f).items()}
    for incoming in incoming_documents([documents]):
        if isinstance(incoming, Incoming) and incoming.document.source_id in labels:
            source, rows = labels[incoming.document.source_id]
            wanted = tuple(b for row in rows if row.get("is_case") for b in row.get("benefits") or ())
            yield _page(source, wanted, tuple(tuple(candidates(raw)) for raw in read(incoming.document).cases), scorer)


def _page(source: str, wanted: tuple[Mapping[str, Any], ...], cases: tuple[tuple[Candidate, ...], ...], scorer: ModuleType) -> Page:
    flat = [msgspec.to_builtins(c.found.benefit) for case in cases for c in case]
    right = [any(scorer.same_benefit(b, row) for b in wanted) for row in flat]
    told = Counter((row["value"], row["unit"]) for row in flat)
    return Page(source, wanted, cases, np.array(right, float), np.array([1 / told[row["value"], row["unit"]] for row in flat], float))


def _columns(page: Page, at: Mapping[str, int]) -> Array:
    x = np.zeros((len(page.right), len(at) + 1))
    x[:, -1] = 1.0
    for row, candidate in enumerate(page.flat):
        x[row, [at[sign] for sign in set(candidate.signs)]] = 1.0
    return x


def _folds(pages_: Sequence[int], count: int, seed: int) -> Iterator[tuple[list[int], list[int]]]:
    order = np.random.RandomState(seed).permutation(len(pages_)) % count
    for fold in range(count):
        yield [k for k, f in zip(pages_, order, strict=True) if f != fold], [k for k, f in zip(pages_, order, strict=True) if f == fold]


def _smooth(scores: Sequence[float]) -> list[float]:
    padded = [scores[0]] * NEIGHBOURS + list(scores) + [scores[-1]] * NEIGHBOURS
    return [sum(padded[k : k + 2 * NEIGHBOURS + 1]) / (2 * NEIGHBOURS + 1) for k in range(len(scores))]


def _strictest(scores: Sequence[float]) -> float:
    """The highest threshold that is as good as the best."""
    return max(threshold for threshold, score in zip(THRESHOLDS, scores, strict=True) if score >= max(scores) - EQUAL)


def _squeeze(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)), float)


def render(names: Sequence[str], model: Model, head: str) -> str:
    """The weights file: its own comment, base, threshold and the points of every sign, rounded."""
    points = {**dict(zip(names, (float(p) for p in model.points[:-1]), strict=True)), **FIXED}
    rows = "".join(f'  "{name}": {points[name]:.2f}\n' for name in sorted(points))
    return f"{head}base: {model.points[-1]:.2f}\nthreshold: {model.threshold:g}\npoints:\n{rows}"


def main(argv: Sequence[str] | None = None) -> int:
    """Fits and prints; returns 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--labels", type=Path, action="append", required=True)
    parser.add_argument("--scorer", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help=f"replace {TARGET.name}")
    asked = parser.parse_args(argv)
    scorer = _load(asked.scorer)
    fitter = Fitter(list(pages(asked.documents, asked.labels, scorer)), scorer)
    for name, row in fitter.unseen().items():
        print(f"unseen, {name}: F1 {row['loose'].f1:.3f}, strict {row['strict'].f1:.3f}")
    model, strength = fitter.model(range(len(fitter.pages)), 0)
    print(f"{len(fitter.pages)} documents, {len(fitter.names)} signs; strength {strength:g}, threshold {model.threshold:g}")
    if asked.write:
        text = TARGET.read_text(encoding="utf-8")
        TARGET.write_text(render(fitter.names, model, text[: text.index("base:")]), encoding="utf-8")
        weights.cache_clear()
        print(f"wrote {TARGET.name}; next: make accuracy")
    return 0


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("contract_score", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    sys.exit(main())
