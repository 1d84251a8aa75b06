"""Interviews in YAML, CSV and XLSX as people fill them; whatever is wrong names its line or cell and costs nothing else."""

import datetime
import io
import zipfile

import pytest

from analysis.interviews.read import read_bytes, read_file
from analysis.interviews.tables import MAX_UNPACKED, load
from analysis.interviews.vocabulary import fields
from analysis.interviews.write import FORMATS, TEMPLATES, template
from pipelines.errors import UserError

HEAD = ["客户", "日期", "来源", "受访人", "角色", "职务", "项目", "回答"]
LINE = ["示例银行", "2026-03-02", "客户本人", "赵大勇", "TB", "信息中心主任", "决策周期", "6–9 个月"]


def table(*rows, head=HEAD):
    return "\n".join(",".join(row) for row in (head, *rows)) + "\n"


def said(reading):
    return [(t.customer, t.field, t.codes, t.low, t.high) for t in reading.told]


THREE = [
    ("示例银行", "decision.cycle", (), 6.0, 9.0),
    ("示例银行", "person.role", ("TB",), None, None),
    ("示例银行", "person.title", ("cio",), None, None),
]


def test_the_same_in_each_format(read, workbook):
    keys = "".join(f"{k}: {v}\n" for k, v in zip(HEAD[:6], LINE, strict=False))
    yaml = f"{keys}answers:\n  决策周期: 6–9 个月\n"
    found = [read(yaml, "a.yaml"), read(table(LINE), "a.csv"), read(workbook(HEAD, LINE), "a.xlsx")]
    assert [said(r) for r in found] == [THREE] * 3
    assert {(t.source, t.firsthand, t.date, t.teller) for r in found for t in r.told} == {("customer", True, "2026-03-02", "赵大勇")}
    assert [r.problems for r in found] == [()] * 3


def test_a_row_a_customer(read, workbook):
    head = ["客户名称", "日期", "来源", "可信度", "行业", "规模", "采购方式", "顾虑"]
    rows = (
        ["示例一厂", datetime.date(2026, 3, 2), "BD", "一手", "装备制造", 800, "公开招标", None],
        ["示例二厂", "2026/4/1", "BD", "听说", None, None, "直采", "太贵"],
    )
    found = read(workbook(head, *rows), "a.xlsx")
    assert [(t.customer, t.field, t.codes, t.date, t.firsthand) for t in found.told] == [
        ("示例一厂", "industry.name", ("manufacturing",), "2026-03-02", True),
        ("示例一厂", "company.size", ("small",), "2026-03-02", True),
        ("示例一厂", "company.purchase", ("tender",), "2026-03-02", True),
        ("示例二厂", "company.purchase", ("direct",), "2026-04-01", False),
        ("示例二厂", "decision.objections", ("price",), "2026-04-01", False),
    ]


def test_a_row_without_a_customer_continues_the_one_above(read):
    more = ["", "", "", "", "", "", "沟通方式", "微信"]
    other = ["", "2026-03-05", "BD", "", "", "", "顾虑与异议", "太贵"]
    found = read(table(LINE, more, other), "a.csv")
    chat = next(t for t in found.told if t.field == "person.channel")
    assert (chat.customer, chat.date, chat.about) == ("示例银行", "2026-03-02", "赵大勇")
    price = next(t for t in found.told if t.field == "decision.objections")
    assert (price.customer, price.date, price.source, price.teller) == ("示例银行", "2026-03-05", "bd", "")


@pytest.mark.parametrize("date", ["2026-03-02", "2026/3/2", "2026.3.2", "2026年3月2日", "20260302", "2026-03-02 09:30", "2 March 2026"])
def test_dates_as_people_write_them(read, date):
    assert read(table([LINE[0], date, *LINE[2:]]), "a.csv").told[0].date == "2026-03-02"


