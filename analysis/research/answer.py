"""One question answered from an index of sources: understood, searched, judged, decided, composed; or refused, or escalated.

Escalation comes first and an answer never stands in its place (案例4). What is not found is said, with where it was
looked for and a draft to the owner (issue 7 item 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from analysis.research import compose
from analysis.research.cases import OfCustomer
from analysis.research.confidence import confidence, features, level
from analysis.research.escalation.recognize import asks_outcome, recognize
from analysis.research.index import Index, Row
from analysis.research.judge import Judge
from analysis.research.model import Answer, CaseHit, Confidence, Level, Outcome, Question, Reference, State, Statement, Verdict
from analysis.research.prose import say
from analysis.research.question import Asking, understand
from analysis.research.registry import source_types
from analysis.research.rules import cue, question_types, rules
from analysis.research.spelling import as_taken, respelt
from analysis.research.steps import Steps, find_steps
from analysis.research.verdict import as_standing, decide, stale
from pipelines.reader.language import page_language


class Cases(Protocol):
    """The official cases of a library, asked by the same machinery (issue 7 item 8)."""

    def about(self, question: str) -> str:
        """The words that make this a question about official cases; empty where it is none."""

    def find(self, question: str) -> tuple[CaseHit, ...]:
        """The cases that meet every condition of the question, best first."""

    def near(self, question: str) -> tuple[str, tuple[CaseHit, ...]]:
        """Where none does: the condition whose loss gives any, and these."""

    def understood(self, question: str) -> tuple[str, ...]:
        """The conditions read from the question, for people."""

    def customer(self, question: str) -> OfCustomer | None:
        """What the cases of the customers that the question names tell; None where it names none."""

    def told(self, question: str) -> str:
        """What the cases that meet the question come to: how many, and how much changed where it asks for that."""


def answer(index: Index, text: str, as_of: str, cases: Cases | None = None) -> Answer:
    """The answer of the sources to a question; raises UserError where there is no question."""
    asking = understand(text)
    if escalation := recognize(asking.question.text):
        sure = Confidence(1.0, level(1.0), (escalation.why,))
        direct = say("direct.escalated", owner=escalation.owner)
        return Answer(asking.question, Outcome.ESCALATED, as_of, direct, sure, escalation=escalation)
    of_customer = cases.customer(asking.question.text) if cases else None
    if of_customer and of_customer.held and (of_customer.asked or of_customer.whole):
        return _from_customer(of_customer, asking, as_of)
    if cases and (words := cases.about(asking.question.text)):
        return _from_cases(cases, asking, words, as_of)
    made = _from_sources(index, asking, as_of)
    asks = asks_outcome(asking.question.text) and not of_customer  # the cases alone can tell, though nothing of the catalogue is named
    if cases and asks and made.outcome is Outcome.NOT_FOUND and cases.understood(asking.question.text):
        return _from_cases(cases, asking, say("cases.outcome"), as_of)
    return _with_cases(made, of_customer) if of_customer and made.outcome is Outcome.NOT_FOUND else made


def _from_sources(index: Index, asking: Asking, as_of: str) -> Answer:
    made = _searched(index, asking, as_of)
    if made.outcome is not Outcome.NOT_FOUND:
        return made
    word, taken = respelt(index, asking.wants)
    again = _searched(index, understand(asking.question.text.replace(word, taken)), as_of) if word else made
    if again.outcome is not Outcome.ANSWERED:
        return made
    return as_taken(replace(again, question=replace(again.question, text=asking.question.text)), word, taken)


def _searched(index: Index, asking: Asking, as_of: str) -> Answer:
    judge = Judge(index, asking)
    rows = index.search(judge.wanted())
    statements = judge.statements(rows)
    steps = _steps(index, judge, rows, statements) if asking.question.type == "how_to" else None
    verdict = _verdict(index, asking.question, statements, steps, as_of)
    if verdict is None:
        return _not_found(index, judge, rows, as_of)
    return _composed(compose.Ground(index, judge, rows, statements, verdict, steps), as_of)


def _steps(index: Index, judge: Judge, rows: Sequence[Row], statements: Sequence[Statement]) -> Steps | None:
    """The section that says how; else the steps of the document whose words answer the question (its title or lead names the thing)."""
    whole = find_steps(index, judge, rows)
    if whole or not statements:
        return next(iter(whole), None)
    document = index.document(statements[0].quote.source_id)
    here = statements[0].quote.headings
    beside = (
        s for s in find_steps(index, judge, document, least=0.0) if cue("how").search(s.heading) and _under(s.quotes[0].headings, here)
    )
    return next((replace(s, fit=statements[0].fit) for s in beside), None)


def _under(steps: Sequence[str], said: Sequence[str]) -> bool:
    """Whether steps are of what a statement speaks of: under its headings, or in a document that has no other subject."""
    return tuple(steps[: len(said)]) == tuple(said) or len(steps) <= len(said) == 1


def _verdict(index: Index, question: Question, statements: Sequence[Statement], steps: Steps | None, as_of: str) -> Verdict | None:
    """The steps' source decides how something is done; else the statements do."""
    if steps:
        statement = Statement(steps.quotes[0], State.TEXT, fit=steps.fit, cue=steps.heading)
        standing = as_standing(statement, index.head(steps.source_id), question.type, as_of)
        return Verdict(State.TEXT, "", (standing,), False, stale(standing.type, standing.age_months), say("verdict.agreed"))
    return decide(statements, {s.quote.source_id: index.head(s.quote.source_id) for s in statements}, question, as_of)


