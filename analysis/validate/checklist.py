"""[执行检查清单] of document 1, each item computed from what was done, never ticked by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from analysis.figures import sure
from analysis.insight.rulebase import STAGES
from analysis.labels import label
from analysis.model import Analysis, Check, Kind, Persona, Statement, Text
from analysis.prose import plain, say
from analysis.thresholds import thresholds
from analysis.validate.floors import coverage
from pipelines.case import ELEVEN
from pipelines.catalog import catalogue
from pipelines.vocabulary import codes

INSIGHTS = (3, 5)  # document 1 §6.1: 3-5条核心洞察
CELLS = 4  # of a stage of the journey map (document 1 §5.1)
FEATURES, CONCERNS = 3, 2  # on a card (document 1 §6.3)
ROW = {"customer_name": "customer", "source_url": "url"}  # fields that a row of the analysis calls otherwise
Item = Callable[[Analysis], tuple[str, Text]]


def _ok(holds: bool, otherwise: str = "red") -> str:
    return "green" if holds else otherwise


def _category_of(a: Analysis) -> Text:
    return a.scope.category_text or plain(a.scope.category)


def _date(a: Analysis) -> tuple[str, Text]:
    """A date before the newest case is not that of the analysis."""
    newest = max((c.published for c in a.cases if c.published), default="")
    late = newest[:10] > a.scope.as_of
    return _ok(is_date(a.scope.as_of) and not late), say("list.date_early" if late else "list.date", date=a.scope.as_of, newest=newest[:10])


def is_date(text: str) -> bool:
    """Whether it is a day of the calendar as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _category(a: Analysis) -> tuple[str, Text]:
    """Red for what is no generic category; amber where the query may mean another one as well, or the catalogue does not know it."""
    meant = [m.category for m in catalogue().resolve(a.scope.query).matches]
    others = [c for c in meant if c != a.scope.category]
    colour = "red" if a.scope.category not in codes().categories() else "green" if meant == [a.scope.category] else "amber"
    text = say("list.category", query=a.scope.query, category=_category_of(a), reason=Text(a.scope.reason, ""))
    more = say("list.category_others", others=[plain(c) for c in others]) if others else None
    return colour, Text(text.zh + more.zh, text.en + more.en) if more else text


def _tasks(a: Analysis) -> tuple[str, Text]:
    return _ok(all(s.done for s in a.stages), "amber"), say("list.tasks", n=sum(s.done for s in a.stages), of=len(a.stages))


def _vendors(a: Analysis) -> tuple[str, Text]:
    return coverage(a.scope.vendors, a.cases)


def _collected(a: Analysis) -> tuple[str, Text]:
    linked = sum(bool(c.url) for c in a.cases)
    return _ok(linked == len(a.cases), "amber"), say("list.collected", n=len(a.cases), linked=linked, origin=a.scope.origin_note)


def _floor(a: Analysis) -> tuple[str, Text]:
    n, floor = a.scope.n_customers, a.scope.floor
    level = say(f"complexity.{a.scope.complexity}")
    return _ok(n >= floor), say("list.floor", n=n, cases=a.scope.n_cases, floor=floor, level=level)


def _fields(a: Analysis) -> tuple[str, Text]:
    """All eleven fields of document 1 §1.3, each counted: a pass only where no field is unknown in most of the cases."""
    known = {name: sum(bool(getattr(c, ROW.get(name, name))) for c in a.cases) for name in ELEVEN}
    filled = sum(known.values()) / (len(known) * len(a.cases) or 1)
    bare = [name for name, n in known.items() if 2 * n < len(a.cases)]
    colour = thresholds().colours["missing"].of(1 - filled)
    counts = [say("list.field", name=label("field", name), n=n, of=len(a.cases)) for name, n in known.items()]
    return "amber" if bare and colour == "green" else colour, say("list.fields", n=len(a.cases), share=filled, fields=counts)


def _personas(a: Analysis) -> tuple[str, Text]:
    floors = thresholds().floors
    return _ok(floors.personas_min <= len(a.personas) <= floors.personas_max), say("list.personas", n=len(a.personas))


def _triangulated(a: Analysis) -> tuple[str, Text]:
    """Done is not passed: a check that fails leaves the box empty, and is named."""
    checks = a.validation.triangulation
    failed = [c for c in checks if c.colour == "red"]
    colour = "red" if failed or not checks else "amber" if any(c.colour == "amber" for c in checks) else "green"
    text = say("list.triangulated", pairs=len(a.merges), merged=sum(m.merged for m in a.merges), checks=len(checks))
    more = say("list.triangulated_failed", n=len(failed), names=[c.name for c in failed]) if failed else Text("", "")
    return colour, Text(text.zh + more.zh, text.en + more.en)


def _features(a: Analysis) -> tuple[str, Text]:
    n = sum(any(need.features.zh for need in p.needs) for p in a.personas)
    colour = "green" if n and n == len(a.personas) else "amber" if n else "red"
    return colour, say("list.features", n=n, of=len(a.personas), rows=sum(len(p.needs) for p in a.personas))


