"""Interviews in personas, reports and cards: 访谈 with n and date, 先验 beside; nobody's name; nothing changes without them."""

import re
from dataclasses import replace

import pytest
from msgspec import UNSET

from analysis import generate
from analysis.intake.match import match
from analysis.intake.present import to_markdown
from analysis.intake.read import read_forms
from analysis.interviews.read import read_bytes
from analysis.interviews.voices import voices
from analysis.model import Analysis, Kind, Text
from analysis.report import browser
from analysis.report.compose import kinds
from analysis.report.render import files
from analysis.report.verify.again import check_again
from analysis.report.verify.figures import check_figures
from analysis.report.words import Words
from analysis.run import analyse

NAMES = re.compile("大勇|小敏|孟访谈|蒋销售|示例[甲乙丙丁戊己庚]银行|示例[一二三四五]厂|担心迁移停机，也担心合规")


@pytest.fixture(scope="module")
def told(run, planted, heard):
    return run(planted, interviews=heard())


@pytest.fixture(scope="module")
def bank(told):
    return next(p for p in told.personas if p.id.startswith("p-finance"))


@pytest.fixture(scope="module")
def page(told):
    return {lang: {k: files(told, k, Words(lang)) for k in kinds()} for lang in ("zh", "en")}


def test_a_customer_counts_for_the_persona_that_it_is_like(told, bank):
    maker = next(p for p in told.personas if p.id.startswith("p-manufacturing"))
    game = next(p for p in told.personas if p.id.startswith("p-internet"))
    assert (len(bank.heard.customers), len(maker.heard.customers)) == (7, 5)
    assert game.heard is UNSET
    assert game.decision_cycle.kind is Kind.PRIOR
    assert game.decision_cycle.beside is UNSET


def test_what_was_heard_stands_with_n_and_date_and_the_prior_beside(bank, clear):
    before = next(p for p in clear.personas if p.id == bank.id)
    assert bank.decision_cycle.kind is Kind.INTERVIEW
    assert bank.decision_cycle.text.zh == "中位 8.5 个月（6–11 个月）（暂定：7 家客户、7 次访谈，最近 2026-07-15）"
    assert bank.decision_cycle.beside == before.decision_cycle
    assert bank.contact_role.text.zh.startswith("CIO/信息化负责人 7/7（暂定")
    assert bank.vendor_type.text.zh.startswith("国产云 7/7")
    assert bank.key_roles.text.zh.startswith("EB 决策者：分管领导/副总 4/4；TB 技术把关者：CIO/信息化负责人 7/7；UB")
    assert bank.journey.best_moment.text.zh.startswith("预算编制期 7/7")
    assert bank.journey.main_concerns.text.zh.startswith("合规能否通过 7/7、迁移风险与停机 7/7")


def test_objections_come_first_with_an_answer_and_the_rule_base_follows(bank, clear):
    before = next(p for p in clear.personas if p.id == bank.id)
    kinds_ = [c.concern.kind for c in bank.concerns]
    assert kinds_[:2] == [Kind.INTERVIEW] * 2
    assert bank.concerns[0].concern.text.zh.startswith("合规能否通过 7/7")
    assert bank.concerns[0].answer.kind is Kind.PRIOR
    beside = [c.concern.beside for c in bank.concerns if c.concern.beside is not UNSET]
    assert {*beside, *(c.concern for c in bank.concerns if c.concern.kind is Kind.PRIOR)} == {c.concern for c in before.concerns}


def test_a_stage_of_the_journey_is_filled_where_it_was_told(bank):
    aware, deploy = bank.journey.stages[0], bank.journey.stages[3]
    assert aware.touchpoints.text.zh.startswith("同行推荐 7/7")
    assert aware.touchpoints.beside.kind is Kind.PRIOR
    assert deploy.pains.kind is Kind.INTERVIEW
    assert aware.content.kind is Kind.PRIOR


def test_contact_strategy_of_interviews_and_of_the_rule_base_are_two_statements(bank):
    said = [(s.kind, s.text.zh[:9]) for s in bank.strategy]
    assert (Kind.INTERVIEW, "先接触谁：CIO/") in said
    assert (Kind.INTERVIEW, "沟通方式：微信/企") in said
    assert any(k is Kind.PRIOR and t.startswith("先接触") for k, t in said)


def test_red_flags_stand_on_the_persona(bank):
    assert {c.id: c.colour for c in bank.heard.committee} == {
        "committee-no_eb": "amber",
        "committee-no_coach": "red",
        "committee-no_ub": "amber",
    }


@pytest.mark.parametrize(("count", "tentative"), [(9, True), (10, False)])
def test_ten_customers_are_no_longer_tentative(run, planted, count, tentative):
    rows = "".join(
        f"示例{n}号银行,客户本人,2026-03-0{n % 9 + 1},TB,所属行业,银行\n,,,,业务场景,核心系统\n,,,,决策周期,6 个月\n" for n in range(count)
    )
    held = voices(read_bytes(f"客户,来源,日期,角色,项目,回答\n{rows}".encode(), "a.csv").told)
    made = next(p for p in run(planted, interviews=held).personas if p.id.startswith("p-finance"))
    assert made.decision_cycle.text.zh.startswith(f"6 个月（{'暂定：' if tentative else ''}{count} 家客户、{count} 次访谈")
    assert made.heard.full is not tentative


