"""The analysis of one category from beginning to end; reads like the report's table of contents.

``analyse`` is a pure function: the same cases in any order, the same query and date give the same bytes.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from math import floor
from typing import Any, ParamSpec, TypeVar

import numpy as np
from msgspec import UNSET

from analysis.evidence import Book, PageText, no_text
from analysis.insight import conflicts, findings, gaps, portrait, strategy, vendors
from analysis.insight.buying import buying
from analysis.insight.heard import Heard, interviews_of, place
from analysis.insight.world import READ, Group, World, counts, customers
from analysis.labels import label
from analysis.load import gather, to_rows
from analysis.model import (
    Analysis,
    CaseRow,
    Comparison,
    LeftOut,
    Merge,
    Persona,
    Scope,
    Share,
    StageRecord,
    Text,
    Unassigned,
    Validation,
    Voice,
)
from analysis.personas import naming
from analysis.personas.features import encode
from analysis.personas.find import find
from analysis.personas.identity import keep_ids
from analysis.personas.merge import Step, merge_rules
from analysis.prose import plain, say, templates
from analysis.scope import ALL, AnalysisError, Category, Filters, resolve, scope, select
from analysis.stats import Ints, share, tidy
from analysis.thresholds import thresholds
from analysis.validate import certificate, checklist, floors, pitfalls, triangulation
from analysis.validate.dimension import one_dimension
from analysis.validate.leakage import leakage, left_out
from analysis.validate.lift import lift
from analysis.validate.names import name_notes
from analysis.validate.structure import Structure, structure
from pipelines.case import Case

VERSION = "1"
Progress = Callable[[str], None]
P = ParamSpec("P")
R = TypeVar("R")

__all__ = ["AnalysisError", "analyse"]


def _quiet(_stage: str) -> None:
    """Where nobody watches."""


def _without_gc(work: Callable[P, R]) -> Callable[P, R]:
    """Runs with the cyclic collector off: with many cases it walks millions of lasting objects again and again for nothing."""

    @wraps(work)
    def quiet(*args: P.args, **kwargs: P.kwargs) -> R:
        was = gc.isenabled()
        gc.disable()
        try:
            return work(*args, **kwargs)
        finally:
            if was:
                gc.enable()

    return quiet


@_without_gc
def analyse(
    cases: Iterable[Case],
    query: str,
    *,
    as_of: str,
    category: Category | None = None,
    filters: Filters = ALL,
    page_text: PageText = no_text,
    library_digest: str = "",
    rejections: Mapping[str, int] | None = None,
    previous: Analysis | None = None,
    interviews: Sequence[Heard | Voice] = (),
    progress: Progress = _quiet,
) -> Analysis:
    """``analysis.json`` of a category.

    ``cases`` are all of the library (what the category lacks is told against the rest); ``query`` a category, product or
    alias; ``as_of`` the date of the analysis (YYYY-MM-DD); ``category`` skips the catalogue; ``page_text`` gives the canonical
    text of a page by digest; ``previous`` an earlier analysis whose personas keep their ids;
    ``interviews`` what was heard, voices of customers or summed up already, in place of the rule base. Raises AnalysisError
    where nothing can be analysed, with the remedy.
    """
    progress("scope")
    known = category or resolve(query)
    held = gather(cases, known.name)
    chosen = select(held.inside, held.total, known.name, filters)
    book = Book(chosen.cases, page_text)

    progress("personas")
    voices = [v for v in interviews if isinstance(v, Voice)]
    summed_up = tuple(h for h in interviews if isinstance(h, Heard))
    world = place(group_cases(world_of(known, chosen.cases, held.doubles, book), previous, summed_up), voices)

    progress("validation")
    head = scope(query, known, world.rows, as_of, filters)
    tested = structure(world.found)
    recovered = left_out(world.features, world.found)

    progress("insight")
    made = understand(world, head, tested, recovered, list(held.industries.elements()))

    progress("report")
    left = left_out_of(rejections or {}, chosen.filtered)
    heard = interviews_of(world, voices) or UNSET
    return finish(replace(made, config=config(filters), library_digest=library_digest, left_out=left, interviews=heard), book)


def world_of(category: Category, cases: Sequence[Case], doubles: Iterable[Case], book: Book) -> World:
    """The cases of a category and what was found among them, not yet grouped."""
    rows = tuple(to_rows(cases, book))
    ids = {r.id for r in rows}
    features = encode(rows)
    others = tuple(to_rows([c for c in doubles if c.case_id in ids], Book(())))
    return World(category, rows, features, find(features), book, doubles=others)


def understand(
    world: World, head: Scope, tested: Structure | None, recovered: Mapping[str, Sequence[float]], everywhere: Sequence[str | None]
) -> Analysis:
    """The personas described, compared over vendors and validated; ``everywhere`` are the industries of all cases of the library."""
    steps = merge_records(world)
    stands = [standing(world, g, head, tested, recovered, steps) for g in world.groups]
    people = tuple(portrait.portrait(world, g, i, s) for i, (g, s) in enumerate(zip(world.groups, stands, strict=True), 1))
    compared = compare(world, people, everywhere)
    checked = validate(world, people, head, tested, recovered)
    return assemble(world, head, people, [m for m, _ in steps], compared, checked)


def assemble(
    world: World, head: Scope, people: tuple[Persona, ...], merges: Sequence[Merge], compared: Comparison, checked: Validation
) -> Analysis:
    """Everything that was found in one place; checklist, pitfalls and quotes are still to come."""
    return Analysis(
        version=VERSION,
        config={},
        library_digest="",
        scope=head,
        cases=world.rows,
        quotes=(),
        distributions={name: counts(world.rows, name) for name in READ if name != "origin"},
        missing=certificate.missing_table(world.rows),
        benchmarks=tuple(portrait.benchmark(world, world.by_id[i]) for i in findings.benchmarks_of(world)),
        personas=people,
        merges=tuple(merges),
        validation=checked,
        comparison=compared,
        core_findings=findings.core_findings(world, people, checked),
        insights=findings.insights(world, people, compared),
        conflicts=conflicts.conflicts(world),
        checklist=(),
        pitfalls=(),
        floors=floors.checks(head, people, world.rows),
        left_out=(),
        stages=stages(world, people),
        notes=notes(world, head, people, checked),
    )


def config(filters: Filters) -> dict[str, Any]:
    """What the figures depend on besides the library."""
    rule = thresholds()
    return {
        "seed": rule.clustering.seed,
        "weights": dict(rule.clustering.weights),
        "bootstrap": rule.clustering.bootstrap,
        "permutations": rule.clustering.permutations,
        "stability": rule.stability,
        "discovery_rate": rule.discovery_rate,
        "tiers": list(filters.tiers),
    }


def group_cases(world: World, previous: Analysis | None, heard: tuple[Heard, ...] = ()) -> World:
    """The groups by size, named, each case with its place; groups that explain the cases of too few customers are no personas."""
    found, least = world.found, thresholds().floors.persona_min
    kept = [g for g in range(found.groups()) if customers(_explained(world, g)) >= least]
    kept.sort(key=lambda g: (-int(((found.labels == g) & found.explained).sum()), g))
    named = naming.name_all([naming.parts_of(world.features, np.flatnonzero((found.labels == g) & found.explained)) for g in kept])
    rows = _placed(world, kept, [id_ for id_, _ in named])
    groups = []
    for g, (id_, name) in zip(kept, named, strict=True):
        mine = tuple(sorted((r for r in rows if r.persona == id_), key=lambda r: (-(r.closeness or 0.0), r.id)))
        archetype, mix = buying(mine)
        groups.append(Group(g, id_, name, mine, archetype, heard, mix))
    return keep_ids(replace(world, rows=rows, groups=tuple(groups)), previous)


def _explained(world: World, group: int) -> list[CaseRow]:
    return [world.rows[i] for i in np.flatnonzero((world.found.labels == group) & world.found.explained)]


def _placed(world: World, kept: Sequence[int], ids: Sequence[str]) -> tuple[CaseRow, ...]:
    names = dict(zip(kept, ids, strict=True))
    found, rule = world.found, thresholds().clustering
    out = []
    for i, row in enumerate(world.rows):
        persona = names.get(int(found.labels[i])) if found.explained[i] else None
        if not found.placeable[i]:
            out.append(row)
            continue
        margin = tidy(found.margin[i])
        second = names.get(int(found.second[i]))
        borderline = bool(persona and second and margin < rule.borderline)
        out.append(replace(row, persona=persona, closeness=tidy(found.closeness[i]), second=second, margin=margin, borderline=borderline))
    return tuple(out)


def standing(
    world: World,
    group: Group,
    head: Scope,
    tested: Structure | None,
    recovered: Mapping[str, Sequence[float]],
    steps: Sequence[tuple[Merge, int]],
) -> portrait.Standing:
    """稳定 or 暂定 and why: floors, other vendors' customers (document 1 §2.3), bootstrap stability, structure beyond chance."""
    stability, interval = world.found.stability(group.index)
    limit = thresholds()
    reasons = [*floors.weak(head, group.customers, len(group.vendors)), *triangulation.unmapped(group, recovered)]
    if stability is None or stability < limit.stability:
        reasons.append(say("weak.stability", value=stability or 0.0, bound=limit.stability))
    if tested is None or max(tested.p_value, tested.group_p[group.index]) > limit.significance:
        reasons.append(say("weak.structure"))
    mine = tuple(m for m, owner in steps if m.merged and owner == group.index)
    return portrait.Standing("暂定" if reasons else "稳定", tuple(reasons), stability, interval, mine)