def _composed(ground: compose.Ground, as_of: str) -> Answer:
    question = ground.judge.asking.question
    lead = ground.lead
    same = page_language(lead.statement.quote.text) in (question.lang, "xx")
    sure = confidence(features(ground.verdict, question.edition, same), ground.verdict)
    if ground.verdict.state is State.TEXT and "yes_no" in question_types()[question.type].needs and sure.level is Level.HIGH:
        sure = replace(sure, level=Level.MIDDLE, reasons=(*sure.reasons, say("conf.text_only")))  # it is not what was asked
    steps = ground.steps or _steps_beside(ground)
    instead = compose.alternatives(ground)
    perhaps = compose.unverified(ground, instead)
    evidence, facts = compose.evidence(ground), compose.facts(ground)
    quoted = [*evidence, *(f.quote for f in facts), *(steps.quotes if steps else ()), *instead]
    used = tuple(dict.fromkeys([*(s.source_id for s in ground.verdict.standings), *(q.source_id for q in quoted)]))
    adopted = [s.source_id for s in ground.verdict.standings if s.adopted] + [q.source_id for q in quoted]
    wanted = [w.concept for w in ground.judge.asking.wants if w.factor == 1]
    return Answer(
        question=question,
        outcome=Outcome.ANSWERED,
        as_of=as_of,
        direct=compose.direct(ground),
        confidence=sure,
        looked=compose.looked(ground.index, question.type, ground.rows, wanted, tuple(dict.fromkeys(adopted))),
        verdict=ground.verdict,
        facts=facts,
        steps=steps.quotes if steps else (),
        evidence=evidence,
        sources=references(ground.index, used),
        alternatives=instead,
        unverified=perhaps,
        lacking=compose.lacking(ground, facts, steps is not None),
        reply=compose.reply(ground, instead, perhaps, sure),
        follow_ups=compose.follow_ups(ground),
        warnings=compose.warnings(ground, sure),
    )


def _steps_beside(ground: compose.Ground) -> Steps | None:
    """How it is done, where the answer is that it can be and the question needs to know how (案例1: 是/否 + 如何配置 + 限制条件)."""
    if "how" not in question_types()[ground.judge.asking.question.type].needs or ground.verdict.state is not State.YES:
        return None
    found = find_steps(ground.index, ground.judge, ground.rows, least=0.0)
    on = ground.judge.on_subject
    said = ((s, [q.text for q in s.quotes]) for s in found)
    return next((s for s, words in said if on(s.heading, *words) or (_how(s) and on(*s.quotes[0].headings, *words))), None)


