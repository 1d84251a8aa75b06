"""The shape of ``analysis.json``: everything a report, a card or a sheet may say, and nothing else.

Renderers read this file alone. Codes (industry, scenario, factor …) are those of ``pipelines/vocab/codes.yaml``;
shares are 0…1; every piece of prose is a Text in both languages, made from YAML templates, never in code. Every
Statement says its kind (DESIGN §6) and an EVIDENCE statement names its cases and quotes: without them it may not exist.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType


class Kind(StrEnum):
    """What a statement rests on."""

    EVIDENCE = "证据"  # named cases; each quote stands in an archived page
    STATISTIC = "统计"  # computed over cases, with n and interval
    PRIOR = "先验"  # the rule base drawn from the user's documents
    INTERVIEW = "访谈"  # imported interviews and account records


@dataclass(frozen=True, slots=True)
class Text:
    """One piece of prose in both languages."""

    zh: str
    en: str = ""


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval; ``method`` is wilson, bootstrap …"""

    low: float
    high: float
    method: str = "wilson"
    level: float = 0.95


@dataclass(frozen=True, slots=True)
class Share:
    """``n`` of ``of`` cases; ``share`` is n/of (0 where of is 0)."""

    n: int
    of: int
    share: float
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that the report may print. ``quotes`` are ids of Quote; ``source`` names the rule-base entry or statistic."""

    kind: Kind
    text: Text
    cases: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    share: Share | None = None
    source: str = ""
    beside: Statement | UnsetType = UNSET  # what the rule base says of it, shown beside an interview's word


@dataclass(frozen=True, slots=True)
class Quote:
    """Evidence as a renderer shows it: the quote within its sentence (``before`` + quote + ``after``) and its place."""

    id: str
    case: str
    field: str
    quote: str
    before: str
    after: str
    start: int
    end: int
    page_digest: str
    where: str


@dataclass(frozen=True, slots=True)
class BenefitRow:
    """A quantified benefit of a case, ready to print; ``label`` such as ``成本 ↓ 30%``."""

    value: float
    unit: str
    direction: str
    subject: str
    label: Text
    quote: str
    value_from: float | None = None
    value_to: float | None = None
    bound: str = ""
    confidence: float = 0.0
    told: str = ""  # how the label tells it (figures.Told)
    measure: str = ""  # the rate that the page names where the subjects have no name for it (click_through): what rose is this


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case as the analysis uses it. None is unknown; ``unknown`` gives the reason by field."""

    id: str
    customer: str
    customer_key: str
    vendor: str
    products: tuple[str, ...]
    categories: tuple[str, ...]
    industry: str | None
    company_size: str | None
    maturity: str | None
    scenario: str | None
    challenges: tuple[str, ...]
    solution: str | None
    benefits: tuple[BenefitRow, ...]
    url: str  # empty: 链接缺失
    tier: int
    kind: str
    proof: str
    title: str
    published: str | None
    lang: str
    origin: str  # archive, starter, sandbox
    source_id: str
    page_digest: str
    quotes: dict[str, tuple[str, ...]] = field(default_factory=dict)  # field → ids of Quote
    confidence: dict[str, float] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    segment_rules: dict[str, str] = field(default_factory=dict)  # dimension → id of the rule that placed it
    persona: str | None = None
    closeness: float | None = None  # 1 − Gower distance to the persona's medoid
    second: str | None = None  # nearest other persona
    margin: float | None = None  # closeness − closeness to ``second``; small: borderline
    borderline: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """A code and how many cases have it; ``code`` None counts the unknown."""

    code: str | None
    label: Text
    share: Share


@dataclass(frozen=True, slots=True)
class VendorProduct:
    """A row of 厂商产品映射 with the cases in hand that use it."""

    vendor: str
    product: str
    positioning: str
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """What was analysed and from what: document 1 §6.1 head and 一、品类概述."""

    query: str
    category: str
    group: str
    definition: str
    includes: tuple[str, ...]
    excludes: tuple[str, ...]
    reason: str  # how the query was mapped to the category
    as_of: str  # analysis date YYYY-MM-DD
    origin: str  # archive, starter, sandbox, mixed
    origin_note: Text
    vendors: tuple[str, ...]  # with cases
    vendor_products: tuple[VendorProduct, ...]
    n_cases: int
    n_customers: int
    n_products: int
    n_industries: int
    complexity: str  # simple, medium, complex
    floor: int  # 15, 20 or 25
    cross_vendor: bool  # False under three vendors
    tier_filter: tuple[int, ...] = (1, 2)
    filters: dict[str, str] = field(default_factory=dict)
    category_text: Text | None = None  # the category's name in both languages


@dataclass(frozen=True, slots=True)
class Need:
    """One row of the need–feature matrix (document 1 §3.1)."""

    factor: str
    need: Text
    features: Text
    metric: Text  # quoted from cases where they have figures
    priority: str  # P0, P1, P2
    weight: float  # of the persona's decision, 0…1
    share: Share
    cases: tuple[str, ...]
    quotes: tuple[str, ...]
    metric_kind: Kind = Kind.EVIDENCE
    vendor_difference: Statement | None = None


