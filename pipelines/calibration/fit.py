"""Makes the data files of this package from labels.

usage: ``python -m pipelines.calibration.fit [WHAT…] --documents D --labels L… [--fresh F…] --scorer S``

``--documents`` is a JSONL file of documents, ``--labels`` one or more label files for some of them, ``--scorer`` the
contract's scorer, which judges whether a value is right. ``--fresh`` are label files of documents that nobody looked at
while the rules were written: they serve as the others do and count for more in the curves of confidence, since a rule
flatters the pages it was made on. WHAT is any of products, scenario, challenges and confidence
(all by default, in this order, since each rests on those before). The weights are measured by cross-validation over
documents, with the threshold of every fold chosen on the other folds; the curves of confidence on folds left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml
from rapidfuzz import fuzz

from pipelines.calibration.confidence import FILE, Curves, calibrate
from pipelines.calibration.confidence_fit import Judged, fit_curves
from pipelines.calibration.linear_fit import Observation, fit
from pipelines.calibration.measure import reliability
from pipelines.calibration.samples import Find, Sample, labels, samples
from pipelines.case import Benefit, Many, RawCase
from pipelines.catalog import Product
from pipelines.catalog.sightings import NAMES
from pipelines.evidence_scoring.linear import WEIGHTS, Linear
from pipelines.evidence_scoring.linear import model as linear_model
from pipelines.steps import categories, challenges, products, scenario
from pipelines.vocabulary import as_plain, load_yaml

OWN = Path(__file__).parent / "labels.jsonl"  # labels of further documents, some fields alone; maturity was judged on what was predicted
PRIORS = Path(__file__).parent / "priors.yaml"
FRESH = 3  # times that a value of a fresh page counts in the curves: what comes next is like it, not like what the rules were made on
OWN_WEIGHT = 0.7  # of a label that one reader made, beside the contract's of several
ALSO_WEIGHT = 0.3  # of a scenario that the label accepts without preferring it
WHAT = ("products", "scenario", "challenges", "confidence")
STRENGTH = {"products": 0.1, "scenario": 0.1, "challenges": 0.3}
JUDGED = ("customer_name", "products", "categories", "industry", "company_size", "scenario", "challenges", "maturity", "benefits")
HEAD = "# Made by python -m pipelines.calibration.fit; do not edit.\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Fit what is asked for and print the measures; returns 0."""
    asked = _arguments(argv)
    fresh = [row for path in asked.fresh for row in labels(path)]
    given = [row for path in asked.labels for row in labels(path)] + fresh
    known = {row["id"] for row in given}
    rows = [*given, *({**row, "weight": OWN_WEIGHT} for row in labels(OWN) if row["id"] not in known)]
    scorer = _scorer(asked.scorer)
    for name, observe in OBSERVATIONS.items():
        if name in asked.what:
            held = samples(asked.documents, rows, _found_before(name))
            observations = list(observe(scorer, list(_with(name, held))))
            _write_linear(fit(name, observations, STRENGTH[name], name == "scenario", priors(name)))
            linear_model.cache_clear()
    if "confidence" in asked.what:
        unseen = {row["id"] for row in fresh}
        _write_curves(list(_all_judged(scorer, samples(asked.documents, rows), unseen)))
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*")
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--labels", type=Path, action="extend", nargs="+", required=True)
    parser.add_argument("--fresh", type=Path, action="extend", nargs="+", default=[])
    parser.add_argument("--scorer", type=Path, required=True)
    asked = parser.parse_args(argv)
    asked.what = asked.what or list(WHAT)
    if strange := set(asked.what) - set(WHAT):
        parser.error(f"cannot fit {sorted(strange)}; choose from {list(WHAT)}")
    return asked


def priors(name: str) -> Mapping[str, float]:
    """The weights that a fit starts from and is held to; none for a model without an entry in ``priors.yaml``."""
    return load_yaml(PRIORS, dict[str, dict[str, float]]).get(name, {})


def product_observations(scorer: ModuleType, held: Sequence[Sample]) -> Iterator[Observation]:
    """One observation a product that a case names; labelled products that the catalogue does not find count as missed."""
    for k, sample in enumerate(held):
        seen, rows = products.observed(sample.raw)
        names = {p: products.written(sample.raw.page.text, p, seen[p]) for p in seen}
        right = _matched(scorer, sample.label["products"], names)
        for product, row in rows.items():
            yield Observation(sample.label["id"], str(k), products.CODE, row, product in right, weight=sample.weight)
        nothing = dict.fromkeys(NAMES, 0.0)
        for _ in range(len(sample.label["products"]) - len(right)):
            yield Observation(sample.label["id"], str(k), products.CODE, nothing, True, possible=False, weight=0.0)


def _matched(scorer: ModuleType, wanted: Sequence[str], names: Mapping[Product, str]) -> set[Product]:
    """The products that labels mean, each label the one that is spelt most alike among those that the scorer accepts."""
    right: set[Product] = set()
    for label in wanted:
        alike = {p: fuzz.ratio(label, name) for p, name in names.items() if p not in right and scorer.same_product(label, name)}
        if alike:
            right.add(max(alike, key=lambda p: alike[p]))
    return right


