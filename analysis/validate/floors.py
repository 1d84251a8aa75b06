"""Is there enough? Case floors by complexity, cases and vendors a persona, vendors overall (document 1 §1.4, DESIGN §5, §8)."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.labels import vendor
from analysis.model import Check, Persona, Scope, Text
from analysis.prose import say
from analysis.thresholds import thresholds


def checks(scope: Scope, personas: Sequence[Persona]) -> tuple[Check, ...]:
    """The floors as checks, the gravest not first but in the document's order."""
    return (_cases(scope), _vendors(scope), _personas(personas), *(_persona(p) for p in personas))


def _cases(scope: Scope) -> Check:
    colour = "green" if scope.n_cases >= scope.floor else "red"
    text = say(
        f"floor.cases_{colour}",
        n=scope.n_cases,
        floor=scope.floor,
        level=say(f"complexity.{scope.complexity}"),
        missing=max(scope.floor - scope.n_cases, 0),
    )
    return Check("floor-cases", say("floor.cases"), colour, text, "文档1 §1.4、执行检查清单")


def _vendors(scope: Scope) -> Check:
    n, floors = len(scope.vendors), thresholds().floors
    colour = thresholds().colours["vendors"].of(n)
    text = say(
        f"floor.vendors_{colour}", n=n, target=floors.vendors_target, least=floors.vendors_min, vendors=[vendor(v) for v in scope.vendors]
    )
    return Check("floor-vendors", say("floor.vendors"), colour, text, "文档1 §1.4、DESIGN §8")


def _personas(personas: Sequence[Persona]) -> Check:
    floors = thresholds().floors
    colour = "green" if floors.personas_min <= len(personas) <= floors.personas_max else "amber" if personas else "red"
    text = say("floor.personas_found", n=len(personas), low=floors.personas_min, high=floors.personas_max)
    return Check("floor-personas", say("floor.personas"), colour, text, "文档1 §2.4")


def _persona(p: Persona) -> Check:
    floors, n = thresholds().floors, len(p.cases)
    colour = "green" if n >= floors.persona_target else "amber" if n >= floors.persona_min else "red"
    text: Text = say("floor.persona_cases", name=p.name, n=n, low=floors.persona_min, high=floors.persona_target)
    return Check(f"floor-{p.id}", say("floor.persona", name=p.name), colour, text, "文档1 §1.4", p.cases)


def weak(scope_cases: int, floor: int, vendors: int, group_cases: int, group_vendors: int) -> tuple[Text, ...]:
    """Why a persona cannot be more than 暂定, as far as counts go."""
    floors = thresholds().floors
    reasons = (
        (scope_cases < floor, say("weak.cases", n=scope_cases, floor=floor)),
        (vendors < floors.vendors_min, say("weak.vendors", n=vendors, least=floors.vendors_min)),
        (group_cases < floors.persona_min, say("weak.persona_cases", n=group_cases, least=floors.persona_min)),
        (group_vendors < floors.persona_vendors, say("weak.persona_vendors", n=group_vendors, least=floors.persona_vendors)),
    )
    return tuple(text for holds, text in reasons if holds)
