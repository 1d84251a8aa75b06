"""The health as a page: one HTML file that works offline, and the part of it that the viewer puts into its own frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analysis.labels import label
from analysis.watch.health import Health, RunHealth, VendorHealth

HERE = Path(__file__).parent / "templates"
STATUS = {
    "complete": "完整",
    "incomplete": "不完整",
    "blocked": "被拒绝",
    "changed": "结构已变",
    "failed": "失败",
    "running": "进行中",
}
WIDTH, HEIGHT = 132, 34


def page(health: Health) -> str:
    """The whole page."""
    return environment().get_template("health_page.html.j2").render(health=health, style=style())


def fragment(health: Health, link: Callable[[str], str] | None = None) -> str:
    """The part of the page below its heading, escaped; ``link`` gives the address of a run."""
    module: Any = environment().get_template("_health.html.j2").module
    return Markup(module.report(health, link))  # noqa: S704 - a macro's output is escaped


@cache
def style() -> str:
    """The style of both: colours, type, and what the health needs."""
    return "".join((HERE / name).read_text(encoding="utf-8") for name in ("base.css", "health.css"))


@cache
def environment() -> Environment:
    """Templates with everything escaped, and what they need to write figures."""
    made = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals.update(status=STATUS, curve=curve, fields=fields, label=label, verdict=verdict)
    made.filters.update(moment=moment, duration=duration)
    return made


def verdict(found: Health) -> str:
    """How the crawls are, in a sentence: what never ran is not called well."""
    if not found.crawled:
        return "还没有结束的抓取。"
    if not found.sound:
        return "有厂商最近一次抓取不完整，见下表。"
    if found.waiting:
        return f"抓取过的厂商最近一次都完整；{'、'.join(found.waiting)}尚未抓取。"
    return "每个厂商最近一次抓取都完整。"


def fields(vendor: VendorHealth) -> list[tuple[str, list[float | None]]]:
    """Every field whose fill any run tells, with its share in each run (None where unknown)."""
    names = sorted({name for run in vendor.runs for name in run.fill})
    return [(name, [run.fill.get(name) for run in vendor.runs]) for name in names]


def curve(runs: Sequence[RunHealth]) -> list[tuple[float, float]]:
    """The cases of each run as points of a small drawing, the greatest at the top."""
    ended = [r.cases for r in runs if r.ended]
    top, last = max([*ended, 1]), max(len(ended) - 1, 1)
    return [(round(4 + n * (WIDTH - 8) / last, 1), round(HEIGHT - 4 - value * (HEIGHT - 8) / top, 1)) for n, value in enumerate(ended)]


def moment(stamp: str) -> str:
    """``2026-11-27 07:44`` of an ISO time (UTC)."""
    return stamp[:16].replace("T", " ") if stamp else "—"


def duration(seconds: int | None) -> str:
    """Seconds as people say them."""
    if seconds is None:
        return "—"
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, " 小时"), (minutes, " 分"), (rest, " 秒")]
    return " ".join(f"{n}{unit}" for n, unit in parts if n)[:20] or "0 秒"
