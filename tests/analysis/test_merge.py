"""The four deduplication rules of document 1 §2.2 on planted groups that must and must not merge."""

from dataclasses import replace

import numpy as np
import pytest

from analysis import generate
from analysis.evidence import Book
from analysis.generate import Planted
from analysis.load import to_rows
from analysis.model import BenefitRow, Text
from analysis.personas import features, merge

BANKS = Planted(("finance.banking",), ("core-migration",), ("large",), ("reliability", "security"))
INSURERS = replace(BANKS, industries=("finance.insurance",))


def pair(a, b, n=12, share_needs=1.0):
    """Profiles and features of n cases of each group; the first half is a."""
    cases = [replace(c, case_id=f"a-{c.case_id}") for c in generate.cases(n, (a,), share_needs=share_needs)]
    cases += [replace(c, case_id=f"b-{c.case_id}") for c in generate.cases(n, (b,), share_needs=share_needs)]
    made = features.encode(to_rows(cases, Book(())))
    return made, np.repeat([0, 1], n)


def measured(a, b):
    made, labels = pair(a, b)
    return {
        v.rule: v
        for v in merge.verdicts(merge.profile(made, np.flatnonzero(labels == 0)), merge.profile(made, np.flatnonzero(labels == 1)))
    }


MUST = {
    "banks and insurers, the document's own example": (BANKS, INSURERS),
    "the same group twice": (BANKS, BANKS),
    "mid-size and large are one level apart": (BANKS, replace(BANKS, sizes=("medium",))),
    "sizes unknown, all else alike": (replace(BANKS, unknown={"sizes": 1.0}), replace(INSURERS, unknown={"sizes": 1.0})),
    "P0 features differ, the three other rules hold": (BANKS, replace(BANKS, needs=("cost", "agility"))),
}
MUST_NOT = {
    "other scenario": (BANKS, replace(BANKS, scenarios=("ai",))),
    "large and start-up are three levels apart": (BANKS, replace(BANKS, sizes=("startup",))),
    "other industry and other P0": (BANKS, replace(BANKS, industries=("internet.gaming",), needs=("cost", "agility"))),
    "other industry, sizes unknown, other P0": (
        replace(BANKS, unknown={"sizes": 1.0}),
        replace(BANKS, industries=("retail.chains",), needs=("cost",), unknown={"sizes": 1.0}),
    ),
    "scenario unknown: the required rule cannot be judged": (replace(BANKS, unknown={"scenarios": 1.0}), INSURERS),
}


@pytest.mark.parametrize("name", MUST)
def test_groups_that_must_merge(name):
    made, labels = pair(*MUST[name])
    joined, steps = merge.merge_all(made, labels)
    assert set(joined.tolist()) == {0}
    assert [s.merged for s in steps] == [True]


@pytest.mark.parametrize("name", MUST_NOT)
def test_groups_that_must_not_merge(name):
    made, labels = pair(*MUST_NOT[name])
    kept, steps = merge.merge_all(made, labels)
    assert kept.tolist() == labels.tolist()
    assert [s.merged for s in steps] == [False]


def test_the_industry_rule_says_on_which_level_it_holds():
    assert measured(BANKS, INSURERS)["industry-overlap"].note == "parent"
    assert measured(BANKS, BANKS)["industry-overlap"].note == "leaf"
    assert measured(BANKS, replace(BANKS, industries=("retail.chains",)))["industry-overlap"].holds is False


def test_seventy_percent_is_not_more_than_seventy_percent():
    leaf = np.zeros(4)
    base = merge.Profile(10, leaf, np.asarray([10.0, 0, 0, 0]), np.ones(4), np.ones(4), np.ones(14))
    at, above = replace(base, top=np.asarray([7.0, 3, 0, 0])), replace(base, top=np.asarray([71.0, 29, 0, 0]))
    assert merge.verdicts(base, at)[0].holds is False
    assert merge.verdicts(base, above)[0].holds is True


def test_size_span_is_at_most_one_level():
    medium, small = replace(BANKS, sizes=("medium",)), replace(BANKS, sizes=("small",))
    assert measured(BANKS, medium)["size-span"].holds is True
    assert measured(BANKS, small)["size-span"].holds is False
    assert measured(BANKS, replace(BANKS, unknown={"sizes": 1.0}))["size-span"].holds is None


def test_no_p0_on_either_side_cannot_be_judged():
    few = np.full(14, 0.4)
    base = merge.Profile(10, np.ones(4), np.ones(4), np.ones(4), np.ones(4), few)
    assert merge.verdicts(base, base)[2].holds is None
    assert merge.verdicts(base, replace(base, needs=np.full(14, 0.6)))[2].holds is False


def test_every_rule_is_recorded_with_value_threshold_and_reason(clear):
    assert {m.rule for m in clear.merges} == set(merge.merge_rules().rules)
    for m in clear.merges:
        assert m.reason.zh
        assert m.reason.en
        assert len(m.joined) == len(m.joined_text) == 2


def test_two_known_sizes_of_many_neither_join_nor_forbid():
    """What two of twelve cases tell of their size is not the size of the group: the rule cannot judge, and so vetoes nothing."""
    few = np.zeros(4)
    base = merge.Profile(12, np.zeros(4), np.asarray([12.0, 0, 0, 0]), np.asarray([12.0, 0, 0, 0]), few, np.ones(14))
    large, startups = replace(base, size=np.asarray([0, 0, 0, 2.0])), replace(base, size=np.asarray([9.0, 0, 0, 0]))
    assert merge.verdicts(large, startups)[3].holds is None
    assert not merge.barred(large, startups)
    assert merge.barred(replace(large, size=np.asarray([0, 0, 0, 3.0])), startups)
    assert merge.verdicts(replace(base, top=np.asarray([2.0, 0, 0, 0])), base)[0].holds is None


def test_results_speak_for_a_need_only_where_they_were_surely_read():
    row = replace(to_rows(generate.cases(1), Book(()))[0], challenges=("security",))
    gain = BenefitRow(30, "%", "down", "cost", Text("成本 ↓ 30%", "cost ↓ 30 %"), "成本下降 30%", confidence=0.9)
    assert features.needs_of(replace(row, benefits=(gain,))) == {"cost": 0.5, "security": 1.0}
    assert features.needs_of(replace(row, benefits=(replace(gain, confidence=0.1),))) == {"security": 1.0}
    assert features.needs_of(replace(row, benefits=(replace(gain, measure="click_through"),))) == {"security": 1.0}
