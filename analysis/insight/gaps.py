"""White space: vendor × persona × need cells with fewer cases than expected (document 1 §4.2 市场机会识别).

Published cases are survivors: a missing cell may mean no customers, no success, or no story told. It is a question, not a finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from analysis.figures import p_text
from analysis.insight.world import FACTORS, World, by_factor
from analysis.labels import label, vendor
from analysis.model import Persona, Statement, Text, WhiteSpace
from analysis.prose import say
from analysis.segment import parent
from analysis.statements import statistic
from analysis.stats import discoveries, share, tidy, under_represented
from analysis.thresholds import thresholds


def white_space(world: World) -> tuple[WhiteSpace, ...]:
    """Cells that had enough expected cases to tell, the emptiest first; expected as if vendors were spread alike over persona × need."""
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
    short = [(c, k) for c, k in zip(cells, kept, strict=True) if c[3] < c[4] and (k or c[5] < 0.2)]
    short.sort(key=lambda item: (not item[1], item[0][5], item[0][:3]))
    return tuple(WhiteSpace(v, p, f, n, tidy(e, 2), tidy(pv), k) for (v, p, f, n, e, pv), k in short)


def openings(world: World, space: Sequence[WhiteSpace], everywhere: Sequence[str | None]) -> tuple[Statement, ...]:
    """被忽视的细分市场: industries that the library knows (``everywhere``) but the category hardly, and the emptiest cells."""
    names = {g.id: g.name for g in world.groups}
    first = {(w.vendor, w.persona): w for w in reversed(space)}  # the emptiest need of each vendor and persona
    cells = [_cell(w, names) for w in space if first[w.vendor, w.persona] is w][:4]
    return (*_industries(world, everywhere), *cells)


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


def _industries(world: World, everywhere: Sequence[str | None]) -> list[Statement]:
    """Industries with clearly fewer cases in the category than the library would lead to expect."""
    known = [parent(code) for code in everywhere if code]
    mine = [parent(r.industry) for r in world.rows if r.industry]
    if len(known) <= len(mine) or not mine:
        return []
    here_, there_ = Counter(mine), Counter(known)
    counted = [(c, here_[c], there_[c]) for c in sorted(there_, key=str)]
    tests = [(c, here, there, under_represented(here, len(mine), there, len(known))) for c, here, there in counted]
    kept = np.asarray(discoveries([t[3] for t in tests], thresholds().discovery_rate))
    out = []
    for (code, here, there, p), yes in zip(tests, kept, strict=True):
        if yes:
            text = say("gap.industry", industry=label("industry", code), n=here, of=len(mine), there=there, all=len(known), p=p_text(p))
            out.append(statistic(text, "gaps.industries", share(here, len(mine))))
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