@dataclass(frozen=True, slots=True)
class Factor:
    """A decision factor of a persona (document 1 §3.2); weights of a persona sum to 1; the prior stands apart."""

    factor: str
    label: Text
    weight: float
    interval: Interval | None
    rank: int
    rank_stability: float  # share of bootstrap samples with the same rank
    concerns: Text  # e.g. 等保/国密/审计
    cases: tuple[str, ...]
    quotes: tuple[str, ...]
    prior: float | None = None


@dataclass(frozen=True, slots=True)
class Pain:
    """关键痛点: what hurts and what it leads to, with the cases that say so."""

    factor: str
    text: Statement
    impact: Statement | None


@dataclass(frozen=True, slots=True)
class Concern:
    """常见顾虑 and 应对话术."""

    concern: Statement
    answer: Statement


@dataclass(frozen=True, slots=True)
class Stage:
    """A row of the journey map (document 1 §5.1)."""

    stage: str  # 认知 考虑 决策 部署 留存
    touchpoints: Statement
    pains: Statement
    content: Statement
    influences: Statement


@dataclass(frozen=True, slots=True)
class Journey:
    """A persona's journey and its row in 不同画像的旅程差异 (§5.2)."""

    stages: tuple[Stage, ...]
    cycle: Statement
    key_stages: Statement
    main_concerns: Statement
    best_moment: Statement


@dataclass(frozen=True, slots=True)
class Merge:
    """What a deduplication rule of document 1 §2.2 did: ``rule`` id, the clusters it joined, the measured value."""

    rule: str
    rule_text: Text
    joined: tuple[str, ...]
    value: float
    threshold: float
    merged: bool
    reason: Text
    joined_text: tuple[Text, ...] = ()  # ``joined`` in both languages


@dataclass(frozen=True, slots=True)
class Representative:
    """A representative customer and why it was chosen."""

    case: str
    closeness: float
    reason: Text


@dataclass(frozen=True, slots=True)
class VendorShare:
    """How a vendor stands in a persona against the category: ``lift`` over its share, tested, false discoveries controlled."""

    vendor: str
    share: Share
    lift: float | None
    p_value: float | None
    significant: bool


@dataclass(frozen=True, slots=True)
class Persona:
    """A cross-vendor persona: every attribute of the template of document 1 §2.4 and of the card of §6.3."""

    id: str
    rank: int
    name: Text
    status: str  # 稳定 or 暂定
    status_reasons: tuple[Text, ...]
    description: Statement
    prevalence: Share
    cases: tuple[str, ...]
    representatives: tuple[Representative, ...]
    industries: tuple[Count, ...]
    sizes: tuple[Count, ...]
    maturities: tuple[Count, ...]
    scenarios: tuple[Count, ...]
    vendors: tuple[VendorShare, ...]
    core_scenarios: Statement
    technical_challenges: tuple[Statement, ...]
    business_goals: tuple[Statement, ...]
    decision_cycle: Statement
    key_roles: Statement
    factors: tuple[Factor, ...]
    needs: tuple[Need, ...]
    pains: tuple[Pain, ...]
    selling_points: tuple[Statement, ...]
    differentiation: tuple[Statement, ...]
    benchmarks: tuple[Statement, ...]
    vendor_type: Statement
    choice_factors: tuple[Statement, ...]
    concerns: tuple[Concern, ...]
    contact_role: Statement
    entry_point: Statement
    journey: Journey
    strategy: tuple[Statement, ...]
    product_advice: tuple[Statement, ...]
    merges: tuple[Merge, ...] = ()
    stability: float | None = None  # bootstrap Jaccard
    stability_interval: Interval | None = None
    distinctive: tuple[Statement, ...] = ()  # what sets it apart, with lifts
    heard: Panel | UnsetType = UNSET  # what interviews with its customers say
    lead: tuple[str, ...] = ()  # the factors of ``needs`` in the order in which to speak of them: its own before the common ones

    @property
    def stable(self) -> bool:
        """Whether its status is 稳定."""
        return self.status == "稳定"


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of the certificate, what it means, what it is compared with, and what would make it better."""

    id: str
    name: Text
    value: float | None
    interval: Interval | None
    compared_with: Text
    threshold: Text
    colour: str  # green, amber, red
    meaning: Text
    better: Text
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """A computed check (floors, triangulation, checklist, pitfalls); ``colour`` green, amber or red."""

    id: str
    name: Text
    colour: str
    finding: Text
    source: str = ""  # document and section
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A case that no persona explains, and why."""

    case: str
    nearest: str | None
    closeness: float | None
    reason: Text


@dataclass(frozen=True, slots=True)
class Validation:
    """Triangulation (document 1 §2.3) and the certificate."""

    coverage: Share
    unassigned: tuple[Unassigned, ...]
    borderline: tuple[str, ...]
    triangulation: tuple[Check, ...]
    metrics: tuple[Metric, ...]
    k_curve: tuple[dict[str, float], ...]  # one dict a k: k, coverage, silhouette, stability, chosen (0/1)
    verdict: str  # green, amber, red
    verdict_text: Text


