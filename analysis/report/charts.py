"""Charts as SVG with Chinese labels, drawn by Altair and vl-convert. The same numbers give the same bytes."""

from __future__ import annotations

import re
from typing import Any

import altair as alt
import vl_convert

from analysis.model import Count, Persona
from analysis.report.blocks import Figure, Line, Table
from analysis.report.book import Book
from analysis.report.escape import clean

FONT = "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, WenQuanYi Micro Hei, sans-serif"
INK, SOFT, GRID = "#26323c", "#5b6873", "#d7dbdd"
BAR, REST, MARK = "#2f6477", "#b6c0c4", "#b0722a"
SERIES = (BAR, MARK, "#6d5a86")
# On screen the colours follow the page's light or dark theme; files of their own keep the plain colours.
THEMED = {
    INK: "var(--ink)",
    SOFT: "var(--soft)",
    GRID: "var(--rule)",
    BAR: "var(--c1)",
    REST: "var(--c0)",
    MARK: "var(--c2)",
    SERIES[2]: "var(--c3)",
}
Rows = list[dict[str, Any]]
Layers = alt.LayerChart | alt.FacetChart
CLIP = re.compile(r"\b(clip|gradient_)(\d+)\b")
SPOKEN = re.compile(r' (?:aria-label|aria-roledescription|role)="[^"]*"')  # the figure's own words speak for it


def bars(book: Book, name: str, counts: tuple[Count, ...], limit: int = 10) -> Figure:
    """A distribution as horizontal bars with number and share; unknown in grey; more than ``limit`` named in the table only."""
    w = book.words
    shown = [c for c in counts if c.code is not None][:limit] + [c for c in counts if c.code is None and c.share.n]
    rows: Rows = [
        {
            "label": label(book, name, c),
            "n": c.share.n,
            "text": w("chart.bar", n=c.share.n, percent=w.percent(c.share.share)),
            "said": book.count(c)
            if name != "persona"
            else w("count", label=label(book, name, c), n=c.share.n, percent=w.percent(c.share.share)),
            "rest": c.code is None,
        }
        for c in shown
    ]
    colour = alt.condition("datum.rest", alt.value(REST), alt.value(BAR))
    base = over(rows).encode(y=alt.Y("label:N", sort=None, title=None))
    room = max((r["n"] for r in rows), default=1) * 1.35 or 1
    x = alt.X("n:Q", axis=None, scale=alt.Scale(domain=[0, room]))
    chart = base.mark_bar(cornerRadiusEnd=2, height=14).encode(x=x, color=colour)
    text = base.mark_text(align="left", dx=6, color=SOFT, fontSize=12).encode(x=x, text="text:N")
    title = w(f"chart.{name}")
    table = Table(
        (w("chart.item"), w("chart.n"), w("chart.share")),
        tuple(((label(book, name, c),), (str(c.share.n),), (w.percent(c.share.share),)) for c in counts),
        numeric=(1, 2),
    )
    alt_text = w(
        "chart.alt",
        title=title,
        values=w.join([r["said"] for r in rows]),
    )
    return Figure(name, title, svg(alt.layer(chart, text).properties(width=270, height=alt.Step(25)), name), alt_text, table)


def over(rows: Rows) -> alt.Chart:
    """A chart over rows held in the chart itself."""
    return alt.Chart(alt.InlineData(values=[{k: clean(v) if isinstance(v, str) else v for k, v in row.items()} for row in rows]))


def label(book: Book, name: str, count: Count) -> str:
    """What a bar is called."""
    return book.persona_name(count.code) if name == "persona" else book.words.text(count.label)


def weights(book: Book, p: Persona) -> Figure:
    """The decision factors of a persona with their bootstrap intervals."""
    w = book.words
    ranked = sorted(p.factors, key=lambda f: f.rank)[:8]
    rows: Rows = []
    for f in ranked:
        low, high = (f.interval.low, f.interval.high) if f.interval else (f.weight, f.weight)
        rows.append({"label": w.text(f.label), "w": f.weight, "low": low, "high": high, "text": w.percent(f.weight)})
    room = max((r["high"] for r in rows), default=1) * 1.25 or 1
    base = over(rows).encode(y=alt.Y("label:N", sort=None, title=None))
    x = alt.X("w:Q", axis=None, scale=alt.Scale(domain=[0, room]))
    bar = base.mark_bar(cornerRadiusEnd=2, height=13, color=BAR).encode(x=x)
    rule = base.mark_rule(color=MARK, strokeWidth=1.5).encode(x=alt.X("low:Q", axis=None, scale=alt.Scale(domain=[0, room])), x2="high:Q")
    text = base.mark_text(align="left", dx=7, color=SOFT, fontSize=12).encode(
        x=alt.X("high:Q", axis=None, scale=alt.Scale(domain=[0, room])), text="text:N"
    )
    title = w("chart.weights", name=w.text(p.name))
    cells: tuple[tuple[Line, ...], ...] = tuple(
        ((w.text(f.label),), (w.percent(f.weight),), (w.interval(f.interval) or "–",)) for f in ranked
    )
    table = Table((w("chart.item"), w("chart.weight"), w("chart.interval")), cells, numeric=(1,))
    alt_text = w("chart.alt", title=title, values=w.join([w("factor.weight", label=r["label"], percent=r["text"]) for r in rows]))
    name = f"weights-{p.rank}"
    return Figure(name, title, svg(alt.layer(bar, rule, text).properties(width=250, height=alt.Step(25)), name), alt_text, table)


