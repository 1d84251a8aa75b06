"""The contracts between the stages: Page, RawCase, Case, Field, Evidence, Rejection.

A page is what was fetched; a raw case is what the reader saw in it, lenient and without judgement; a case is the
strict record of the eleven fields of the insight framework (document 1, §1.3), every value with its evidence.
Offsets count Unicode code points of the page's canonical text, start inclusive and end exclusive, so that
``page.text[e.start:e.end] == e.quote`` holds for every evidence; ``Evidence.check`` says whether it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T")


class Role(StrEnum):
    """What a block of a page is, whatever the page's layout."""

    TITLE = "title"
    HEADING = "heading"
    TEXT = "text"
    BULLET = "bullet"
    LABEL = "label"  # "Industry: Retail", "所属行业：电商"
    KPI = "kpi"  # a figure tile and its caption
    QUOTE = "quote"  # somebody's words, set apart
    ATTRIBUTION = "attribution"  # the speaker's name and title
    PRODUCT = "product"  # an entry of the page's own list of used products
    TABLE = "table"
    CODE = "code"
    NOISE = "noise"  # chrome, vendor boilerplate, teasers of other stories: never evidence


class Part(StrEnum):
    """The part of the story a block belongs to; OTHER where nothing tells (shuffled text)."""

    TITLE = "title"
    LEAD = "lead"
    RESULTS = "results"
    ABOUT = "about"
    CHALLENGE = "challenge"
    WHY = "why"
    SOLUTION = "solution"
    OUTCOME = "outcome"
    PRODUCTS = "products"
    PARTNER = "partner"
    FUTURE = "future"  # plans: nothing in it was reached yet
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Block:
    """A run of the canonical text with one role; ``heading`` is the nearest heading above it, else empty."""

    start: int
    end: int
    role: Role
    part: Part = Part.OTHER
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim quote, where it stands in the canonical text of which page; ``where`` is ``part/role`` for people."""

    quote: str
    start: int
    end: int
    page_digest: str
    where: str = ""

    def check(self, text: str) -> bool:
        """Whether the quote stands at its span of ``text``, the page's canonical text."""
        return bool(self.quote) and text[self.start : self.end] == self.quote


@dataclass(frozen=True, slots=True)
class Labelled:
    """A value that a page, a listing card or an embedded state labels itself; offsets are of the value."""

    label: str  # canonical: customer, industry, location, products, size, website, author, date, partner …
    value: str
    start: int
    end: int
    where: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A document as fetched or imported, and the canonical text the reader derived from its bytes.

    ``digest`` is ``sha256:<hex>`` of the archived payload; ``text`` is a function of that payload and
    ``reader`` (the version of the reading rule). ``url`` is empty where the source does not name one.
    """

    digest: str
    vendor: str
    url: str
    text: str
    lang: str  # en, zh, xx …: of the page as a whole, found by the reader
    title: str = ""
    published: str | None = None  # ISO date that came with the document (feed, record), not read from its text
    media_type: str = "text/plain"
    source_id: str = ""  # the id of a record; empty for a crawled page
    tier: int | None = None  # 1 or 2, by pipelines.sources; None until the gate has spoken
    kind: str = ""  # one of pipelines.sources.kinds(): the policy's kind, not the record's
    proof: str = ""  # tier 2: what proves the partnership
    fetched_at: str | None = None  # ISO 8601 UTC; None for an import
    archive: str = ""  # WARC file and record id, once archived
    reader: str = ""


@dataclass(frozen=True, slots=True)
class RawCase:
    """One customer's story as a reader found it in a page: lenient, nothing judged. Blocks are in page order."""

    page: Page
    part: int = 0
    blocks: tuple[Block, ...] = ()
    labels: tuple[Labelled, ...] = ()
    links: tuple[str, ...] = ()
    several: bool = False  # the page holds several stories and this is one of them
    ordered: bool = True  # False where the paragraphs stand in no order and headings do not govern what follows

    def text(self, block: Block) -> str:
        """The words of a block."""
        return self.page.text[block.start : block.end]

    def useful(self) -> Iterator[Block]:
        """The blocks that may be evidence: all but noise and code."""
        return (b for b in self.blocks if b.role not in (Role.NOISE, Role.CODE))

    def evidence(self, start: int, end: int, where: str = "") -> Evidence:
        """Evidence for a span of the page's canonical text; raises ValueError where the span is empty or outside."""
        if not 0 <= start < end <= len(self.page.text):
            raise ValueError(f"span {start}:{end} is not within the {len(self.page.text)} characters of {self.page.digest}")
        return Evidence(self.page.text[start:end], start, end, self.page.digest, where or self.where(start))

    def where(self, offset: int) -> str:
        """``part/role`` of the block that holds an offset, for people; empty between blocks."""
        return next((f"{b.part}/{b.role}" for b in self.blocks if b.start <= offset < b.end), "")


@dataclass(frozen=True, slots=True)
class Rejection:
    """A page or a part of one that did not become a case, and why. ``code`` is one of REASONS."""

    code: str
    detail: str
    vendor: str
    url: str
    source_id: str = ""
    page_digest: str = ""
    part: int = 0
    evidence: tuple[Evidence, ...] = ()


