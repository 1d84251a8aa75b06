"""What interviews and account records say of how customers decide: it stands in place of the rule base's word, marked 访谈.

Whoever imports interviews hands over one ``Heard`` for each attribute and segment, without any person's name; here it is
matched to personas. Official cases cannot tell these things (DESIGN §5).
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.insight import rulebase
from analysis.insight.world import Group
from analysis.model import Kind, Statement, Text
from analysis.prose import say

ATTRIBUTES = ("cycle", "key_roles", "contact_role", "vendor_type", "best_moment", "key_stages", "main_concerns")
FULL = 10  # document 4 §三.4: 一般要访谈10个以上的客户


@dataclass(frozen=True)
class Heard:
    """One thing heard: of which attribute, from whom (a persona's id or an archetype; both empty is everybody), how many said it, when."""

    attribute: str
    text: Text
    interviews: int
    date: str
    source: str
    persona: str = ""
    archetype: str = ""

    def __post_init__(self) -> None:
        if self.attribute not in ATTRIBUTES or self.interviews < 1:
            raise ValueError(f"interviews tell of {', '.join(ATTRIBUTES)} and are at least one: {self}")

    def concerns(self, group: Group) -> bool:
        """Whether it was said of the group's kind of customer."""
        return self.persona in ("", group.id) and self.archetype in ("", group.archetype)

    def close(self) -> tuple[bool, bool, str, int]:
        """What was said of the very persona counts before its archetype, then the later, then the more."""
        return bool(self.persona), bool(self.archetype), self.date, self.interviews


def said(group: Group, attribute: str) -> Statement:
    """The interviews' word on an attribute where there is one, else the rule base's."""
    able = [h for h in group.heard if isinstance(h, Heard) and h.attribute == attribute and h.concerns(group)]
    if not able:
        return rulebase.decide_group(group.archetype, group.mix, attribute)
    best = max(able, key=lambda h: (h.close(), h.text.zh))
    key = "interview.full" if best.interviews >= FULL else "interview.few"
    return Statement(Kind.INTERVIEW, say(key, text=best.text, n=best.interviews, date=best.date, full=FULL), source=best.source)
