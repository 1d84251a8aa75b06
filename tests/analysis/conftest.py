"""Analyses of generated cases, made once for all tests that only read them."""

from dataclasses import replace

import pytest

from analysis import generate
from analysis.run import analyse
from analysis.scope import Category

CATEGORY = Category("对象存储", "存储类", "海量非结构化数据存储", ("HTTP 接口",), ("块设备",), "即品类名")


@pytest.fixture(scope="session")
def category():
    return CATEGORY


@pytest.fixture(scope="session")
def planted():
    """60 cases in three groups that differ, a tenth of the values drawn at random, half of the sizes unknown."""
    return generate.cases(60, tuple(replace(g, noise=0.1, unknown={"sizes": 0.5}) for g in generate.THREE))


@pytest.fixture(scope="session")
def run():
    """Analyse cases with their generated pages."""

    def go(cases, **more):
        pages = {c.page_digest: generate.page_text(c) for c in cases}
        return analyse(cases, "对象存储", as_of="2026-01-31", category=CATEGORY, page_text=lambda d: pages.get(d, ""), **more)

    return go


@pytest.fixture(scope="session")
def clear(run, planted):
    return run(planted)


@pytest.fixture(scope="session")
def noisy(run):
    return run(generate.noise(80, seed=5))