def merge_records(world: World) -> list[tuple[Merge, int]]:
    """Every rule on every pair that was looked at, with the group that the first of the pair ended in."""
    return [(m, owner) for step in world.found.steps for m, owner in _records(world, step)]


def _records(world: World, step: Step) -> list[tuple[Merge, int]]:
    names = tuple(_name(world, index) for index in (step.a, step.b))
    owner = int(world.found.labels[step.a[0]])
    out = []
    for v in step.found:
        rule = merge_rules().rules[v.rule]
        state = "unknown" if v.holds is None else "holds" if v.holds else "fails"
        reason = say(
            f"merge.{state}",
            value=v.value,
            threshold=rule.threshold,
            note=say(f"merge.note_{v.note}") if v.note else "",
            result=say("merge.joined" if step.merged else "merge.apart"),
        )
        out.append((Merge(v.rule, rule.text, tuple(n.zh for n in names), tidy(v.value), rule.threshold, step.merged, reason, names), owner))
    return out


def _name(world: World, index: Ints) -> Text:
    """The name of a group as it was compared: that of the persona it became whole, else one from its own cases."""
    for group in world.groups:
        if np.array_equal(index, world.found.core[world.found.core_labels == group.index]):
            return group.name
    return naming.name_all([naming.parts_of(world.features, index)])[0][1]


