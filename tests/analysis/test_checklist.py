"""The checklist is computed: what is not reached is not ticked (document 1 执行检查清单)."""

from dataclasses import replace

import pytest

from analysis.model import Text
from analysis.validate.checklist import checklist


def item(analysis, name):
    return next(c for c in checklist(analysis) if c.id == f"list-{name}")


@pytest.mark.parametrize(("n", "colour"), [(0, "red"), (1, "red"), (2, "red"), (3, "green"), (5, "green"), (6, "red")])
def test_three_to_five_personas_or_no_tick(clear, n, colour):
    people = tuple(replace(clear.personas[0], id=f"p{i}") for i in range(n))
    assert item(replace(clear, personas=people), "personas").colour == colour


def test_a_check_of_the_triangulation_that_fails_is_named_and_not_ticked(clear):
    first, *rest = [replace(c, colour="green") for c in clear.validation.triangulation]
    for colour in ("green", "amber", "red"):
        checks = (replace(first, colour=colour, name=Text("示例验证", "Example")), *rest)
        found = item(replace(clear, validation=replace(clear.validation, triangulation=checks)), "triangulated")
        assert found.colour == colour
        assert ("未通过：示例验证" in found.finding.zh) is (colour == "red")
    assert item(replace(clear, validation=replace(clear.validation, triangulation=())), "triangulated").colour == "red"


def test_all_eleven_fields_are_counted(clear):
    whole = {
        "customer": "示例",
        "vendor": "aws",
        "categories": ("对象存储",),
        "products": ("Amazon S3",),
        "industry": "finance",
        "company_size": "large",
        "scenario": "ai",
        "challenges": ("cost",),
        "solution": "迁移",
        "url": "https://www.example.com/",
    }
    benefits = next(c.benefits for c in clear.cases if c.benefits)
    full = replace(clear, cases=tuple(replace(c, **whole, benefits=benefits) for c in clear.cases))
    n = len(full.cases)
    assert item(full, "fields").colour == "green"
    bare = replace(full, cases=tuple(replace(c, solution=None) for c in full.cases))
    found = item(bare, "fields")
    assert found.colour == "amber"
    assert f"解决方案 0/{n}" in found.finding.zh
    assert f"企业规模 {n}/{n}" in found.finding.zh
    assert found.finding.zh.count("/") == 11


def test_features_are_those_of_needs_not_the_weights_of_factors(clear):
    bare = replace(clear, personas=tuple(replace(p, needs=()) for p in clear.personas))
    assert all(p.factors for p in bare.personas)
    assert item(bare, "features").colour == "red"
    assert item(clear, "features").colour == "green"