@dataclass(frozen=True, slots=True)
class VendorProfile:
    """A column of 厂商客户结构对比 (document 1 §4.1)."""

    vendor: str
    cases: tuple[str, ...]
    industries: tuple[Count, ...]
    sizes: tuple[Count, ...]
    scenarios: tuple[Count, ...]
    factors: tuple[Count, ...]
    decision_cycle: Statement
    over_represented: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class WhiteSpace:
    """A tested vendor × persona × need cell; fewer cases than expected is all that it tells: published cases are survivors."""

    vendor: str
    persona: str
    factor: str
    observed: int
    expected: float
    p_value: float
    significant: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """跨厂商客户对比 (document 1 §4)."""

    profiles: tuple[VendorProfile, ...]
    rows: tuple[Statement, ...]  # the 洞察 column: one a dimension, in the order industry, size, scenario, factors, cycle
    common_needs: tuple[Statement, ...]
    differences: tuple[Statement, ...]
    openings: tuple[Statement, ...]
    white_space: tuple[WhiteSpace, ...]
    choice: tuple[Statement, ...]  # 客户选择厂商的关键因素, one a persona
    versus: dict[str, tuple[Statement, ...]] = field(default_factory=dict)  # vendor → 相对于该厂商的差异化建议
    dates: Statement | UnsetType = UNSET  # when each vendor's cases were published, and whether that may stand behind the differences


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two official statements on one fact, both kept; ``adopted`` by authority × recency."""

    customer: str
    field: str
    sides: tuple[Statement, ...]
    adopted: int
    reason: Text


@dataclass(frozen=True, slots=True)
class Said:
    """One thing an interview told, sorted into a value; no name and no words of anybody.

    ``field`` is an item of the client information table, ``code`` a value of it (empty for a duration in months, ``low`` to
    ``high``); ``person`` numbers the key person that it is about (0: the company); ``teller`` who told it (0: nobody named).
    """

    field: str
    code: str
    source: str  # document, bd, expert, customer
    firsthand: bool
    date: str
    person: int = 0
    teller: int = 0
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """One customer as interviews tell of it, without its name: ``talks`` counts them, ``direct`` those with the customer itself."""

    id: str
    talks: int
    direct: int
    said: tuple[Said, ...]
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trait:
    """A value of an item and how many of the customers who tell of the item have it. ``kind`` is common, differing or single."""

    field: str
    code: str
    label: Text
    value: Text
    share: Share
    kind: str


@dataclass(frozen=True, slots=True)
class Panel:
    """The interviewed customers of a persona; ``full`` from ten customers interviewed themselves, else 暂定."""

    customers: tuple[str, ...]
    talks: int
    direct: int
    full: bool
    latest: str
    standing: Statement
    traits: tuple[Trait, ...]
    disagreements: tuple[Conflict, ...]
    committee: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Interviews:
    """What was heard: the voices, and those that no persona of the category is like."""

    voices: tuple[Voice, ...]
    strangers: tuple[str, ...]
    notes: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What the library rejected or a filter dropped, counted by reason code."""

    code: str
    reason: str
    n: int
    examples: tuple[str, ...] = ()
    text: Text | None = None  # ``reason`` in both languages


@dataclass(frozen=True, slots=True)
class StageRecord:
    """A stage of the work as [1 进度追踪] asks; no clock times, so that the same input gives the same bytes."""

    stage: str
    done: bool
    detail: Text


@dataclass(frozen=True, slots=True)
class Analysis:
    """``analysis.json``."""

    version: str
    config: dict[str, Any]
    library_digest: str
    scope: Scope
    cases: tuple[CaseRow, ...]
    quotes: tuple[Quote, ...]
    distributions: dict[
        str, tuple[Count, ...]
    ]  # vendor, industry, industry_leaf, company_size, maturity, scenario, persona, tier, lang, year
    missing: dict[str, dict[str, int]]  # field → vendor → cases without a value
    benchmarks: tuple[Statement, ...]  # 标杆案例
    personas: tuple[Persona, ...]
    merges: tuple[Merge, ...]
    validation: Validation
    comparison: Comparison
    core_findings: tuple[Statement, ...]
    insights: tuple[Statement, ...]  # 关键洞察, 3–5
    conflicts: tuple[Conflict, ...]
    checklist: tuple[Check, ...]
    pitfalls: tuple[Check, ...]
    floors: tuple[Check, ...]
    left_out: tuple[LeftOut, ...]
    stages: tuple[StageRecord, ...]
    notes: tuple[Text, ...] = ()
    interviews: Interviews | UnsetType = UNSET  # where interviews were given
    moved: tuple[Statement, ...] | UnsetType = UNSET  # how customers moved away from the personas in use, where those were given

    def to_json(self) -> bytes:
        """Indented JSON with keys in the order of these classes: the same analysis gives the same bytes."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1)

    @classmethod
    def from_json(cls, data: bytes) -> Analysis:
        """Read back ``analysis.json``; raises msgspec.ValidationError where it is not one."""
        return msgspec.json.decode(data, type=cls)
