"""Holds a form against the library: category, nearest persona, nearest official cases, targets reached, gaps, what to ask and say.

Every figure is explained: a persona's closeness is the sum of what its dimensions contribute, a case's similarity comes
field by field, and what neither side knows counts for nothing. A form that resembles nothing is told so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.evidence import Book, PageText, no_text
from analysis.figures import convincing
from analysis.intake.check import Completeness, check, completeness
from analysis.intake.compare import AKIN, SAME, likeness, meets, same_thing
from analysis.intake.findings import Finding
from analysis.intake.memory import Known, Memory
from analysis.intake.model import Answer, Form
from analysis.intake.profile import Profile, Wanted, profile, subjects_of, targets
from analysis.intake.rules import rules
from analysis.intake.sentences import whole
from analysis.labels import UNKNOWN, label
from analysis.load import fold, to_rows
from analysis.model import CaseRow, Kind, Persona, Statement, Voice
from analysis.personas.features import Parts, encode, parts
from analysis.thresholds import thresholds
from pipelines.case import Case
from pipelines.catalog import catalogue
from pipelines.vocabulary import codes

_QUOTED = ("challenges", "scenario", "solution", "industry")  # what a case is quoted for, the most telling first
NAMES = {
    "industry": "行业",
    "scenario": "场景",
    "needs": "诉求",
    "size": "规模",
    "maturity": "技术成熟度",
    "stack": "技术栈与品类",
    "targets": "目标指标",
}


@dataclass(frozen=True, slots=True)
class FieldFit:
    """How alike form and case (or persona) are in one dimension: 0…1, None where either is unknown; what each says."""

    dimension: str
    name: str
    similarity: float | None
    contribution: float
    form: str
    other: str


@dataclass(frozen=True, slots=True)
class PersonaFit:
    """The nearest persona: closeness = sum of contributions; ``margin`` to the second."""

    id: str
    name: str
    category: str
    status: str
    closeness: float
    contributions: tuple[FieldFit, ...]
    second: str
    margin: float | None
    talking: tuple[Statement, ...]
    objections: tuple[tuple[Statement, Statement], ...]
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFit:
    """An official case and why it is near; ``quotes`` are whole sentences of its own, empty where none is archived."""

    case: str
    customer: str
    vendor: str
    url: str
    similarity: float
    fields: tuple[FieldFit, ...]
    quotes: tuple[str, ...]
    results: tuple[str, ...]
    origin: str


@dataclass(frozen=True, slots=True)
class Reached:
    """A result that a case reports for what a target is about; ``meets``: at least as good as the target, None where not comparable."""

    case: str
    customer: str
    vendor: str
    result: str
    quote: str
    url: str
    meets: bool | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A target of the form beside what cases reached."""

    field: str
    text: str
    line: int
    subjects: tuple[str, ...]
    reached: tuple[Reached, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """The products of a vendor for a category."""

    category: str
    vendor: str
    products: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """All that the library says to a form. ``fits`` False: ``verdict`` says why nothing fits."""

    fits: bool
    verdict: str
    as_of: str
    library: str
    understood: dict[str, str]
    categories: tuple[Wanted, ...]
    persona: PersonaFit | None
    cases: tuple[CaseFit, ...]
    targets: tuple[Target, ...]
    offers: tuple[Offer, ...]
    gaps: tuple[str, ...]
    questions: tuple[str, ...]
    findings: tuple[Finding, ...]
    completeness: Completeness


Ranked = Sequence[tuple[float, CaseRow, tuple[FieldFit, ...]]]


def match(
    form: Form,
    cases: Sequence[Case],
    as_of: str,
    page_text: PageText = no_text,
    library: str = "",
    interviews: Sequence[Voice] = (),
    memory: Memory | None = None,
) -> Matching:
    """The matching of a form over all cases of a library at a date (YYYY-MM-DD); ``interviews`` tell of the persona's objections.

    ``memory`` of that same library spares finding its personas again; the answer is the same with and without.
    """
    told = profile(form)
    held = fold(cases)
    book = Book(held, page_text)
    rows = to_rows(held, book)
    ranked = _ranked(told, rows)
    near = _nearest(told, ranked, book)

    def find(category: str) -> Known:
        return _found(held, category, as_of, page_text, interviews)

    recall = find if memory is None or interviews else lambda category: memory.known(category, lambda: find(category))
    person = _nearest_persona(told, held, recall)
    aims = tuple(_target(a, ranked, book) for a in targets(form) if subjects_of(a))
    stage = completeness(form)
    findings = check(form, as_of)
    fits = bool(near or person)
    return Matching(
        fits=fits,
        verdict=_verdict(told, near, person, len(rows)),
        as_of=as_of,
        library=library,
        understood=_understood(told),
        categories=told.wanted,
        persona=person,
        cases=near,
        targets=aims,
        offers=_offers(told) if told.wanted else (),
        gaps=_gaps(told, rows, near, aims, person),
        questions=_questions(told, stage, findings),
        findings=findings,
        completeness=stage,
    )


def _understood(told: Profile) -> dict[str, str]:
    """Each dimension in words, with how it was found."""
    said = {"industry": told.row.industry, "scenario": told.row.scenario, "size": told.row.company_size}
    shown = {d: _label(d, v) for d, v in said.items()} | {"needs": "、".join(label("factor", n).zh for n in told.row.challenges) or "未知"}
    return {NAMES[d]: f"{v}（{told.how[d]}）" if told.how.get(d) else v for d, v in shown.items()}


def _label(dimension: str, code: str | None) -> str:
    return label({"size": "company_size"}.get(dimension, dimension), code).zh


# -- cases ----------------------------------------------------------------------------------------------------------


def _ranked(told: Profile, rows: Sequence[CaseRow]) -> Ranked:
    """All cases by similarity, each with its fields."""
    if not rows:
        return []
    distances = _distances(told.row, rows)
    out = []
    for i, row in enumerate(rows):
        found = {d: (1 - float(distances.distance[d][0, i])) if distances.both[d][0, i] else None for d in distances.distance}
        found["stack"] = _stack(told.row, row)
        found["targets"] = _share(set(told.subjects), {b.subject for b in row.benefits})
        out.append((*_similarity(told, row, found), row))
    return sorted(((s, row, fits) for s, fits, row in out), key=lambda x: (-x[0], x[1].id))


def _distances(form: CaseRow, rows: Sequence[CaseRow]) -> Parts:
    both = encode([form, *rows])
    index = np.arange(len(rows) + 1)
    return parts(both.take(index[:1]), both.take(index[1:]))


def _stack(form: CaseRow, row: CaseRow) -> float | None:
    """How much of the wanted categories the case covers; the first of them counts most."""
    if not form.categories or not row.categories:
        return None
    weights = {c: 1 / (i + 1) for i, c in enumerate(form.categories[: rules().categories])}
    return sum(w for c, w in weights.items() if c in row.categories) / sum(weights.values())


def _share(wanted: set[str], held: set[str]) -> float | None:
    return len(wanted & held) / len(wanted) if wanted and held else None


def _similarity(told: Profile, row: CaseRow, found: Mapping[str, float | None]) -> tuple[float, tuple[FieldFit, ...]]:
    """The weighted mean over what the form tells, drawn to the average; each field's part in it. What the form tells and the case does
    not counts as the average case would: else a case of which little is known would be the nearest of all."""
    rule = rules()
    said = {d: _said(told.row, d, told) for d in rule.cases}
    counted = {d: rule.average if found[d] is None else found[d] for d in rule.cases if found[d] is not None or said[d] != UNKNOWN.zh}
    whole = sum(rule.cases[d] for d in counted) + rule.shrink
    parts_of = {d: rule.cases[d] * (s or 0.0) / whole for d, s in counted.items()}
    total = sum(parts_of.values()) + rule.shrink * rule.average / whole
    fits = tuple(FieldFit(d, NAMES[d], _tidy(found[d]), round(parts_of.get(d, 0.0), 4), said[d], _said(row, d)) for d in rule.cases)
    return round(total, 4), fits


def _tidy(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _said(row: CaseRow, dimension: str, told: Profile | None = None) -> str:
    if dimension == "needs":
        return "、".join(label("factor", c).zh for c in row.challenges) or UNKNOWN.zh
    if dimension == "stack":
        return "、".join(row.categories[:5]) or UNKNOWN.zh
    if dimension == "targets":
        held = told.subjects if told else tuple(dict.fromkeys(b.subject for b in row.benefits))
        return "、".join(label("benefit_subject", s).zh for s in held) or UNKNOWN.zh
    return _label(
        dimension, {"size": row.company_size, "maturity": row.maturity, "industry": row.industry, "scenario": row.scenario}[dimension]
    )


def _nearest(told: Profile, ranked: Ranked, book: Book) -> tuple[CaseFit, ...]:
    """The nearest cases that are near at all, a customer once and a vendor at most so often."""
    rule = rules()
    taken: list[CaseFit] = []
    customers: set[str] = set()
    for similarity, row, fits in ranked:
        often = sum(c.vendor == row.vendor for c in taken)
        if similarity < rule.fits or len(taken) == rule.nearest or not _speaks(fits):
            break
        if row.customer_key not in customers and often < rule.per_vendor:
            customers.add(row.customer_key)
            taken.append(_case_fit(told, similarity, row, fits, book))
    return tuple(taken)


def _speaks(fits: Sequence[FieldFit]) -> bool:
    """Whether anything but size and maturity is shared."""
    return any(f.similarity and f.dimension not in ("size", "maturity") for f in fits)


def _case_fit(told: Profile, similarity: float, row: CaseRow, fits: tuple[FieldFit, ...], book: Book) -> CaseFit:
    wanted = [b for b in row.benefits if b.subject in told.subjects]
    told_well = filter(convincing, (*wanted, *(b for b in row.benefits if b not in wanted)))
    results = tuple(dict.fromkeys(b.label.zh for b in told_well))[:4]
    shown = tuple(dict.fromkeys(filter(None, (_first_whole(row.quotes.get(name, ()), book) for name in _QUOTED))))[:3]
    return CaseFit(row.id, row.customer, row.vendor, row.url, similarity, fits, shown, results, row.origin)


def _first_whole(ids: Sequence[str], book: Book) -> str:
    """The first whole sentence that holds one of the quotes; a fragment (its stores) proves nothing, then there is none."""
    held = {q.id: q for q in book.export(ids)}
    return next((said for i in ids if i in held and (said := whole(held[i]))), "")


def _target(answer: Answer, ranked: Ranked, book: Book) -> Target:
    """What the cases nearest to the form report for the target's subjects on its scale, of the nearest those that reach it first;
    where none does, changes of them."""
    subjects = subjects_of(answer)
    about = [(row, b) for _, row, _ in ranked for b in row.benefits if b.subject in subjects and convincing(b)]
    said = {q.id: q.quote for q in book.export([b.quote for _, b in about if b.quote and b.subject in rules().things])}
    hits = [(likeness(answer, b), row, b) for row, b in about if same_thing(answer, b, said.get(b.quote, ""))]
    like = [(row, b) for level, row, b in hits if level == SAME] or [(row, b) for level, row, b in hits if level == AKIN]
    once = {row.customer_key: (row, b) for row, b in reversed(like)}
    near = [pair for pair in like if once[pair[0].customer_key] == pair][: 2 * rules().nearest]
    ordered = sorted(near, key=lambda pair: meets(answer, pair[1]) is False)[: rules().nearest]  # of the nearest, what falls short last
    quotes = {q.id: whole(q) for q in book.export([b.quote for _, b in ordered if b.quote])}
    reached = tuple(Reached(r.id, r.customer, r.vendor, b.label.zh, quotes.get(b.quote, ""), r.url, meets(answer, b)) for r, b in ordered)
    return Target(answer.field, answer.raw, answer.line, subjects, reached)


# -- persona --------------------------------------------------------------------------------------------------------


def _found(cases: Sequence[Case], category: str, as_of: str, page_text: PageText, interviews: Sequence[Voice]) -> Known:
    from analysis.run import analyse  # takes a second to load, and is not needed for what is known
    from analysis.scope import AnalysisError

    try:
        made = analyse(cases, category, as_of=as_of, page_text=page_text, interviews=interviews)
    except AnalysisError:
        return Known(category)
    return Known(made.scope.category, made.personas, made.cases)


def _nearest_persona(told: Profile, cases: Sequence[Case], recall: Callable[[str], Known]) -> PersonaFit | None:
    """The nearest persona over the categories asked for most; how much a category is asked for weighs too. None where none is near."""
    found: list[tuple[float, PersonaFit]] = []
    for asked in told.wanted[: rules().persona_categories]:
        if sum(asked.category in c.categories.values() for c in cases) < thresholds().floors.persona_min:
            continue  # too few cases for any persona
        made = recall(asked.category)
        if made.personas and (fit := _persona(told, made)):
            found.append((fit.closeness * (1 + asked.score) / 2, fit))
    return max(found, key=lambda f: f[0])[1] if found else None


def _persona(told: Profile, made: Known) -> PersonaFit | None:
    """The persona whose cases are nearest on average, dimension by dimension; None where none is near."""
    fits = sorted((_to_persona(told, made, p) for p in made.personas), key=lambda f: (-f[0], f[1].id))
    closeness, first, contributions = fits[0]
    if closeness < rules().persona_fits or not _speaks(contributions):
        return None
    return PersonaFit(
        id=first.id,
        name=first.name.zh,
        category=made.category,
        status=first.status,
        closeness=closeness,
        contributions=contributions,
        second=fits[1][1].name.zh if len(fits) > 1 else "",
        margin=round(closeness - fits[1][0], 4) if len(fits) > 1 else None,
        talking=(*first.selling_points, *first.differentiation, first.entry_point, *_heard(first)),
        objections=tuple((c.concern, c.answer) for c in first.concerns),
        cases=first.cases,
    )


def _heard(persona: Persona) -> tuple[Statement, ...]:
    """Whom to meet, when and how, as interviewed customers told it."""
    return tuple(s for s in persona.strategy if s.kind is Kind.INTERVIEW)


def _to_persona(told: Profile, made: Known, persona: Persona) -> tuple[float, Persona, tuple[FieldFit, ...]]:
    rows = [r for r in made.cases if r.id in set(persona.cases)]
    distances = _distances(told.row, rows)
    weights = thresholds().clustering.weights
    similar = {d: _mean(distances, d) for d in weights}
    whole = sum(weights[d] for d, s in similar.items() if s is not None) or 1.0
    fits = tuple(
        FieldFit(
            d,
            NAMES[d],
            _tidy(s),
            round(weights[d] * s / whole, 4) if s is not None else 0.0,
            _said(told.row, d, told),
            _leading(persona, d),
        )
        for d, s in similar.items()
    )
    return round(sum(f.contribution for f in fits), 4), persona, fits


def _mean(distances: Parts, dimension: str) -> float | None:
    """The mean likeness over the cases that know the dimension."""
    both = distances.both[dimension][0] > 0
    return float(1 - distances.distance[dimension][0][both].mean()) if both.any() else None


def _leading(persona: Persona, dimension: str) -> str:
    if dimension == "needs":
        return "、".join(f.label.zh for f in persona.factors[:4])
    counts = {"industry": persona.industries, "scenario": persona.scenarios, "size": persona.sizes, "maturity": persona.maturities}[
        dimension
    ]
    return "、".join(c.label.zh for c in counts[:3] if c.code) or UNKNOWN.zh


# -- what follows ---------------------------------------------------------------------------------------------------


def _verdict(told: Profile, near: Sequence[CaseFit], person: PersonaFit | None, n: int) -> str:
    if not n:
        return "案例库是空的，没有可以比较的案例"
    if not told.wanted and not told.row.industry and not told.row.challenges:
        return "表单没有写明行业、诉求或任何技术与品类，无从匹配；请先问清下列问题" if not near else "表单只说明了少数方面，匹配仅供参考"
    if near and (only := _single(told)):
        return f"表单只说清了{only}，下面的案例只在这一点上相近：仅供参考，先问清下列问题"
    if not near and person is None:
        return f"库中 {n} 个案例没有一个与这份表单足够接近，也没有接近的画像：不宜引用案例"
    if person is None:
        return "有接近的案例，但没有接近的画像"
    return "有接近的画像与案例" if near else "有接近的画像，但没有足够接近的单个案例"


def _single(told: Profile) -> str:
    """The one dimension that a form tells, where it tells no more (its size alone would lead to no case)."""
    said = [d for d in NAMES if d not in ("size", "maturity") and _said(told.row, d, told) != UNKNOWN.zh]
    return NAMES[said[0]] if len(said) == 1 else ""


def _offers(told: Profile) -> tuple[Offer, ...]:
    """The products of every vendor for the categories asked for most."""
    chosen = [w.category for w in told.wanted[: rules().categories]]
    pairs = [(c, v) for c in chosen for v in catalogue().vendors(c) if v in codes().vendor]
    return tuple(
        Offer(c, v, tuple(p.name for p in catalogue().by_category(c, v) if p.categories[:1] == (c,))[:4]) for c, v in pairs if _has(c, v)
    )


def _has(category: str, vendor: str) -> bool:
    return any(p.categories[:1] == (category,) for p in catalogue().by_category(category, vendor))


def _gaps(
    told: Profile, rows: Sequence[CaseRow], near: Sequence[CaseFit], aims: Sequence[Target], person: PersonaFit | None
) -> tuple[str, ...]:
    """The parts of the form that no case serves."""
    out = []
    industry, scenario = told.row.industry, told.row.scenario
    if industry and not any(r.industry == industry for r in rows):
        out.append(f"没有{_label('industry', industry)}的案例")
    if scenario and not any(r.scenario == scenario for r in rows):
        out.append(f"没有{_label('scenario', scenario)}的案例")
    if (
        industry
        and scenario
        and not any(r.industry and r.industry.split(".")[0] == industry.split(".")[0] and r.scenario == scenario for r in rows)
    ):
        out.append(f"没有{_label('industry', industry.split('.')[0])}客户做{_label('scenario', scenario)}的案例")
    out += [f"没有使用{w.category}的案例（{w.reasons[0]}）" for w in told.wanted if not any(w.category in r.categories for r in rows)]
    held = {r.id: r for r in rows}
    met = {c for fit in near for c in held[fit.case].challenges}
    out += [f"最近的案例没有提到“{label('factor', n).zh}”" for n in told.row.challenges if near and n not in met]
    out += [f"没有案例报告过可与“{t.text}”相比的结果（第 {t.line} 行）" for t in aims if not t.reached]
    if person is None:
        out.append("没有接近的画像")
    elif industry and _elsewhere(person):
        out.append(f"最近的画像里几乎没有{_label('industry', industry)}客户：它只在其他方面接近")
    return tuple(out)


def _elsewhere(person: PersonaFit) -> bool:
    """Whether a persona's cases are of other industries than the form."""
    return any(f.dimension == "industry" and f.similarity is not None and f.similarity < rules().foreign for f in person.contributions)


def _questions(told: Profile, stage: Completeness, findings: Sequence[Finding]) -> tuple[str, ...]:
    """What to ask next: what cannot be so first, then what the matching lacks, then what is unanswered, by weight; the same doubt once."""
    lines: dict[tuple[str, str], list[int]] = {}
    for f in findings:
        if f.level in ("impossible", "doubtful"):
            lines.setdefault((f.text, f.ask), []).append(f.line)
    doubts = [f"第 {'、'.join(str(n) for n in dict.fromkeys(at))} 行：{text}。{ask}" for (text, ask), at in lines.items()]
    lacking = [] if told.row.scenario else ["这次要做的是核心系统上云、数据分析、云原生应用还是 AI 应用？"]
    lacking += [] if told.row.company_size else ["公司有多少员工？（表单没有这一项，画像按规模区分）"]
    return (*doubts, *lacking, *(f"{m.ask}（{m.label}）" for m in stage.missing if m.ask))
