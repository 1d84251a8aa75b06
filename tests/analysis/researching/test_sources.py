"""Files become sources: every format, dates where they stand, and nothing hostile gets through."""

import io
import json
import zipfile
from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from analysis.research.sources import find_files, read_bytes, read_file, suffixes
from analysis.research.sources.formats import pdf
from analysis.research.store import Store
from pipelines.errors import UserError


def read(text, place):
    data = text if isinstance(text, bytes) else text.encode()
    return read_bytes(data, PurePosixPath(place))


def one(text, place):
    (source,) = read(text, place)
    return source


def test_markdown_tells_date_version_audience_product_and_sections():
    found = one(
        "# 接口 v2\n\n版本：v2.1 | 更新日期：2026年3月5日 | 适用对象：开发者 | 产品：示例云\n\n## 限额\n\n- 每分钟 5 次\n", "api/x.md"
    )
    assert (found.type, found.title, found.date, found.version, found.audience, found.product) == (
        "api_doc",
        "接口 v2",
        "2026-03-05",
        "v2.1",
        "开发者",
        "示例云",
    )
    assert found.date_quote == "更新日期：2026年3月5日"
    assert found.passages[-1].headings == ("接口 v2", "限额")
    assert found.passages[-1].text == "每分钟 5 次"


def test_every_passage_stands_at_its_span(product):
    for source in product:
        assert all(source.text[p.start : p.end] == p.text for p in source.passages)


def test_front_matter_may_state_the_type():
    found = one("---\ntitle: 停机通知\ntype: 公告\ndate: 2026-01-02\n---\n# 停机\n\n今晚停机。\n", "misc/x.md")
    assert (found.type, found.title, found.date) == ("announcement", "停机通知", "2026-01-02")


@pytest.mark.parametrize(
    ("text", "place", "date"),
    [
        ("# 标题\n\nLast updated: March 5, 2026\n\n正文。", "kb/a.md", "2026-03-05"),
        ("# 2026年3月产品更新\n\n正文。", "kb/a.md", "2026-03"),
        ("# 标题\n\n正文没有日期。", "kb/2026-03-05-a.md", "2026-03-05"),
        ("# 标题\n\n正文说 2019-01-01 的事，这一行很长，因此不是文档自己的日期，而是它所讲述的往事。", "kb/a.md", ""),
        ("# 标题\n\n正文没有日期。", "kb/a.md", ""),
    ],
)
def test_dates_are_read_where_they_stand_and_never_guessed(text, place, date):
    assert one(text, place).date == date


@pytest.mark.parametrize("date", ["2025-01-10", "更新日期：2025-01-10", "2025年1月10日"])
@pytest.mark.parametrize("suffix", ["md", "txt"])
def test_a_date_in_a_line_of_its_own_under_the_title_is_the_documents(date, suffix):
    found = one(f"示例产品说明\n{date}\n请求频率上限为每秒 3500 次，超过以后返回错误，稍候再试，这一行写得很长。\n", f"abc/x.{suffix}")
    assert (found.title, found.date) == ("示例产品说明", "2025-01-10")


@pytest.mark.parametrize(
    ("title", "place", "kind"),
    [
        ("示例产品用户手册 v2.0（2025-01）", "abc/guide.md", "manual"),
        ("停机公告", "abc/manual.md", "announcement"),
        ("示例产品用户手册", "guide/x.md", "guide"),
        ("找不到用户手册怎么办", "abc/guide.md", "guide"),
    ],
)
def test_a_title_outweighs_the_file_name_and_not_the_folder(title, place, kind):
    assert one(f"# {title}\n\n正文。\n", place).type == kind


def test_the_title_of_a_record_says_nothing_of_its_type():
    rows = json.dumps([{"id": 1, "subject": "找不到用户手册", "description": "在哪里？"}])
    assert [s.type for s in read(rows, "abc/tickets.json")] == ["ticket"]


def test_the_latest_labelled_date_counts():
    assert one("# 标题\n\n发布日期：2025-01-01 | 更新日期：2026-02-03\n\n正文。", "kb/a.md").date == "2026-02-03"