def compare(world: World, people: Sequence[Persona], everywhere: Sequence[str | None]) -> Comparison:
    """跨厂商客户对比."""
    marked = vendors.over(world)
    space = gaps.white_space(world)
    differing = (*gaps.differences(people, world), *(s for v in world.vendors for _, _, s in marked.get(v, [])))
    return Comparison(
        profiles=vendors.profiles(world, marked),
        rows=vendors.dimension_rows(world, marked),
        common_needs=vendors.common_needs(world),
        differences=differing or (vendors.no_difference(world.rows, len(people)),),
        openings=gaps.openings(world, space, everywhere),
        white_space=space,
        choice=tuple(vendors.choice(g, p.vendors, [n.factor for n in p.needs]) for g, p in zip(world.groups, people, strict=True)),
        versus=strategy.versus(world, people, marked),
        dates=vendors.published(world),
    )


def validate(
    world: World, people: Sequence[Persona], head: Scope, tested: Structure | None, recovered: Mapping[str, Sequence[float]]
) -> Validation:
    """Triangulation and the certificate."""
    covered: Share = share(sum(r.persona is not None for r in world.rows), len(world.rows))
    table = certificate.missing_table(world.rows)
    kept = np.asarray([g.index for g in world.groups])
    labels = np.where(np.isin(world.found.labels, kept) & world.found.explained, world.found.labels, -1)
    metrics = (
        certificate.coverage(covered),
        *certificate.stability(world, world.found),
        certificate.stable_cases(people),
        certificate.silhouette(tested, world),
        certificate.over_industry(lift(world.features, world.found)),
        certificate.by_one_dimension(one_dimension(world.features, labels)),
        certificate.vendor_leakage(leakage(world.features, labels)),
        certificate.recovery(world, recovered),
        certificate.missing(world.rows, table),
    )
    least = floors.checks(head, people, world.rows)
    proofs = triangulation.triangulation(world, people, covered, recovered)
    stable = [p for p in people if p.stable]
    colour = certificate.verdict(metrics, any(c.colour == "red" for c in least), any(c.colour == "red" for c in proofs))
    return Validation(
        coverage=covered,
        unassigned=unassigned(world),
        borderline=tuple(r.id for r in world.rows if r.borderline),
        triangulation=proofs,
        metrics=metrics,
        k_curve=world.found.curve,
        verdict=colour,
        verdict_text=say(
            f"verdict.{colour}",
            stable=len(stable),
            n=len(people),
            within=sum(len(p.cases) for p in stable),
            of=sum(len(p.cases) for p in people),
            share=covered.share,
            why=certificate.why([*least, *metrics, *proofs]),
        ),
    )


