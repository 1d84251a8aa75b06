"""Which of the proposed names is the customer: points for every observation, and what they amount to."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from pipelines.companies.candidates import Hint, hints, verb_forms
from pipelines.companies.dictionary import is_plain_word
from pipelines.companies.names import bare, has_han, key, strip_legal
from pipelines.companies.tables import either, names
from pipelines.companies.view import View, places
from pipelines.vocabulary import VOCAB, load_yaml

MAX_PLACES = 60  # mentions looked at per name: enough to tell, bounded on long pages


@dataclass(frozen=True)
class Scores:
    """``company_names_scores.yaml``: points per observation, the threshold, and confidence by score."""

    label: float
    section_heading: float
    whole_title: float
    first_words: float
    summary_words: float
    profile_subject: float
    definition: float
    definition_max: float
    speaker: float
    speaker_max: float
    agent: float
    agent_max: float
    named: float
    legal: float
    frequency: float
    frequency_max: float
    in_title: float
    in_lead: float
    common_word: float
    partner: float
    software: float
    product: float
    only_once: float
    no_evidence: float
    accept: float
    unnamed: float
    long_page: int
    confidence: tuple[tuple[float, float], ...]


@dataclass
class Candidate:
    """A name with what was observed of it: ``points`` maps the observation's id to what it adds."""

    name: str
    points: dict[str, float] = field(default_factory=dict)
    forms: list[str] = field(default_factory=list)

    @property
    def score(self) -> float:
        """The sum of the points."""
        return sum(self.points.values())

    def method(self) -> str:
        """The id of the observation that adds most."""
        return max(self.points, key=lambda rule: (self.points[rule], rule), default="")


@cache
def scores() -> Scores:
    """The weights, loaded once."""
    return load_yaml(VOCAB / "company_names_scores.yaml", Scores)


def confidence(score: float) -> float:
    """The probability that a name with this score is right: linear between the table's points, never falling."""
    table = scores().confidence
    if score <= table[0][0]:
        return table[0][1]
    for (low, a), (high, b) in zip(table, table[1:], strict=False):
        if score <= high:
            return round(a + (b - a) * (score - low) / (high - low), 3)
    return table[-1][1]


def needed(candidate: Candidate, view: View) -> float:
    """The score at which a name is taken: more where neither title nor heading nor label names it and the page is long."""
    told = view.zh or view.size <= LONG or any(rule in _TOLD or rule in _PROMISED for rule in candidate.points)
    return scores().accept + (0.0 if told else scores().unnamed)


_PROMISED = frozenset(
    "label.customer heading.about heading.about-the title.case-study title.case-study-of section.heading profile.subject title.after-colon".split()
)


def preferred(best: Candidate, order: list[Candidate]) -> Candidate:
    """The fuller form of the best name where the headline or a profile uses it: 示例单车 before 示例, Sample Motors before Sample."""
    if best.points.keys() & _FULLER:
        return best
    for other in order:
        fuller = len(other.name) > len(best.name) and other.name.startswith(best.name) and other.points.keys() & _FULLER
        if fuller and other.score >= scores().accept + 1 and len(other.name) <= (8 if has_han(other.name) else 40):
            apart = has_han(other.name) or other.name[len(best.name)] == " "
            if apart and " and " not in other.name:
                return other
    return best


_FULLER = frozenset("title.subject title.at title.help title.with title.for title.for-example title.whole title.colon label.customer title.case-study title.case-study-of".split())


def ranked(view: View) -> list[Candidate]:
    """The candidates, best first; equal scores in the order of the page."""
    weights = scores()
    pool: dict[str, Candidate] = {}
    for hint in hints(view, {k: getattr(weights, k) for k in ("label", "section_heading", "whole_title", "first_words", "summary_words", "profile_subject")}):
        _add(pool, hint)
    for candidate in pool.values():
        _observe(candidate, view)
    return sorted(pool.values(), key=lambda c: (-c.score, view.text.find(c.name)))


def _add(pool: dict[str, Candidate], hint: Hint) -> None:
    found = pool.setdefault(key(hint.name) or hint.name, Candidate(hint.name))
    if hint.name not in found.forms:
        found.forms.append(hint.name)
    if hint.weight:
        found.points[hint.rule] = max(found.points.get(hint.rule, 0.0), hint.weight)


def _observe(candidate: Candidate, view: View) -> None:
    """Add what the body tells; what titles and headings gave is already in the points, their sum bounded by the best and half the rest."""
    given = sorted(candidate.points.values(), reverse=True)
    excess = sum(given[1:]) * 0.5
    if excess:
        candidate.points["given-twice"] = -excess
    name = candidate.name
    spans = [(at, at + len(name)) for at in _places(view, name)]
    for rule, observed in _OBSERVATIONS.items():
        points = observed(name, spans, view)
        if points:
            candidate.points[rule] = points
    if "common-word" in candidate.points and has_han(name) and candidate.points.keys() & _PROMINENT:
        candidate.points["common-word"] *= 0.4
    if not _is_organisation(candidate.points, view):
        candidate.points["no-evidence"] = scores().no_evidence * (2 if view.size > LONG else 1)