def scenario_observations(scorer: ModuleType, held: Sequence[Sample]) -> Iterator[Observation]:  # noqa: ARG001 - one signature
    """One observation a scenario and case; accepted scenarios count as right, with less weight."""
    for k, sample in enumerate(held):
        rows, _ = scenario.observed(sample.raw, sample.found)
        wanted, also = sample.label.get("scenario"), sample.label.get("scenario_also") or ()
        for code, row in rows.items():
            right = code == wanted or code in also
            weight = sample.weight * (ALSO_WEIGHT if code in also else 1.0)
            yield Observation(sample.label["id"], str(k), code, row, right, weight=weight)


def challenge_observations(scorer: ModuleType, held: Sequence[Sample]) -> Iterator[Observation]:  # noqa: ARG001 - one signature
    """One observation a factor and case."""
    for k, sample in enumerate(held):
        rows, _ = challenges.observed(sample.raw)
        for code, row in rows.items():
            right = code in sample.label["challenges"]
            yield Observation(sample.label["id"], str(k), code, row, right, possible=row["forms"] > 0, weight=sample.weight)


OBSERVATIONS: Mapping[str, Callable[[ModuleType, Sequence[Sample]], Iterator[Observation]]] = {
    "products": product_observations,
    "scenario": scenario_observations,
    "challenges": challenge_observations,
}


def _found_before(name: str) -> Find:
    """What the features of a model rest on besides the raw case: scenarios on products and categories."""
    return _products_and_categories if name == "scenario" else lambda _: {}


def _products_and_categories(raw: RawCase) -> Mapping[str, Any]:
    found = products.run(raw, {})
    return {**found, **categories.run(raw, found)}


def _with(field: str, held: Iterable[Sample]) -> Iterator[Sample]:
    return (sample for sample in held if field in sample.label)


def _all_judged(scorer: ModuleType, held: Iterable[Sample], unseen: Container[str]) -> Iterator[Judged]:
    for sample in held:
        times = FRESH if sample.label["id"] in unseen else 1
        yield from (replace(one, times=times) for one in judged(scorer, sample))


def judged(scorer: ModuleType, sample: Sample) -> Iterator[Judged]:
    """Every value of a sample with its raw score and whether the scorer finds it right."""
    predicted = {name: _plain(sample.found[name]) for name in JUDGED}
    for name in JUDGED:
        if name in sample.label:
            yield from _judged_field(scorer, name, sample, predicted)


def _judged_field(scorer: ModuleType, name: str, sample: Sample, predicted: dict[str, Any]) -> Iterator[Judged]:
    held = sample.found[name]
    if name == "maturity":  # no field of the contract's labels: judged by equality
        wrong = [held.value] if held.value != sample.label[name] else []
    else:
        _, _, wrong = scorer.compare(name, dict(sample.label), predicted)
    for one in held.items if isinstance(held, Many) else (held,):
        if one.value is None:
            continue
        yield Judged(name, one.method, one.confidence, _plain_value(one.value) not in wrong, sample.label["id"])


def _plain(held: Any) -> Any:
    return [_plain_value(f.value) for f in held.items] if isinstance(held, Many) else held.value


def _plain_value(value: Any) -> Any:
    return as_plain(value) if isinstance(value, Benefit) else value


def _scorer(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("contract_scorer", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _write_linear(fitted: Linear) -> None:
    path = WEIGHTS / f"{fitted.name}.yaml"
    path.write_text(HEAD + yaml.safe_dump(as_plain(fitted), sort_keys=False, allow_unicode=True), encoding="utf-8")
    print(f"{path.name}: threshold {fitted.threshold}, on folds left out {dict(fitted.measured)}")


def _write_curves(rows: Sequence[Judged]) -> None:
    curves = fit_curves(rows)
    FILE.write_text(HEAD + yaml.safe_dump(as_plain(curves), sort_keys=False, default_flow_style=None), encoding="utf-8")
    for name in JUDGED:
        own = [r for r in rows if r.field == name]
        before = reliability((r.raw, r.right) for r in own)
        after = reliability((c, r.right) for c, r in left_out(own))
        print(f"{name:15} {before.values:4} values, {before.right:.2f} right; error raw {before.error:.3f}, calibrated {after.error:.3f}")


def left_out(rows: Sequence[Judged], folds: int = 5) -> Iterator[tuple[float, Judged]]:
    """(confidence, judged) of every value, by curves that were fitted without the documents of its fold."""
    fold = {document: k % folds for k, document in enumerate(sorted({r.document for r in rows}))}
    for k in range(folds):
        curves: Curves = fit_curves(r for r in rows if fold[r.document] != k)
        for row in (r for r in rows if fold[r.document] == k):
            yield calibrate(row.field, row.method, row.raw, curves), row


if __name__ == "__main__":
    sys.exit(main())
