"""[常见陷阱提醒] of document 1 as checks on the finished analysis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from analysis.insight.vendors import tested
from analysis.insight.world import customers
from analysis.labels import label, vendor
from analysis.model import Analysis, CaseRow, Check, Kind, Persona, Text
from analysis.prose import plain, say
from analysis.thresholds import thresholds
from analysis.validate.floors import coverage
from pipelines.vocabulary import codes

Found = tuple[str, Text, tuple[str, ...]]  # colour, finding, cases
Pitfall = Callable[[Analysis], Found]


def _boundary(a: Analysis) -> Found:
    """Whether the boundary is written, and how many cases stand beyond it too: of another category, or of a sister in the same group,
    with which the document warns to mix it up. What is told of several categories is hardly known to be of this one."""
    own, sisters = a.scope.category, sisters_of(a.scope.category)
    crossed = [c.id for c in a.cases if set(c.categories) - {own}]
    near = [c.id for c in a.cases if set(c.categories) & sisters]
    bounds = thresholds().colours
    written = bool(a.scope.includes and a.scope.excludes)
    colours = (
        "green" if written else "red",
        bounds["crossing"].of(len(crossed) / len(a.cases)),
        bounds["sisters"].of(len(near) / len(a.cases)),
    )
    text = say(
        "pit.boundary" if written else "pit.boundary_open",
        n=len(crossed),
        of=len(a.cases),
        near=len(near),
        category=a.scope.category_text or plain(own),
    )
    return worst(colours), text, tuple(dict.fromkeys((*near, *crossed)))[:20]


def sisters_of(category: str) -> set[str]:
    """The other categories of its group."""
    return {c for names in codes().category.values() if category in names for c in names} - {category}


def worst(colours: Sequence[str]) -> str:
    """The gravest colour."""
    return next(c for c in ("red", "amber", "green") if c in colours)


def _coverage(a: Analysis) -> Found:
    colour, text = coverage(a.scope.vendors, a.cases)
    biggest = max(a.distributions["vendor"], key=lambda c: c.share.n)
    if colour == "green" and biggest.share.share > 0.7:
        colour = "amber"
    return colour, say("pit.coverage", covered=text, vendor=vendor(biggest.code or ""), share=biggest.share.share), ()


def breadth(p: Persona, rows: Sequence[CaseRow]) -> str:
    """``plain`` where nothing sets a persona apart, ``general`` where it has most of the customers, ``narrow`` under three customers,
    else ``fit``.

    ``rows`` are all cases of the category.
    """
    everyone, mine = _spread(p, rows)
    if not p.distinctive:
        return "plain"
    if mine > thresholds().general * everyone:
        return "general"
    return "narrow" if mine < min(thresholds().floors.persona_min, everyone) else "fit"


def _spread(p: Persona, rows: Sequence[CaseRow]) -> tuple[int, int]:
    """The customers of the category and of the persona."""
    return customers(rows), customers(r for r in rows if r.id in set(p.cases))


def _general(a: Analysis) -> Found:
    found = [(p, breadth(p, a.cases)) for p in a.personas]
    words = [_broad(p, kind, a.cases) for p, kind in found if kind != "fit"]
    if not words:
        return ("green" if a.personas else "red"), say("pit.general_ok", n=len(a.personas)), ()
    return "amber", say("pit.general_off", items=words), ()


def _broad(p: Persona, kind: str, rows: Sequence[CaseRow]) -> Text:
    everyone, mine = _spread(p, rows)
    return say(f"pit.{kind}", name=p.name, n=mine, of=everyone, share=mine / everyone)


def _differences(a: Analysis) -> Found:
    """Whether vendors were told apart: by how many tests, and what these found. Nothing tested is nothing known."""
    tests = tested(a.cases)
    found = sum(len(p.over_represented) for p in a.comparison.profiles) + sum(v.significant for p in a.personas for v in p.vendors)
    text = say("pit.differences" if tests else "pit.differences_untested", n=found, tests=tests, common=len(a.comparison.common_needs))
    return "green" if tests else "amber" if len(a.scope.vendors) > 1 else "red", text, ()


def _numbers(a: Analysis) -> Found:
    """Needs that are shown without a figure of a case."""
    bare = [(p, n) for p in a.personas for n in p.needs if n.priority != "P2" and n.metric_kind is not Kind.EVIDENCE]
    all_ = sum(n.priority != "P2" for p in a.personas for n in p.needs)
    colour = "red" if len(bare) == all_ else "amber" if bare else "green"  # where there is no row, no figure backs one
    return (
        colour,
        say(
            "pit.numbers",
            n=all_ - len(bare),
            of=all_,
            bare=[label("factor", f) for f in dict.fromkeys(n.factor for _, n in bare)] or [say("none.value")],
        ),
        (),
    )


def _reality(a: Analysis) -> Found:
    """Whether needs come from cases of the category: from enough customers that use a product of it, not from what they bought besides."""
    users = {c for p in a.scope.vendor_products for c in p.cases}
    owner = {c.id: c.customer_key for c in a.cases}
    rows = [n for p in a.personas for n in p.needs]
    bare = [n for n in rows if len({owner[c] for c in n.cases if c in users}) < thresholds().priority.min_cases]
    share = len(bare) / len(rows) if rows else 1.0
    colour = "green" if not share else "amber" if share <= thresholds().dominant else "red"
    unbacked = [label("factor", f) for f in dict.fromkeys(n.factor for n in bare)] or [say("none.value")]
    return colour, say("pit.reality", n=len(rows) - len(bare), rows=len(rows), bare=unbacked), ()


def _weights(a: Analysis) -> Found:
    """Whether personas weigh alike: the same leading factor everywhere, or weights without a spread."""
    lead = {p.factors[0].factor for p in a.personas if p.factors}
    flat = [p for p in a.personas if p.factors and p.factors[0].weight - p.factors[min(2, len(p.factors) - 1)].weight < 0.03]
    colour = "green" if len(lead) > 1 and not flat else "amber"
    return colour, say("pit.weights", n=len(lead), of=len(a.personas), flat=[p.name for p in flat] or [say("none.value")]), ()


PITFALLS: Mapping[str, Pitfall] = {
    "boundary": _boundary,
    "coverage": _coverage,
    "general": _general,
    "differences": _differences,
    "numbers": _numbers,
    "reality": _reality,
    "weights": _weights,
}


def pitfalls(analysis: Analysis) -> tuple[Check, ...]:
    """The seven pitfalls in the document's order."""
    made = ((id_, pitfall(analysis)) for id_, pitfall in PITFALLS.items())
    return tuple(
        Check(f"pit-{id_}", say(f"pit.name.{id_}"), colour, text, f"文档1 常见陷阱提醒 {i}", cases)
        for i, (id_, (colour, text, cases)) in enumerate(made, 1)
    )
