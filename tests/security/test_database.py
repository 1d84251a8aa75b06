"""The shared database: whatever a search asks is a value and no SQL; whatever another program wrote in it is judged when it is read."""

from pathlib import PurePosixPath

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from analysis import generate
from analysis.research.index import Index
from analysis.research.sources.read import read_bytes
from pipelines.archive import ArchiveError
from pipelines.case import Case
from pipelines.library import Library
from tests.security.hostile import SQL

BRIEF = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
KNOWN = (*generate.VENDORS, *generate.ten_categories())
QUERY = st.one_of(st.sampled_from(SQL), st.text(max_size=40), st.lists(st.sampled_from(SQL), max_size=3).map(" ".join)).filter(
    lambda q: q not in KNOWN
)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    with Library.open(f"sqlite:///{tmp_path_factory.mktemp('lib')}/library.db") as opened:
        generate.fill(opened, 40)
        yield opened


@pytest.fixture(scope="module")
def index():
    words = "# 存储桶\n\n存储桶的上限是 100 个。\n\n- body NEAR above AND OR NOT a*\n"
    return Index.build(read_bytes(words.encode(), PurePosixPath("kb/a.md")))


@BRIEF
@given(QUERY)
def test_every_question_to_the_library_is_a_value(library, asked):
    before = library.digest()
    assert list(library.cases(category=asked)) == []
    assert list(library.cases(vendors=[asked])) == []
    assert library.case(asked) is None
    assert library.page_text(asked) == ""
    assert library.page(asked) is None
    assert library.withdraw("run", [asked]) == 0
    assert library.digest() == before
    assert len(list(library.cases())) == 40


@BRIEF
@given(QUERY)
def test_every_question_to_the_search_index_is_words(index, asked):
    for found in (index.search([asked]), index.search(asked.split())):
        assert all(row.text for row in found)
    assert index.size >= 2


def damage(library, statement, **values):
    with library.engine.begin() as db:
        assert db.execute(text(statement), values).rowcount


@pytest.fixture
def shared(tmp_path):
    with Library.open(f"sqlite:///{tmp_path}/library.db") as opened:
        generate.fill(opened, 3)
        yield opened


@pytest.mark.parametrize("ref", ["../../../../etc/passwd#0", "/etc/passwd#0", "x.warc.gz#0", "library.db#0"])
def test_a_page_that_claims_another_file_as_its_record_reads_none(shared, ref):
    damage(shared, "UPDATE pages SET archive = :ref", ref=ref)
    page = next(iter(shared.cases())).page_digest
    with pytest.raises(ArchiveError):
        shared.archived(page)


def test_a_record_with_other_bytes_than_it_was_cited_by_is_found(shared):
    ref = shared.archive.add(b"other bytes", "https://example.com/", "text/html", "run")
    damage(shared, "UPDATE pages SET archive = :ref", ref=ref)
    with pytest.raises(ArchiveError, match="sha256:"):
        shared.archived(next(iter(shared.cases())).page_digest)


def test_a_case_runs_nothing_however_it_was_written(shared, caplog):
    """Rows are JSON of named shapes: no pickle, no class by name; what is no case is told and no object."""
    assert Case.from_json(next(iter(shared.cases())).to_json())
    damage(shared, "UPDATE cases SET data = :data", data='{"__reduce__": ["os.system", "true"]}')
    assert list(shared.cases()) == []
    assert "missing required field" in caplog.text