def _matrix(a: Analysis) -> tuple[str, Text]:
    rows = sum(len(p.needs) for p in a.personas)
    return _ok(bool(a.personas) and all(p.needs for p in a.personas), "amber"), say("list.matrix", rows=rows)


def _compared(a: Analysis) -> tuple[str, Text]:
    return _ok(a.scope.cross_vendor, "amber" if len(a.scope.vendors) > 1 else "red"), say("list.compared", n=len(a.comparison.profiles))


def _journeys(a: Analysis) -> tuple[str, Text]:
    """Drawn is a journey of which every stage has its four cells; document 1 §5.2 wants them to differ, so two that are one are told."""
    drawn = {p.id: _cells(p) for p in a.personas}
    bare = [p.name for p in a.personas if len(drawn[p.id]) < len(STAGES) * CELLS or not all(s.text.zh for s in drawn[p.id])]
    words = [tuple(s.text.zh for s in cells) for cells in drawn.values()]
    alike = [p.name for p, own in zip(a.personas, words, strict=True) if words.count(own) > 1]
    said = [s for cells in drawn.values() for s in cells]
    text = say("list.journeys", n=len(drawn), own=sum(len(set(cell)) > 1 for cell in zip(*words, strict=False)), cells=len(STAGES) * CELLS)
    heard = say("list.journeys_heard", n=sum(s.kind is Kind.INTERVIEW for s in said), of=len(said))
    more = [*([say("list.journeys_bare", names=bare)] if bare else []), *([say("list.journeys_alike", names=alike)] if alike else [])]
    return "red" if bare or not drawn else "amber" if alike else "green", _sentence(text, heard, *more)


def _cells(p: Persona) -> list[Statement]:
    return [s for stage in p.journey.stages for s in (stage.touchpoints, stage.pains, stage.content, stage.influences)]


def _sentence(*parts: Text) -> Text:
    return Text("".join(t.zh for t in parts), "".join(t.en for t in parts))


def _report(a: Analysis) -> tuple[str, Text]:
    """Whether the report can say what document 1 §6.1 asks for: three to five insights, every persona with needs, vendors compared."""
    n = len(a.insights)
    lacking = [
        *([] if INSIGHTS[0] <= n <= INSIGHTS[1] else [say("list.report_insights", n=n, low=INSIGHTS[0], high=INSIGHTS[1])]),
        *(say("list.report_needs", name=p.name) for p in a.personas if not p.needs),
        *([] if len(a.comparison.profiles) > 1 else [say("list.report_vendors")]),
    ]
    if not a.personas:
        return "red", say("list.report_empty", category=_category_of(a))
    if lacking:
        return "amber", say("list.report_lacks", category=_category_of(a), lacking=lacking)
    return "green", say("list.report", category=_category_of(a), n=len(a.personas), insights=n)


def _cards(a: Analysis) -> tuple[str, Text]:
    """A card is whole where document 1 §6.3 is filled: customers of several vendors, three features, a figure to show, two concerns."""
    lacking = [say("list.card_lacks", name=p.name, what=what) for p in a.personas if (what := _lacks(a, p))]
    text = say("list.cards", n=len(a.personas))
    if lacking:
        return "amber", _sentence(text, say("list.cards_lack", items=lacking))
    return _ok(bool(a.personas)), text


def _lacks(a: Analysis, p: Persona) -> list[Text]:
    """What a persona's card has too little of."""
    row = {c.id: c for c in a.cases}
    shown = {row[r.case].vendor for r in p.representatives}
    results = (b for s in p.benchmarks for c in s.cases for b in row[c].benefits)
    proof = any(n.metric_kind is Kind.EVIDENCE for n in p.needs) or any(sure(b) for b in results)
    absent = {
        "vendors": len(shown) < thresholds().floors.persona_vendors,
        "features": len(p.needs) < FEATURES,
        "figures": not proof,
        "concerns": len(p.concerns) < CONCERNS,
    }
    return [say(f"list.card_{name}") for name, holds in absent.items() if holds]


ITEMS: Mapping[str, Item] = {
    "date": _date,
    "category": _category,
    "tasks": _tasks,
    "vendors": _vendors,
    "collected": _collected,
    "floor": _floor,
    "fields": _fields,
    "personas": _personas,
    "triangulated": _triangulated,
    "features": _features,
    "matrix": _matrix,
    "compared": _compared,
    "journeys": _journeys,
    "report": _report,
    "cards": _cards,
}


def checklist(analysis: Analysis) -> tuple[Check, ...]:
    """The fifteen items in the document's order."""
    made = ((id_, item(analysis)) for id_, item in ITEMS.items())
    return tuple(Check(f"list-{id_}", say(f"list.name.{id_}"), colour, finding, "文档1 执行检查清单") for id_, (colour, finding) in made)
