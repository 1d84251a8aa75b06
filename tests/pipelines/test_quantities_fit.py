"""The weights are learned on labels, judged on documents left out, and written so that they load again."""

import types

import numpy as np
import pytest

from pipelines.case import Block, Page, Part, RawCase, Role
from pipelines.quantities import fit
from pipelines.quantities.score import Weights
from pipelines.steps.benefits import candidates
from pipelines.vocabulary import load_yaml


def same(a, b, strict=False):
    return a["value"] == b["value"] and a["unit"] == b["unit"] and (not strict or a["subject"] == b["subject"])


def match(gold, given, agree):
    left, hit = list(given), 0
    missed = [g for g in gold if not any(agree(g, p) for p in left)]
    hit = len(gold) - len(missed)
    return hit, missed, left[hit:]


SCORER = types.SimpleNamespace(same_benefit=same, match=match)


def page(number, text, *wanted):
    raw = RawCase(Page("sha256:0", "aws", "", text, "en"), blocks=(Block(0, len(text), Role.TEXT, Part.OUTCOME),))
    return fit._page(f"set{number % 2}", tuple(wanted), (tuple(candidates(raw)),), SCORER)


@pytest.fixture(scope="module")
def fitter():
    rows = []
    for k in range(10, 34):
        told = {"value": float(k), "unit": "%", "subject": "cost"}
        rows.append(page(k, f"Example Bakery reduced its costs by {k}% with the new shop.", told))
        rows.append(page(k, f"The building of Example Bakery took {k} months."))
    return fit.Fitter(rows, SCORER)


def test_a_change_weighs_more_than_a_duration(fitter):
    points = dict(zip(fitter.names, fitter.learn(range(len(fitter.pages)), 1.0), strict=False))
    assert points["kind.change"] > 0 > points["unit.month"]


def test_stronger_regularisation_holds_the_points_closer_to_zero(fitter):
    free, held = (fitter.learn(range(len(fitter.pages)), s)[:-1] for s in (0.5, 8.0))
    assert np.abs(held).sum() < np.abs(free).sum()


def test_unseen_documents_are_judged_as_the_scorer_does(fitter):
    model, _ = fitter.model(range(20), 0)
    total = fit.Tally()
    for k in range(20, len(fitter.pages)):
        total += fitter.tally(k, fit._squeeze(fitter.columns[k] @ model.points), model.threshold)
    assert (total.hit, total.missed, total.wrong) == (14, 0, 0)
    assert total.f1 == 1


def test_folds_leave_out_every_page_once():
    left = [k for learnt, out in fit._folds(range(11), 4, 0) for k in out if k not in learnt]
    assert sorted(left) == list(range(11))


def test_a_figure_told_twice_weighs_once():
    twice = page(0, "Costs fell by 30%. Again: costs fell by 30 percent.")
    assert twice.share.sum() == 1


def test_the_written_weights_load(fitter, tmp_path):
    model, _ = fitter.model(range(20), 0)
    target = tmp_path / "weights.yaml"
    target.write_text(fit.render(fitter.names, model, "# points\n"), encoding="utf-8")
    loaded = load_yaml(target, Weights)
    assert loaded.threshold == model.threshold
    assert loaded.points["part.future"] == fit.FIXED["part.future"]
    assert loaded.points["kind.change"] == pytest.approx(model.points[fitter.names.index("kind.change")], abs=0.01)