WRONG = [
    (1, "", "第 2 行", "没有写日期", "YYYY-MM-DD"),
    (1, "昨天", "第 2 行", "日期“昨天”", "YYYY-MM-DD"),
    (1, "2026-02-30", "第 2 行", "日期“2026-02-30”", "YYYY-MM-DD"),
    (2, "", "第 2 行", "没有写来源", "内部资料"),
    (2, "小道消息", "第 2 行", "来源“小道消息”", "行业专家"),
    (4, "老大", "第 2 行", "角色“老大”", "Coach"),
    (6, "吉祥物", "第 2 行", "项目“吉祥物”", "insights interview new"),
]


@pytest.mark.parametrize(("column", "value", "place", "what", "remedy"), WRONG)
def test_what_is_wrong_names_line_and_remedy_and_costs_only_its_row(read, column, value, place, what, remedy):
    bad = [*LINE]
    bad[column] = value
    good = ["示例二行", *LINE[1:]]
    found = read(table(bad, good), "会谈.csv")
    (problem,) = found.problems
    assert problem.place == f"会谈.csv {place}"
    assert what in problem.what
    assert remedy in problem.remedy
    assert [t.field for t in found.told if t.customer == "示例二行"] == ["decision.cycle", "person.role", "person.title"]


def test_a_cell_of_a_workbook_is_named(read, workbook):
    bad = [*LINE]
    bad[4] = "boss"
    assert read(workbook(HEAD, LINE, bad), "a.xlsx").problems[0].place == "a.xlsx 访谈!E3"


def test_an_unknown_column_is_told_and_the_others_are_read(read):
    found = read(table([*LINE, "红色"], head=[*HEAD, "星座"]), "a.csv")
    assert said(found) == THREE
    assert "星座" in found.problems[0].what
    assert found.problems[0].place == "a.csv 第 1 行"


def test_an_unknown_key_of_yaml_is_told_once(read):
    found = read("客户: 示例银行\n日期: 2026-03-02\n来源: BD\n心情: 好\nanswers: {采购方式: 招标, 顾虑: 太贵}\n")
    assert [p.place for p in found.problems] == ["talk.yaml 第 4 行"]
    assert [t.field for t in found.told] == ["company.purchase", "decision.objections"]


@pytest.mark.parametrize(
    ("word", "role"),
    [("决策者", "EB"), ("使用者", "UB"), ("监督者", "TB"), ("TB（使用者）", "TB"), ("economic buyer", "EB"), ("coach", "Coach")],
)
def test_roles_and_the_glosses_of_the_document(read, word, role):
    found = read(table([*LINE[:4], word, *LINE[5:]]), "a.csv")
    assert next(t for t in found.told if t.field == "person.role").codes == (role,)
    assert bool(found.notes) == ("者" in word)


def test_what_is_sensitive_is_flagged_and_not_read(read):
    rows = (
        [*LINE[:6], "今年KPI多少", "三千万"],
        [*LINE[:6], "决策风格", "他刚离婚，很谨慎"],
        [*LINE[:6], "采购方式", "招标，标底两百万"],
    )
    found = read(table(LINE, *rows), "a.csv")
    assert said(found) == THREE
    assert [(f.kind, f.place) for f in found.flags] == [("kpi", "a.csv 第 3 行"), ("private", "a.csv 第 4 行"), ("secret", "a.csv 第 5 行")]
    assert not any(word in n for n in found.notes for word in ("三千万", "离婚", "两百万"))


def test_a_sensitive_column_or_key_is_flagged_and_not_read(read):
    found = read(table([*LINE, "三千万"], head=[*HEAD, "今年KPI"]), "a.csv")
    assert (said(found), found.problems, [f.kind for f in found.flags]) == (THREE, (), ["kpi"])
    found = read("客户: 示例银行\n日期: 2026-03-02\n来源: BD\n婚姻状况: 已婚\nanswers: {采购方式: 招标}\n")
    assert ([f.kind for f in found.flags], len(found.told), found.problems) == (["private"], 1, ())


def test_a_value_can_be_given_as_a_code(read):
    found = read(table([*LINE[:6], "采购方式", "老规矩", "frame"], head=[*HEAD, "归类"]), "a.csv")
    assert found.told[0].codes == ("frame",)
    wrong = read(table([*LINE[:6], "采购方式", "老规矩", "nothing"], head=[*HEAD, "归类"]), "a.csv")
    assert "nothing" in wrong.problems[0].what
    assert "frame" in wrong.problems[0].remedy


