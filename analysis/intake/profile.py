"""A form as the analysis sees a case: industry, scenario, size, needs from its own words, and the categories it asks for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from analysis.intake.model import Answer, Form
from analysis.intake.rules import named, rules
from analysis.intake.structure import fields, plain
from analysis.model import CaseRow
from pipelines.case import Block, Field, Labelled, Many, Page, Part, RawCase, Role
from pipelines.catalog import catalogue
from pipelines.normalize import run_steps
from pipelines.steps import scenario as scenario_step
from pipelines.steps.industry import label_codes
from pipelines.vocabulary import codes

_PARTS = {
    "industry": Part.ABOUT,
    "pain": Part.CHALLENGE,
    "infra": Part.OTHER,
    "goal": Part.CHALLENGE,
    "special": Part.CHALLENGE,
}
READ = ("industry", "scenario", "challenges", "company_size", "maturity")  # what is read of a form as of a story
_PURPOSE = ("industry.segment", "goal.metric", "goal.note")
_NO_NEED = ("pain.tried", "pain.failure")
_WHOSE = {"scale.staff": "员工"}  # the label says whose number it is, and a story would


@dataclass(frozen=True, slots=True)
class Wanted:
    """A category that the form asks for, with the lines that say so."""

    category: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """The form as a case row, what it asks for, and how each dimension was found."""

    row: CaseRow
    wanted: tuple[Wanted, ...]
    subjects: tuple[str, ...]
    how: Mapping[str, str] = field(default_factory=dict)


def profile(form: Form) -> Profile:
    """What the form tells in the terms of the library; what it does not tell stays unknown."""
    asked = wanted(form)
    raw = _raw_case(form)
    found = run_steps(raw, READ)
    industry, how_industry = _industry(form, found["industry"])
    scenario, how_scenario = _scenario(form, raw, found["scenario"], asked)
    needs = tuple(sorted({*found["challenges"].values(), *_asked_for(form)}))
    size = found["company_size"].value
    how = {
        "industry": how_industry,
        "scenario": how_scenario,
        "needs": "诉求与目标的用词" if needs else "表单未写明",
        "size": "" if size else "表单未写明规模",
    }
    row = CaseRow(
        id="form",
        customer="",
        customer_key="form",
        vendor="",
        products=tuple(dict.fromkeys(m.product.name for m in catalogue().find(raw.page.text, "") if not m.product.platform)),
        categories=tuple(w.category for w in asked),
        industry=industry,
        company_size=size,
        maturity=found["maturity"].value,
        scenario=scenario,
        challenges=needs,
        solution=None,
        benefits=(),
        url="",
        tier=0,
        kind="form",
        proof="",
        title="",
        published=None,
        lang="zh",
        origin="form",
        source_id="",
        page_digest="",
    )
    told = tuple(dict.fromkeys(s for a in targets(form) for s in subjects_of(a)))
    return Profile(row, asked, told, how)


def wanted(form: Form) -> tuple[Wanted, ...]:
    """The categories that the form's words lead to, the most asked for first."""
    scores: dict[str, float] = {}
    why: dict[str, list[str]] = {}
    for answer in form.answers:
        weight = _weight(answer.field)
        for category, word, reason in named(answer.raw) if weight else ():
            scores[category] = scores.get(category, 0.0) + weight
            why.setdefault(category, []).append(f"第 {answer.line} 行 {fields()[answer.field].label}：{word}（{reason}）")
    ranked = sorted(scores, key=lambda c: (-scores[c], codes().categories().index(c)))
    top = max(scores.values(), default=1.0)
    return tuple(Wanted(c, round(scores[c] / top, 3), tuple(dict.fromkeys(why[c]))) for c in ranked)


def _weight(name: str) -> float:
    if name in _NO_NEED:
        return 0.5
    return rules().bottleneck if name.startswith(("bottleneck", "debt")) else rules().sections[fields()[name].section]


def _asked_for(form: Form) -> Iterator[str]:
    """The factors that targets and answered fields stand for, whatever their words: who sets a cost target needs lower cost."""
    rule = rules().needs
    for answer in targets(form):
        yield from (rule.subjects[s] for s in subjects_of(answer) if s in rule.subjects)
    yield from (rule.fields[a.field] for a in form.of(*rule.fields) if not re.search(rule.none, a.raw, re.I))


