"""The whole analysis: every statement has its support, the same cases give the same bytes, too few cases are said plainly."""

import random
from dataclasses import fields, is_dataclass, replace

import pytest

from analysis import generate
from analysis.insight.heard import Heard
from analysis.model import Analysis, Kind, Statement, Text
from analysis.run import analyse
from analysis.scope import AnalysisError, Filters
from analysis.validate.certificate import stable_cases, verdict


def walk(value, kind):
    """Everything of a kind in a tree of dataclasses."""
    if isinstance(value, kind):
        yield value
    if is_dataclass(value):
        for f in fields(value):
            yield from walk(getattr(value, f.name), kind)
    elif isinstance(value, dict):
        for held in value.values():
            yield from walk(held, kind)
    elif isinstance(value, tuple | list):
        for held in value:
            yield from walk(held, kind)


def test_the_same_cases_in_any_order_give_the_same_bytes(run, planted, clear):
    shuffled = list(planted)
    random.Random(3).shuffle(shuffled)
    assert run(shuffled).to_json() == clear.to_json()


def test_what_is_written_reads_back(clear):
    assert Analysis.from_json(clear.to_json()) == clear


def test_every_statement_has_what_its_kind_demands(clear, noisy):
    for made in (clear, noisy):
        ids, quotes = {c.id for c in made.cases}, {q.id for q in made.quotes}
        for s in walk(made, Statement):
            assert s.text.zh
            assert s.text.en
            assert set(s.cases) <= ids
            assert set(s.quotes) <= quotes
            if s.kind is Kind.EVIDENCE:
                assert s.cases
                assert s.quotes
            elif s.kind is Kind.STATISTIC:
                assert s.source.startswith("stat:")
            else:
                assert "文档" in s.source
                assert not s.cases


def test_nothing_is_half_translated(clear, noisy):
    names = {c.customer for c in clear.cases} | {c.customer for c in noisy.cases}
    for text in walk((clear, noisy), Text):
        words = text.en
        for name in names:
            words = words.replace(name, "")
        han = {c for c in words if "\u4e00" <= c <= "\u9fff"} - set("对象存储服务即品类名")
        assert not han, text.en
        assert "{" not in text.zh + text.en


def test_statements_that_count_cases_count_right(clear):
    rows = {c.id: c for c in clear.cases}
    for p in clear.personas:
        for need in p.needs:
            assert need.share.n == sum(need.factor in rows[c].challenges for c in p.cases)
            assert need.share.of == len(p.cases)
        for count in p.industries + p.sizes + p.scenarios:
            assert count.share.of == len(p.cases)
        assert sum(c.share.n for c in p.industries) == len(p.cases)
        assert p.prevalence.n == len(p.cases)


def test_quotes_stand_in_their_sentence(clear, planted):
    pages = {c.page_digest: generate.page_text(c) for c in planted}
    for q in clear.quotes:
        assert q.before + q.quote + q.after in pages[q.page_digest]
        assert pages[q.page_digest][q.start : q.end] == q.quote
    assert any(q.before and q.after for q in clear.quotes)


def test_weights_sum_to_one_and_the_prior_stands_apart(clear):
    for p in clear.personas:
        assert sum(f.weight for f in p.factors) == pytest.approx(1, abs=1e-9)
        assert [f.rank for f in p.factors] == list(range(1, len(p.factors) + 1))
        assert [f.weight for f in p.factors] == sorted((f.weight for f in p.factors), reverse=True)
        for f in p.factors:
            assert f.interval.low <= f.weight <= f.interval.high
            assert 0 <= f.rank_stability <= 1
    bank = next(p for p in clear.personas if p.id.startswith("p-finance"))
    assert {f.factor: f.prior for f in bank.factors}["compliance"] == 0.15


def test_every_quoted_figure_names_customer_and_vendor(clear):
    rows = {c.id: c for c in clear.cases}
    cited = [n for p in clear.personas for n in p.needs if n.metric_kind is Kind.EVIDENCE]
    assert cited
    for need in cited:
        assert any(rows[c].customer in need.metric.zh for c in need.cases)
        assert "%" in need.metric.zh