def test_hidden_html_is_no_text():
    found = one("<html><body><h1>页</h1><p>看得见。</p><p style='display:none'>看不见。</p></body></html>", "guide/x.html")
    assert "看得见" in found.text
    assert "看不见" not in found.text


def test_numbered_lines_are_steps():
    found = one("# 如何\n\n1. 打开设置\n2. 保存\n\n- 提示\n", "guide/x.md")
    assert [p.role for p in found.passages] == ["heading", "step", "step", "bullet"]


def test_tickets_are_one_source_each_and_records_with_one_id_are_both_kept():
    rows = "工单号,标题,创建日期,描述,解决方案\n7,甲,2026-01-01,求助,已解决\n7,乙,2026-01-02,求助,已解决\n"
    found = read(rows, "tickets/t.csv")
    assert [s.source_id for s in found] == ["tickets/t.csv#7", "tickets/t.csv#7~2"]
    assert [s.date for s in found] == ["2026-01-01", "2026-01-02"]
    assert found[0].field("解决方案") == "已解决"


def test_other_tables_are_one_source_with_named_cells():
    found = one("功能,专业版,企业版\nWebhook,不支持,支持\n", "manual/editions.csv")
    assert found.passages[0].fields == (("功能", "Webhook"), ("专业版", "不支持"), ("企业版", "支持"))


def test_workbook_rows(tmp_path):
    book = Workbook()
    book.active.append(["工单号", "标题", "描述"])
    book.active.append([12, "登录失败", "=1+1"])
    book.save(tmp_path / "tickets.xlsx")
    (found,) = read_file(tmp_path / "tickets.xlsx")
    assert (found.record, found.title, found.type) == ("12", "登录失败", "ticket")


def test_mail_keeps_the_writers_own_words_and_lists_attachments():
    raw = (
        "From: a@example.com\nTo: b@example.com\nSubject: PDF\nDate: Thu, 12 Mar 2026 23:30:00 -0500\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain; charset=utf-8\n\n正在开发。\n\n'
        "On Mon, 1 Jan 2024 someone at example wrote:\n> 旧话\n--x\nContent-Type: application/x-sh\n"
        'Content-Disposition: attachment; filename="run.sh"\n\nrm -rf x\n--x--\n'
    )
    found = one(raw, "mail/a.eml")
    assert (found.type, found.title, found.date) == ("email", "PDF", "2026-03-12")
    assert "旧话" not in found.text
    assert "rm -rf" not in found.text
    assert found.attachments == ("run.sh（application/x-sh，8 字节）",)
    assert found.notes == ("引用的往来邮件未计入",)


def test_json_documents_and_rows():
    documents = json.dumps([{"id": "a", "title": "甲", "text": "# 甲\n\n说明。", "date": "2026-01-01"}])
    assert [(s.source_id, s.title, s.date) for s in read(documents, "kb/x.json")] == [("kb/x.json#a", "甲", "2026-01-01")]
    rows = json.dumps({"tickets": [{"id": 1, "subject": "慢", "description": "很慢"}, {"id": 2, "subject": "错", "description": "报错"}]})
    assert [s.title for s in read(rows, "tickets/x.json")] == ["慢", "错"]


def pdf_of(words):
    """A PDF of one page, written by hand."""
    stream = f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length " + str(len(stream)).encode() + b" >>\nstream\n" + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    return out + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def test_pdf_text():
    found = one(pdf_of("Webhooks are supported."), "api/x.pdf")
    assert "Webhooks are supported." in found.text
    assert found.type == "api_doc"


def test_what_printers_write_around_and_into_pages_is_no_text():
    """Radicals instead of letters (⽣ for 生), page numbers, the address and the line that tops every page."""
    assert pdf._plain("⽣效⽇期 ﬁle") == "生效日期 file"
    pages = [f"示例手册 {n}\n第 {n} 条规则。\nfile:///home/x.html {n}/3" for n in (1, 2, 3)]
    assert list(pdf._unmarked(pages)) == ["第 1 条规则。", "第 2 条规则。", "第 3 条规则。"]
    assert list(pdf._unmarked(["标题\n30", "正文"])) == ["标题\n30", "正文"]


