"""Quantified benefits as readers see them: ``成本 ↓ 30%``, ``Cost ↓ 30%``."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise

from analysis.labels import label, named, noun, rate
from analysis.labels import unit as unit_name
from analysis.model import BenefitRow, Text
from analysis.prose import DATA, plain, say
from analysis.thresholds import thresholds
from pipelines.case import Benefit
from pipelines.quantities.units import in_unit, quantities
from pipelines.vocabulary import load_yaml

UNTOLD = say("figure.zero_bare")
_AND = re.compile(r"\band\b|\bwhile\b|[,;，；、](?!\d)|[和并]")
_BIG = ((1e8, "亿"), (1e4, "万"))
_BIG_EN = ((1e9, " billion"), (1e6, " million"))


def number(value: float) -> Text:
    """6.7万 / 67,000: as each language writes large numbers."""
    zh = next((f"{_short(value / size)}{word}" for size, word in _BIG if abs(value) >= size), _short(value))
    en = next((f"{_short(value / size)}{word}" for size, word in _BIG_EN if abs(value) >= size), None)
    return Text(zh, en or (f"{value:,.0f}" if abs(value) >= 1000 else _short(value)))


def _short(value: float) -> str:
    """No more digits than people read: 4.2857 is 4.29, but 99.999 keeps its nines."""
    exact = f"{value:.10g}"
    return f"{value:.2f}".rstrip("0").rstrip(".") if len(exact.partition(".")[2]) > 2 and 1 <= abs(value) < 90 else exact


_LONGER = {"ms": ("s", 1000), "s": ("min", 60), "min": ("h", 60), "h": ("day", 24)}


def readable(value: float, unit: str) -> tuple[float, str]:
    """Thousands of minutes as hours or days, where they come out even: 10,080 minutes are 7 days."""
    while value >= 1000 and unit in _LONGER and value % _LONGER[unit][1] == 0:
        unit, step = _LONGER[unit]
        value /= step
    return (value / 24, "day") if unit == "h" and value >= 48 and value % 24 == 0 else (value, unit)


def quantity(value: float, unit: str) -> Text:
    """A number with its unit, that of hours and days so that people read it."""
    return _exactly(*readable(value, unit))


def _exactly(value: float, unit: str) -> Text:
    amount = number(value)
    if unit in ("%", ""):
        return Text(f"{amount.zh}{unit}", f"{amount.en}{unit}")
    name = unit_name(unit, one=value == 1)
    tight = "" if unit == "x" else " "
    return Text(f"{amount.zh} {name.zh}" if name.zh.isascii() else f"{amount.zh}{name.zh}", f"{amount.en}{tight}{name.en}")


Said = Benefit | BenefitRow


class Told(StrEnum):
    """How a benefit is told, which the words of its page decide; what a figure may be shown as follows from this, never from its label."""

    NOTHING = "nothing"  # 零停机
    FASTER = "faster"  # 提速 72%
    OPEN = "open"  # a rise of a duration or a gain of speed: the words do not tell which
    PART = "part"  # 降至 1/3
    TO = "to"  # 降至 5分钟: what a fall led to, of which the page tells no state before
    FROM = "from"  # 7天 → 5分钟
    CHANGE = "change"  # ↓ 30%
    LEVEL = "level"  # 99.95%


def benefit_label(b: Said, words: str = "") -> Text:
    """What the benefit says, in a few words that do not say the opposite of ``words``, those of the page (empty: not at hand)."""
    return _label(b, told(b, words), words)


def told(b: Said, words: str = "") -> Told:
    """How the benefit is to be told, given the words of its page (empty: not at hand)."""
    if _nothing(b, words):
        return Told.NOTHING
    if _speeds(b):
        return Told.FASTER if not words or _tells(words, standards().speed_words) else Told.OPEN
    if _falls_by_multiple(b) and b.value > 1 and not _tells(words, standards().growth_words):
        return Told.PART
    if b.value_from is not None:
        return Told.FROM
    if b.direction == "down" and _led_to(b):
        return Told.TO
    return Told.CHANGE if b.direction in ("up", "down") else Told.LEVEL


def _label(b: Said, how: Told, words: str) -> Text:
    bare = "_bare" if b.subject == "other" and not measure(b, words) else ""
    match how:
        case Told.NOTHING:
            return _nothing(b, words) or UNTOLD
        case Told.FASTER:
            return say("figure.faster", amount=_amount(b))
        case Told.OPEN:
            return say("figure.faster_bare", amount=_amount(b))
        case Told.TO:
            return say(f"figure.part{bare}", subject=_subject(b, words), amount=_amount(b))
        case Told.PART:
            return say(f"figure.part{bare}", subject=_subject(b, words), amount=_part(b))
        case Told.FROM:
            return say("figure.from", subject=_subject(b, words), amount=_amount(b), before=_before(b, words))
        case Told.CHANGE:
            return say(f"figure.{b.direction}{bare}", subject=_subject(b, words), amount=_amount(b))
        case Told.LEVEL:
            return say(f"figure.reach{bare}", subject=_subject(b, words), amount=_amount(b))


def measure(b: Said, words: str) -> str:
    """What rose by the words of the page (click_through), where the subject is one that it would be taken for; else empty."""
    return rate(_clause(b, words)) or "" if b.subject in standards().rated and b.direction != "down" else ""


def _clause(b: Said, words: str) -> str:
    """The clause of the words that tells the figure: of 'conversion by 5 % and revenue by 6 %' the second is no conversion."""
    at = next((q.start for q in quantities(words, 0, len(words)) if q.value == b.value), None)
    if at is None:
        return words
    stops = [0, *(m.end() for m in _AND.finditer(words)), len(words)]
    return next(words[low:high] for low, high in pairwise(stops) if low <= at < high)


def _nothing(b: Said, words: str) -> Text | None:
    """``零停机``: a level of none, named by the words of the page, else by the subject; a measure of zero (0 min) stays a figure."""
    if b.value or b.value_to is not None or b.value_from is not None or b.direction != "reach":
        return None
    of = noun(words) or (named("benefit_zero", b.subject) if b.unit in ("items", "") else None)
    if of is None and b.unit in ("items", ""):
        return UNTOLD
    return say("figure.zero", noun=of) if of else None


def _speeds(b: Said) -> bool:
    """Whether a rise of this is a gain of speed (72% faster) or a duration that grew; only the words of the page can tell."""
    return b.subject in standards().speeds and b.direction == "up" and b.unit in ("%", "x") and b.value_from is None


def _led_to(b: Said) -> bool:
    return b.reached if isinstance(b, Benefit) else b.told == Told.TO


def _falls_by_multiple(b: Said) -> bool:
    """``three times cheaper``; nothing can fall by a multiple of itself, so that it is told by what it leaves: 降至 1/3."""
    return b.unit == "x" and b.direction == "down" and b.value_from is None


def _tells(words: str, any_of: tuple[str, ...]) -> bool:
    return any(w in words.lower() for w in any_of)


def _subject(b: Said, words: str) -> Text:
    """The subject's name, or the rate's; of what fell what there is less of: 差错 ↓ 90%, not 准确率 ↓ 90%."""
    if of := named("measure", measure(b, words)):
        return of
    usual = label("benefit_subject", b.subject)
    if b.direction != "down":
        return usual
    told = noun(words) if b.subject in standards().named else None
    return Text(told.zh, told.en.capitalize()) if told else named("benefit_down", b.subject) or usual


def _before(b: Said, words: str) -> Text:
    """The state before as the page tells it: ``2–3个月 → 2天``, though the case holds it in the unit of what was reached."""
    before = b.value_from or 0.0
    for q in quantities(words, 0, len(words)):
        same, end = (in_unit(v, q.unit, b.unit) if v is not None and q.unit else None for v in (q.value, q.hi))
        if same is not None and math.isclose(same, before, rel_tol=1e-5):
            amount = _range(q.value, None if end == b.value else q.hi, q.unit)  # "from 62 to 91 %" is no range of what was before
            return say(f"figure.{q.bound}", amount=amount) if q.bound in ("over", "under", "about") else amount
    return quantity(before, b.unit)


def _range(low: float, high: float | None, unit: str) -> Text:
    return quantity(low, unit) if high is None else say("figure.range", low=number(low), high=_exactly(high, unit))


def _amount(b: Said) -> Text:
    """``约 25–30%``."""
    amount = _range(b.value, b.value_to, b.unit)
    return say(f"figure.{_bound(b)}", amount=amount) if b.bound in ("over", "under", "about") else amount


def _part(b: Said) -> Text:
    """What a fall by a multiple leaves: ``1/3`` of 3 times less, ``不到 1/10`` of over 10 times, ``最低 1/5`` of up to 5 times."""
    amount = say("figure.range", low=_one_of(b.value), high=_one_of(b.value_to)) if b.value_to is not None else _one_of(b.value)
    key = {"over": "part_over", "under": "part_most", "about": "about"}.get(b.bound)
    return say(f"figure.{key}", amount=amount) if key else amount


def _one_of(value: float) -> Text:
    return plain(f"1/{value:,.10g}")


def _bound(b: Said) -> str:
    """``under`` is 'up to' of what customers want more of (降幅最高 90%), and 'at most' of what they want less of (不超过 5秒)."""
    wanted = b.value_from is None if b.direction != "reach" and not _led_to(b) else b.subject not in standards().less
    return "most" if b.bound == "under" and wanted else b.bound


def row(b: Benefit, quote: str, confidence: float, words: str = "") -> BenefitRow:
    """The benefit as the analysis holds it: ``quote`` is the id of its quote, ``words`` are those of the page."""
    how = told(b, words)
    return BenefitRow(
        b.value,
        b.unit,
        b.direction,
        b.subject,
        _label(b, how, words),
        quote,
        b.value_from,
        b.value_to,
        b.bound,
        confidence,
        how,
        measure(b, words),
    )


def p_text(p: float) -> str:
    """A p-value for readers."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


