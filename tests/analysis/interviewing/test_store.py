"""The store: one place for names, the same import twice is one, and a person who is forgotten is gone to the byte."""

import stat
from pathlib import Path

import pytest

from analysis.interviews.read import read_bytes
from analysis.interviews.store import Store
from pipelines.errors import UserError

TALK = """
interviews:
- {客户: 示例银行, 日期: 2026-03-02, 来源: 客户本人, 访谈人: 孟访谈, 受访人: 赵大勇, 角色: TB, answers: {采购方式: 公开招标}}
- customer: 示例银行
  date: 2026-03-05
  source: BD
  credibility: 一手
  teller: 蒋销售
  about: 钱小敏
  role: EB
  answers:
    决策影响力: {answer: 说了算，赵大勇听他的, evidence: 赵 大勇 的会议纪要}
    顾虑: 太贵
"""


def put(store, text=TALK, path="/data/赵大勇访谈.yaml"):
    data = text if isinstance(text, bytes) else text.encode()
    return store.put(path, data, read_bytes(data, "talk.yaml"))


def bytes_of(store):
    folder = Path(store.engine.url.database).parent
    return b"".join(p.read_bytes() for p in sorted(folder.iterdir()))


def test_the_same_file_again_changes_nothing(store):
    first = put(store)
    again = put(store)
    assert (first.new, first.same, first.dropped) == (5, 0, 0)
    assert (again.new, again.same, again.dropped) == (0, 5, 0)
    assert len(list(store.told())) == 5


def test_a_corrected_file_stands_in_place_of_the_old(store):
    put(store)
    changed = put(store, TALK.replace("太贵", "担心迁移"))
    assert (changed.new, changed.dropped) == (1, 1)
    assert [t.codes for t in store.told() if t.field == "decision.objections"] == [("migration",)]


def test_what_two_files_tell_alike_is_held_once(store):
    put(store)
    assert put(store, path="/data/copy.yaml").new == 0


def test_everything_comes_back(store):
    put(store)
    read = read_bytes(TALK.encode(), "talk.yaml").told
    assert sorted(store.told(), key=repr) == sorted(read, key=repr)


def test_one_customer_under_several_forms_of_its_name(store):
    put(store)
    put(store, "customer: 示例银行股份有限公司\ndate: 2026-04-01\nsource: BD\nanswers: {采购方式: 直采}\n", "/data/b.yaml")
    assert {t.customer for t in store.told()} == {"示例银行"}


def test_only_the_owner_may_read_it(store):
    mode = stat.S_IMODE(Path(store.engine.url.database).stat().st_mode)
    assert mode == 0o600


def test_sensitive_words_never_reach_the_disk(store):
    put(store, "customer: 示例银行\ndate: 2026-03-02\nsource: BD\nanswers: {今年KPI: 三千万营收, 采购方式: 招标}\n")
    assert [f.kind for f in store.flags()] == ["kpi"]
    assert "三千万".encode() not in bytes_of(store)
    assert "招标".encode() in bytes_of(store)


def test_a_forgotten_person_is_gone_to_the_byte(store):
    put(store)
    held = bytes_of(store)
    assert "赵大勇".encode() in held
    gone = store.forget(("赵大勇",))
    left = list(store.told())
    assert (gone.people, gone.statements, gone.mentions) == (1, 2, 4)
    assert gone.files == ("/data/〔已删除〕访谈.yaml",)
    assert "赵大勇".encode() not in bytes_of(store)
    assert {t.field for t in left} == {"person.influence", "person.role", "decision.objections"}
    influence = next(t for t in left if t.field == "person.influence")
    assert (influence.text, influence.evidence) == ("说了算，〔已删除〕听他的", "〔已删除〕 的会议纪要")


def test_who_is_spoken_about_and_who_asked_are_forgotten_too(store):
    put(store)
    assert store.forget(("钱小敏",)).statements == 2
    asked = store.forget(("孟访谈",))
    assert (asked.people, asked.statements, asked.led) == (1, 0, 2)
    assert {t.interviewer for t in store.told()} == {""}


def test_what_our_own_people_told_stays_without_their_name(store):
    put(store)
    gone = store.forget(("蒋销售",))
    assert (gone.people, gone.statements, gone.led) == (1, 0, 3)
    assert {t.teller for t in store.told()} == {"赵大勇", ""}
    assert len(list(store.told())) == 5


def test_another_name_of_the_same_person(store):
    put(store, TALK.replace("太贵", "赵总说太贵"))
    store.forget(("赵大勇", "赵总"))
    assert "赵总".encode() not in bytes_of(store)


def test_a_latin_name_is_a_whole_word(store):
    put(store, TALK.replace("太贵", "Ann says the annual price is high").replace("赵大勇", "Ann"))
    store.forget(("ann",))
    assert [t.text for t in store.told() if t.field == "decision.objections"] == ["〔已删除〕 says the annual price is high"]


def test_all_people_can_be_forgotten_one_by_one(store, book, people):
    put(store, book())
    for name in people:
        store.forget((name,))
    held = bytes_of(store)
    assert [n for n in people if n.encode() in held] == []
    assert [t for t in store.told() if t.source == "customer" or t.about] == []


@pytest.mark.parametrize("names", [(), ("",), ("赵",)])
def test_a_name_too_short_is_refused(store, names):
    with pytest.raises(UserError, match="至少两个字"):
        store.forget(names)


def test_a_store_that_is_not_there_or_none(tmp_path):
    with pytest.raises(UserError, match="insights interview FILE"):
        Store.open(f"sqlite:///{tmp_path / 'none.db'}", must_exist=True)
    (tmp_path / "text.db").write_text("no database at all, " * 100, encoding="utf-8")
    for url in (f"sqlite:///{tmp_path / 'text.db'}", "nonsense"):
        with pytest.raises(UserError, match="--store"):
            Store.open(url)
