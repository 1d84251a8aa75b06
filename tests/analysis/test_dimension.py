"""Personas that are one dimension by another name are told as such (document 1 §2.1: four dimensions)."""

from dataclasses import replace

import numpy as np

from analysis import generate
from analysis.evidence import Book
from analysis.load import to_rows
from analysis.personas.features import encode
from analysis.validate.dimension import one_dimension

BASE = to_rows(generate.cases(1), Book(()))[0]


def features(*values):
    """Features of rows that have (industry, scenario)."""
    return encode([replace(BASE, id=f"r{i}", industry=industry, scenario=scenario) for i, (industry, scenario) in enumerate(values)])


def test_the_dimension_that_is_the_personas_is_found():
    made = features(*[(i, s) for s in ("ai", "data-analytics") for i in ("finance", "retail", "media", None)] * 3)
    by_scenario = one_dimension(made, made.scenario)
    assert (by_scenario.field, by_scenario.value) == ("scenario", 1.0)
    assert one_dimension(made, np.where(made.top < 0, 20, made.top)).field == "industry"  # the unknown is a value of its own
    assert abs(one_dimension(made, np.arange(24) % 5).value) < 0.3


def test_cases_outside_do_not_count_and_one_persona_is_no_partition():
    made = features(("finance", "ai"), ("retail", "ai"), ("finance", "core-migration"), ("retail", "core-migration"), (None, "ai"))
    assert one_dimension(made, np.asarray([0, 0, 1, 1, -1])).value == 1.0
    assert one_dimension(made, np.zeros(5, dtype=np.int64)) is None


def test_the_certificate_and_the_notes_tell_it(run, clear):
    flat = tuple(
        replace(g, industries=generate.NOISE.industries, sizes=generate.NOISE.sizes, unknown={"sizes": 0.9}) for g in generate.THREE
    )
    made = run(generate.cases(90, flat, seed=3))
    metric = next(m for m in made.validation.metrics if m.id == "one_dimension")
    assert (metric.colour, metric.detail["dimension"]) == ("amber", "scenario")
    assert any("按“业务场景”一个维度划分" in n.zh for n in made.notes)
    assert not any("一个维度划分" in n.zh for n in clear.notes)  # there industry and scenario fall together
    assert next(m for m in clear.validation.metrics if m.id == "one_dimension").colour == "green"