def unassigned(world: World) -> tuple[Unassigned, ...]:
    """Every case that no persona explains, the nearest persona, and why."""
    names = {g.index: g for g in world.groups}
    out = []
    for i, row in enumerate(world.rows):
        if row.persona:
            continue
        group = names.get(int(world.found.labels[i]))
        if not world.found.placeable[i]:
            reason = say("left.unknown", missing=_unknown(row))
        elif group is None:
            reason = say("left.small", least=thresholds().floors.persona_min)
        else:
            short = floor((row.closeness or 0.0) * 1000) / 1000  # never rounded up to what it falls short of
            reason = say("left.far", name=group.name, closeness=short, bound=thresholds().clustering.min_closeness)
        out.append(Unassigned(row.id, group.id if group else row.second, row.closeness, reason))
    return tuple(out)


def _unknown(row: CaseRow) -> list[Text]:
    return [label("field", f) for f in ("industry", "scenario", "challenges", "company_size", "maturity") if not getattr(row, f)]


def left_out_of(rejections: Mapping[str, int], filtered: Mapping[str, int]) -> tuple[LeftOut, ...]:
    """What the library rejected and the filters dropped, by reason."""
    counted = {**{code: n for code, n in sorted(rejections.items()) if n}, **filtered}
    texts = {code: say(f"left_out.{code}") if f"left_out.{code}" in templates() else plain(code) for code in counted}
    return tuple(LeftOut(code, texts[code].zh, n, text=texts[code]) for code, n in counted.items())


def stages(world: World, people: Sequence[Persona]) -> tuple[StageRecord, ...]:
    """[1 进度追踪]: what was done and whether it came to anything, without clock times."""
    done = {
        "scope": say("stage.scope", category=world.category.text()),
        "cases": say("stage.cases", n=len(world.rows), vendors=len(world.vendors)),
        "personas": say("stage.personas", n=len(people), k=world.found.k),
        "insight": say("stage.insight", rows=sum(len(p.needs) for p in people)),
        "report": say("stage.report"),
    }
    empty = {"personas": not people, "insight": not any(p.needs for p in people)}
    return tuple(StageRecord(name, not empty.get(name), text) for name, text in done.items())


def notes(world: World, head: Scope, people: Sequence[Persona], checked: Validation) -> tuple[Text, ...]:
    """What the reader must know before believing: what official cases are, and what these are too few to tell."""
    survivors = say("note.survivors")
    few = [say("note.few", n=head.n_customers, floor=head.floor)] if head.n_customers < head.floor else []
    narrow = [say("note.not_cross", n=len(head.vendors))] if not head.cross_vendor else []
    none = [say("note.no_personas")] if not people else []
    sampled = (
        [say("note.sampled", n=len(world.found.core), of=len(world.rows))]
        if len(world.found.core) < int(world.found.placeable.sum())
        else []
    )
    return (survivors, *few, *narrow, *none, *certificate.one_dimension_notes(checked.metrics), *sampled, *name_notes(world.rows))


def finish(made: Analysis, book: Book) -> Analysis:
    """The checks on the finished analysis, and the quotes (all, or those cited where there are very many cases)."""
    wanted = None if len(made.cases) <= thresholds().detail_limit else cited(made)
    checked = replace(made, checklist=checklist.checklist(made), pitfalls=pitfalls.pitfalls(made))
    return replace(checked, quotes=book.export(wanted))


def cited(made: Analysis) -> set[str]:
    """Ids of the quotes that statements use."""
    out: set[str] = set()
    stack: list[Any] = [made.personas, made.comparison, made.benchmarks, made.insights, made.core_findings, made.conflicts]
    while stack:
        one = stack.pop()
        if isinstance(one, tuple | list):
            stack.extend(one)
        elif isinstance(one, dict):
            stack.extend(one.values())
        elif hasattr(one, "__dataclass_fields__"):
            out.update(getattr(one, "quotes", ()) or ())
            stack.extend(getattr(one, name) for name in one.__dataclass_fields__ if name not in ("quotes", "cases"))
    return out
