"""What interviews say of how customers decide: it stands in place of the rule base's word, marked 访谈, with that word beside it.

Interviews come as voices (a customer each, nameless, in values) or as a ``Heard`` that somebody has summed up already. A voice
counts for the one persona whose cases are most like it. Official cases cannot tell these things (DESIGN §5, document 4).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from msgspec import UNSET

from analysis.insight import rulebase
from analysis.insight.world import Group, World
from analysis.interviews.panel import counted, items, key_roles, months, panel, telling, told, values
from analysis.interviews.vocabulary import fields, option_text, options, rules
from analysis.model import Concern, Interviews, Kind, Panel, Statement, Text, Voice
from analysis.prose import say
from analysis.segment import parent

ATTRIBUTES = ("cycle", "key_roles", "contact_role", "vendor_type", "best_moment", "key_stages", "main_concerns")
OTHER_NAME = {"main_concerns": "concerns"}  # fed by the same items
ROLES = ("person.role", "person.title")
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
        """Whether it was said of the group's kind of customer; of a mixed group an archetype is but a part."""
        kinds = ("",) if group.mix else ("", group.archetype)
        return self.persona in ("", group.id) and self.archetype in kinds

    def close(self) -> tuple[bool, bool, str, int]:
        """What was said of the very persona counts before its archetype, then the later, then the more."""
        return bool(self.persona), bool(self.archetype), self.date, self.interviews


def said(group: Group, attribute: str) -> Statement:
    """The interviews' word on an attribute where there is one, the rule base's beside it; else the rule base's."""
    usual = rulebase.decide_group(group.archetype, group.mix, attribute)
    spoken = _summed_up(group, attribute) or _spoken(group.voices, attribute)
    return replace(spoken, beside=usual) if spoken else usual


def usual(statement: Statement) -> Statement:
    """What the rule base says of it, heard or not."""
    return statement if statement.beside is UNSET else statement.beside


def _summed_up(group: Group, attribute: str) -> Statement | None:
    able = [h for h in group.heard if isinstance(h, Heard) and h.attribute == attribute and h.concerns(group)]
    if not able:
        return None
    best = max(able, key=lambda h: (h.close(), h.text.zh))
    key = "interview.full" if best.interviews >= FULL else "interview.few"
    return Statement(Kind.INTERVIEW, say(key, text=best.text, n=best.interviews, date=best.date, full=FULL), source=best.source)


def _spoken(voices: Sequence[Voice], attribute: str) -> Statement | None:
    """What the voices say of an attribute; None where no voice tells of it."""
    if attribute == "key_roles":
        text, found = key_roles(voices)
        return told(telling(voices, ROLES), ROLES, text, found, attribute) if text else None
    names = feeding(attribute)
    if any(fields()[n].options == "duration" for n in names):
        return _cycle(voices, names, attribute)
    shown, found = items(voices, names)
    return told(voices, names, _enumerated(shown), found, attribute) if shown else None


def feeding(attribute: str) -> tuple[str, ...]:
    """The items of the client information table that fill an attribute."""
    wanted = OTHER_NAME.get(attribute, attribute)
    return tuple(name for name, spec in fields().items() if spec.feeds == wanted)


def _cycle(voices: Sequence[Voice], names: Sequence[str], attribute: str) -> Statement | None:
    found = months(voices, names[0])
    if found is None:
        return None
    middle, low, high = found
    text = say("heard.month_one", median=middle) if low == high else say("heard.months", median=middle, low=low, high=high)
    return told(voices, names, text, None, attribute)


def _enumerated(shown: Sequence[Text]) -> Text:
    return Text("、".join(t.zh for t in shown), ", ".join(t.en for t in shown))


def cell(group: Group, stage: str, name: str, usual: Statement) -> Statement:
    """A cell of the journey map: what customers told of it with the rule base's beside, else the rule base's."""
    spoken = _spoken(group.voices, f"journey.{stage}.{name}")
    return replace(spoken, beside=usual) if spoken else usual