DOCX = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:t>示例快速上手</w:t></w:r></w:p><w:p><w:r><w:t>首次盘点前请先导入期初库存。</w:t></w:r></w:p></w:body></w:document>"
)


def test_a_word_file_is_read_and_what_is_not_is_named(tmp_path):
    folder = tmp_path / "资料"
    (folder / "guide").mkdir(parents=True)
    (folder / "guide" / "a.docx").write_bytes(zipped(word__document=DOCX))
    (folder / "guide" / "photo.png").write_bytes(b"\x89PNG")
    with Store.open(f"sqlite:///{tmp_path}/library.db") as store:
        done = store.import_paths([folder], "2026-03-01")
        (source,) = store.sources()
    assert (source.title, source.type) == ("示例快速上手", "guide")
    assert "首次盘点前请先导入期初库存。" in source.text
    assert done.unread == ["资料/guide/photo.png"]


def test_columns_name_the_cells_of_a_table():
    found = one("# 响应\n\n| 级别 | 企业版 |\n| --- | --- |\n| P1 | 30 分钟 |\n", "manual/a.md")
    rows = [(p.role, p.text, p.fields) for p in found.passages if "|" in p.text]
    assert rows == [("label", "级别 | 企业版", ()), ("table", "P1 | 30 分钟", (("级别", "P1"), ("企业版", "30 分钟")))]


def test_the_day_of_a_renewal_is_not_the_day_of_the_record():
    found = one("客户编号,客户名称,续约日期,备注\nC1,示例甲,2027-01-15,对响应速度不满\n", "crm/a.csv")
    assert (found.title, found.date) == ("示例甲", "")


def test_labels_of_one_line_part_at_spaces():
    found = one("# 协议\n\n版本：v2.1　生效日期：2025-07-01\n\n正文。\n", "manual/a.md")
    assert (found.version, found.date) == ("v2.1", "2025-07-01")


def zipped(**parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as held:
        for name, content in parts.items():
            held.writestr(name.replace("__", "/") + ".xml", content)
    return made.getvalue()


HOSTILE = {
    "entities": (zipped(xl__workbook='<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "a.xlsx", "DOCTYPE"),
    "bomb": (zipped(xl__workbook=b"x" * 70_000_000), "a.xlsx", "解压后超过"),
    "no zip": (b"no zip", "a.xlsx", "不是 XLSX"),
    "broken pdf": (b"%PDF-1.4 broken", "a.pdf", "PDF 读不出来"),
    "binary": (b"\0\1\2", "a.md", "不是文字"),
    "deep json": (b"[" * 100_000, "a.json", "不是 JSON"),
    "numbers": (b"[1, 2]", "a.json", "对象"),
    "empty": (b"", "a.md", "没有文字"),
    "unknown": (b"x", "a.exe", "不读"),
    "empty mail": (b"To: a\nContent-Type: text/plain\n\n", "a.eml", "没有文字"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_and_empty_files_are_refused_with_their_name(name):
    data, place, words = HOSTILE[name]
    with pytest.raises(UserError, match=words) as caught:
        read(data, place)
    assert place in str(caught.value)


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=400), suffix=st.sampled_from(suffixes()))
def test_any_bytes_give_sources_or_a_clear_refusal(data, suffix):
    try:
        found = read(data, f"kb/x{suffix}")
    except UserError:
        return
    assert all(s.text for s in found)


def test_a_folder_without_anything_to_read_is_wrong_input(tmp_path):
    with pytest.raises(UserError, match="没有可导入"):
        list(find_files([tmp_path]))


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("api/2026-webhook-guide.md", "api_doc"),
        ("产品/更新公告/x.md", "announcement"),
        ("公告/v1-api.md", "announcement"),
        ("x/user-guide.md", "manual"),
        ("x/y.md", "note"),
    ],
)
def test_the_nearest_folder_tells_the_type_then_the_name(place, kind):
    assert one("# 标题\n\n正文。", place).type == kind
