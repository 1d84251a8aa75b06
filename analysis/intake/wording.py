"""Tells a typed value as its reader would say it: 120万美元/年, ≥200万人, AWS 北京（cn-north-1）; never rounded,
no code of a program without its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from analysis.intake.catalogues import region_name
from analysis.intake.model import Value
from analysis.intake.structure import DATA
from analysis.labels import label
from analysis.labels import unit as unit_name
from pipelines.vocabulary import load_yaml


@dataclass(frozen=True)
class Wording:
    """``wording.yaml``."""

    bounds: Mapping[str, str]
    big: Mapping[str, float]
    units: Mapping[str, str]
    per: Mapping[str, str]
    sla: str
    deadline: str
    hours: str
    region: str
    no_region: str


@cache
def wording() -> Wording:
    """The words, loaded once."""
    return load_yaml(DATA / "wording.yaml", Wording)


def value_text(value: Value) -> str:
    """A value in a few Chinese words; what has no figure is told by its name, else as it was written."""
    told = _BY_KIND.get(value.kind)
    if told:
        return told(value)
    return value.text if value.number is None else _figure(value)


def _figure(v: Value) -> str:
    bound = wording().bounds.get(v.bound, "")
    high = f"–{number(v.to)}" if v.to is not None else ""
    return f"{bound}{number(v.number or 0.0)}{high}{_unit(v)}"


def number(value: float) -> str:
    """All the digits of a number, in 万 and 亿 where it is large: 99.999999 is not 100."""
    size, word = next(((size, word) for word, size in wording().big.items() if abs(value) >= size), (1.0, ""))
    return f"{value / size:.15g}{word}"


def _unit(v: Value) -> str:
    """The unit and its rate; Latin units stand apart from the figure."""
    rate = wording().per
    if v.unit in rate:
        return f" {unit_name(v.unit).zh}"
    name = wording().units.get(v.unit) or (unit_name(v.unit).zh if v.unit else "")
    apart = " " if name[:1].isascii() and name[:1].isalpha() else ""
    return f"{apart}{name}{'' if v.unit.endswith(v.per) else rate.get(v.per, v.per)}"


def _region(v: Value) -> str:
    held = {"vendor": label("vendor", v.name).zh, "place": v.text, "code": v.detail}
    return wording().region.format(**held, name=region_name(v.name, v.detail)) if v.detail else wording().no_region.format(**held)


def _hours(v: Value) -> str:
    days, hours = v.detail.split("x")
    return wording().hours.format(days=days, hours=hours)


_BY_KIND: Mapping[str, Callable[[Value], str]] = {
    "region": _region,
    "hours": _hours,
    "sla": lambda v: wording().sla.format(figure=_figure(v)),
    "deadline": lambda v: wording().deadline.format(date=v.detail),
    "version": lambda v: f"{v.name} {v.detail}",
    "certification": lambda v: v.text if v.detail else v.name,
}