def objections(group: Group, usual: Sequence[Concern]) -> tuple[Concern, ...]:
    """What customers objected to, most first, with the rule base's answer; then the rule base's own concerns that nobody named."""
    out, met = [], set()
    for name in feeding("concerns"):
        for code, found in counted(group.voices, name)[: rules().shown]:
            factor = options()[fields()[name].options][code].factor
            if not factor:
                continue
            text = say("heard.item", value=option_text(fields()[name].options, code), n=found.n, of=found.of)
            same = [] if factor in met else [c.concern for c in usual if c.concern.source.startswith(f"factors.{factor}.")]
            met.add(factor)
            spoken = told(group.voices, [name], text, found, f"objections.{code}")
            concern = replace(spoken, beside=same[0]) if same else spoken
            out.append(Concern(concern, rulebase.about(factor, "answer")))
    rest = (c for c in usual if not any(c.concern.source.startswith(f"factors.{f}.") for f in met))
    return (*out, *rest)


def contact(group: Group) -> tuple[Statement, ...]:
    """Whom to meet and when, then how: a statement each, nothing of what nobody told."""
    parts = (("first", ("contact_role", "best_moment")), ("contact", ("contact",)))
    told_ = (_parts(group.voices, [n for a in attributes for n in feeding(a)], source) for source, attributes in parts)
    return tuple(s for s in told_ if s)


def _parts(voices: Sequence[Voice], names: Sequence[str], source: str) -> Statement | None:
    """``沟通方式：微信 4/7、…；喜欢的材料：…``."""
    held = [(name, *items(voices, [name])) for name in names]
    said_ = [(say("heard.contact_part", label=fields()[n].text, items=shown), found) for n, shown, found in held if shown]
    text = Text("；".join(t.zh for t, _ in said_), "; ".join(t.en for t, _ in said_))
    return told(voices, names, text, said_[0][1], source) if said_ else None


def heard_of(group: Group) -> Panel | None:
    """The panel of a persona; None where none of its like was interviewed."""
    return panel(group.voices) if group.voices else None


# -- which persona a customer is like ---------------------------------------------------------------------------------


def place(world: World, voices: Iterable[Voice]) -> World:
    """The world with every voice of its category in the group that it is most like; strangers in none."""
    mine = [v for v in voices if not v.categories or world.category.name in v.categories]
    homes = {v.id: _nearest(v, world.groups) for v in mine}
    groups = tuple(replace(g, voices=tuple(v for v in mine if homes[v.id] == g.id)) for g in world.groups)
    return replace(world, groups=groups)


def _nearest(voice: Voice, groups: Sequence[Group]) -> str:
    """The id of the group with the highest likeness that is near enough; empty where there is none."""
    ranked = sorted(((likeness(voice, g), g.id) for g in groups), key=lambda f: (-f[0], f[1]))
    return ranked[0][1] if ranked and ranked[0][0] >= rules().near else ""


def likeness(voice: Voice, group: Group) -> float:
    """Mean share of the group's cases that have the customer's industry, scenario and size, over what the customer tells and cases know."""
    shares = []
    for name, dimension in (("industry.name", "industry"), ("company.scenario", "scenario"), ("company.size", "company_size")):
        mine = {parent(c) if dimension == "industry" else c for c in values(voice, name)}
        known = [v for r in group.rows if (v := getattr(r, dimension))]
        if mine and known:
            shares.append(sum((parent(v) if dimension == "industry" else v) in mine for v in known) / len(known))
    return sum(shares) / len(shares) if shares else 0.0


def interviews_of(world: World, voices: Sequence[Voice]) -> Interviews | None:
    """What was heard for the category as a whole, and who is like no persona; None where nobody told of the category."""
    mine = [v for v in voices if not v.categories or world.category.name in v.categories]
    if not mine:
        return None
    placed = {v.id for g in world.groups for v in g.voices}
    outside = [v for v in mine if v.id not in placed]
    strangers = [v for v in outside if _places(v)]
    notes = [_note("heard.all", n=len(mine), talks=sum(v.talks for v in mine), placed=len(placed))]
    if strangers:
        about = list(dict.fromkeys(t for v in strangers for t in _places(v)))
        notes.append(_note("heard.stranger", n=len(strangers), about=_enumerated(about)))
    if len(outside) > len(strangers):
        notes.append(_note("heard.unplaced", n=len(outside) - len(strangers)))
    return Interviews(tuple(mine), tuple(v.id for v in strangers), tuple(notes))


def _note(key: str, **held: object) -> Statement:
    return Statement(Kind.INTERVIEW, say(key, **held), source=f"interviews.{key}")


def _places(voice: Voice) -> list[Text]:
    names = ("industry.name", "company.scenario", "company.size")
    return [option_text(fields()[n].options, code) for n in names for code in values(voice, n)]
