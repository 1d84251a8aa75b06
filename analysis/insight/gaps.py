"""White space: vendor × persona × need cells with fewer cases than expected (document 1 §4.2 市场机会识别).

Published cases are survivors: a missing cell may mean no customers, no success, or no story told. It is a question, not a finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.figures import p_text
from analysis.insight.world import FACTORS, World, by_factor
from analysis.labels import label, vendor
from analysis.model import Persona, Statement, Text, WhiteSpace
from analysis.prose import say
from analysis.segment import parent
from analysis.statements import statistic
from analysis.stats import discoveries, share, tidy, under_represented
from analysis.thresholds import thresholds

LEAD = 0.2  # a cell that chance empties less often than this is told as a lead


def white_space(world: World) -> tuple[WhiteSpace, ...]:
    """Every cell with enough expected cases to be tested, emptiest first; expected as if vendors were spread alike over persona × need."""
    total = len(world.rows)
    sizes = {v: len(rows) for v, rows in world.of_vendor.items()}
    cells = []
    for group in world.groups:
        held = by_factor(group.rows)
        for code in FACTORS:
            rows = held.get(code, [])
            seen_of = Counter(r.vendor for r in rows)
            for v in world.vendors:
                expected = len(rows) * sizes[v] / total
                if expected >= thresholds().white_space_min:
                    seen = seen_of[v]
                    cells.append((v, group.id, code, seen, expected, under_represented(seen, sizes[v], len(rows), total)))
    kept = discoveries([c[5] for c in cells], thresholds().discovery_rate)
    ranked = sorted(zip(cells, kept, strict=True), key=lambda item: (not item[1], item[0][5], item[0][:3]))
    return tuple(WhiteSpace(v, p, f, n, tidy(e, 2), tidy(pv), k) for (v, p, f, n, e, pv), k in ranked)


def openings(world: World, space: Sequence[WhiteSpace], everywhere: Sequence[str | None]) -> tuple[Statement, ...]:
    """被忽视的细分市场: industries that the library knows (``everywhere``) but the category hardly, and the emptiest cells; where nothing
    is short, how many were tested."""
    names = {g.id: g.name for g in world.groups}
    short = [w for w in space if w.observed < w.expected and (w.significant or w.p_value < LEAD)]
    first = {(w.vendor, w.persona): w for w in reversed(short)}  # the emptiest need of each vendor and persona
    cells = [_cell(w, names) for w in short if first[w.vendor, w.persona] is w][:4]
    tested = industry_tests(world, everywhere)
    return (*_industries(tested), *cells) or (_nothing(len(space), len(tested)),)


def _nothing(cells: int, industries: int) -> Statement:
    text = say(
        "gap.none" if cells or industries else "gap.untested", cells=cells, industries=industries, least=thresholds().white_space_min
    )
    return statistic(text, "gaps.none")


def _cell(w: WhiteSpace, names: Mapping[str, Text]) -> Statement:
    text = say(
        "gap.cell" if w.significant else "gap.cell_weak",
        vendor=vendor(w.vendor),
        persona=names[w.persona],
        need=label("factor", w.factor),
        n=w.observed,
        expected=w.expected,
        p=p_text(w.p_value),
    )
    return statistic(text, "gaps.white_space")


@dataclass(frozen=True, slots=True)
class IndustryTest:
    """An industry's known cases in the category and in the whole library."""

    code: str
    here: int
    here_of: int
    there: int
    there_of: int

    def p(self) -> float:
        """One-sided: as few or fewer by chance."""
        return under_represented(self.here, self.here_of, self.there, self.there_of)


def industry_tests(world: World, everywhere: Sequence[str | None]) -> list[IndustryTest]:
    """A test for every industry of the library; none where the library holds no more than the category."""
    known = Counter(top for code in everywhere if code and (top := parent(code)))
    mine = Counter(top for r in world.rows if r.industry and (top := parent(r.industry)))
    here, there = mine.total(), known.total()
    if there <= here or not here:
        return []
    return [IndustryTest(code, mine[code], here, known[code], there) for code in sorted(known)]


def _industries(tested: Sequence[IndustryTest]) -> list[Statement]:
    """Industries with clearly fewer cases in the category than the library would lead to expect."""
    p_values = [t.p() for t in tested]
    out = []
    for t, p, yes in zip(tested, p_values, discoveries(p_values, thresholds().discovery_rate), strict=True):
        if yes:
            named = label("industry", t.code)
            text = say("gap.industry", industry=named, n=t.here, of=t.here_of, there=t.there, all=t.there_of, p=p_text(p))
            out.append(statistic(text, "gaps.industries", share(t.here, t.here_of)))
    return out


def differences(personas: Sequence[Persona], world: World) -> tuple[Statement, ...]:
    """Which personas a vendor's cases crowd in: one statement a significant vendor × persona."""
    out = []
    for persona in personas:
        for s in persona.vendors:
            if s.significant and s.lift:
                text = say(
                    "vendor.persona",
                    vendor=vendor(s.vendor),
                    persona=persona.name,
                    lift=s.lift,
                    n=s.share.n,
                    of=s.share.of,
                    p=p_text(s.p_value or 0.0),
                )
                out.append(statistic(text, "vendors.persona", s.share, [c for c in persona.cases if world.by_id[c].vendor == s.vendor]))
    return tuple(out)