LONG = 2500  # characters: a story of this length says somewhere what its customer is, or lets one of its people speak
_PROOF = frozenset("definition label.customer heading.about heading.about-the title.case-study title.case-study-of section.heading profile.subject legal".split())
_TOLD = frozenset("title.subject title.for-example title.with title.bring title.whole title.colon title.how-product-helps title.at title.help".split())


def _is_organisation(points: Mapping[str, float], view: View) -> bool:
    """Whether anything says that the name is an organisation: in a long page more than a headline that begins with it."""
    rules = points.keys()
    if rules & _PROOF or (view.zh and rules & {*_TOLD, "named", "speaker.zh-author"}):
        return True
    if view.size > LONG:
        busy = points.get("agent", 0.0) >= 1.0 and points.get("frequency", 0.0) >= scores().frequency * 2.5
        return bool(rules & _TOLD) and ("speaker" in rules or busy)
    return bool(rules & {"speaker", "agent", "first-words", "title.subject", "title.colon", "title.whole", "title.how-product-helps"})


# What makes even a plain Chinese word (小米, 转转) a name.
_PROMINENT = frozenset("title.whole title.at title.subject label.customer heading.about section.heading definition speaker.zh-author".split())


def _places(view: View, name: str) -> list[int]:
    found = list(places(view.body, name))
    if not found and len(name) > 3:
        found = list(places(view.folded, name.lower()))
    return found[:MAX_PLACES]


Spans = list[tuple[int, int]]
Observation = Callable[[str, Spans, View], float]


def _frequency(name: str, spans: Spans, view: View) -> float:
    weights = scores()
    if len(spans) <= 1 and view.size > weights.long_page:
        return 0.0 if has_han(name) and _in_title(name, spans, view) else weights.only_once
    return min(weights.frequency_max, weights.frequency * math.log2(1 + len(spans)))


def _definition(name: str, spans: Spans, view: View) -> float:
    weights = scores()
    hits = sum(1 for s in spans if _defined(view.body, s))
    return min(weights.definition_max, weights.definition * hits)


def _defined(body: str, span: tuple[int, int]) -> bool:
    after, before = body[span[1] : span[1] + 220], body[max(0, span[0] - 60) : span[0]]
    return bool(_definition_after().match(after) or _definition_before().search(before))


@cache
def _definition_after() -> re.Pattern[str]:
    kinds = either(names().kinds_en)
    en = (
        r"(?:\s?\([^)\n]{1,60}\)|,? (?:Inc|Ltd|LLC|Corp|Corporation|Limited)\b\.?|\s?®|™)?"
        r"(?:,? (?:which |who )?(?:is|was|are|has been|became)(?: now| also| currently)?|,| [-–—])\s(?:an?|the|one of|among|part of|[A-Z][\w-]*[’']s?)\s"
        rf"[^.\n]{{0,140}}?\b(?:{kinds})\b"
    )
    zh = rf"\s?(?:（[^）\n]{{1,60}}）|\([^)\n]{{1,60}}\))?\s?(?:，|,)?\s?(?:是|作为|成立于|创立于|创建于|致力于|专注于|专注|隶属|定位|拥有|系)[^。\n]{{0,90}}?(?:{either(names().kinds_zh)})"
    founded = r"(?:,| was)? (?:founded|established|headquartered|launched|based) (?:in|on)\b"
    return re.compile(rf"(?:{en})|(?:{zh})|(?:{founded})")


@cache
def _definition_before() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{either(names().kinds_en)}),? (?:called |named )?[“\"]?$")


def _speaker(name: str, spans: Spans, view: View) -> float:
    weights = scores()
    hits = sum(1 for s in spans if _speaks(view.body, s))
    return min(weights.speaker_max, weights.speaker * hits)


def _speaks(body: str, span: tuple[int, int]) -> bool:
    before, after = body[max(0, span[0] - 90) : span[0]], body[span[1] : span[1] + 40]
    return bool(_speaker_before().search(before) or _speaker_after().match(after))


@cache
def _speaker_before() -> re.Pattern[str]:
    roles = either(names().roles_en)
    return re.compile(rf"\b(?:{roles})s?\b[^.;:\n”\"]{{0,60}}?(?:,| at| of| for| with| [-–—]|\))\s(?:the )?$", re.IGNORECASE)


@cache
def _speaker_after() -> re.Pattern[str]:
    roles, zh = either(names().roles_en), either(names().posts_zh)
    return re.compile(rf"(?:['’]s?)?,?\s(?:[\w-]+ ){{0,2}}(?:{roles})\b|\s?的?[\u4e00-\u9fff ]{{0,10}}?(?:{zh})", re.IGNORECASE)


def _agent(name: str, spans: Spans, view: View) -> float:
    weights = scores()
    hits = sum(1 for s in spans if _acts(view.body, s[1]))
    hits += any(_heads(title, at + len(name)) for title, _ in view.titles for at in places(title, name))
    return min(weights.agent_max, weights.agent * hits)


