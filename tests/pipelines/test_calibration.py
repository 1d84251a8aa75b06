"""Calibration: curves that rise, confidence that means the share right, fits that do not learn single documents."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.calibration import calibrate, calibrated, reliability
from pipelines.calibration.confidence import ANY, Curve, curves
from pipelines.calibration.confidence_fit import Judged, fit_curve, fit_curves
from pipelines.calibration.fit import OBSERVATIONS, WHAT, left_out, priors
from pipelines.calibration.fit import main as fit_main
from pipelines.calibration.linear_fit import Observation, fit, nested
from pipelines.calibration.samples import pair
from pipelines.case import Field, Many
from pipelines.catalog.sightings import NAMES as PRODUCT_FEATURES

CURVES = {"scenario": {ANY: Curve(10, ((0.2, 0.4), (0.6, 0.8))), "by-hand": Curve(10, ((0.5, 1.0),))}}


@pytest.mark.parametrize(
    ("raw", "confidence"),
    [(0.0, 0.4), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (1.0, 0.8)],
)
def test_between_points_a_straight_line_beyond_them_the_nearest(raw, confidence):
    assert calibrate("scenario", "words", raw, CURVES) == pytest.approx(confidence)


def test_a_method_has_its_own_curve_and_an_unknown_field_keeps_its_score():
    assert calibrate("scenario", "by-hand", 0.1, CURVES) == 1.0
    assert calibrate("nothing", "x", 0.37, CURVES) == 0.37
    assert calibrate("nothing", "x", 1.7, CURVES) == 1.0


@given(st.sampled_from(sorted(curves())), st.floats(0, 1), st.floats(0, 1))
def test_the_stored_curves_rise_and_stay_within_bounds(field, a, b):
    low, high = sorted((a, b))
    assert 0 <= calibrate(field, "any method", low) <= calibrate(field, "any method", high) <= 1


def test_calibrated_maps_fields_and_sets_and_leaves_the_rest():
    got = calibrated(
        {
            "scenario": Field("ai", confidence=0.6, method="w"),
            "other": 3,
            "empty": Field.unknown("x"),
            "many": Many((Field("a", confidence=0.5),)),
        },
        CURVES,
    )
    assert got["scenario"].confidence == 0.8
    assert (got["other"], got["empty"].confidence, got["many"].items[0].confidence) == (3, 0.0, 0.5)


def test_reliability_is_the_mean_gap_of_confidence_and_share_right():
    perfect = reliability([(0.5, True), (0.5, False)])
    assert (perfect.error, perfect.values, perfect.right) == (0.0, 2, 0.5)
    assert reliability([(0.9, False), (1.0, False)]).error == pytest.approx(0.95)
    assert reliability([]).error == 0.0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=80))
def test_a_fitted_curve_rises_whatever_the_labels(rows):
    curve = fit_curve([Judged("f", "m", raw, right) for raw, right in rows])
    scores, shares = zip(*curve.points, strict=True)
    assert list(scores) == sorted(set(scores))
    assert list(shares) == sorted(shares)
    assert all(0 < share < 1 for share in shares)


def test_fitting_mends_a_score_that_boasts():
    rows = [Judged("f", "m", 0.95, k % 2 == 0) for k in range(100)]
    assert fit_curves(rows)["f"][ANY].at(0.95) == pytest.approx(0.5, abs=0.02)


def test_a_method_gets_a_curve_of_its_own_only_where_enough_was_judged():
    rows = [Judged("f", "often", 0.5, True)] * 60 + [Judged("f", "seldom", 0.5, False)] * 5
    assert set(fit_curves(rows)["f"]) == {ANY, "often"}


def test_a_fit_finds_the_telling_feature_and_measures_on_documents_left_out():
    observations = [
        Observation(f"d{k}", f"d{k}", code, {"tells": float((k + j) % 2), "noise": float(k % 3)}, (k + j) % 2 == 1)
        for k in range(40)
        for j, code in enumerate(("a", "b"))
    ]
    fitted = fit("x", observations, 1.0)
    assert fitted.measured["f1"] > 0.95
    assert abs(fitted.weights["tells"]) > 5 * abs(fitted.weights["noise"])
    assert fitted.probability("a", {"tells": 1.0, "noise": 0.0}) > fitted.threshold > fitted.probability("a", {"tells": 0.0, "noise": 0.0})


def test_one_a_case_gives_at_most_one_code_a_case():
    observations = [
        Observation(f"d{k}", f"d{k}", code, {"tells": value}, code == "a") for k in range(30) for code, value in (("a", 1.0), ("b", 0.9))
    ]
    assert fit("x", observations, 1.0, one_a_case=True).measured["precision"] == 1.0


def test_labels_are_paired_with_the_case_that_names_their_customer():
    from story_blocks import story_of

    one, two = story_of(("lead", "Example Bakery bakes.")), story_of(("lead", "示例银行上云。"))
    rows = [{"customer_name": "示例银行"}, {"customer_name": "Example Bakery"}]
    assert list(pair(rows, [one, two])) == [(rows[0], two), (rows[1], one)]
    assert list(pair(rows[:1], [one])) == [(rows[0], one)]
    assert list(pair(rows, [])) == []


def test_a_prior_holds_a_feature_that_the_labels_hardly_show():
    observations = [Observation(f"d{k}", f"d{k}", "a", {"tells": float(k % 2), "rare": float(k == 0)}, k % 2 == 1) for k in range(40)]
    held = fit("x", observations, 0.1, prior={"tells": 1.0, "rare": 2.0})
    free = fit("x", observations, 0.1)
    assert held.weights["rare"] > 1.5 > abs(free.weights["rare"])
    assert held.weights["tells"] > 1.0


def test_the_priors_speak_of_features_that_exist():
    assert set(priors("products")) <= set(PRODUCT_FEATURES)
    assert priors("challenges") == {}
    assert tuple(OBSERVATIONS) == WHAT[: len(OBSERVATIONS)]


def test_nested_measures_are_no_better_than_the_truth_of_chance():
    chance = np.random.RandomState(0)
    observations = [Observation(f"d{k}", f"d{k}", "a", {}, bool(chance.randint(2))) for k in range(400)]
    measured = nested(chance.uniform(size=400), observations)
    assert measured["precision"] < 0.6


def test_a_wanted_code_that_cannot_be_given_counts_as_missed():
    observations = [Observation(f"d{k}", f"d{k}", "a", {}, True, possible=k % 2 == 0) for k in range(40)]
    assert nested(np.ones(40), observations) == {"precision": 1.0, "recall": 0.5, "f1": pytest.approx(0.667, abs=0.001)}


def test_the_command_takes_several_label_files_and_fits_even_stale_weights(tmp_path, monkeypatch, capsys):
    words = "Example Bakery uses Amazon S3 for its recipes and AWS Lambda for its orders. It plans to use Amazon Bedrock."
    documents = [
        {"id": f"x{k}", "vendor": "aws", "lang": "en", "kind": "case", "format": "txt", "title": "T", "text": words} for k in range(12)
    ]
    rows = [{"id": d["id"], "is_case": True, "customer_name": "Example Bakery", "products": ["Amazon S3", "AWS Lambda"]} for d in documents]
    files = {"docs": documents, "one": rows[:6], "two": rows[6:], "own": []}
    for name, held in files.items():
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in held), encoding="utf-8")
    (tmp_path / "score.py").write_text("def same_product(a, b):\n    return a == b\n", encoding="utf-8")
    monkeypatch.setattr("pipelines.calibration.fit.WEIGHTS", tmp_path)
    monkeypatch.setattr("pipelines.calibration.fit.OWN", tmp_path / "own.jsonl")
    monkeypatch.setattr("pipelines.steps.products.weights", lambda: pytest.fail("a fit must not need the weights that it makes"))
    given = ["products", "--documents", "docs", "--labels", "one", "two", "--scorer", "score.py"]
    given = [str(tmp_path / (a + ".jsonl")) if a in files else str(tmp_path / a) if a.endswith(".py") else a for a in given]
    assert fit_main(given) == 0
    assert "products.yaml" in capsys.readouterr().out
    assert "threshold" in (tmp_path / "products.yaml").read_text(encoding="utf-8")


def test_a_curve_is_measured_on_documents_that_it_has_not_seen():
    by_heart = [Judged("f", "m", 0.9, k % 2 == 0, f"d{k % 2}") for k in range(200)]  # one document all right, one all wrong
    assert all(confidence < 0.05 for confidence, row in left_out(by_heart) if row.right)


def test_a_value_of_a_fresh_page_counts_as_often_as_it_is_told_to():
    rows = [Judged("f", "m", 0.9, True, "a", times=3)] * 20 + [Judged("f", "m", 0.9, False, "b")] * 20
    curve = fit_curves(rows)["f"][ANY]
    assert (curve.observations, curve.at(0.9)) == (80, pytest.approx(0.75, abs=0.03))


def test_the_command_fits_everything_by_default_and_refuses_what_it_does_not_know(tmp_path, monkeypatch, capsys):
    empty = tmp_path / "none.jsonl"
    empty.write_text("", encoding="utf-8")
    rest = ["--documents", str(empty), "--labels", str(empty), str(empty), "--scorer", str(tmp_path / "score.py")]
    (tmp_path / "score.py").write_text("", encoding="utf-8")
    done = []
    monkeypatch.setattr("pipelines.calibration.fit.OWN", empty)
    monkeypatch.setattr("pipelines.calibration.fit.fit", lambda name, *_: done.append(name))
    monkeypatch.setattr("pipelines.calibration.fit._write_linear", lambda _: None)
    monkeypatch.setattr("pipelines.calibration.fit._write_curves", lambda _: done.append("confidence"))
    assert (fit_main(rest), done) == (0, list(WHAT))
    with pytest.raises(SystemExit):
        fit_main(["sizes", *rest])
    assert "choose from" in capsys.readouterr().err
