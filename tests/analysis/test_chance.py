"""What chance reaches: a p that has been chosen is paid for, and cases without structure are not certified."""

from dataclasses import replace

import numpy as np
import pytest

from analysis import generate
from analysis.evidence import Book
from analysis.load import to_rows
from analysis.personas import chance, features, find
from analysis.thresholds import thresholds
from analysis.validate.structure import structure


def table(observed, null, ks=(3, 4)):
    return chance.Chance(ks, np.asarray(observed), tuple(() for _ in ks), np.asarray(null))


def test_a_shuffle_that_does_well_at_another_k_counts():
    """At 3 no shuffle does as well, at 4 all do; but one shuffle is as good at 4 as the observed one is at 3."""
    one = table([0.9, 0.1], [[0.5, 0.9], [0.6, 0.3], [0.4, 0.2]])
    assert one.p_value(3) == 0.5  # itself and the first shuffle, of four
    assert one.p_value(4) == 1.0
    assert table([0.9], [[0.5], [0.6], [0.4]], ks=(3,)).p_value(3) == 0.25  # nothing was chosen


def test_a_group_is_judged_at_the_k_it_was_found_at():
    one = table([0.5, 0.5], [[0.1, 0.8], [0.2, 0.7], [0.3, 0.6]])
    assert one.p_value(3, 0.9) < one.p_value(4, 0.65)
    assert one.p_value(3, 0.0) == 1.0


def test_choosing_the_best_of_several_ks_is_paid_for():
    """Rows of nothing but noise, alike over the ks as cuts of the same cases are; the k of the smallest p is chosen every time."""
    draw = np.random.default_rng(8)
    plain, paid = [], []
    for _ in range(1500):
        rows = draw.normal(size=(100, 1)) * 0.5 + draw.normal(size=(100, 4))
        one = table(rows[0], rows[1:], ks=(3, 4, 5, 6))
        best = min(one.ks, key=one.p_value)
        paid.append(one.p_value(best))
        plain.append(min((rows[:, i] >= rows[0, i]).mean() for i in range(4)))
    assert np.mean(np.asarray(plain) <= 0.05) > 0.12
    assert 0.03 < np.mean(np.asarray(paid) <= 0.05) < 0.065


def encoded(cases):
    return features.encode(to_rows(cases, Book(cases)))


def test_dealt_cases_and_dealt_distances_are_the_same():
    known = encoded(generate.noise(30))
    deal = known.deal(np.random.default_rng(1))
    assert np.allclose(features.parts(known).dealt(deal), features.gower(known.dealt(deal))[0], atol=1e-12)
    assert sorted(known.dealt(deal).scenario) == sorted(known.scenario)
    assert not np.array_equal(known.dealt(deal).scenario, known.scenario)


@pytest.fixture
def quick(monkeypatch):
    """Fewer draws, so that many libraries can be tried."""
    rule = thresholds()
    small = replace(rule, clustering=replace(rule.clustering, permutations=19, bootstrap=2, bootstrap_curve=2, k_max=5))
    for module in (find, chance):
        monkeypatch.setattr(module, "thresholds", lambda: small)
    return small


def test_libraries_of_noise_are_found_structured_no_more_often_than_the_level_allows(quick):
    """Of 60 libraries without structure at most 6 may have p ≤ 0.05 (at a true rate of 5 % more would come in 3 of 100 draws)."""
    held = [s for s in (structure(find.find(encoded(generate.noise(30, seed=seed)))) for seed in range(100, 160)) if s]
    assert len(held) > 50
    assert sum(s.p_value <= quick.significance for s in held) <= 6


def test_libraries_with_planted_groups_are_beyond_chance(quick):
    held = [structure(find.find(encoded(generate.cases(30, seed=seed)))) for seed in range(6)]
    assert all(s.p_value <= quick.significance for s in held)
