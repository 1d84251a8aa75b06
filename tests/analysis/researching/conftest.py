"""The sources of the fictional product 示例云流程, read once, and a store that holds them."""

from pathlib import Path

import pytest

from analysis.research.answer import answer
from analysis.research.evaluate import AS_OF, read_all
from analysis.research.index import Index
from analysis.research.store import Store

DATA = Path(__file__).parents[2] / "data" / "research"


@pytest.fixture(scope="session")
def product():
    return read_all(DATA / "product")


@pytest.fixture(scope="session")
def index(product):
    return Index.build(product)


@pytest.fixture(scope="session")
def say(index):
    return lambda question, as_of=AS_OF: answer(index, question, as_of)


@pytest.fixture
def store(tmp_path, product):
    with Store.open(f"sqlite:///{tmp_path}/library.db") as opened:
        opened.put(product, "2026-03-01")
        yield opened