@dataclass(frozen=True)
class Standards:
    """``data/figures.yaml``: what makes a figure worth quoting; subject → unit → the least value."""

    confidence: float
    less: tuple[str, ...]
    shares: tuple[str, ...]
    named: tuple[str, ...]
    speeds: tuple[str, ...]
    speed_words: tuple[str, ...]
    growth_words: tuple[str, ...]
    rated: tuple[str, ...]
    reached: tuple[str, ...]
    levels_possible: Mapping[str, Mapping[str, tuple[float, float]]]
    never: Mapping[str, tuple[str, ...]]
    never_level: Mapping[str, tuple[str, ...]]
    changes: Mapping[str, Mapping[str, float]]
    levels: Mapping[str, Mapping[str, float]]


@cache
def standards() -> Standards:
    """The standards, loaded once."""
    return load_yaml(DATA / "figures.yaml", Standards)


def favourable(b: BenefitRow) -> bool:
    """Whether the figure goes the way a customer wants: costs fall, throughput rises, a level is reached, work is done faster."""
    wanted = b.direction in ("reach", "down" if b.subject in standards().less else "up") or b.told == Told.FASTER
    return wanted and b.value_from != b.value


def changes(b: BenefitRow) -> bool:
    """Whether the figure tells a change (a rise, a fall, a state before), not only what was reached."""
    return b.direction != "reach" or b.value_from is not None


