"""Whether a result that a case reports may stand beside a target of a form (document 2, 核心目标 and 服务等级).

That both are about time is not enough: 15 seconds for a claim and 8 months for a project compare nothing. A change is held
against changes in the same direction, a level against levels in the same unit and of the same order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.figures import Told, amount_of_change
from analysis.intake.clauses import clauses
from analysis.intake.model import Answer, Value
from analysis.intake.rules import rules
from analysis.intake.structure import narrow
from analysis.model import BenefitRow
from pipelines.quantities.units import in_unit

SAME, AKIN = 0, 1
_FIGURES = frozenset({"money", "percent", "sla", "duration", "data", "rate", "count"})
_SHARES = frozenset({"%", "x"})
_COUNTED = "items"  # of whatever: events, pictures, orders


def likeness(answer: Answer, b: BenefitRow) -> int | None:
    """``SAME``: on the scale of one of the target's figures, or the target has none; ``AKIN``: a change of what the target is
    about, told on another scale; None: the two must not stand side by side."""
    figures = [v for v in answer.values if v.number is not None and v.kind in _FIGURES]
    if not figures or any(_same(v, change(answer, v), b) for v in figures):
        return SAME
    return AKIN if any(_akin(v, change(answer, v), b) for v in figures) else None


def meets(answer: Answer, b: BenefitRow) -> bool | None:
    """Whether a result is at least as good as what the target asks for on its scale; None where that cannot be told."""
    told = [_meets(v, change(answer, v), b) for v in answer.values if v.number is not None and v.kind in _FIGURES]
    return next((t for t in told if t is not None), None)


def _meets(v: Value, direction: str, b: BenefitRow) -> bool | None:
    if not _same(v, direction, b):
        return None
    unit = _unit(v.per if v.kind == "count" and v.per else v.unit)
    reached, asked = in_unit(b.value, _unit(b.unit), unit), v.to or v.number or 0.0
    want = "more" if direction else rules().better.get(b.subject)  # of a change, more of it
    if reached is None or want is None:
        return None
    return abs(reached) >= abs(asked) if want == "more" else reached <= asked


def same_thing(answer: Answer, b: BenefitRow, quote: str) -> bool:
    """Whether target and result speak of one thing where their subject holds many: tickets are a risk, and so are attacks."""
    things = rules().things.get(b.subject)
    return things is None or any(_named(answer.raw, words) and _named(quote, words) for words in things)


def _named(said: str, words: Sequence[str]) -> bool:
    return any(word in said.casefold() for word in words)


def change(answer: Answer, v: Value) -> str:
    """``up`` or ``down`` where sign or words make a figure a change (成本降低30%, -30%), empty where it is a level (提升至70%)."""
    if (v.number or 0) < 0:
        return "down"
    direction, level = _moved(answer, v)
    return "" if level else direction


def direction_to(answer: Answer, v: Value) -> str:
    """``up`` or ``down`` where the words before a figure lead to it (降到 80ms); empty where they change by it or tell no change."""
    direction, level = _moved(answer, v)
    return direction if level else ""


def _moved(answer: Answer, v: Value) -> tuple[str, bool]:
    """The direction that the words before a figure tell, and whether the figure is what is reached."""
    before = narrow(_before(answer, v)).casefold()
    words = [(word, direction) for direction, held in rules().changes.items() for word in held]
    found = [(hit.end(), direction) for word, direction in words for hit in re.finditer(rf"(?<![a-z]){re.escape(word)}", before)]
    if not found:
        return "", False
    end, direction = max(found)
    return direction, any(word in before[end:] for word in rules().levels)


def _before(answer: Answer, v: Value) -> str:
    """The words of the figure's clause from the figure before it."""
    at = start = 0
    for other in answer.values:
        at = answer.raw.find(other.text, at)
        if other is v or at < 0:
            break
        start = at = at + len(other.text)
    begun = max((a for a, _ in clauses(answer.raw) if a <= at), default=0)
    return answer.raw[max(begun, start) : max(at, 0)]


def _same(v: Value, direction: str, b: BenefitRow) -> bool:
    if direction:
        return b.direction == direction and b.told != Told.TO and ((b.unit in _SHARES and v.unit in _SHARES) or _near(v, b))
    return (b.direction == "reach" or b.value_from is not None or b.told == Told.TO) and _near(v, b)


def _akin(v: Value, direction: str, b: BenefitRow) -> bool:
    """A change in the target's direction in whatever unit; beside a level a relative change, unless both would be a percent."""
    if direction:
        return b.direction == direction
    return v.unit not in _SHARES and amount_of_change(b) and b.unit in _SHARES


def _near(v: Value, b: BenefitRow) -> bool:
    """Whether both are in units of one dimension and of comparable order."""
    unit = _unit(v.per if v.kind == "count" and v.per else v.unit)
    told, asked = in_unit(b.value, _unit(b.unit), unit), v.number or 0.0
    if told is None or unit == _COUNTED:
        return False
    low, high = sorted((abs(told), abs(asked)))
    return high == 0 or (low > 0 and high / low <= rules().order)


def _unit(unit: str) -> str:
    return rules().units.get(unit, unit)