def test_nobody_is_named_or_quoted_in_any_file(page):
    for lang, by_kind in page.items():
        for kind, made in by_kind.items():
            for name, data in made.items():
                found = NAMES.search(data.decode("utf-8", "ignore"))
                assert found is None, (lang, kind, name, found)


def test_the_report_tells_interviews_beside_priors(page):
    text = page["zh"]["positioning"]["report.md"].decode()
    assert "访谈与决策委员会" in text
    assert re.search(r"\*\*决策周期\*\* \| 中位 8\.5 个月.*〔访谈〕 \| .*〔\[?先验", text)
    assert "没有内部支持者（Coach）" in text
    card = next(d.decode() for n, d in page["zh"]["cards"].items() if re.match(r"cards/.*金融.*\.md", n))
    assert "访谈基础" in card
    assert "`未见经济决策者（EB）`" in card


def test_no_word_of_interviews_is_missing_in_english(told, clear):
    with_, without = Words("en"), Words("en")
    files(told, "positioning", with_)
    files(clear, "positioning", without)
    assert with_.untranslated == without.untranslated


def test_the_figures_hold_and_come_again(planted, heard):
    pages = {c.page_digest: generate.page_text(c) for c in planted}
    made = analyse(planted, "对象存储", as_of="2026-01-31", page_text=lambda d: pages.get(d, ""), interviews=heard())
    assert list(check_figures(made)) == []
    assert list(check_again(made, planted, lambda d: pages.get(d, ""))) == []
    first = made.personas[0]
    edited = replace(first, decision_cycle=replace(first.decision_cycle, text=Text("1 个月（12 家客户）")))
    changed = replace(made, personas=(edited, *made.personas[1:]))
    assert {p.where for p in check_again(changed, planted, lambda d: pages.get(d, ""))} >= {"personas[0].decision_cycle.text.zh"}


def test_it_is_read_back_as_it_was_written(told, clear):
    assert Analysis.from_json(told.to_json()) == told
    assert Analysis.from_json(clear.to_json()) == clear


def test_without_interviews_nothing_is_there(clear, run, planted):
    text = clear.to_json()
    assert not any(word in text for word in (b'"interviews"', b'"heard"', b'"beside"', b'"moved"'))
    made = files(clear, "positioning", Words())
    assert "访谈与决策委员会".encode() not in made["report.html"]
    assert run(planted, interviews=()).to_json() == text


def voice(category="", industry="农业合作社", scenario="用大模型"):
    rows = f"示例农社,客户本人,2026-03-02,TB,{category},所属行业,{industry}\n,,,,,业务场景,{scenario}\n,,,,,决策周期,2 个月\n"
    return voices(read_bytes(f"客户,来源,日期,角色,品类,项目,回答\n{rows}".encode(), "a.csv").told)


def test_a_customer_like_no_persona_is_told_as_a_sign_of_change(run, planted):
    made = run(planted, interviews=voice())
    assert made.interviews.strangers == ("K1",)
    assert "客户可能已经变化" in made.interviews.notes[1].text.zh
    assert all(p.heard is UNSET for p in made.personas)


def test_interviews_of_another_category_do_not_count(run, planted, clear):
    assert run(planted, interviews=voice("消息队列", "银行", "核心系统")).to_json() == clear.to_json()
    assert run(planted, interviews=voice("S3", "银行", "核心系统")).interviews is not UNSET


@pytest.mark.skipif(not browser.find(), reason="no Chromium is installed")
def test_a_card_with_interviews_is_one_page(page, tmp_path):
    name, data = next((n, d) for n, d in page["zh"]["cards"].items() if re.match(r"cards/.*金融.*\.html", n))
    (tmp_path / "card.html").write_bytes(data)
    browser.pdf(browser.find(), tmp_path / "card.html", tmp_path / "card.pdf")
    assert (tmp_path / "card.pdf").read_bytes().count(b"/Type /Page\n") == 1, name


def test_a_matched_form_comes_with_what_customers_objected_to(planted, heard):
    told = (
        "[客户行业]：银行",
        "- 细分领域：核心业务系统迁移上云",
        "[当前痛点]：",
        "- 具体问题：多次宕机，审计未通过",
        "[基础设施现状]：",
        "- 公有云：对象存储",
    )
    (form,) = read_forms("\n".join(told))
    made = match(form, planted, "2026-01-31", interviews=heard())
    assert made.persona.objections[0][0].text.zh.startswith("合规能否通过 7/7")
    assert [s.text.zh[:4] for s in made.persona.talking if s.kind is Kind.INTERVIEW] == ["先接触谁", "沟通方式"]
    assert "【访谈】合规能否通过" in to_markdown(made)
    assert not NAMES.search(to_markdown(made))
