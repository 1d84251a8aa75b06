"""The statistics: known values, and properties that must hold whatever the counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import stats

counts = st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@pytest.mark.parametrize(
    ("n", "of", "low", "high"), [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)]
)
def test_wilson_agrees_with_the_published_values(n, of, low, high):
    found = stats.wilson(n, of)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)


@given(counts)
def test_wilson_holds_the_share_and_stays_within_0_and_1(pair):
    n, of = pair
    found = stats.wilson(n, of)
    assert 0 <= found.low <= n / of + 1e-4
    assert n / of - 1e-4 <= found.high <= 1


def test_wilson_of_nothing_is_none_and_of_the_impossible_an_error():
    assert stats.wilson(0, 0) is None
    assert stats.share(0, 0).share == 0
    with pytest.raises(ValueError, match="no share"):
        stats.wilson(3, 2)


def test_over_representation_is_fishers_one_sided_test():
    # 3 of 3 drawn carry the mark that 3 of 6 carry: 1 in 20 ways
    assert stats.over_represented(3, 3, 3, 6) == pytest.approx(0.05)
    assert stats.under_represented(0, 3, 3, 6) == pytest.approx(0.05)


def test_benjamini_hochberg_rejects_by_rank():
    assert stats.discoveries([0.01, 0.04, 0.03, 0.5], 0.05) == [True, False, False, False]
    assert stats.discoveries([0.01, 0.02, 0.03, 0.5], 0.05) == [True, True, True, False]
    assert stats.discoveries([], 0.05) == []


@given(st.lists(st.floats(0, 1), max_size=30), st.floats(0.01, 0.5))
def test_benjamini_hochberg_never_rejects_more_than_single_tests_would(ps, rate):
    kept = stats.discoveries(ps, rate)
    assert all(p <= rate for p, k in zip(ps, kept, strict=True) if k)


def test_cramers_v_sees_dependence_and_forgives_chance():
    a = np.repeat([0, 1, 2], 20)
    assert stats.cramers_v(a, a) == pytest.approx(1, abs=0.01)
    assert stats.cramers_v(a, np.tile([0, 1], 30)) < 0.1
    assert stats.cramers_v(a, np.zeros(60, dtype=int)) == 0
    assert stats.cramers_v(a, np.full(60, -1)) == 0


def test_adjusted_rand_is_one_for_the_same_partition_under_other_names_and_about_zero_by_chance():
    a = np.repeat([0, 1, 2], 30)
    assert stats.adjusted_rand(a, (a + 1) % 3) == pytest.approx(1)
    assert abs(stats.adjusted_rand(a, stats.rng(1).permutation(a))) < 0.1


def test_silhouette_is_high_for_far_groups_and_zero_for_one():
    line = np.asarray([0.0, 0.1, 0.2, 9.0, 9.1, 9.2])
    distance = np.abs(line[:, None] - line[None, :])
    assert stats.silhouettes(distance, np.asarray([0, 0, 0, 1, 1, 1])).min() > 0.95
    assert stats.silhouettes(distance, np.asarray([0, 1, 0, 1, 0, 1])).mean() < 0
    assert not stats.silhouettes(distance, np.zeros(6, dtype=np.int64)).any()


def test_generators_with_other_numbers_draw_otherwise():
    assert stats.rng(1, 2).random() == stats.rng(1, 2).random()
    assert stats.rng(1, 2).random() != stats.rng(1, 3).random()
