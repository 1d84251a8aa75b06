"""The store: importing again changes only what changed, what is gone leaves a trace, the index follows the sources."""

from dataclasses import replace

import pytest

from analysis.research.answer import answer
from analysis.research.evaluate import AS_OF
from analysis.research.index import Index
from analysis.research.store import Store, StoreError


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "sources"
    (made / "api").mkdir(parents=True)
    (made / "kb").mkdir()
    (made / "api" / "a.md").write_text("# 甲\n\n更新日期：2026-01-01\n\n甲支持导出。\n", encoding="utf-8")
    (made / "kb" / "b.md").write_text("# 乙\n\n乙支持导入。\n", encoding="utf-8")
    return made


@pytest.fixture
def empty(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/library.db") as store:
        yield store


def test_import_then_again_then_changed_then_removed(empty, folder):
    first = empty.import_paths([folder], "2026-03-01")
    assert (first.added, first.undated) == (["sources/api/a.md", "sources/kb/b.md"], ["sources/kb/b.md"])
    again = empty.import_paths([folder], "2026-03-02")
    assert (again.added, again.changed, len(again.unchanged)) == ([], [], 2)
    (folder / "api" / "a.md").write_text("# 甲\n\n甲不支持导出。\n", encoding="utf-8")
    (folder / "kb" / "b.md").unlink()
    last = empty.import_paths([folder], "2026-03-03", sync=True)
    assert (last.changed, last.removed) == (["sources/api/a.md"], ["sources/kb/b.md"])
    assert [(e.source_id, e.event, e.day) for e in empty.history()] == [
        ("sources/api/a.md", "added", "2026-03-01"),
        ("sources/kb/b.md", "added", "2026-03-01"),
        ("sources/api/a.md", "changed", "2026-03-03"),
        ("sources/kb/b.md", "removed", "2026-03-03"),
    ]
    assert list(empty.digests()) == ["sources/api/a.md"]


def test_without_sync_nothing_is_removed(empty, folder):
    empty.import_paths([folder], "2026-03-01")
    (folder / "kb" / "b.md").unlink()
    assert empty.import_paths([folder], "2026-03-02").removed == []
    assert len(empty.digests()) == 2


def test_a_bad_file_stops_nothing_and_what_cannot_be_read_is_not_gone(empty, folder):
    empty.import_paths([folder], "2026-03-01")
    (folder / "kb" / "b.md").write_bytes(b"\0\0")
    done = empty.import_paths([folder], "2026-03-02", sync=True)
    assert [place for place, _ in done.refused] == ["sources/kb/b.md"]
    assert done.removed == []
    assert "sources/kb/b.md" in empty.digests()


def test_what_was_removed_is_kept_in_the_history(empty, folder):
    empty.import_paths([folder], "2026-03-01")
    empty.remove(["sources/kb/b.md"], "2026-03-02")
    assert empty.source("sources/kb/b.md") is None
    with pytest.raises(StoreError, match="没有资料"):
        empty.remove(["sources/kb/b.md"], "2026-03-02")


def test_the_index_follows_the_sources_and_is_used_again(empty, folder):
    empty.import_paths([folder], "2026-03-01")
    assert [r.source_id for r in empty.index().search(["export"])] == ["sources/api/a.md"]
    file = empty._index_file()
    before = file.read_bytes()
    Index.open_or_build(file, empty.digests(), pytest.fail)  # nothing changed: no source is asked for
    assert file.read_bytes() == before
    empty.remove(["sources/api/a.md"], "2026-03-02")
    assert empty.index().search(["export"]) == []


def test_only_what_changed_is_read_and_the_index_is_as_if_made_anew(tmp_path, product):
    """Sources that came, changed and went are brought in one by one; every answer is that of an index made at once."""
    changed = [replace(s, digest=f"{s.digest}-2", title=s.title) for s in product[1:3]]
    early, late = product[:-2], [*product[3:], *changed]
    held = {s.source_id: s for s in (*early, *late)}
    file, asked = tmp_path / "a.index", []

    def some(ids):
        asked.append(sorted(ids))
        return [held[i] for i in ids]

    held |= {s.source_id: s for s in early}
    Index.open_or_build(file, {s.source_id: s.digest for s in early}, some).close()
    held |= {s.source_id: s for s in late}
    grown = Index.open_or_build(file, {s.source_id: s.digest for s in late}, some)
    assert asked[1] == sorted(s.source_id for s in (*changed, *product[-2:]))
    anew = Index.build(sorted(late, key=lambda s: s.source_id))
    assert grown.size == anew.size
    for question in ("导出功能支持 PDF 格式吗？", "REST API 支持 Webhook 吗？", "How long is an access token valid?", "支持区块链吗？"):
        assert answer(grown, question, AS_OF) == answer(anew, question, AS_OF)
    words = ("webhook", "export", "token")
    assert [grown.frequency(w) for w in words] == [anew.frequency(w) for w in words]
    vectors = "SELECT concept, surface FROM vectors ORDER BY concept"
    assert grown._db.execute(vectors).fetchall() == anew._db.execute(vectors).fetchall()


def test_a_broken_index_is_built_again(empty, folder):
    empty.import_paths([folder], "2026-03-01")
    empty._index_file().write_bytes(b"no database at all" * 100)
    assert empty.index().search(["export"])


def test_the_index_is_a_function_of_the_sources(product):
    one, two = Index.build(product), Index.build(product)
    assert [r.id for r in one.search(["webhook", "export"])] == [r.id for r in two.search(["webhook", "export"])]
    assert one.rarity("webhook") == two.rarity("webhook")


def test_no_query_can_be_written_in_a_question(index):
    assert index.search(['" OR body:x NEAR(', "*", "导出 AND", "')--"]) == []


def test_a_library_that_is_none(tmp_path):
    (tmp_path / "x.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="打不开"):
        Store.open(f"sqlite:///{tmp_path}/x.db")
    with pytest.raises(StoreError, match="先导入"):
        Store.open(f"sqlite:///{tmp_path}/none.db", must_exist=True)


def test_postgresql_holds_the_same(postgres_url, tmp_path, monkeypatch, folder):
    monkeypatch.chdir(tmp_path)
    with Store.open(postgres_url) as store:
        store.import_paths([folder], "2026-03-01")
        assert [r.source_id for r in store.index().search(["export"])] == ["sources/api/a.md"]
        assert [s.title for s in store.sources()] == ["甲", "乙"]
