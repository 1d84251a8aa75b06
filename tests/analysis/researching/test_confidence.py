"""Confidence is what was earned over sources that the program had not seen, not what it has since been mended for."""

from pathlib import Path

import pytest

from analysis.research.confidence import FEATURES
from analysis.research.evaluate import FIRST_ASKED, MAX_ECE, First, first_asked, fitted, honesty

ASKED = Path(__file__).parents[2] / "data" / "research" / FIRST_ASKED
GOOD, POOR = {"fit": 1.0, "weight": 0.9, "cue": 1.0}, {"fit": 0.6, "weight": 0.9, "unofficial": 1.0}


def answers(features, right, wrong):
    return [First("x", k < right, features) for k in range(right + wrong)]


def weights_of(text):
    return {name.strip(): float(value) for name, value in (line.split(":") for line in text.splitlines())}


def test_the_weights_in_force_state_what_was_earned():
    told, right, error = honesty(first_asked(ASKED))
    assert told == pytest.approx(right, abs=0.02)
    assert error <= MAX_ECE


def test_a_confidence_that_was_not_earned_is_an_error():
    told, right, error = honesty(answers(GOOD, 5, 15))
    assert right == 0.25
    assert error == pytest.approx(told - right)
    assert error > MAX_ECE


def test_the_fit_follows_what_was_right_and_keeps_every_weight_on_its_side():
    often, seldom = (weights_of(fitted(answers(GOOD, n, 40 - n) + answers(POOR, 10, 30))) for n in (38, 22))
    assert set(often) == {"bias", *FEATURES}
    assert often["bias"] + often["fit"] + often["cue"] > seldom["bias"] + seldom["fit"] + seldom["cue"]
    against = weights_of(fitted(answers(GOOD, 5, 35) + answers(POOR, 38, 2)))  # answers that would turn the signs
    assert against["fit"] > 0 > against["unofficial"]