def test_distributions_show_the_unknown(clear):
    sizes = clear.distributions["company_size"]
    assert sizes[-1].code is None
    assert sum(c.share.n for c in sizes) == len(clear.cases)
    assert sizes[-1].share.n == sum(c.company_size is None for c in clear.cases) > 0
    assert clear.missing["company_size"] == {
        v: sum(c.vendor == v and not c.company_size for c in clear.cases) for v in clear.missing["company_size"]
    }


def test_every_case_carries_the_rules_that_placed_it(clear):
    for c in clear.cases:
        assert set(c.segment_rules) == {"industry", "size", "maturity", "scenario"}
        assert c.segment_rules["maturity"] == "maturity-unknown"
        assert c.segment_rules["size"].startswith("size-unknown" if c.company_size is None else f"size-{c.company_size}:generated")


def test_an_empty_library_and_a_category_without_cases_say_what_to_do(run, category):
    with pytest.raises(AnalysisError, match="insights import"):
        run([])
    with pytest.raises(AnalysisError, match="insights crawl 对象存储"):
        run(generate.cases(5, category="块存储"))
    with pytest.raises(AnalysisError, match="放宽"):
        run(generate.cases(5), filters=Filters(tiers=(2,)))


@pytest.mark.parametrize("n", [1, 2, 4, 9])
def test_too_few_cases_still_run_and_claim_nothing(run, n):
    made = run(generate.cases(n))
    assert made.validation.verdict == "red"
    assert all(p.status == "暂定" for p in made.personas)
    assert any("低于下限" in note.zh for note in made.notes)
    assert next(c for c in made.floors if c.id == "floor-cases").colour == "red"
    assert len(made.validation.unassigned) + sum(len(p.cases) for p in made.personas) == n


def test_two_vendors_may_not_be_called_cross_vendor(run):
    two = tuple(replace(g, vendors=("aws", "aliyun")) for g in generate.THREE)
    made = run(generate.cases(45, two))
    assert not made.scope.cross_vendor
    assert all(p.status == "暂定" for p in made.personas)
    assert any("不能称为跨厂商" in n.zh for n in made.notes)
    assert next(c for c in made.floors if c.id == "floor-vendors").colour == "red"


def test_three_vendors_pass_with_a_warning(run):
    three = tuple(replace(g, vendors=("aws", "aliyun", "gcp")) for g in generate.THREE)
    made = run(generate.cases(45, three))
    assert made.scope.cross_vendor
    assert next(c for c in made.floors if c.id == "floor-vendors").colour == "amber"


def test_the_same_record_twice_counts_once_and_two_cases_of_a_customer_stay(run, planted):
    first = planted[0]
    again = replace(first, case_id="zz-copy", customer_key=first.customer_key)
    other = replace(first, case_id="zz-other", source_url=replace(first.source_url, value="https://example.com/other"))
    made = run([*planted, again, other])
    assert made.scope.n_cases == 61
    assert made.scope.n_customers == 60


def test_journeys_and_roles_are_marked_as_the_rule_base(clear):
    for p in clear.personas:
        assert [s.stage for s in p.journey.stages] == ["认知", "考虑", "决策", "部署", "留存"]
        assert {s.kind for s in walk(p.journey, Statement)} == {Kind.PRIOR}
        assert {p.decision_cycle.kind, p.key_roles.kind, p.contact_role.kind, p.vendor_type.kind} == {Kind.PRIOR}
    bank = next(p for p in clear.personas if p.id.startswith("p-finance"))
    assert bank.decision_cycle.text.zh == "6–12 个月"


def test_the_checklist_has_the_documents_fifteen_items_and_the_pitfalls_seven(clear):
    assert len(clear.checklist) == 15
    assert len(clear.pitfalls) == 7
    assert {c.colour for c in clear.checklist + clear.pitfalls} <= {"green", "amber", "red"}
    assert clear.checklist[5].name.zh == "确保案例数量达标（简单15/中等20/复杂25）"


