"""Builds a whole Analysis of fictional customers, with page texts behind every quote."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import pytest

from analysis import model as m

VENDORS = {"aws": "AWS S3", "aliyun": "阿里云 OSS", "azure": "Azure Blob Storage", "gcp": "GCP Cloud Storage"}
SECTORS = [
    ("finance.banking", "large", "core-migration", ("reliability", "compliance"), "示例银行", "p-finance"),
    ("internet.ecommerce", "medium", "internet-native", ("scalability", "cost"), "示例商城", "p-internet"),
    ("manufacturing.automotive", None, "data-analytics", ("analytics", "integration"), "示例汽车", "p-manufacturing"),
]
PERSONAS = {
    "p-finance": ("金融核心系统客户", "Banks moving core systems"),
    "p-internet": ("互联网弹性应用客户", "Internet firms that scale"),
    "p-manufacturing": ("制造数据分析客户", "Manufacturers with data lakes"),
}
NAMES = {
    "finance.banking": ("金融-银行", "Finance – Banking"),
    "internet.ecommerce": ("互联网-电商", "Internet – E-commerce"),
    "manufacturing.automotive": ("制造-汽车", "Manufacturing – Automotive"),
    "large": ("大型企业", "Large enterprise"),
    "medium": ("中型企业", "Mid-size enterprise"),
    "core-migration": ("核心系统上云", "Core systems to the cloud"),
    "internet-native": ("互联网应用/云原生应用", "Internet and cloud-native applications"),
    "data-analytics": ("数据分析应用", "Data analytics"),
    "early-adopter": ("技术领先者", "Early adopter"),
    "reliability": ("稳定性与高可用", "Reliability"),
    "compliance": ("合规", "Compliance"),
    "scalability": ("弹性扩展", "Scalability"),
    "cost": ("成本", "Cost"),
    "analytics": ("数据分析能力", "Analytics"),
    "integration": ("生态集成与兼容", "Integration"),
    "aws": ("AWS", "AWS"),
    "aliyun": ("阿里云", "Alibaba Cloud"),
    "azure": ("Azure", "Azure"),
    "gcp": ("Google Cloud", "Google Cloud"),
}


def label(code: str | None) -> m.Text:
    return m.Text(*NAMES[code]) if code in NAMES else m.Text("未知", "Unknown")


def text(zh: str, en: str = "") -> m.Text:
    return m.Text(zh, en or zh)


def share(n: int, of: int) -> m.Share:
    return m.Share(n, of, n / of if of else 0.0, wilson(n, of))


def wilson(n: int, of: int, z: float = 1.959963984540054) -> m.Interval | None:
    if not of:
        return None
    p, d = n / of, 1 + z * z / of
    mid, half = (p + z * z / (2 * of)) / d, z * ((p * (1 - p) + z * z / (4 * of)) / of) ** 0.5 / d
    return m.Interval(max(0.0, mid - half), min(1.0, mid + half))


@dataclass
class World:
    """The parts while they are built: page texts by digest, cases, quotes."""

    evil: str = ""
    origin: str = "archive"
    texts: dict[str, str] = field(default_factory=dict)
    cases: list[m.CaseRow] = field(default_factory=list)
    quotes: list[m.Quote] = field(default_factory=list)

    def add(self, i: int, vendor: str, sector: tuple[Any, ...]) -> None:
        industry, size, scenario, challenges, name, persona = sector
        customer = f"{name}{i + 1}号{self.evil}"
        saved = 20 + i % 50
        lines = [
            f"{customer}此前的系统在高峰时段经常变慢，运维成本也越来越高。{self.evil}",
            f"项目组选择了{VENDORS[vendor]}，用三个月完成迁移。",
            f"上线后存储成本降低{saved}%，查询延迟降到 {i + 5} 毫秒，业务部门当月就看到了变化。",
        ]
        body = "\n".join(lines)
        digest = "sha256:" + hashlib.sha256(body.encode()).hexdigest() if self.origin == "archive" else ""
        case_id = f"case-{i + 1:03d}"
        self.texts[digest] = body
        made = {
            f: self.quote(case_id, f, q, body, digest, w)
            for f, q, w in [
                ("customer_name", customer, "title/heading"),
                ("challenges", "运维成本也越来越高", "challenge/text"),
                ("solution", f"项目组选择了{VENDORS[vendor]}，用三个月完成迁移。", "solution/text"),
                ("benefits", f"存储成本降低{saved}%", "outcome/text"),
            ]
        }
        self.cases.append(
            m.CaseRow(
                id=case_id,
                customer=customer,
                customer_key=f"key{i}",
                vendor=vendor,
                products=(VENDORS[vendor],),
                categories=("对象存储",),
                industry=industry,
                company_size=size,
                maturity="early-adopter" if i % 4 == 0 else None,
                scenario=scenario,
                challenges=challenges,
                solution=lines[1],
                benefits=(
                    m.BenefitRow(
                        float(saved), "%", "down", "cost", text(f"成本 ↓ {saved}%", f"Cost ↓ {saved}%"), made["benefits"], confidence=0.9
                    ),
                ),
                url="" if i % 7 == 6 else f"https://www.example.com/{vendor}/case-{i + 1}",
                tier=1 if i % 5 else 2,
                kind="case" if i % 5 else "partner",
                proof="" if i % 5 else "华为云合作伙伴官网",
                title=f"{customer}用{VENDORS[vendor]}{self.evil}",
                published=f"202{i % 5}-0{1 + i % 9}-12" if i % 3 else None,
                lang="zh",
                origin=self.origin,
                source_id="",
                page_digest=digest,
                quotes={f: (q,) for f, q in made.items() if q},
                confidence={"customer_name": 0.95},
                unknown={} if size else {"company_size": "no_evidence"},
                segment_rules={"industry": "seg.industry.1"},
                persona=persona if i % 11 != 10 else None,
                closeness=0.9 - (i % 7) / 20,
                second=None,
                margin=0.2,
                borderline=i % 9 == 8,
            )
        )

    def quote(self, case: str, name: str, words: str, body: str, digest: str, where: str) -> str:
        if self.origin != "archive":
            return ""
        start = body.index(words)
        line_start = body.rfind("\n", 0, start) + 1
        line_end = body.find("\n", start)
        line_end = len(body) if line_end < 0 else line_end
        key = f"{case}/{name}"
        end = start + len(words)
        self.quotes.append(m.Quote(key, case, name, words, body[line_start:start], body[end:line_end], start, end, digest, where))
        return key


class Builder:
    """Makes an Analysis; ``evil`` is put into every free text, ``origin`` says where the cases came from."""

    def __init__(self, n: int = 24, evil: str = "", origin: str = "archive", vendors: int = 4) -> None:
        self.world = World(evil, origin)
        self.evil = evil
        for i, vendor in zip(range(n), cycle(list(VENDORS)[:vendors]), strict=False):
            self.world.add(i, vendor, SECTORS[(i // 2) % 3])
        self.cases = self.world.cases

    def said(self, zh: str, en: str = "", kind: m.Kind = m.Kind.PRIOR, cases: tuple[m.CaseRow, ...] = ()) -> m.Statement:
        quotes = tuple(q for c in cases for q in c.quotes.get("challenges", ()))
        held = m.Text(zh + self.evil, (en or f"Statement {sum(map(ord, zh)) % 997}") + self.evil)
        counted = share(len(cases), len(self.cases)) if kind is m.Kind.STATISTIC else None
        source = "rules/persona.yaml#finance" if kind is m.Kind.PRIOR else ""
        return m.Statement(kind, held, tuple(c.id for c in cases), quotes, counted, source)

    def counts(self, cases: list[m.CaseRow], name: str) -> tuple[m.Count, ...]:
        found = Counter(None if getattr(c, name) is None else str(getattr(c, name)) for c in cases)
        ranked = sorted(found.items(), key=lambda kv: (kv[0] is None, -kv[1], str(kv[0])))
        return tuple(m.Count(code, label(code), share(n, len(cases))) for code, n in ranked)

    def factors(self, cases: list[m.CaseRow]) -> tuple[m.Factor, ...]:
        found = Counter(f for c in cases for f in c.challenges)
        total = sum(found.values())
        ranked = sorted(found.items(), key=lambda kv: (-kv[1], kv[0]))
        return tuple(
            m.Factor(
                code,
                label(code),
                n / total,
                m.Interval(max(0, n / total - 0.1), min(1, n / total + 0.1), "bootstrap"),
                rank,
                0.8,
                text("等保/国密/审计", "Certification and audit"),
                tuple(c.id for c in cases if code in c.challenges),
                tuple(q for c in cases if code in c.challenges for q in c.quotes.get("challenges", ())),
                0.3,
            )
            for rank, (code, n) in enumerate(ranked, 1)
        )

    def needs(self, cases: list[m.CaseRow]) -> tuple[m.Need, ...]:
        made = []
        for factor in self.factors(cases):
            having = tuple(c for c in cases if factor.factor in c.challenges)
            made.append(
                m.Need(
                    factor.factor,
                    m.Text("高并发处理" + self.evil, "High concurrency"),
                    text("读写性能", "Read and write performance"),
                    text("成本 ↓ 30%", "Cost ↓ 30%"),
                    "P0" if factor.rank == 1 else "P1",
                    factor.weight,
                    share(len(having), len(cases)),
                    factor.cases,
                    factor.quotes,
                    vendor_difference=self.said(
                        "阿里云客户更常提到", "Alibaba Cloud customers say so more often", m.Kind.STATISTIC, having[:2]
                    )
                    if factor.rank == 1
                    else None,
                )
            )
        return tuple(made)

    def journey(self) -> m.Journey:
        rows = tuple(
            m.Stage(
                s, self.said("技术大会/同行推荐"), self.said("不了解新技术能解决什么问题"), self.said("趋势白皮书"), self.said("行业趋势")
            )
            for s in ("认知", "考虑", "决策", "部署", "留存")
        )
        return m.Journey(rows, self.said("6–12 个月"), self.said("考虑→决策"), self.said("安全合规"), self.said("行业大会"))

    def persona(self, rank: int, key: str) -> m.Persona:
        mine = [c for c in self.cases if c.persona == key]
        ids = tuple(c.id for c in mine)
        some = tuple(mine[:2])
        said = self.said
        evidence = said("高峰时段系统变慢，运维成本上升", "Systems slow down at peaks", m.Kind.EVIDENCE, some)
        return m.Persona(
            id=key,
            rank=rank,
            name=m.Text(PERSONAS[key][0] + self.evil, PERSONAS[key][1] + self.evil),
            status="稳定" if rank == 1 else "暂定",
            status_reasons=() if rank == 1 else (text("自助法 Jaccard 低于 0.75", "Bootstrap Jaccard is below 0.75"),),
            description=said("以核心系统为先，重视高可用与合规", "Core systems first", m.Kind.STATISTIC, tuple(mine)),
            prevalence=share(len(mine), len(self.cases)),
            cases=ids,
            representatives=tuple(
                m.Representative(c.id, c.closeness or 0.0, text("离中心最近", "Closest to the centre")) for c in mine[:3]
            ),
            industries=self.counts(mine, "industry"),
            sizes=self.counts(mine, "company_size"),
            maturities=self.counts(mine, "maturity"),
            scenarios=self.counts(mine, "scenario"),
            vendors=tuple(
                m.VendorShare(v, share(n, len(mine)), 1.2, 0.04, v == "aws") for v, n in sorted(Counter(c.vendor for c in mine).items())
            ),
            core_scenarios=said("核心系统分布式改造", "Core system renewal", m.Kind.EVIDENCE, some),
            technical_challenges=(evidence, said("数据量增长快", "Data grows fast", m.Kind.EVIDENCE, some)),
            business_goals=(said("降低长期持有成本", "Lower total cost", m.Kind.EVIDENCE, some),),
            decision_cycle=said("6–12 个月", "6–12 months"),
            key_roles=said("CIO/架构师", "CIO and architect"),
            factors=self.factors(mine),
            needs=self.needs(mine),
            pains=(m.Pain("cost", evidence, said("预算被挤占", "Budgets shrink")), m.Pain("reliability", evidence, None)),
            selling_points=(said("低成本海量存储", "Cheap mass storage", m.Kind.EVIDENCE, some),),
            differentiation=(said("分层存储策略", "Tiered storage"),),
            benchmarks=(said("示例银行1号用 AWS S3，成本 ↓ 20%", "Customer 1 on AWS S3, cost ↓ 20%", m.Kind.EVIDENCE, some[:1]),),
            vendor_type=said("无偏好", "No preference", m.Kind.STATISTIC, some),
            choice_factors=(said("集成度", "Integration", m.Kind.EVIDENCE, some),),
            concerns=(m.Concern(said("担心迁移风险", "Fear of migration"), said("先做小范围试点", "Start with a pilot")),) * 2,
            contact_role=said("架构师", "Architect"),
            entry_point=said("从备份归档切入", "Start with backup"),
            journey=self.journey(),
            strategy=(said("以行业大会为主", "Meet at conferences"),),
            product_advice=(said("提供迁移工具", "Offer migration tools"),),
            stability=0.82 if rank == 1 else 0.6,
            stability_interval=m.Interval(0.7, 0.9, "bootstrap"),
            distinctive=(said("银行占比是全体的 3 倍", "Banks are three times as common", m.Kind.STATISTIC, some),),
        )

    def profile(self, vendor: str) -> m.VendorProfile:
        mine = [c for c in self.cases if c.vendor == vendor]
        factors = Counter(f for c in mine for f in c.challenges)
        return m.VendorProfile(
            vendor,
            tuple(c.id for c in mine),
            self.counts(mine, "industry"),
            self.counts(mine, "company_size"),
            self.counts(mine, "scenario"),
            tuple(m.Count(f, label(f), share(n, len(mine))) for f, n in sorted(factors.items(), key=lambda kv: (-kv[1], kv[0]))),
            self.said("6–12 个月", "6–12 months"),
            (self.said("银行偏多", "More banks", m.Kind.STATISTIC, tuple(mine[:2])),),
        )

    def validation(self) -> m.Validation:
        loose = [c for c in self.cases if c.persona is None]
        checks = tuple(
            m.Check(i, text(zh, en), "green", text("全部符合", "All hold"), "document 1 §2.3")
            for i, zh, en in (("coverage", "案例覆盖率验证", "Coverage"), ("expert", "专家常识验证", "Common sense"))
        )
        metric = m.Metric(
            "jaccard",
            text("自助法 Jaccard", "Bootstrap Jaccard"),
            0.78,
            m.Interval(0.7, 0.9, "bootstrap"),
            text("随机分组", "random groups"),
            text("不低于 0.75", "at least 0.75"),
            "amber",
            text("换一批案例，画像还在不在", "Whether personas survive resampling"),
            text("补充案例", "Add cases"),
        )
        curve = tuple(
            {"k": float(k), "coverage": 0.8, "silhouette": 0.2 + k / 50, "stability": 0.9 - k / 20, "chosen": float(k == 3)}
            for k in (2, 3, 4, 5)
        )
        return m.Validation(
            share(len(self.cases) - len(loose), len(self.cases)),
            tuple(m.Unassigned(c.id, "p-finance", 0.3, text("与各画像都不接近", "Near no persona")) for c in loose),
            tuple(c.id for c in self.cases if c.borderline),
            checks,
            (metric,),
            curve,
            "amber",
            text("可以使用，注意暂定画像", "Usable; mind the tentative personas"),
        )

    def comparison(self) -> m.Comparison:
        used = [v for v in VENDORS if any(c.vendor == v for c in self.cases)]
        some = tuple(self.cases[:2])
        said = self.said
        return m.Comparison(
            profiles=tuple(self.profile(v) for v in used),
            rows=tuple(said(f"维度{i}的洞察", f"Insight {i}", m.Kind.STATISTIC, some) for i in range(1, 6)),
            common_needs=(said("都关注成本", "All care for cost", m.Kind.STATISTIC, some),),
            differences=(said("行业不同", "Industries differ", m.Kind.STATISTIC, some),),
            openings=(said("医疗行业案例少", "Few cases in health", m.Kind.STATISTIC, some),),
            white_space=(m.WhiteSpace("aws", "p-finance", "cost", 0, 2.4, 0.04, True),),
            choice=tuple(said(f"{PERSONAS[p][0]}看重集成", "Integration decides", m.Kind.EVIDENCE, some) for p in self.keys()),
            versus={v: (said("强调本地化服务", "Stress local service"),) for v in used},
        )

    def keys(self) -> list[str]:
        return [k for k in PERSONAS if any(c.persona == k for c in self.cases)]

    def scope(self) -> m.Scope:
        used = tuple(v for v in VENDORS if any(c.vendor == v for c in self.cases))
        return m.Scope(
            query="S3",
            category="对象存储",
            group="存储类",
            definition="海量非结构化数据存储" + self.evil,
            includes=("HTTP 接口访问",),
            excludes=("挂载到单台服务器的块设备（块存储）",),
            reason="S3 在产品映射表中对应对象存储",
            as_of="2026-01-15",
            origin=self.world.origin,
            origin_note=text("来源：内置案例库，未归档", "Source: starter library, not archived")
            if self.world.origin == "starter"
            else text("全部案例均有归档页面", "Every case has an archived page"),
            vendors=used,
            vendor_products=tuple(
                m.VendorProduct(v, VENDORS[v], "海量非结构化数据的对象存储", tuple(c.id for c in self.cases if c.vendor == v)) for v in used
            ),
            n_cases=len(self.cases),
            n_customers=len({c.customer_key for c in self.cases}),
            n_products=len({p for c in self.cases for p in c.products}),
            n_industries=len({(c.industry or "").split(".")[0] for c in self.cases if c.industry}),
            complexity="simple",
            floor=15,
            cross_vendor=len(used) >= 3,
        )

    def build(self) -> m.Analysis:
        some = tuple(self.cases[:2])
        check = m.Check(
            "date",
            text("确认分析日期", "Confirm the date of analysis"),
            "green",
            text("2026-01-15", "2026-01-15"),
            "document 1 执行检查清单",
        )
        merge = m.Merge(
            "industry", text("行业重叠度", "Industry overlap"), ("c1", "c2"), 0.8, 0.7, True, text("行业相同超过 70%", "Over 70% the same")
        )
        return m.Analysis(
            version="1",
            config={"seed": 1},
            library_digest="sha256:" + "0" * 64,
            scope=self.scope(),
            cases=tuple(self.cases),
            quotes=tuple(self.world.quotes),
            distributions={
                d: self.counts(self.cases, d)
                for d in ("vendor", "industry", "company_size", "maturity", "scenario", "persona", "tier", "lang")
            },
            missing={"company_size": {"aws": 3, "aliyun": 2}},
            benchmarks=(self.said("示例银行1号 - AWS S3 - 核心系统上云 - 成本 ↓ 20%", "Customer 1 - AWS S3", m.Kind.EVIDENCE, some[:1]),),
            personas=tuple(self.persona(i, k) for i, k in enumerate(self.keys(), 1)),
            merges=(merge,),
            validation=self.validation(),
            comparison=self.comparison(),
            core_findings=(self.said("识别出 3 个典型客户画像", "Three personas were found", m.Kind.STATISTIC, some),),
            insights=tuple(self.said(f"洞察{i}", f"Insight {i}", m.Kind.EVIDENCE, some) for i in (1, 2, 3)),
            conflicts=(
                m.Conflict(
                    "示例银行1号",
                    "company_size",
                    (self.said("员工一万人", "Ten thousand staff", m.Kind.EVIDENCE, some[:1]),) * 2,
                    0,
                    text("更新且更权威", "Newer and higher tier"),
                ),
            ),
            checklist=(check,),
            pitfalls=(
                m.Check(
                    "boundary", text("产品品类边界不清", "Unclear boundary"), "red", text("有 2 个案例跨品类", "Two cases cross categories")
                ),
            ),
            floors=(m.Check("cases", text("案例数量", "Number of cases"), "green", text("24 ≥ 15", "24 ≥ 15")),),
            left_out=(m.LeftOut("unofficial", "非厂商官方来源（第三方材料）", 4, ("https://news.example.com/a",)),),
            stages=(m.StageRecord("collect", True, text("24 个案例", "24 cases")),),
            notes=(text("只读取已归档页面", "Only archived pages were read"),),
        )


@pytest.fixture(scope="session")
def sample() -> m.Analysis:
    """24 cases, four vendors, three personas."""
    return Builder().build()


@pytest.fixture(scope="session")
def builder() -> type[Builder]:
    """The builder, for other sizes and hostile texts."""
    return Builder
