"""The published table of phrases is the grammar's specification."""

from pathlib import Path

import pytest

from pipelines.quantities import table
from pipelines.vocabulary import load_yaml

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "tests" / "data").glob("benefits_*.yaml"))
PHRASES = [phrase for path in FILES for phrase in load_yaml(path, table.Table).phrases]


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda p: p.text)
def test_phrase(phrase):
    assert table.holds(phrase), table.told(phrase)


def test_the_table_is_large_and_its_phrases_differ():
    assert len(PHRASES) >= 300
    assert len({p.text for p in PHRASES}) == len(PHRASES)


def test_every_phrase_expects_something():
    assert all(bool(p.benefits) != bool(p.refused) for p in PHRASES)


def test_the_published_document_is_current():
    published = (ROOT / "docs" / "benefit-grammar.md").read_text(encoding="utf-8")
    assert published == table.render(FILES), "python -m pipelines.quantities.table tests/data/benefits_*.yaml > docs/benefit-grammar.md"