REASONS: Mapping[str, str] = {
    "no_customer": "页面没有讲述具名客户的使用",
    "anonymous": "客户未具名",
    "not_a_story": "产品说明、教程或目录页，不是客户案例",
    "not_found_page": "页面实为“未找到”页",
    "video_page": "只有视频，没有文字稿或书面证言，无从引用",
    "unofficial": "非厂商官方来源（第三方材料）",
    "outside_policy": "网址不在该厂商的官方来源规则内",
    "excluded": "来源规则明确排除的页面（聚合、SEO、个人社区）",
    "unreadable": "内容无法读取或不含文字",
    "unknown_vendor": "未说明厂商，或厂商不受支持",
    "duplicate": "与已有页面内容相同",
    "blocked": "站点返回验证或拦截页",
    "robots": "站点的 robots.txt 不允许访问，或无法取得",
    "bad_record": "记录格式错误",
    "unknown_code": "案例用了本程序词表没有的代码",
}


@dataclass(frozen=True, slots=True)
class Field(Generic[T]):
    """One value with its evidence. Unknown is ``value=None`` with a ``reason``, never a guess.

    ``method`` is the id of the rule that decided, ``confidence`` the calibrated probability that it is right.
    ``losers`` holds the alternatives that lost, best first, each as ``(value, rule, score)`` for people.
    """

    value: T | None
    evidence: tuple[Evidence, ...] = ()
    confidence: float = 0.0
    method: str = ""
    reason: str | None = None
    losers: tuple[tuple[str, str, float], ...] = ()

    @classmethod
    def unknown(cls, reason: str, losers: tuple[tuple[str, str, float], ...] = ()) -> Field[T]:
        """No value, and why."""
        return cls(None, reason=reason, losers=losers)

    def __bool__(self) -> bool:
        return self.value is not None


@dataclass(frozen=True, slots=True)
class Many(Generic[T]):
    """A set of values, each a Field of its own; empty with a ``reason``."""

    items: tuple[Field[T], ...] = ()
    reason: str | None = None

    def values(self) -> tuple[T, ...]:
        """The values alone, in order."""
        return tuple(f.value for f in self.items if f.value is not None)

    def __bool__(self) -> bool:
        return bool(self.items)


@dataclass(frozen=True, slots=True)
class Benefit:
    """A quantified result for the customer; units, directions and subjects as in ``vocab/codes.yaml``.

    ``value`` is a plain number: 6.7万 is 67000, "by half" is 50 with unit %, 3 倍 is 3 with unit x.
    """

    value: float
    unit: str
    direction: str  # up, down, reach
    subject: str
    value_to: float | None = None  # the upper end of a range
    value_from: float | None = None  # the state before
    bound: str = ""  # over, under, about; empty where the page is exact
    reached: bool = False  # of a fall without a state before: the value is what it led to (降至 5 分钟), not its amount


@dataclass(frozen=True, slots=True)
class Case:
    """One customer's case: the eleven fields of document 1 §1.3, and what is known about the record itself."""

    case_id: str
    page_digest: str
    part: int
    customer_name: Field[str]
    vendor: Field[str]
    categories: Many[str]
    products: Many[str]
    industry: Field[str]  # code or code.leaf of vocab/codes.yaml
    company_size: Field[str]
    scenario: Field[str]
    challenges: Many[str]
    solution: Field[str]  # the page's own sentence(s) that say what was done: value == quote
    benefits: Many[Benefit]
    source_url: Field[str]
    maturity: Field[str] = field(default_factory=lambda: Field[str].unknown("not_looked_for"))
    published: Field[str] = field(default_factory=lambda: Field[str].unknown("not_looked_for"))
    customer_key: str = ""  # one key per company over languages and legal forms
    customer_aliases: tuple[str, ...] = ()
    lang: str = "en"
    tier: int = 1
    kind: str = ""
    proof: str = ""
    title: str = ""
    source_id: str = ""
    origin: str = "archive"  # archive: the page's bytes are kept; starter: facts of the starter library, not archived
    rules: str = ""  # version of reader + vocabulary + steps that made it

    def all_evidence(self) -> Iterator[tuple[str, Evidence]]:
        """Every evidence with the name of the field it supports."""
        for name, held in self.fields().items():
            for one in held.items if isinstance(held, Many) else (held,):
                yield from ((name, e) for e in one.evidence)

    def fields(self) -> dict[str, Field[Any] | Many[Any]]:
        """The evidenced fields by name, in the framework's order."""
        return {name: getattr(self, name) for name in _EVIDENCED}

    def to_json(self) -> bytes:
        """The case as JSON with its keys in the order of this class: the same case gives the same bytes."""
        return msgspec.json.encode(self)

    @classmethod
    def from_json(cls, data: bytes | str) -> Case:
        """Read back what ``to_json`` wrote; raises msgspec.ValidationError where it is not a case."""
        return msgspec.json.decode(data, type=cls)


# Looked for once: there may be very many cases.
_EVIDENCED = tuple(f.name for f in fields(Case) if str(f.type).startswith(("Field[", "Many[")))
ELEVEN: tuple[str, ...] = tuple(
    "customer_name vendor categories products industry company_size scenario challenges solution benefits source_url".split()
)


def with_fields(case: Case, **changes: Any) -> Case:
    """A copy of the case with some attributes replaced."""
    return replace(case, **changes)