def targets(form: Form) -> tuple[Answer, ...]:
    """The answers that set a target."""
    return tuple(
        a for a in form.answers if (a.field.startswith(("goal.", "success.")) and a.field != "goal.period") or a.field == "service.sla"
    )


def subjects_of(answer: Answer) -> tuple[str, ...]:
    """What a target is about: codes of benefit subjects."""
    said = f"{fields()[answer.field].label} {answer.raw}".casefold()
    for word in rules().no_subject:
        said = said.replace(word.casefold(), " ")
    return tuple(s for s, words in rules().subjects.items() if any(w.casefold() in said for w in words))


def _raw_case(form: Form) -> RawCase:
    """The answers as a story that the normalizers can read: a block an answer, the industry as a label. What is said of the budget is no
    story: a sum that waits for approval asks for no compliance."""
    blocks, labels, text = [], [], ""
    for answer in form.answers:
        if fields()[answer.field].section == "budget":
            continue
        start = len(text)
        text += _WHOSE.get(answer.field, "") + answer.raw + "\n"
        section = fields()[answer.field].section
        blocks.append(Block(start, len(text) - 1, Role.TEXT, _PARTS[section]))
        if answer.field == "industry.name":
            labels.append(Labelled("industry", answer.raw, start, len(text) - 1))
    text = text.rstrip("\n")
    page = Page("sha256:" + hashlib.sha256(text.encode()).hexdigest(), "", "", text, "zh")
    return RawCase(page, blocks=tuple(blocks), labels=tuple(labels))


def _industry(form: Form, found: Field[str]) -> tuple[str | None, str]:
    """By the form's own label first, else by its words."""
    for answer in form.of("industry.name"):
        for code in industries(answer.raw):
            finer = found.value if found.value and found.value.startswith(f"{code}.") else code
            return finer, f"第 {answer.line} 行 客户行业：{answer.raw}"
    return found.value, "表单的用词" if found else "表单未写明行业"


def industries(raw: str) -> tuple[str, ...]:
    """The industries that a label names, the likeliest first: by the normalizer's words, then by the codes' own names."""
    return (*label_codes(raw), *_coded(raw))


def _coded(raw: str) -> tuple[str, ...]:
    """The industry that is called so in the codes themselves: the longest of the names that the answer holds or that hold it."""
    said = plain(raw)
    held = [(len(name), code) for name, code in _industry_names() if said and (name in said or (len(said) > 1 and said in name))]
    return (max(held)[1],) if held else ()


@cache
def _industry_names() -> tuple[tuple[str, str], ...]:
    """(plain name, code) of industries and leaves; 咨询与会计 also by its halves."""
    leaves = [(zh, f"{top}.{leaf}") for top, entry in codes().industry.items() for leaf, zh in (entry.leaves or {}).items()]
    whole = [*leaves, *((entry.zh, top) for top, entry in codes().industry.items())]
    halves = [(half, code) for zh, code in whole for half in zh.split("与") if len(half) > 1]
    return tuple((plain(name), code) for name, code in (*whole, *halves))


def _scenario(form: Form, raw: RawCase, found: Field[str], asked: tuple[Wanted, ...]) -> tuple[str | None, str]:
    """By what is to be built and reached first, since complaints name symptoms; then as a story would be placed; else the
    likeliest, where it leads clearly enough, marked as inferred."""
    purpose = tuple(a for a in form.answers if a.field in _PURPOSE)
    nothing: Many[str] = Many()
    if purpose:
        told = scenario_step.run(_raw_case(Form(form.template, purpose)), {"categories": nothing, "products": nothing})["scenario"]
        if told:
            return told.value, "业务场景与目标的用词"
    if found:
        return found.value, "表单的用词"
    categories: Many[str] = Many(tuple(Field(w.category) for w in asked[: rules().categories]))
    tried = scenario_step.run(raw, {"categories": categories, "products": nothing})["scenario"]
    if tried:
        return tried.value, "用词与所需品类"
    (code, _, best), (_, _, second) = tried.losers[:2]
    if best >= rules().scenario.least and best >= rules().scenario.lead * second:
        return code, f"推断（概率 {best:.0%}，请向客户确认）"
    return None, "表单未写明场景"
