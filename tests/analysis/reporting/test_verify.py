"""A report that is whole passes; every planted falsification is found and named."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from analysis.labels import label
from analysis.model import Analysis, Text
from analysis.report import manifest
from analysis.report.render import files, folder, render
from analysis.report.verify import verify
from analysis.report.verify.figures import check_figures
from analysis.report.verify.files import check_files
from analysis.report.verify.problem import CODES
from analysis.report.verify.records import stated
from analysis.report.verify.run import check_holdings
from analysis.report.words import Words
from analysis.run import analyse
from pipelines.archive import Archived, ArchiveError
from pipelines.case import Benefit, Case, Evidence, Field, Many, Page

VENDORS = ("aws", "aliyun", "azure", "gcp")
SECTORS = (
    ("finance.banking", "large", "core-migration", "reliability", "示例银行", "系统经常中断"),
    ("internet.gaming", "startup", "internet-native", "scalability", "示例游戏", "高峰时扩容跟不上"),
    ("manufacturing.automotive", "medium", "data-analytics", "analytics", "示例汽车", "数据难以分析"),
)


def page_of(i: int) -> str:
    name, trouble = SECTORS[i % 3][4:]
    return f"{name}{i}号的{trouble}，业务部门常常抱怨。\n项目组把数据搬到对象存储。\n上线后存储成本降低{20 + i}%，大家都满意。"


def digest_of(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def case_of(i: int) -> Case:
    industry, size, scenario, factor, name, trouble = SECTORS[i % 3]
    text, vendor = page_of(i), VENDORS[i % 4]
    digest = digest_of(text)

    def held(value, words):
        at = text.index(words)
        return Field(value, (Evidence(words, at, at + len(words), digest, "other/text"),), 0.9, "test")

    saved = f"存储成本降低{20 + i}%"
    return Case(
        case_id=f"{vendor}-{i:03d}-0",
        page_digest=digest,
        part=0,
        customer_name=held(f"{name}{i}号", f"{name}{i}号"),
        vendor=Field(vendor, confidence=1.0),
        categories=Many((held("对象存储", "对象存储"),)),
        products=Many((held("对象存储", "对象存储"),)),
        industry=held(industry, name),
        company_size=held(size, name),
        scenario=held(scenario, trouble),
        challenges=Many((held(factor, trouble),)),
        solution=held("项目组把数据搬到对象存储。", "项目组把数据搬到对象存储。"),
        benefits=Many((held(Benefit(20.0 + i, "%", "down", "cost"), saved),)),
        source_url=Field(f"https://www.example.com/{vendor}/{i}", confidence=1.0),
        customer_key=f"{name}{i}",
        lang="zh",
        title=f"{name}{i}号",
    )


class Shelf:
    """A case library in memory."""

    def __init__(self, n: int = 24) -> None:
        self.held = {c.case_id: c for c in (case_of(i) for i in range(n))}
        self.payloads = {digest_of(page_of(i)): page_of(i).encode() for i in range(n)}
        self.texts = {d: p.decode() for d, p in self.payloads.items()}

    def page(self, digest: str) -> Page | None:
        return Page(digest, "aws", "", self.texts[digest], "zh") if digest in self.texts else None

    def page_text(self, digest: str) -> str:
        return self.texts.get(digest, "")

    def archived(self, digest: str) -> Archived:
        if digest not in self.payloads:
            raise ArchiveError(f"no record of {digest}")
        return Archived(self.payloads[digest], "", "text/plain", "utf-8", None)

    def case(self, case_id: str) -> Case | None:
        return self.held.get(case_id)

    def cases(self) -> Iterator[Case]:
        return iter(self.held.values())

    def digest(self) -> str:
        return "shelf-1"


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> tuple[Path, Analysis]:
    """A report of the shelf, rendered once."""
    shelf = Shelf()
    made = analyse(shelf.cases(), "对象存储", as_of="2026-01-15", page_text=shelf.page_text, library_digest=shelf.digest())
    out = tmp_path_factory.mktemp("whole")
    render(made, out, pictures=False)
    return folder(made, out), made


@pytest.fixture
def copy(whole, tmp_path) -> Path:
    """A copy to falsify."""
    return Path(shutil.copytree(whole[0], tmp_path / "report"))


def forge(home: Path, analysis: Analysis) -> None:
    """Writes a falsified analysis as its own program would: rendered anew, with a fresh manifest."""
    made = files(analysis, "positioning", Words())
    for old in home.rglob("*.*"):
        old.unlink()
    for name, data in made.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(data)
    digests = {name: manifest.digest(data) for name, data in made.items()}
    (home / manifest.NAME).write_bytes(manifest.manifest(analysis, Words(), ["positioning"], digests, [], []))


def found(home: Path, shelf: Shelf | None = None, again: bool = False) -> dict[str, str]:
    return {p.code: p.where for p in reversed(verify(home, shelf or Shelf(), again))}


def test_a_whole_report_passes(whole):
    assert verify(whole[0], Shelf()) == []


def test_every_code_has_words(whole):
    assert all(CODES.values())


# Files


def files_of(home: Path) -> dict[str, str]:
    return {p.code: p.where for p in check_files(home, manifest.read(home))}


def flip(path: Path, at: int = 2000) -> None:
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    "name", ["report.md", "report.html", "cases.csv", "cases.xlsx", "checklist.md", "certificate.json", "charts/vendor.svg"]
)
def test_a_flipped_byte_in_any_file_is_named(copy, name):
    flip(copy / name)
    assert files_of(copy) == {"changed_file": name}


@pytest.mark.parametrize("name", ["report.html", "cases.csv"])
def test_a_removed_file_is_named(copy, name):
    (copy / name).unlink()
    assert files_of(copy) == {"missing_file": name}


def test_a_file_slipped_in_is_named(copy):
    (copy / "cards" / "9-extra.md").write_text("x")
    assert files_of(copy) == {"unlisted_file": "cards/9-extra.md"}


def test_an_edited_file_is_found_though_the_manifest_was_edited_too(copy):
    text = (copy / "report.md").read_text()
    (copy / "report.md").write_text(text.replace("24个跨厂商官方客户案例", "42个跨厂商官方客户案例"))
    held = json.loads((copy / "manifest.json").read_text())
    held["files"]["report.md"] = manifest.digest((copy / "report.md").read_bytes())
    (copy / "manifest.json").write_text(json.dumps(held))
    assert found(copy) == {"not_rendered": "report.md"}


@pytest.mark.parametrize("name", ["manifest.json", "analysis.json"])
def test_no_report_at_all(copy, name):
    (copy / name).write_text("{")
    assert "no_report" in found(copy)


# The archive


def test_a_removed_record_is_named(copy):
    shelf, digest = Shelf(), digest_of(page_of(3))
    del shelf.payloads[digest]
    assert found(copy, shelf)["missing_record"] == digest


def test_a_flipped_byte_in_the_archive_is_named(copy):
    shelf, digest = Shelf(), digest_of(page_of(3))
    shelf.payloads[digest] = shelf.payloads[digest].replace("中断".encode(), "中止".encode()) + b" "
    assert found(copy, shelf)["missing_record"] == digest


def test_a_text_that_the_bytes_do_not_give_is_named(copy):
    shelf, digest = Shelf(), digest_of(page_of(3))
    shelf.texts[digest] = shelf.texts[digest].replace("23%", "83%")
    assert found(copy, shelf)["changed_text"] == digest


def test_a_library_is_asked_for(copy):
    assert {p.code for p in verify(copy, None)} >= {"missing_record"}


# Falsified analyses, rendered as if they were true


def quotes(a: Analysis, change: Callable[..., object]) -> Analysis:
    first, *rest = a.quotes
    return replace(a, quotes=(change(first), *rest))


def case(a: Analysis, **changes) -> Analysis:
    first, *rest = a.cases
    return replace(a, cases=(replace(first, **changes), *rest))


def benefit(a: Analysis, **changes) -> Analysis:
    held = a.cases[0].benefits[0]
    return case(a, benefits=(replace(held, **changes),))


def persona(a: Analysis, **changes) -> Analysis:
    first, *rest = a.personas
    return replace(a, personas=(replace(first, **changes), *rest))


def weight(a: Analysis) -> Analysis:
    factors = a.personas[0].factors
    return persona(a, factors=(replace(factors[0], weight=factors[0].weight + 0.2), *factors[1:]))


def share(a: Analysis) -> Analysis:
    held = a.validation.coverage
    return replace(a, validation=replace(a.validation, coverage=replace(held, share=0.5)))


def insight(a: Analysis, old: str, new: str) -> Analysis:
    said = a.insights[0]
    assert old in said.text.zh
    return replace(a, insights=(replace(said, text=replace(said.text, zh=said.text.zh.replace(old, new))), *a.insights[1:]))


def hide_a_vendor(a: Analysis) -> Analysis:
    return replace(a, distributions={**a.distributions, "vendor": a.distributions["vendor"][:-1]})


def cite_another(a: Analysis) -> Analysis:
    return replace(a, benchmarks=(replace(a.benchmarks[0], quotes=(a.quotes[-1].id,), cases=(a.cases[0].id,)),))


FORGED: list[tuple[str, str, Callable[[Analysis], Analysis]]] = [
    ("an invented quote", "invented_quote", lambda a: quotes(a, lambda q: replace(q, quote="成本降低九成"))),
    ("a quote moved", "misplaced_quote", lambda a: quotes(a, lambda q: replace(q, start=q.start + 1, end=q.end + 1))),
    ("words put around a quote", "changed_sentence", lambda a: quotes(a, lambda q: replace(q, before="绝非" + q.before))),
    ("a quote of another page", "wrong_page", lambda a: quotes(a, lambda q: replace(q, page_digest=digest_of(page_of(5))))),
    ("a quote of nobody", "unknown_case", lambda a: quotes(a, lambda q: replace(q, case="aws-999-0"))),
    ("a quote twice", "duplicate_id", lambda a: replace(a, quotes=(*a.quotes, a.quotes[0]))),
    ("an invented case", "unknown_case", lambda a: case(a, id="aws-999-0")),
    ("another customer", "changed_value", lambda a: case(a, customer="示例大银行")),
    ("another link", "changed_value", lambda a: case(a, url="https://www.example.com/other")),
    ("another industry", "changed_value", lambda a: case(a, industry="retail.chains")),
    ("another tier", "changed_value", lambda a: case(a, tier=2)),
    ("an edited figure", "unstated_figure", lambda a: benefit(a, value=95.0)),
    ("an edited state before", "unstated_figure", lambda a: benefit(a, value_from=97.0)),
    ("an edited end of a range", "unstated_figure", lambda a: benefit(a, value_to=97.0)),
    ("an edited label", "changed_value", lambda a: benefit(a, label=replace(a.cases[0].benefits[0].label, zh="成本 ↓ 95%"))),
    ("a figure without its quote", "unknown_quote", lambda a: benefit(a, quote="no/such/0")),
    ("an edited number of cases", "wrong_count", lambda a: replace(a, scope=replace(a.scope, n_cases=240))),
    ("an edited number of customers", "wrong_count", lambda a: replace(a, scope=replace(a.scope, n_customers=23))),
    ("a vendor too many", "wrong_count", lambda a: replace(a, scope=replace(a.scope, vendors=(*a.scope.vendors, "huaweicloud")))),
    (
        "an edited distribution",
        "wrong_count",
        hide_a_vendor,
    ),
    ("an edited share", "wrong_share", share),
    ("weights over 100 %", "wrong_weights", weight),
    ("a case moved to a persona", "wrong_persona", lambda a: case(a, persona=a.personas[-1].id)),
    ("a case dropped from a persona", "wrong_persona", lambda a: persona(a, cases=a.personas[0].cases[1:])),
    ("a larger persona", "wrong_count", lambda a: persona(a, prevalence=replace(a.personas[0].prevalence, n=12))),
    ("missing values hidden", "wrong_count", lambda a: replace(a, missing={**a.missing, "maturity": dict.fromkeys(VENDORS, 0)})),
    ("evidence without cases", "unsupported", lambda a: replace(a, benchmarks=(replace(a.benchmarks[0], cases=(), quotes=()),))),
    ("evidence without quotes", "unsupported", lambda a: replace(a, benchmarks=(replace(a.benchmarks[0], quotes=()),))),
    (
        "a foreign quote",
        "foreign_quote",
        cite_another,
    ),
    ("an unknown quote", "unknown_quote", lambda a: replace(a, benchmarks=(replace(a.benchmarks[0], quotes=("no/such/1",)),))),
    ("a change nobody told", "wrong_figure", lambda a: persona(a, name=replace(a.personas[0].name, zh="成本 ↓ 97%的客户"))),
    ("a speed nobody told", "wrong_figure", lambda a: persona(a, name=replace(a.personas[0].name, zh="提速 97%的客户"))),
    ("a speed nobody told in English", "wrong_figure", lambda a: persona(a, name=replace(a.personas[0].name, en="Work 97% faster"))),
    ("a part nobody told", "wrong_figure", lambda a: persona(a, name=replace(a.personas[0].name, zh="成本 降至 约 1/97的客户"))),
    ("a sentence with another share", "wrong_figure", lambda a: insight(a, "/24", "/25")),
]


def named_figure(analysis: Analysis, of: int, told: int, cited: bool = True) -> Analysis:
    """A goal that tells a figure of case ``of`` as that of the customer of case ``told``, which the statement names."""
    figure, case = analysis.cases[of].benefits[0], analysis.cases[told]
    text = f"降低成本：如 {figure.label.zh}（{case.customer}，{label('vendor', case.vendor).zh}）"
    own = [q.id for q in analysis.quotes if q.case == case.id]
    quotes = (case.benefits[0].quote,) if cited else tuple(q for q in own if q != case.benefits[0].quote)[:1]
    goal = replace(analysis.personas[0].business_goals[0], text=Text(text, text), cases=(case.id,), quotes=quotes, share=None)
    return persona(analysis, business_goals=(goal,))


def test_a_figure_told_of_a_customer_is_that_customers(whole):
    analysis = whole[1]
    other = next(i for i, c in enumerate(analysis.cases) if c.benefits[0].label != analysis.cases[0].benefits[0].label)
    for forged, codes in (
        (named_figure(analysis, 0, 0), set()),
        (named_figure(analysis, other, 0), {"wrong_figure"}),
        (named_figure(analysis, 0, 0, cited=False), {"unsupported"}),
    ):
        assert {p.code for p in check_figures(forged) if ".business_goals" in p.where} == codes


def test_a_figure_that_fell_to_a_part_is_no_share_of_cases(whole):
    analysis = whole[1]
    case = analysis.cases[0]
    row = replace(case.benefits[0], value=3.0, unit="x", label=Text("成本 降至 约 1/3", "Cost cut to about 1/3"))
    told = f"{row.label.zh}（{case.customer}）"
    goal = replace(analysis.benchmarks[0], text=Text(told, told), share=analysis.personas[0].prevalence)
    made = replace(analysis, cases=(replace(case, benefits=(row,)), *analysis.cases[1:]), benchmarks=(goal,))
    assert not [p for p in check_figures(made) if p.where.startswith("benchmarks")]


@pytest.mark.parametrize(("code", "change"), [x[1:] for x in FORGED], ids=[x[0] for x in FORGED])
def test_a_falsified_analysis_is_found_and_named(whole, code, change):
    made = change(whole[1])
    assert code in {p.code for check in (check_holdings(made, Shelf()), check_figures(made)) for p in check}


def test_the_checks_find_nothing_in_the_true_analysis(whole):
    assert [*check_holdings(whole[1], Shelf()), *check_figures(whole[1])] == []


def test_an_analysis_that_does_not_render_is_named(copy, whole):
    (copy / "analysis.json").write_bytes(case(whole[1], id="aws-999-0").to_json())
    assert found(copy)["not_rendered"] == "analysis.json"


def test_any_edited_sentence_is_found_by_making_the_analysis_again(copy, whole):
    said = whole[1].personas[0].decision_cycle
    forge(copy, persona(whole[1], decision_cycle=replace(said, text=replace(said.text, zh="一天"))))
    assert found(copy) == {}
    assert found(copy, again=True) == {"not_recomputed": "personas[0].decision_cycle.text.zh"}


def test_a_changed_library_is_not_made_again(copy):
    shelf = Shelf()
    shelf.digest = lambda: "shelf-2"  # type: ignore[method-assign]
    assert found(copy, shelf, again=True) == {}


def test_a_figure_may_be_told_in_another_unit_of_its_kind():
    assert stated(120.0, "from 2 hours to 5 minutes", "min")
    assert not stated(180.0, "from 2 hours to 5 minutes", "min")
    assert not stated(120.0, "from 2 hours to 5 minutes", "users")


@pytest.mark.parametrize(
    ("value", "sentence", "told"),
    [
        (30, "成本降低30%", True),
        (67000, "峰值达到6.7万TPS", True),
        (30, "成本下降三成", True),
        (50, "cut its costs by half", True),
        (3, "performance tripled", True),
        (40, "cut costs by 30%", False),
        (2_500_000, "serves 2.5 million users", True),
        (5, "", False),
    ],
)
def test_a_figure_must_be_told_in_its_sentence(value, sentence, told):
    assert stated(float(value), sentence) is told


def test_msgspec_reads_what_it_wrote(whole):
    assert Analysis.from_json(msgspec.json.encode(whole[1])) == whole[1]
