"""Quantified benefits as readers see them: ``成本 ↓ 30%``, ``Cost ↓ 30%``."""

from __future__ import annotations

from analysis.labels import label
from analysis.model import BenefitRow, Text
from analysis.prose import say
from pipelines.case import Benefit

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
    return Text(f"{amount.zh} {name.zh}" if name.zh.isascii() else f"{amount.zh}{name.zh}", f"{amount.en}{tight}{name.en}")


def benefit_label(b: Benefit) -> Text:
    """What the benefit says, in a few words."""
    amount = quantity(b.value, b.unit)
    if b.value_to is not None:
        amount = say("figure.range", low=number(b.value), high=quantity(b.value_to, b.unit))
    if b.bound in ("over", "under", "about"):
        amount = say(f"figure.{b.bound}", amount=amount)
    if b.value_from is not None:
        return say("figure.from", subject=label("benefit_subject", b.subject), amount=amount, before=quantity(b.value_from, b.unit))
    return say(
        f"figure.{b.direction if b.direction in ('up', 'down') else 'reach'}", subject=label("benefit_subject", b.subject), amount=amount
    )


def row(b: Benefit, quote: str, confidence: float) -> BenefitRow:
    """The benefit as the analysis holds it."""
    return BenefitRow(b.value, b.unit, b.direction, b.subject, benefit_label(b), quote, b.value_from, b.value_to, b.bound, confidence)


def p_text(p: float) -> str:
    """A p-value for readers."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


GOOD = {"cost": "down", "time": "down", "latency": "down", "risk": "down", "energy": "down"}  # all else is good when it rises


def favourable(b: BenefitRow) -> bool:
    """Whether the figure goes the way a customer wants: costs fall, throughput rises, a level is reached."""
    return b.direction in ("reach", GOOD.get(b.subject, "up")) and b.value_from != b.value


def strength(b: BenefitRow) -> float:
    """How telling a figure is when one must be chosen: relative changes before levels, then size, capped against outliers."""
    relative = {"%": min(b.value, 100) / 100, "x": min(b.value, 20) / 20}.get(b.unit) if b.direction != "reach" else None
    known = 0.5 if b.value_from is not None else 0.0
    vague = b.subject == "other" or (b.direction == "reach" and b.unit == "%")
    return (1.0 + relative if relative is not None else 0.6) + known + 0.2 * b.confidence - 0.5 * vague