def amount_of_change(b: BenefitRow) -> bool:
    """Whether the value is by how much something changed; not what it came to (降至 3 天), which no amount may be compared with."""
    return b.direction != "reach" and b.value_from is None and b.told != Told.TO


def sure(b: BenefitRow) -> bool:
    """Whether a figure was read surely enough, and can be true, so that it may be shown as one; what is not is to be checked (待核).
    Read by hand, of 34 figures of real cases 17 said wholly what their page says; of the 8 under the bar one did."""
    return b.confidence >= standards().confidence and possible(b)


def convincing(b: BenefitRow) -> bool:
    """Whether a figure may be quoted to a customer: favourable, surely read, its unit one of its subject's, and enough of it."""
    rule = standards()
    least = (rule.changes if changes(b) else rule.levels).get(b.subject, {}).get(b.unit)
    enough = least is not None and (b.value_from is not None or _much(b) >= least)
    share = b.unit != "%" or b.value_from is None or b.subject in rule.shares  # only what is a share goes from one to another
    return enough and share and favourable(b) and sure(b)


def meets_goal(b: BenefitRow) -> bool:
    """Whether a figure may stand for the goal of its subject: 缩短用时 and 服务更多用户 are met by a change, not by a level."""
    return convincing(b) and not b.measure and (changes(b) or b.subject in standards().reached)


def implied(b: BenefitRow) -> str | None:
    """The factor that the result speaks for (``thresholds.weights``): none where it is a rate of its own or was not surely read."""
    return thresholds().weights.benefit_factor.get(b.subject) if sure(b) and not b.measure else None


def measured(factor: str) -> bool:
    """Whether figures are filed under any subject that speaks for the factor; of others no figure can be missed."""
    return factor in thresholds().weights.benefit_factor.values()


def possible(b: BenefitRow) -> bool:
    """Whether the figure can be true at all: nothing falls by more than all of it, no level and no unit that its subject never has.
    What cannot was misread: whoever shows it shows the quote to be checked, never the figure."""
    rule, level = standards(), not changes(b)
    if b.unit in rule.never.get(b.subject, ()) or (level and b.unit in rule.never_level.get(b.subject, ())):
        return False
    if b.direction == "down" and b.value_from is None and b.unit in ("%", "x"):
        return _most(b) <= 100 if b.unit == "%" else b.told == Told.PART
    least, most = rule.levels_possible.get(b.subject, {}).get(b.unit, (0.0, math.inf))
    return (not level or least <= b.value) and (_most(b) <= most or not (level or b.value_from is not None))


def _much(b: BenefitRow) -> float:
    """How much a figure tells; of what fell to 30 % of what it was, the 70 %."""
    return 100 - b.value if b.told == Told.TO and b.unit == "%" else b.value


def _most(b: BenefitRow) -> float:
    return max(b.value, b.value_to or 0.0)


def strength(b: BenefitRow) -> float:
    """How telling a figure is when one must be chosen: relative changes before levels, then size, capped against outliers."""
    relative = {"%": min(_much(b), 100) / 100, "x": min(b.value, 20) / 20}.get(b.unit) if b.direction != "reach" else None
    known = 0.5 if b.value_from is not None else 0.0
    vague = b.subject == "other" or (b.direction == "reach" and b.unit == "%")
    return (1.0 + relative if relative is not None else 0.6) + known + 0.2 * b.confidence - 0.5 * vague
