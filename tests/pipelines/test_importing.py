"""Documents in from files: the gate, one bad line, twice the same, WARC and folders."""

import json

import pytest

from pipelines.archive import Archive
from pipelines.importing import ImportFileError, Incoming, find_inputs, gate, import_paths
from pipelines.library import Library
from pipelines.reader.document import Document
from pipelines.sources import Seen

STORY = """# 示例银行：核心系统上云

## 客户介绍

示例银行是一家全国性商业银行，员工 12000 人。

## 业务痛点

原有数据库性能不足，高峰期响应缓慢，运维成本高。

## 解决方案

示例银行使用阿里云 PolarDB 替换了自建数据库，并用对象存储 OSS 保存影像文件。

## 客户价值

上线后成本降低 30%，查询响应时间从 7 秒降到 0.5 秒。
"""


def record(**changes):
    row = {"id": "doc-1", "vendor": "aliyun", "lang": "zh", "kind": "case", "official": True, "url": None, "title": "示例银行案例"}
    row |= {"published": "2024-05-06", "format": "markdown", "text": STORY}
    return row | changes


def write(path, *rows):
    path.write_text("".join((json.dumps(r, ensure_ascii=False) if isinstance(r, dict) else r) + "\n" for r in rows), encoding="utf-8")
    return path


@pytest.fixture
def library(tmp_path):
    with Library.open(f"sqlite:///{tmp_path}/out/library.db") as opened:
        yield opened


def test_a_record_becomes_a_case_whose_every_quote_stands(tmp_path, library):
    summary = import_paths(library, [write(tmp_path / "a.jsonl", record())])
    (case,) = library.cases()
    assert (summary.documents, summary.stored.new) == (1, 1)
    assert case.customer_name.value == "示例银行"
    text = library.page_text(case.page_digest)
    assert len(list(case.all_evidence())) > 5
    assert all(e.check(text) for _, e in case.all_evidence())
    assert case.source_url.reason == "link_missing"


def test_the_archive_holds_the_record_as_it_came(tmp_path, library):
    file = write(tmp_path / "a.jsonl", record())
    import_paths(library, [file])
    (case,) = library.cases()
    assert library.archived(case.page_digest).payload == file.read_bytes().strip()


def test_importing_twice_changes_nothing(tmp_path, library):
    file = write(tmp_path / "a.jsonl", record())
    import_paths(library, [file])
    before, size = library.digest(), sum(f.stat().st_size for f in library.archive.folder.iterdir())
    again = import_paths(library, [file])
    assert (again.unchanged, again.stored.new, again.stored.changed) == (1, 0, 0)
    assert library.digest() == before
    assert sum(f.stat().st_size for f in library.archive.folder.iterdir()) == size


def test_one_bad_line_stops_nothing_and_is_counted(tmp_path, library):
    file = write(tmp_path / "a.jsonl", "{broken", record(), "[]", '"text"', record(id="doc-2", text=None))
    summary = import_paths(library, [file])
    assert summary.documents == 5
    assert summary.stored.new == 1
    assert summary.rejected["bad_record"] + summary.rejected["unreadable"] == 4
    assert any("a.jsonl:1" in r.detail for r in library.rejections())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"official": False}, "unofficial"),
        ({"official": None}, "unofficial"),
        ({"vendor": "nobody"}, "unknown_vendor"),
        ({"vendor": None}, "unknown_vendor"),
        ({"url": "https://news.example.com/story"}, "unofficial"),
        ({"url": "https://www.aliyun.com/some/other/page"}, "outside_policy"),
        ({"url": "https://www.aliyun.com.evil.example/customer-stories/x"}, "unofficial"),
        ({"vendor": "nobody", "official": False}, "unofficial"),
        ({"text": "", "title": None}, "unreadable"),
    ],
)
def test_what_is_no_official_case_is_rejected_with_the_reason(tmp_path, library, changes, code):
    summary = import_paths(library, [write(tmp_path / "a.jsonl", record(**changes))])
    assert dict(summary.rejected) == {code: 1}
    assert list(library.cases()) == []


def test_the_labels_that_came_with_a_record_are_never_read(tmp_path, library):
    given = {"customer": "Somebody Else", "verticals": ["Health"]}
    import_paths(library, [write(tmp_path / "a.jsonl", record(given=given, kind="negative"))])
    (case,) = library.cases()
    assert case.customer_name.value == "示例银行"
    assert "Somebody" not in library.page_text(case.page_digest)