def _acts(body: str, end: int) -> bool:
    found = _NEXT.match(body, end)
    return bool(found and (found["w"] or "").lower() in verb_forms()) or bool(_ACTS_ZH.match(body, end))


def _heads(title: str, end: int) -> bool:
    """Whether a name in a headline is followed by a verb in the present or past: X modernizes …, not X training …"""
    found = _NEXT.match(title, end)
    word = (found["w"] or "").lower() if found else ""
    return word in verb_forms() and (word == "using" or not word.endswith("ing"))


_NEXT = re.compile(r"(?:\s?\([^)\n]{1,40}\))?(?:['’]s (?:team|engineers|developers|data scientists))? (?P<w>[A-Za-z-]+)")
_ACTS_ZH = re.compile(r"(?:技术团队|团队|公司)?\s?(?:选择|决定|使用|采用|引入|基于|借助|联合|携手|通过|面临|需要|希望|开始|将|完成|上线|实现|利用|接入|构建|搭建|打造|迁移|已经|业务|内部|当前|目前)")


def _partner(name: str, spans: Spans, view: View) -> float:
    hits = sum(1 for s in spans if _is_partner(view.body, s))
    return scores().partner if hits and hits * 8 >= len(spans) else 0.0


def _is_partner(body: str, span: tuple[int, int]) -> bool:
    return bool(_PARTNER_AFTER.match(body, span[1]) or _PARTNER_BEFORE.search(body[max(0, span[0] - 48) : span[0]]))


_PARTNER_AFTER = re.compile(r"(?:\s?\([^)\n]{1,40}\))?,?\s(?:is )?(?:an?|the) (?:[A-Z][\w-]* ){0,3}(?:AWS|Microsoft|Google Cloud|Azure)\b[^.,\n]{0,40}[Pp]artner")
_PARTNER_BEFORE = re.compile(r"(?:(?:AWS|Microsoft|Google Cloud|Azure|Network|APN)\s(?:[A-Z][\w-]* ){0,4}[Pp]artners?,? (?:is )?|Connect with |合作伙伴[：:]?\s?|[Pp]artnered with |help of |About partner )$")


def _product(name: str, spans: Spans, view: View) -> float:
    """A product of the vendor: the vendor's name stands before it too often."""
    hits = sum(1 for start, _ in spans if _VENDOR_BEFORE.search(view.body[max(0, start - 14) : start]))
    return scores().product if hits and hits >= 0.3 * len(spans) else 0.0


_VENDOR_BEFORE = re.compile(r"(?:\b(?:Amazon|AWS|Azure|Microsoft|Google|Google Cloud|Alibaba Cloud|SageMaker)\s|阿里云|华为云|火山引擎|腾讯云)\s?$")


def _software(name: str, spans: Spans, view: View) -> float:
    return scores().software if any(_SOFTWARE.match(view.body, s[1]) for s in spans) else 0.0


_SOFTWARE = re.compile(
    r"(?:\s?\([^)\n]{1,40}\))? (?:is|are|was) (?:an?|the) [^.,\n]{0,40}(?:open[- ]source|framework|library|model|algorithm|language|dataset|file format|protocol|database)\b"
    r"|\s?是(?:一个|一款|一种)?[^。，\n]{0,20}(?:框架|模型|数据库|中间件|开源)"
)


def _named(name: str, spans: Spans, view: View) -> float:
    words = set(name.split())
    hit = bool(words & set(names().name_words_en)) or (has_han(name) and name.endswith(names().name_ends_zh))
    return scores().named if hit else 0.0


def _legal(name: str, spans: Spans, view: View) -> float:
    plain = name.removeprefix("The ")
    return scores().legal if strip_legal(plain).replace(" ", "") != bare(plain) else 0.0


def _in_title(name: str, spans: Spans, view: View) -> float:
    low = name.lower()
    return scores().in_title if any(next(places(title.lower(), low), -1) >= 0 for title, _ in view.titles) else 0.0


def _in_lead(name: str, spans: Spans, view: View) -> float:
    return scores().in_lead if view.raw.ordered and spans and spans[0][0] < 700 else 0.0


def _common(name: str, spans: Spans, view: View) -> float:
    """A plain word: in the dictionary, or the page writes it in lower case more often than as the name."""
    if has_han(name):
        return scores().common_word if is_plain_word(name) else 0.0
    if name[0].islower() or name.isupper():
        return 0.0
    lower = sum(1 for _ in places(view.body, name.lower()))
    return scores().common_word if lower > view.count(name) else 0.0


_OBSERVATIONS: Mapping[str, Observation] = {
    "frequency": _frequency,
    "definition": _definition,
    "speaker": _speaker,
    "agent": _agent,
    "partner": _partner,
    "product": _product,
    "software": _software,
    "named": _named,
    "legal": _legal,
    "in-title": _in_title,
    "in-lead": _in_lead,
    "common-word": _common,
}