def _how(steps: Steps) -> bool:
    """Whether a section of steps says how something is set up and not what is done to the thing by itself."""
    return any(cue("how").search(heading) for heading in steps.quotes[0].headings)


def _not_found(index: Index, judge: Judge, rows: Sequence[Row], as_of: str) -> Answer:
    question = judge.asking.question
    wanted = [w.concept for w in judge.asking.wants if w.factor == 1] or [w.concept for w in judge.asking.wants]
    lines = [r for r in rows[:20] if r.role not in ("heading", "label")]
    near = min(((-judge.fit(r.text, r), r.source_id, r.number, r) for r in lines), default=None)
    close = -near[0] if near else 0.0
    reason = say("conf.not_found", value=f"{close:.2f}", least=f"{rules().min_fit:.2f}")
    owner = source_types()[question_types()[question.type].sources[0]].owner
    head = index.head(near[1]) if near and close else None
    return Answer(
        question=question,
        outcome=Outcome.NOT_FOUND,
        as_of=as_of,
        direct=say("direct.not_found"),
        confidence=Confidence(0.0, level(0.0), (reason,)),
        looked=compose.looked(index, question.type, rows, wanted, ()),
        draft=compose.draft(question.text, question.type, owner, head),
    )


def _from_customer(told: OfCustomer, asking: Asking, as_of: str) -> Answer:
    """The result that answers best, in its own words; or the cases as they stand, where these are asked for."""
    hits = tuple(sorted((hit for hit, _ in told.held), key=lambda h: (not h.benefits, -h.confidence)))
    question = replace(asking.question, type="cases", rule="question.customer", cue=told.names[0], concepts=told.words())
    sure = Confidence(hits[0].confidence, level(hits[0].confidence), (say("conf.customer"),))
    best = next((r[0] for hit, r in told.held if hit is hits[0] and r), None)
    names = "、".join(told.names)
    if best and told.asked:
        direct = say("direct.customer", customer=hits[0].customer, label=best.row.label.zh, quote=best.sentence)
    else:
        direct = say("direct.customer_cases", customer=names, n=len(hits))
    return Answer(question, Outcome.ANSWERED, as_of, direct, sure, cases=hits)


def _with_cases(made: Answer, told: OfCustomer) -> Answer:
    """Nothing was found, and the library knows the customer: its cases are shown, and that they do not answer."""
    direct = say("direct.customer_silent", customer="、".join(told.names))
    return replace(made, direct=direct, cases=tuple(hit for hit, _ in told.held))


def _from_cases(cases: Cases, asking: Asking, words: str, as_of: str) -> Answer:
    held, read = cases.find(asking.question.text), cases.understood(asking.question.text)
    question = replace(asking.question, type="cases", rule="question.cases", cue=words, concepts=read)
    if not held:
        draft = compose.draft(question.text, "cases", source_types()["case"].owner, None)
        without, near = cases.near(question.text)
        direct = say("direct.near_cases", without=without, n=len(near)) if near else say("direct.no_cases")
        return Answer(question, Outcome.NOT_FOUND, as_of, direct, Confidence(0.0, level(0.0), read), cases=near, draft=draft)
    sure = cases_confidence(held)
    return Answer(question, Outcome.ANSWERED, as_of, cases.told(question.text), sure, cases=held)


def cases_confidence(held: Sequence[CaseHit]) -> Confidence:
    """The mean of the calibrated confidences of the fields that made the cases match."""
    number = round(sum(c.confidence for c in held) / len(held), 3)
    doubts = sum(hit.doubted for hit in held)
    reasons = (say("conf.cases", n=len(held)), say("conf.cases_doubt", n=doubts) if doubts else "")
    return Confidence(number, level(number), tuple(r for r in reasons if r))


def references(index: Index, source_ids: Iterable[str]) -> tuple[Reference, ...]:
    """The sources that an answer names."""
    heads = (index.head(s) for s in source_ids)
    return tuple(Reference(h.source_id, h.type, h.title, h.date, h.version, h.uri, h.digest, h.record) for h in heads)