def test_a_folder_of_saved_pages_needs_vendor_and_word_that_they_are_official(tmp_path, library):
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "story.md").write_text(STORY, encoding="utf-8")
    (folder / "picture.png").write_bytes(b"x")
    assert dict(import_paths(library, [folder], vendor="aliyun").rejected) == {"unofficial": 1}
    assert import_paths(library, [folder], vendor="aliyun", official=True).stored.new == 1


def test_a_saved_page_that_names_its_official_address_needs_neither(tmp_path, library):
    head = '<html><head><link rel="canonical" href="https://www.aliyun.com/customer-stories/financial-services-2024-example"></head>'
    body = "".join(f"<h2>{p[3:]}</h2>" if p.startswith("## ") else f"<p>{p.lstrip('# ')}</p>" for p in STORY.split("\n") if p)
    (tmp_path / "a.html").write_text(f"{head}<body><main><h1>示例银行：核心系统上云</h1>{body}</main></body></html>", encoding="utf-8")
    assert import_paths(library, [tmp_path / "a.html"]).stored.new == 1
    (case,) = library.cases()
    assert case.source_url.value == "https://www.aliyun.com/customer-stories/financial-services-2024-example"


def test_a_warc_goes_the_same_way(tmp_path, library):
    archive = Archive(tmp_path / "warc")
    url = "https://www.aliyun.com/customer-stories/financial-services-2024-example"
    html = f"<html><body><main><h1>示例银行：核心系统上云</h1><h2>客户介绍</h2><p>{STORY.splitlines()[4]}</p></main></body></html>"
    archive.add(html.encode(), url, "text/html; charset=utf-8", "saved")
    archive.close()
    summary = import_paths(library, [tmp_path / "warc" / "saved.warc.gz"])
    assert summary.documents == 1
    assert [c.source_url.value for c in library.cases()] == [url]


@pytest.mark.parametrize("name", ["absent.jsonl", "empty", "picture.png"])
def test_an_input_that_is_none_is_named_before_anything_is_stored(tmp_path, library, name):
    (tmp_path / "empty").mkdir()
    (tmp_path / "picture.png").write_bytes(b"x")
    with pytest.raises(ImportFileError, match=name):
        import_paths(library, [write(tmp_path / "a.jsonl", record()), tmp_path / name])
    assert list(library.cases()) == []


def test_an_unknown_vendor_is_wrong_input(tmp_path, library):
    with pytest.raises(ImportFileError, match="没有厂商“nobody”；可用：aliyun"):
        import_paths(library, [write(tmp_path / "a.jsonl", record())], vendor="nobody")


def test_inputs_of_a_folder_come_in_one_order(tmp_path):
    for name in ("b.md", "a.md", "sub/c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [p.name for p in find_inputs([tmp_path])] == ["a.md", "b.md", "c.txt"]


def test_the_gate_takes_the_tier_of_the_policy():
    document = Document(b"x", "text/html", "aws", "https://aws.amazon.com/solutions/case-studies/example/")
    source = gate(Incoming(document))
    assert (source.tier, source.kind) == (1, "case")


def test_what_the_page_says_of_itself_decides_where_its_address_cannot():
    document = Document(b"x", "text/html", "aws", "https://aws.amazon.com/solutions/case-studies/example/")
    joint = gate(Incoming(document), Seen("Example", "", "Partner Success with AWS / Retail\nExample Corp …"))
    assert (joint.tier, joint.kind) == (2, "partner")
    assert joint.proof


def test_what_could_not_be_read_is_counted_apart_and_again_at_every_import(tmp_path, library):
    file = write(tmp_path / "a.jsonl", "{broken", record(text="", title=None), record(official=False))
    for _ in range(2):
        summary = import_paths(library, [file])
        assert (summary.documents, summary.unread, summary.garbled) == (3, 2, 0)


def test_a_record_of_another_encoding_is_told_with_the_remedy(tmp_path, library):
    (tmp_path / "a.jsonl").write_bytes(json.dumps(record(), ensure_ascii=False).encode("gbk"))
    summary = import_paths(library, [tmp_path / "a.jsonl"])
    assert (summary.unread, summary.garbled) == (1, 1)
    (told,) = library.rejections()
    assert "a.jsonl:1 的记录不是 UTF-8 编码，请另存为 UTF-8" in told.detail


def test_the_mark_that_notepad_puts_before_utf_8_is_no_part_of_the_first_record(tmp_path, library):
    (tmp_path / "a.jsonl").write_text(json.dumps(record(), ensure_ascii=False), encoding="utf-8-sig")
    assert import_paths(library, [tmp_path / "a.jsonl"]).stored.new == 1
