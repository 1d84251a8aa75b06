"""Quantified benefits as readers see them: ``成本 ↓ 30%``, ``Cost ↓ 30%``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from analysis.labels import label
from analysis.model import BenefitRow, Text
from analysis.prose import DATA, say
from pipelines.case import Benefit
from pipelines.vocabulary import load_yaml

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
    """A number with its unit."""
    value, unit = readable(value, unit)
    amount = number(value)
    if unit in ("%", ""):
        return Text(f"{amount.zh}{unit}", f"{amount.en}{unit}")
    name = label("unit", unit)
    tight = "" if unit == "x" else " "
    english = name.en[:-1] if value == 1 and len(name.en) > 2 and name.en.endswith("s") else name.en  # 1 week, not 1 weeks
    return Text(f"{amount.zh} {name.zh}" if name.zh.isascii() else f"{amount.zh}{name.zh}", f"{amount.en}{tight}{english}")


def benefit_label(b: Benefit) -> Text:
    """What the benefit says, in a few words."""
    amount = quantity(b.value, b.unit)
    if b.value_to is not None:
        amount = say("figure.range", low=number(b.value), high=quantity(b.value_to, b.unit))
    if b.bound in ("over", "under", "about"):
        amount = say(f"figure.{_bound(b)}", amount=amount)
    subject = label("benefit_subject", b.subject)
    if b.value_from is not None:
        return say("figure.from", subject=subject, amount=amount, before=quantity(b.value_from, b.unit))
    bare = "_bare" if b.subject == "other" else ""
    return say(f"figure.{b.direction if b.direction in ('up', 'down') else 'reach'}{bare}", subject=subject, amount=amount)


def _bound(b: Benefit) -> str:
    """``under`` is 'up to' of what customers want more of (降幅最高 90%), and 'at most' of what they want less of (不超过 5秒)."""
    wanted = b.value_from is None if b.direction != "reach" else b.subject not in standards().less
    return "most" if b.bound == "under" and wanted else b.bound


def row(b: Benefit, quote: str, confidence: float) -> BenefitRow:
    """The benefit as the analysis holds it."""
    return BenefitRow(b.value, b.unit, b.direction, b.subject, benefit_label(b), quote, b.value_from, b.value_to, b.bound, confidence)


def p_text(p: float) -> str:
    """A p-value for readers."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


@dataclass(frozen=True)
class Standards:
    """``data/figures.yaml``: what makes a figure worth quoting; subject → unit → the least value."""

    confidence: float
    less: tuple[str, ...]
    shares: tuple[str, ...]
    changes: Mapping[str, Mapping[str, float]]
    levels: Mapping[str, Mapping[str, float]]


@cache
def standards() -> Standards:
    """The standards, loaded once."""
    return load_yaml(DATA / "figures.yaml", Standards)


def favourable(b: BenefitRow) -> bool:
    """Whether the figure goes the way a customer wants: costs fall, throughput rises, a level is reached."""
    return b.direction in ("reach", "down" if b.subject in standards().less else "up") and b.value_from != b.value


def convincing(b: BenefitRow) -> bool:
    """Whether a figure may be quoted to a customer: favourable, surely read, its unit one of its subject's, and enough of it."""
    rule = standards()
    changed = b.direction != "reach" or b.value_from is not None
    least = (rule.changes if changed else rule.levels).get(b.subject, {}).get(b.unit)
    enough = least is not None and (b.value_from is not None or b.value >= least)
    return enough and b.confidence >= rule.confidence and favourable(b) and _possible(b)


def _possible(b: BenefitRow) -> bool:
    """Nothing falls by more than all of it, no share passes one, and only what is a share goes from one to another."""
    if b.unit == "%" and b.value_from is not None and b.subject not in standards().shares:
        return False
    share = b.unit == "%" and (b.direction != "up" or b.value_from is not None)
    return not share or max(b.value, b.value_to or 0.0) <= 100


def strength(b: BenefitRow) -> float:
    """How telling a figure is when one must be chosen: relative changes before levels, then size, capped against outliers."""
    relative = {"%": min(b.value, 100) / 100, "x": min(b.value, 20) / 20}.get(b.unit) if b.direction != "reach" else None
    known = 0.5 if b.value_from is not None else 0.0
    vague = b.subject == "other" or (b.direction == "reach" and b.unit == "%")
    return (1.0 + relative if relative is not None else 0.6) + known + 0.2 * b.confidence - 0.5 * vague
