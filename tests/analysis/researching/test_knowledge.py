"""The knowledge base: remembered once, recalled while it holds, researched again when its ground changed; exported as a site."""

from dataclasses import replace

import pytest

from analysis.research.ask import ask
from analysis.research.knowledge import search, select, to_review
from analysis.research.model import Outcome
from analysis.research.site import export_site

PDF = "导出功能支持 PDF 格式吗？"
DAY = "2026-03-20"


def test_an_answer_becomes_an_entry_with_tags_evidence_owner_and_validity(store):
    made = ask(store, "你们的 REST API 是否支持 Webhook 通知？", DAY)
    (entry,) = store.entries()
    assert made.answer.entry == entry.entry_id
    assert set(entry.tags) >= {"接口", "网络钩子", "通知"}
    assert entry.evidence["api/webhooks.md"] == store.digests()["api/webhooks.md"]
    assert (entry.verified, entry.expires, entry.validity) == (DAY, "", "产品架构不变则长期有效")
    assert entry.owner == "开发者文档团队"


def test_another_wording_is_answered_from_the_base_and_becomes_a_variant(store, monkeypatch):
    ask(store, PDF, DAY)
    monkeypatch.setattr("analysis.research.ask.answer", lambda *_: pytest.fail("researched although it is known"))
    again = ask(store, "导出支持 PDF 吗", "2026-03-25")
    assert (again.verified, again.answer.outcome) == (DAY, Outcome.ANSWERED)
    (entry,) = store.entries()
    assert entry.variants == ("导出支持 PDF 吗",)


def test_a_temporary_state_expires(store):
    ask(store, PDF, DAY)
    assert store.entries()[0].expires == "2026-04-19"
    assert ask(store, PDF, "2026-04-19").verified == ""
    assert store.entries()[0].verified == "2026-04-19"


def test_changed_removed_and_new_sources_call_for_research(store):
    ask(store, PDF, DAY)
    manual = store.source("manual/export.md")
    store.put([replace(manual, digest="sha256:other")], DAY)
    assert ask(store, PDF, DAY).verified == ""
    store.remove(["announcement/2026-03-pdf-export.md"], DAY)
    assert ask(store, PDF, DAY).verified == ""
    assert ask(store, PDF, DAY).verified == DAY


def test_refusals_and_escalations_leave_no_entry(store):
    ask(store, "支持 GraphQL 吗", DAY)
    ask(store, "是否符合 GDPR 要求？", DAY)
    assert store.entries() == []


def test_an_escalation_is_never_recalled(store):
    made = ask(store, PDF, DAY)
    entry = store.entry(made.answer.entry)
    store.save_entry(replace(entry, variants=("是否符合 GDPR 要求？",)))
    assert ask(store, "是否符合 GDPR 要求？", DAY).answer.outcome is Outcome.ESCALATED


def test_without_keeping_nothing_is_recorded(store):
    ask(store, PDF, DAY, keep=False)
    assert (store.entries(), store.follow_ups()) == ([], [])


def test_follow_ups_are_recorded_once_and_closed(store):
    ask(store, PDF, DAY)
    ask(store, PDF, DAY, fresh=True)
    (todo,) = store.follow_ups()
    assert (todo.owner, todo.source_id, todo.question, todo.done) == ("产品文档团队", "manual/export.md", PDF, False)
    store.close_follow_up(todo.number)
    assert store.follow_ups()[0].done


def test_what_has_to_be_reviewed(store):
    ask(store, PDF, DAY)
    assert [r.why for r in to_review(store, DAY)] == []
    assert [r.why for r in to_review(store, "2026-04-10")] == ["expiring"]
    assert [r.why for r in to_review(store, "2026-05-01")] == ["expired"]
    store.remove(["manual/export.md"], DAY)
    assert [r.why for r in to_review(store, DAY)] == ["gone"]


def test_search_over_two_languages_and_by_tag(store):
    ask(store, PDF, DAY)
    ask(store, "如何启用 SSO？", DAY)
    assert [e.question for _, e in search(store.entries(), "PDF export")] == [PDF]
    assert [e.question for _, e in search(store.entries(), "单点登录")] == ["如何启用 SSO？"]
    assert search(store.entries(), "天气预报") == []
    assert [e.question for e in select(store.entries(), "pdf")] == [PDF]


def test_the_site_reads_in_a_browser_and_speaks_no_markup(store, tmp_path):
    ask(store, PDF, DAY)
    entry = store.entries()[0]
    store.save_entry(replace(entry, question="<script>alert(1)</script> [x](javascript:1)"))
    first = export_site(store.entries(), tmp_path / "kb").read_bytes()
    pages = sorted(p.name for p in (tmp_path / "kb").iterdir())
    assert pages == ["index.html", "index.md", f"{entry.entry_id}.html", f"{entry.entry_id}.md"]
    for page in (tmp_path / "kb").glob("*.html"):
        html = page.read_text(encoding="utf-8")
        assert "<script>" not in html
        assert 'href="javascript' not in html
    assert f'href="{entry.entry_id}.html"' in first.decode()
    assert export_site(store.entries(), tmp_path / "kb").read_bytes() == first
    export_site([], tmp_path / "kb")
    assert sorted(p.name for p in (tmp_path / "kb").iterdir()) == ["index.html", "index.md"]