def test_a_starter_case_without_a_quote_still_names_its_cases(run):
    bare = [
        replace(c, origin="starter", challenges=replace(c.challenges, items=tuple(replace(f, evidence=()) for f in c.challenges.items)))
        for c in generate.cases(30)
    ]
    made = run(bare)
    assert made.scope.origin == "starter"
    assert "未归档" in made.scope.origin_note.zh
    assert all(s.cases for s in walk(made, Statement) if s.kind is Kind.EVIDENCE)


def test_rejections_and_filters_are_told(run, planted):
    made = run(
        [*planted, replace(planted[0], case_id="t2", tier=2, customer_key="t2")], rejections={"anonymous": 3}, filters=Filters(tiers=(1,))
    )
    assert {x.code: x.n for x in made.left_out} == {"anonymous": 3, "filter": 1}
    assert all(x.text.en for x in made.left_out)


def test_groups_that_stayed_apart_are_called_as_the_personas_they_became(clear):
    names = {p.name.zh for p in clear.personas}
    apart = [m for m in clear.merges if not m.merged]
    assert apart
    assert not [m.joined for m in apart if not set(m.joined) <= names]


def test_a_certificate_is_green_only_where_most_cases_lie_in_stable_personas(clear):
    """Document 1 §2.3, DESIGN §5: a persona that is 暂定 with most of the cases is not made up for by small ones that are stable."""

    def judged(*statuses, red=False):
        people = [replace(p, status=s) for p, s in zip(clear.personas, statuses, strict=True)]
        green = [replace(m, colour="green") for m in clear.validation.metrics if m.id != "stable_cases"]
        return verdict([*green, stable_cases(people)], floors_red=red)

    assert [len(p.cases) for p in clear.personas] == [20, 20, 19]
    assert judged("稳定", "稳定", "暂定") == "green"
    assert judged("暂定", "稳定", "暂定") == "amber"
    assert judged("暂定", "暂定", "暂定") == "amber"
    assert judged("稳定", "稳定", "稳定", red=True) == "red"


def test_the_verdict_tells_how_many_cases_lie_in_stable_personas(clear):
    placed, stable = (sum(len(p.cases) for p in clear.personas if p.status in among) for among in (("稳定", "暂定"), ("稳定",)))
    held = next(m for m in clear.validation.metrics if m.id == "stable_cases")
    assert held.value == pytest.approx(stable / placed, abs=1e-4)
    assert f"含 {stable}/{placed} 例" in clear.validation.verdict_text.zh


def test_the_stages_are_told_as_they_pass(planted, category):
    seen = []
    analyse(planted[:20], "对象存储", as_of="2026-01-31", category=category, progress=seen.append)
    assert seen == ["scope", "personas", "validation", "insight", "report"]


def test_interviews_stand_in_place_of_the_rule_base(run, planted):
    told = Heard("cycle", Text("8 个月", "8 months"), 12, "2026-01-10", "interviews/2026-01", archetype="finance-large")
    once = Heard("key_roles", Text("EB：首席架构师", "EB: chief architect"), 2, "2026-01-10", "interviews/2026-01")
    made = run(planted, interviews=[told, once])
    bank = next(p for p in made.personas if p.id.startswith("p-finance"))
    other = next(p for p in made.personas if p.id.startswith("p-internet"))
    assert bank.decision_cycle.kind is bank.journey.cycle.kind is Kind.INTERVIEW
    assert bank.decision_cycle.text.zh == "8 个月（12 次访谈，2026-01-10）"
    assert other.decision_cycle.kind is Kind.PRIOR
    assert "暂定" in other.key_roles.text.zh
    assert bank.vendor_type.kind is Kind.PRIOR


def test_an_interview_on_something_else_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        Heard("kpi", Text("x", "x"), 1, "2026-01-10", "x")
