"""Measures matching: cases become forms in our own words, their customer is hidden, and the match must find the like of them.

``python -m analysis.intake.evaluate [--library URL] [--forms N]`` prints how often the nearest persona and the five nearest
cases hold the industry and the scenario of the hidden case. The forms use a phrase a need, so that they are easier than
what customers write: the figure is an upper bound. A case whose industry or scenario nobody else has cannot be found and
is not asked.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from analysis.intake.match import match
from analysis.intake.read import read_forms
from analysis.intake.structure import DATA
from analysis.segment import parent
from pipelines.case import Case
from pipelines.library import Library
from pipelines.starter import starter_cases
from pipelines.vocabulary import codes, load_yaml


@dataclass(frozen=True)
class Phrases:
    """What a customer would write for a factor, a scenario, a result."""

    factor: Mapping[str, str]
    scenario: Mapping[str, str]
    subject: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found for one hidden case; ``both`` is one case or persona with industry and scenario."""

    case: str
    cases_industry: bool
    cases_scenario: bool
    cases_both: bool
    persona_industry: bool
    persona_scenario: bool

    def right(self) -> bool:
        """Persona and top five hold the right industry and the right scenario."""
        return self.cases_industry and self.cases_scenario and self.persona_industry and self.persona_scenario


@cache
def phrases() -> Phrases:
    """The phrases, read once."""
    return load_yaml(DATA / "phrases.yaml", Phrases)


def form_of(case: Case) -> str:
    """A short form that the case's customer might have handed in; neither customer nor vendor nor product is named."""
    said = phrases()
    industry = codes().industry_zh(case.industry.value or "").rpartition("-")[2]
    pains = "；".join(said.factor[c] for c in sorted(set(case.challenges.values())))
    goals = "；".join(said.subject[s] for s in sorted({b.subject for b in case.benefits.values()}) if s in said.subject)
    lines = [
        f"[客户行业]：{industry}",
        f"- 细分领域：{said.scenario[case.scenario.value or '']}",
        "[当前痛点]：",
        f"- 具体问题：{pains}",
        "[基础设施现状]：",
        f"- 公有云：计划使用{'、'.join(case.categories.values())}",
        "[核心目标]：",
        f"- 主要指标：{goals}",
    ]
    return "\n".join(lines) + "\n"


def askable(cases: Sequence[Case]) -> list[Case]:
    """Cases that a form can be made of and whose industry and scenario another customer shares."""
    full = [c for c in cases if c.industry and c.scenario and c.challenges and c.categories]
    return [c for c in full if _like(c, cases)]


def _like(case: Case, cases: Sequence[Case]) -> bool:
    others = [o for o in cases if o.customer_key != case.customer_key]
    industry = any(parent(o.industry.value) == parent(case.industry.value) for o in others)
    return industry and any(o.scenario.value == case.scenario.value for o in others)


def outcome(case: Case, cases: Sequence[Case]) -> Outcome:
    """Match the form of a case over the library without its customer."""
    others = [o for o in cases if o.customer_key != case.customer_key]
    found = match(read_forms(form_of(case))[0], others, "2026-01-31")
    held = {o.case_id: o for o in others}
    near = [held[c.case] for c in found.cases]
    person = [held[i] for i in found.persona.cases] if found.persona else []
    return Outcome(
        case.case_id,
        _has(near, case, "industry"),
        _has(near, case, "scenario"),
        any(_has([o], case, "industry") and _has([o], case, "scenario") for o in near),
        _has(person, case, "industry"),
        _has(person, case, "scenario"),
    )


def _has(found: Sequence[Case], case: Case, name: str) -> bool:
    """Whether any of the cases has the industry (the group, not the leaf) or the scenario of the hidden one."""
    return any(parent(getattr(o, name).value) == parent(getattr(case, name).value) for o in found)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", help="library URL; the starter library by default")
    parser.add_argument("--forms", type=int, default=40, help="how many cases become forms")
    given = parser.parse_args()
    cases = _cases(given.library)
    pool = askable(cases)
    chosen = [pool[i] for i in np.random.default_rng(1).permutation(len(pool))[: given.forms]]
    found = []
    for case in chosen:
        found.append(outcome(case, cases))
        print(f"{len(found)}/{len(chosen)} {found[-1]}", file=sys.stderr, flush=True)
    names = ("cases_industry", "cases_scenario", "cases_both", "persona_industry", "persona_scenario")
    for name in names:
        print(f"{name:18s} {sum(getattr(o, name) for o in found)}/{len(found)}")
    print(f"{'all four':18s} {sum(o.right() for o in found)}/{len(found)}")


def _cases(url: str | None) -> tuple[Case, ...]:
    if url is None:
        return starter_cases()
    with Library.open(url, must_exist=True) as opened:
        return tuple(opened.cases())


if __name__ == "__main__":
    main()
