"""Forms made of cases: they read without a doubt, and name neither the customer nor its vendor."""

import pytest

from analysis import generate
from analysis.intake.evaluate import askable, form_of, outcome, phrases
from analysis.intake.profile import profile
from analysis.intake.read import read_forms
from pipelines.starter import starter_cases
from pipelines.vocabulary import codes

POOL = askable(starter_cases())


def test_every_factor_and_scenario_has_a_phrase():
    assert set(phrases().factor) == set(codes().factor)
    assert set(phrases().scenario) == set(codes().scenario)
    assert set(phrases().subject) <= set(codes().benefit_subject)


@pytest.mark.parametrize("case", POOL[::6], ids=lambda c: c.case_id)
def test_a_form_made_of_a_case_is_understood_as_it_was_meant(case):
    text = form_of(case)
    (form,) = read_forms(text)
    assert form.notes == ()
    assert case.customer_name.value not in text
    row = profile(form).row
    assert row.industry.partition(".")[0] == case.industry.value.partition(".")[0]
    assert row.scenario == case.scenario.value
    assert set(case.categories.values()) <= set(row.categories)


def test_the_like_of_a_hidden_case_is_found():
    cases = generate.cases(48)
    found = outcome(cases[0], cases)
    assert found.right()
    assert found.cases_both