def test_an_answer_that_fits_no_value_is_kept_and_said(read):
    found = read(table([*LINE[:6], "采购方式", "老规矩"]), "a.csv")
    assert found.told[0].text == "老规矩"
    assert found.told[0].codes == ()
    assert "归类" in found.notes[0]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", TEMPLATES)
def test_an_empty_template_holds_nothing_and_no_complaint(read, name, kind):
    data = template(name, kind)
    assert data == template(name, kind)
    found = read(data, f"leer.{kind}")
    assert (found.told, found.problems, found.flags) == ((), (), ())


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_filled_template_is_read(read, name):
    lines = template(name, "csv").decode("utf-8-sig").splitlines()
    head = lines[0].split(",")
    out = [lines[0]]
    for number, line in enumerate(lines[1:]):
        row = line.split(",")
        row[head.index("客户")] = "" if number and name == "client" else "示例银行"
        row[head.index("日期")] = "2026-03-02"
        row[head.index("来源")] = row[head.index("来源")] or "BD"
        row[head.index("回答")] = "EB" if row[head.index("项目")] == "采购角色" else "不详"
        out.append(",".join(row))
    found = read("\n".join(out), "a.csv")
    assert found.problems == ()
    assert {t.field for t in found.told} == set(fields())


def test_questions_of_a_template_go_from_easy_to_hard_and_the_customer_comes_last():
    lines = [line.split(",") for line in template("interview", "csv").decode("utf-8-sig").splitlines()]
    source, item = lines[0].index("来源"), lines[0].index("项目")
    by_label = {f.label: f for f in fields().values()}
    asked = [(row[source], by_label[row[item]].ease) for row in lines[1:]]
    assert list(dict.fromkeys(s for s, _ in asked)) == ["内部资料", "内部同事", "行业专家", "客户本人"]
    for one in {s for s, _ in asked}:
        eases = [e for s, e in asked if s == one]
        assert eases == sorted(eases)


def test_encodings(read):
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert said(read(table(LINE).encode(encoding), "a.csv")) == THREE


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as held:
        held.writestr("xl/workbook.xml", b" " * (MAX_UNPACKED + 1))
    return out.getvalue()


def with_entities(data):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as held, zipfile.ZipFile(out, "w") as made:
        for name in held.namelist():
            part = held.read(name)
            if name.endswith("sheet1.xml"):
                part = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]>' + part.split(b"?>", 1)[-1]
            made.writestr(name, part)
    return out.getvalue()


HOSTILE = {
    "a.xlsx": b"PK\x03\x04 and no more",
    "bomb.xlsx": bomb(),
    "a.yaml": b"a: &a [1]\nb: *a\n",
    "deep.yaml": b"[" * 5000,
    "words.yaml": "只有一句话".encode(),
    "a.csv": b"\xff\xff\xff",
    "empty.csv": b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_broken_file_is_refused_by_name(name):
    with pytest.raises(UserError):
        read_bytes(HOSTILE[name], name)


def test_a_workbook_with_entities_is_refused(workbook):
    with pytest.raises(UserError, match=r"a\.xlsx"):
        read_bytes(with_entities(workbook(HEAD, LINE)), "a.xlsx")


def test_a_formula_is_never_computed(read, workbook):
    found = read(workbook(HEAD, [*LINE[:7], '=HYPERLINK("http://example.com","x")']), "a.xlsx")
    assert {t.field for t in found.told} == {"person.role", "person.title"}


def test_files_of_another_kind_or_size_are_refused(tmp_path, monkeypatch):
    with pytest.raises(UserError, match="YAML、CSV 或 XLSX"):
        load(tmp_path / "a.docx")
    with pytest.raises(UserError, match="No such file"):
        read_file(tmp_path / "a.csv")
    monkeypatch.setattr("analysis.interviews.tables.MAX_FILE", 3)
    (tmp_path / "a.csv").write_text("客户,日期", encoding="utf-8")
    with pytest.raises(UserError, match="拆分文件"):
        read_file(tmp_path / "a.csv")
