"""[常见陷阱提醒] of document 1 as checks on the finished analysis."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from analysis.labels import label, vendor
from analysis.model import Analysis, Check, Kind, Persona, Text
from analysis.prose import plain, say
from analysis.thresholds import thresholds

Pitfall = Callable[[Analysis], tuple[str, Text, tuple[str, ...]]]


def _boundary(a: Analysis) -> tuple[str, Text, tuple[str, ...]]:
    """Cases that stand in a sister category too: the boundary is told, and they are named."""
    crossed = tuple(c.id for c in a.cases if len(c.categories) > 1)
    defined = bool(a.scope.includes and a.scope.excludes)
    return (
        "green" if defined else "amber",
        say("pit.boundary", n=len(crossed), of=len(a.cases), category=a.scope.category_text or plain(a.scope.category)),
        crossed[:20],
    )


def _coverage(a: Analysis) -> tuple[str, Text, tuple[str, ...]]:
    n = len(a.scope.vendors)
    biggest = max(a.distributions["vendor"], key=lambda c: c.share.n)
    colour = thresholds().colours["vendors"].of(n)
    if colour == "green" and biggest.share.share > 0.7:
        colour = "amber"
    return colour, say("pit.coverage", n=n, vendor=vendor(biggest.code or ""), share=biggest.share.share), ()


def breadth(p: Persona, of: int) -> str:
    """``general`` where nothing sets a persona apart or it has most of the cases, ``narrow`` under three customers, else ``fit``."""
    if not p.distinctive or p.prevalence.share > thresholds().general:
        return "general"
    return "narrow" if len(p.cases) < min(thresholds().floors.persona_min, of) else "fit"


def _general(a: Analysis) -> tuple[str, Text, tuple[str, ...]]:
    off = [p for p in a.personas if breadth(p, a.scope.n_cases) != "fit"]
    if not off:
        return ("green" if a.personas else "red"), say("pit.general_ok", n=len(a.personas)), ()
    words = [say(f"pit.{breadth(p, a.scope.n_cases)}", name=p.name) for p in off]
    return "amber", say("pit.general_off", items=words), ()


def _differences(a: Analysis) -> tuple[str, Text, tuple[str, ...]]:
    n = sum(len(p.over_represented) for p in a.comparison.profiles)
    return "green" if a.comparison.rows else "red", say("pit.differences", n=n, common=len(a.comparison.common_needs)), ()


def _numbers(a: Analysis) -> tuple[str, Text, tuple[str, ...]]:
    """Needs that are shown without a figure of a case."""
    bare = [(p, n) for p in a.personas for n in p.needs if n.priority != "P2" and n.metric_kind is not Kind.EVIDENCE]
    all_ = sum(n.priority != "P2" for p in a.personas for n in p.needs)
    colour = "green" if not bare else "amber" if len(bare) < all_ else "red"
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


def _reality(a: Analysis) -> tuple[str, Text, tuple[str, ...]]:
    backed = all(n.cases for p in a.personas for n in p.needs)
    return "green" if backed else "red", say("pit.reality", rows=sum(len(p.needs) for p in a.personas)), ()


def _weights(a: Analysis) -> tuple[str, Text, tuple[str, ...]]:
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