def k_curve(book: Book) -> Figure:
    """Coverage, silhouette and stability for every number of personas tried; the chosen number marked."""
    w, curve = book.words, book.analysis.validation.k_curve
    names = ("coverage", "silhouette", "stability")
    titles = [w(f"chart.k.{n}") for n in names]
    rows: Rows = [
        {"k": int(r["k"]), "value": r[n], "series": t} for r in curve for n, t in zip(names, titles, strict=True) if r.get(n) is not None
    ]
    chosen = [{"k": int(r["k"]), "text": w("chart.k.chosen", k=int(r["k"]))} for r in curve if r.get("chosen")]
    x = alt.X("k:O", title=w("chart.k.axis"), axis=alt.Axis(labelAngle=0))
    scale = alt.Scale(domain=titles, range=list(SERIES))
    base = over(rows).encode(x=x, y=alt.Y("value:Q", title=None, axis=alt.Axis(format=".1f", tickCount=5)))
    colour = alt.Color("series:N", scale=scale, legend=alt.Legend(title=None, orient="top"))
    line = base.mark_line(strokeWidth=2).encode(color=colour)
    point = base.mark_point(filled=True, size=55, opacity=1).encode(
        color=colour, shape=alt.Shape("series:N", scale=alt.Scale(domain=titles), legend=None)
    )
    mark = over(chosen).encode(x=x)
    rule = mark.mark_rule(color=SOFT, strokeDash=[4, 3])
    text = mark.mark_text(color=SOFT, dx=6, align="left", baseline="top", y=2, fontSize=12).encode(text="text:N")
    title = w("chart.k")
    cells: tuple[tuple[Line, ...], ...] = tuple(
        ((str(int(r["k"])),), *((f"{r[n]:.2f}" if r.get(n) is not None else "–",) for n in names)) for r in curve
    )
    values = w("list.semicolon").join(
        f"k={int(r['k'])}: " + w.join([f"{t} {r[n]:.2f}" for n, t in zip(names, titles, strict=True) if r.get(n) is not None])
        for r in curve
    )
    chart = alt.layer(rule, text, line, point).properties(width=420, height=190)
    return Figure(
        "k-curve",
        title,
        svg(chart, "k"),
        w("chart.alt.k", title=title, values=values),
        Table((w("chart.k.axis"), *titles), cells, numeric=(1, 2, 3)),
    )


def svg(chart: Layers, name: str) -> str:
    """The chart as SVG; ids are numbered from 1 and carry the chart's name, as vl-convert counts on over a process."""
    drawn: str = vl_convert.vegalite_to_svg(configured(chart).to_dict(validate=False))
    seen: dict[str, str] = {}
    return SPOKEN.sub("", CLIP.sub(lambda m: seen.setdefault(m.group(), f"{name}-{m.group(1)}{len(seen) + 1}"), drawn))


def configured(chart: Layers) -> Any:
    """The house style: no frame, quiet grid, one font."""
    axis = {
        "domain": False,
        "ticks": False,
        "labelColor": INK,
        "labelFontSize": 12,
        "labelLimit": 250,
        "labelPadding": 8,
        "gridColor": GRID,
        "titleColor": SOFT,
        "titleFontWeight": "normal",
        "titleFontSize": 12,
    }
    held = chart.configure(background="transparent", font=FONT, padding=4).configure_view(stroke=None)
    return held.configure_axis(**axis).configure_legend(labelColor=INK, labelFontSize=12, symbolStrokeWidth=2)


def themed(drawn: str) -> str:
    """The SVG with colours that follow the page's theme."""
    for colour, name in THEMED.items():
        drawn = drawn.replace(f'"{colour}"', f'"{name}"')
    return drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
