"""Is there enough? Case floors by complexity, cases and vendors a persona, vendors overall (document 1 §1.4, DESIGN §5, §8).

A customer counts once, however many cases tell of it: five stories of one customer are no five customers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from analysis.labels import vendor
from analysis.model import CaseRow, Check, Persona, Scope, Text
from analysis.prose import say
from analysis.thresholds import thresholds


def checks(scope: Scope, personas: Sequence[Persona], rows: Sequence[CaseRow]) -> tuple[Check, ...]:
    """The floors as checks, the gravest not first but in the document's order; ``rows`` are the cases of the category."""
    owner = {r.id: r.customer_key for r in rows}
    return (_cases(scope), _vendors(scope, rows), _personas(personas), *(_persona(p, owner) for p in personas))


def _cases(scope: Scope) -> Check:
    n = scope.n_customers
    colour = "green" if n >= scope.floor else "red"
    text = say(
        f"floor.cases_{colour}",
        n=n,
        cases=scope.n_cases,
        floor=scope.floor,
        level=say(f"complexity.{scope.complexity}"),
        missing=max(scope.floor - n, 0),
    )
    return Check("floor-cases", say("floor.cases"), colour, text, "文档1 §1.4、执行检查清单")


def thin(vendors: Sequence[str], rows: Iterable[CaseRow]) -> tuple[str, ...]:
    """The vendors with fewer customers among the rows than a persona needs: one or two stories do not cover a vendor."""
    held: dict[str, set[str]] = {v: set() for v in vendors}
    for row in rows:
        held.setdefault(row.vendor, set()).add(row.customer_key)
    return tuple(v for v in vendors if len(held[v]) < thresholds().floors.persona_min)


def coverage(vendors: Sequence[str], rows: Iterable[CaseRow]) -> tuple[str, Text]:
    """Colour and finding: thin vendors count towards the least that makes a report cross-vendor, not towards the target."""
    floors, n, few = thresholds().floors, len(vendors), thin(vendors, rows)
    colour = thresholds().colours["vendors"].of(n)
    short = colour == "green" and thresholds().colours["vendors"].of(n - len(few)) != "green"
    text = say(
        "floor.vendors_thin" if short else f"floor.vendors_{colour}",
        n=n,
        told=n - len(few),
        target=floors.vendors_target,
        least=floors.vendors_min,
        vendors=[vendor(v) for v in vendors],
    )
    more = say("floor.vendors_few", vendors=[vendor(v) for v in few], least=floors.persona_min) if few else Text("", "")
    return "amber" if short else colour, Text(text.zh + more.zh, text.en + more.en)


def _vendors(scope: Scope, rows: Sequence[CaseRow]) -> Check:
    colour, text = coverage(scope.vendors, rows)
    more = Text("", "") if scope.cross_vendor else say("floor.vendors_not_cross")
    return Check("floor-vendors", say("floor.vendors"), colour, Text(text.zh + more.zh, text.en + more.en), "文档1 §1.4、DESIGN §8")


def _personas(personas: Sequence[Persona]) -> Check:
    floors = thresholds().floors
    colour = "green" if floors.personas_min <= len(personas) <= floors.personas_max else "amber" if personas else "red"
    text = say("floor.personas_found", n=len(personas), low=floors.personas_min, high=floors.personas_max)
    return Check("floor-personas", say("floor.personas"), colour, text, "文档1 §2.4")


def _persona(p: Persona, owner: Mapping[str, str]) -> Check:
    floors, n = thresholds().floors, len({owner[c] for c in p.cases})
    colour = "green" if n >= floors.persona_target else "amber" if n >= floors.persona_min else "red"
    text: Text = say("floor.persona_cases", name=p.name, n=n, cases=len(p.cases), low=floors.persona_min, high=floors.persona_target)
    return Check(f"floor-{p.id}", say("floor.persona", name=p.name), colour, text, "文档1 §1.4", p.cases)


def weak(scope: Scope, customers: int, vendors: int) -> tuple[Text, ...]:
    """Why a persona of so many customers at so many vendors cannot be more than 暂定, as far as counts go."""
    floors = thresholds().floors
    reasons = (
        (scope.n_customers < scope.floor, say("weak.cases", n=scope.n_customers, floor=scope.floor)),
        (len(scope.vendors) < floors.vendors_min, say("weak.vendors", n=len(scope.vendors), least=floors.vendors_min)),
        (customers < floors.persona_min, say("weak.persona_cases", n=customers, least=floors.persona_min)),
        (vendors < floors.persona_vendors, say("weak.persona_vendors", n=vendors, least=floors.persona_vendors)),
    )
    return tuple(text for holds, text in reasons if holds)
