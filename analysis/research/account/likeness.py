"""The persona and the official cases of the library that are nearest to an account, by the matching of requirement forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from analysis.evidence import PageText
from analysis.intake.match import CaseFit, Matching, PersonaFit, match
from analysis.intake.memory import Memory
from analysis.intake.model import Answer, Form
from analysis.labels import label
from analysis.research.account.model import Account, Likeness, Reference, Signal
from pipelines.case import Case

SHOWN = 3
INDIRECT = "有接近的案例；账户没有写明云产品品类，画像由最近案例所共有的品类间接推断，仅供参考"


def likeness(
    account: Account,
    risks: Sequence[Signal],
    cases: Sequence[Case],
    as_of: str,
    page_text: PageText,
    library: str,
    memory: Memory | None = None,
) -> Likeness | None:
    """What the library knows of such customers; None where the account tells nothing that could be compared."""
    answers = tuple(_answers(account, risks))
    if not answers:
        return None
    made = match(Form("short", answers), cases, as_of, page_text, library, memory=memory)
    persona = made.persona or _persona(answers, made, cases, as_of, page_text, memory)
    return Likeness(
        library=library,
        verdict=made.verdict if made.persona or not persona else INDIRECT,
        understood=made.understood,
        persona=f"{persona.name}（{persona.category}，{persona.status}）" if persona else "",
        persona_why=_why(persona),
        talking=tuple(f"【{s.kind}】{s.text.zh}" for s in persona.talking[:SHOWN]) if persona else (),
        cases=tuple(_reference(c) for c in made.cases[:SHOWN]),
    )


def _answers(account: Account, risks: Sequence[Signal]) -> Iterator[Answer]:
    """The record and the customer's own words as the answers of a form; nobody's name goes along."""
    held = account.basics
    for field, name in (("industry", "industry.name"), ("scenario", "industry.segment"), ("size", "scale.note"), ("goal", "goal.note")):
        if field in held:
            yield Answer(name, f"员工 {held[field].text}" if field == "size" else held[field].text, 1)
    for signal in risks:
        if not signal.words:
            yield from (Answer("pain.problem", e.quote, 1) for e in signal.evidence)


def _persona(
    answers: tuple[Answer, ...], made: Matching, cases: Sequence[Case], as_of: str, page_text: PageText, memory: Memory | None
) -> PersonaFit | None:
    """The persona of the category that the nearest cases have most in common: an account names no category of cloud products itself."""
    near = {c.case for c in made.cases}
    common = Counter(v for c in cases if c.case_id in near for v in c.categories.values())
    if not common:
        return None
    category = min(common, key=lambda c: (-common[c], c))
    return match(Form("short", (*answers, Answer("cloud.services", category, 1))), cases, as_of, page_text, memory=memory).persona


def _why(persona: PersonaFit | None) -> str:
    if persona is None:
        return ""
    parts = " + ".join(f"{f.name} {f.contribution:.2f}" for f in persona.contributions if f.contribution)
    return f"接近度 {persona.closeness:.2f} = {parts}"


def _reference(c: CaseFit) -> Reference:
    alike = "、".join(f"{f.name} {f.similarity:.2f}" for f in c.fields if f.similarity)
    return Reference(c.customer, label("vendor", c.vendor).zh, c.url, c.similarity, alike, c.results)
