"""Generated cases with a known structure, for tests and the bench: plainly fictional customers, evidence that holds.

``cases(n, groups=…)`` plants groups that differ in industry, scenario, size and needs; ``noise`` draws every field on its own;
``fill`` puts as many as wanted into a library, dealt to ten categories, never holding more than a batch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from pipelines.case import Benefit, Case, Evidence, Field, Many, Page
from pipelines.library import Library
from pipelines.vocabulary import codes

BATCH = 1000  # cases a transaction
VENDORS = ("aliyun", "aws", "azure", "gcp", "huaweicloud", "volcengine")


@dataclass(frozen=True)
class Planted:
    """A group as it is planted; ``noise`` is the chance that a value is drawn from ``NOISE`` instead, ``unknown`` that it is missing."""

    industries: tuple[str, ...]
    scenarios: tuple[str, ...]
    sizes: tuple[str, ...]
    needs: tuple[str, ...]
    subjects: tuple[str, ...] = ("cost",)
    vendors: tuple[str, ...] = VENDORS
    noise: float = 0.0
    unknown: Mapping[str, float] = field(default_factory=dict)


NOISE = Planted(
    (
        "finance.banking",
        "internet.gaming",
        "manufacturing.automotive",
        "government.administration",
        "retail.chains",
        "healthcare.providers",
    ),
    ("core-migration", "data-analytics", "internet-native", "ai"),
    ("large", "medium", "small", "startup"),
    ("performance", "scalability", "cost", "reliability", "security", "compliance", "operations", "agility", "integration", "analytics"),
)
THREE = (
    Planted(
        ("finance.banking", "finance.insurance"),
        ("core-migration",),
        ("large",),
        ("reliability", "compliance", "security"),
        ("availability", "risk"),
    ),
    Planted(
        ("internet.gaming", "internet.content"),
        ("internet-native",),
        ("startup", "small"),
        ("scalability", "agility", "cost"),
        ("cost", "users"),
    ),
    Planted(
        ("manufacturing.automotive", "manufacturing.electronics"),
        ("data-analytics",),
        ("medium", "large"),
        ("analytics", "integration", "operations"),
        ("efficiency", "time"),
    ),
)
PRODUCTS = {
    "aliyun": "OSS",
    "aws": "Amazon S3",
    "azure": "Azure Blob Storage",
    "gcp": "Cloud Storage",
    "huaweicloud": "OBS",
    "volcengine": "TOS",
}


def cases(n: int, groups: Sequence[Planted] = THREE, category: str = "对象存储", seed: int = 1, share_needs: float = 0.85) -> list[Case]:
    """``n`` cases dealt to the groups in turn; each names a need of its group with chance ``share_needs``."""
    draw = np.random.default_rng(seed)
    return [_case(i, groups[i % len(groups)], category, draw, share_needs) for i in range(n)]


def stream(n: int, categories: Sequence[str], groups: Sequence[Planted] = THREE, seed: int = 1) -> Iterator[Case]:
    """``n`` cases one after the other, dealt to groups and categories in turn."""
    draw = np.random.default_rng(seed)
    for i in range(n):
        yield _case(i, groups[i % len(groups)], categories[i // len(groups) % len(categories)], draw, 0.85)


def ten_categories() -> tuple[str, ...]:
    """The categories that ``fill`` deals to; 对象存储 is the first."""
    known = (name for names in codes().category.values() for name in names if name != "对象存储")
    return ("对象存储", *islice(known, 9))


def fill(library: Library, n: int, seed: int = 1) -> int:
    """Stores ``n`` generated cases with their pages, a batch a transaction; returns how many were stored."""
    run = library.begin_run("import", run_id=f"generated-{n}")
    held = stream(n, ten_categories(), seed=seed)
    stored = 0
    while batch := list(islice(held, BATCH)):
        with library.engine.begin() as db:
            stored += sum(library.store_in(db, run, page_of(case), [case]).new for case in batch)
    library.end_run(run, "complete")
    return stored


def page_of(case: Case) -> Page:
    """The page that a generated case was told on."""
    return Page(case.page_digest, case.vendor.value or "", case.source_url.value or "", page_text(case), "en", case.title)


def noise(n: int, seed: int = 1) -> list[Case]:
    """``n`` cases whose fields know nothing of each other."""
    return cases(n, (NOISE,), seed=seed, share_needs=0.25)


def page_text(case: Case) -> str:
    """The canonical text that the evidence of a generated case points into."""
    return _page(case.title, case.case_id)[0]


def _page(customer: str, key: str) -> tuple[str, str]:
    text = f"{customer} runs its business in the cloud. The team of {customer} tells what it needed and what it gained. Record {key}."
    return text, "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _case(i: int, group: Planted, category: str, draw: np.random.Generator, share_needs: float) -> Case:
    customer, key = f"示例客户{i:05d}", f"gen-{i:06d}"
    text, digest = _page(customer, key)
    at = text.index("tells what it needed")
    proof = (Evidence(text[at : at + 20], at, at + 20, digest, "challenge/text"),)

    def pick(name: str) -> Field[str]:
        source = NOISE if draw.random() < group.noise else group
        value = str(draw.choice(getattr(source, name)))
        missing = draw.random() < group.unknown.get(name, 0.0)
        return Field[str].unknown("not_found") if missing else Field(value, proof, 0.9, "generated")

    vendor = str(draw.choice(group.vendors))
    named = [x for x in group.needs if draw.random() < share_needs] or [str(draw.choice(group.needs))]
    return Case(
        case_id=key,
        page_digest=digest,
        part=0,
        customer_name=Field(customer, (Evidence(customer, 0, len(customer), digest, "title/title"),), 0.9, "generated"),
        vendor=Field(vendor, (), 1.0, "generated"),
        categories=Many((Field(category, proof, 0.9, "generated"),)),
        products=Many((Field(PRODUCTS[vendor], proof, 0.9, "generated"),)),
        industry=pick("industries"),
        company_size=pick("sizes"),
        scenario=pick("scenarios"),
        challenges=Many(tuple(Field(x, proof, 0.9, "generated") for x in named)),
        solution=Field(proof[0].quote, proof, 0.9, "generated"),
        benefits=Many((Field(_benefit(group, draw), proof, 0.9, "generated"),) if draw.random() < 0.7 else ()),
        source_url=Field(f"https://example.com/{vendor}/cases/{key}", (), 1.0, "generated"),
        published=Field(f"20{draw.integers(18, 27)}-{draw.integers(1, 13):02d}-15", (), 1.0, "generated"),
        customer_key=key,
        tier=1,
        kind="case",
        title=customer,
        source_id=key,
    )


def _benefit(group: Planted, draw: np.random.Generator) -> Benefit:
    subject = str(draw.choice(group.subjects))
    direction = "down" if subject in ("cost", "time", "latency", "risk") else "up"
    return Benefit(float(draw.integers(10, 90)), "%", direction, subject)
