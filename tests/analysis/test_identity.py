"""Personas keep their ids over runs, and what changed between two runs is told."""

from dataclasses import replace

import pytest

from analysis import drift, generate
from analysis.personas.identity import match_personas
from analysis.scope import AnalysisError


def more(n, start, groups=generate.THREE):
    return [
        replace(c, case_id=f"more-{start + i}", customer_key=f"more-{start + i}") for i, c in enumerate(generate.cases(n, groups, seed=9))
    ]


def test_ten_more_cases_leave_every_id_as_it_was(run, planted, clear):
    later = run(planted + more(10, 0))
    assert {p.id for p in later.personas} == {p.id for p in clear.personas}
    assert all(m.old == m.new and m.likeness > 0.8 for m in match_personas(clear, later))


def test_an_earlier_run_hands_its_ids_on_even_where_the_signature_moved(run, planted, clear):
    renamed = replace(clear, personas=tuple(replace(p, id=f"old-{i}") for i, p in enumerate(clear.personas)))
    later = run(planted, previous=renamed)
    assert {p.id for p in later.personas} == {"old-0", "old-1", "old-2"}
    assert {c.persona for c in later.cases} <= {"old-0", "old-1", "old-2", None}


def test_runs_without_a_common_case_are_matched_by_what_the_personas_are(run, clear):
    other = run(more(60, 0))
    assert len(match_personas(clear, other)) == 3


def test_drift_tells_new_gone_grown_shrunk_and_withdrawn(run, planted, clear):
    fourth = generate.Planted(("education.universities",), ("ai",), ("small",), ("intelligence", "operations"))
    kept = [c for i, c in enumerate(planted) if i % 3]  # the first group goes
    found = drift.drift(clear, run(kept + more(60, 0, (fourth,))))
    kinds = {p.name.zh: p.change for p in found.personas}
    assert kinds["金融核心系统客户"] == "gone"
    assert kinds["高校AI应用客户"] == "new"
    assert "20" in found.summary.zh
    assert len(found.withdrawn_cases) == 20
    assert len(found.new_cases) == 60


def test_a_changed_case_names_its_fields(run, planted, clear):
    first = planted[0]
    changed = replace(first, company_size=replace(first.company_size, value="startup", reason=None))
    found = drift.drift(clear, run([changed, *planted[1:]]))
    assert [(c.case, c.fields) for c in found.changed_cases] == [(first.case_id, ("company_size",))]
    assert not found.new_cases
    assert not found.withdrawn_cases


def test_nothing_changed_says_so(clear):
    found = drift.drift(clear, clear)
    assert {p.change for p in found.personas} == {"steady"}
    assert not found.weights
    assert not found.changed_cases


def test_a_weight_that_left_its_interval_is_told(clear):
    first = clear.personas[0]
    lead = first.factors[0]
    low = replace(lead, weight=0.01, interval=replace(lead.interval, low=0.0, high=0.02))
    before = replace(clear, personas=(replace(first, factors=(low, *first.factors[1:])), *clear.personas[1:]))
    assert [(w.persona, w.factor) for w in drift.drift(before, clear).weights] == [(first.id, lead.factor)]


def test_other_categories_are_not_compared(clear):
    with pytest.raises(AnalysisError, match="品类不同"):
        drift.drift(clear, replace(clear, scope=replace(clear.scope, category="块存储")))


@pytest.mark.parametrize(("today", "expired"), [("2026-02-01", False), ("2026-07-30", False), ("2026-07-31", True)])
def test_a_card_past_its_age_is_expired(clear, today, expired):
    found = drift.age(clear, today)
    assert found.expired is expired
    assert ("已过期" in found.text.zh) is expired
    assert found.expires == "2026-07-30"
