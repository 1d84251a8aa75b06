"""Puts an answer together from quotes: direct answer, key facts, evidence, alternatives, reply (案例1 第四步, 案例2 第三步).

Nothing about the product is said here that is not quoted; our own words are those of ``data/prose.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile, takewhile

from analysis.research.claims import edition_name, editions_named, figures, is_exclusive, state_of
from analysis.research.confidence import enough
from analysis.research.index import Index, Row, SourceHead
from analysis.research.judge import Judge
from analysis.research.listing import listed
from analysis.research.model import Confidence, FollowUp, KeyFact, Looked, Quote, Standing, State, Statement, Unverified, Verdict
from analysis.research.prose import say
from analysis.research.registry import source_types
from analysis.research.rules import cue, question_types, rules
from analysis.research.steps import Steps
from analysis.research.terms import concepts, dictionary
from pipelines.text import sentences

_RELATED = 0.45  # how much of the question a ticket must speak of to count as a similar one
_MAX_FACT = 160
_NOT_TO_BE_HAD = (State.NO, State.SUSPENDED, State.PLANNED, State.DEPRECATED)


@dataclass(frozen=True, slots=True)
class Ground:
    """What an answer is made of."""

    index: Index
    judge: Judge
    rows: Sequence[Row]
    statements: Sequence[Statement]
    verdict: Verdict
    steps: Steps | None = None

    @property
    def lead(self) -> Standing:
        """The source that decided."""
        return self.verdict.standings[0]


def direct(ground: Ground) -> str:
    """The direct answer: a lead word by the verdict's state and the deciding words in quotation marks."""
    quoted = f"“{ground.lead.statement.quote.text}”"
    if ground.steps and ground.judge.asking.question.type == "how_to":
        return say("direct.steps")
    return _by_edition(ground) or f"{_lead_words(ground)}{quoted}"


def _by_edition(ground: Ground) -> str:
    """The figures of several editions in the deciding section, where the question names none; empty where there is only one."""
    lead = ground.lead.statement
    if lead.state is not State.VALUE or not lead.edition or ground.judge.asking.question.edition:
        return ""
    near = [s for s in ground.statements if s.quote.source_id == ground.lead.source_id and s.quote.headings == lead.quote.headings]
    held = {s.edition: s for s in sorted(near, key=lambda s: -s.quote.start) if s.state is State.VALUE and s.edition}
    told = sorted(held.values(), key=lambda s: (s.quote.start, s.edition))
    if len(told) < 2:
        return ""
    words = "、".join(f"{_edition_names(s.edition)} {s.cue}" for s in told)
    return say("direct.value_editions", words=words) + "".join(f"“{q}”" for q in dict.fromkeys(s.quote.text for s in told))


def _lead_words(ground: Ground) -> str:
    verdict, statement = ground.verdict, ground.lead.statement
    edition, when = _edition_names(statement.edition), _when(ground)
    match verdict.state:
        case State.YES:
            limited = statement.edition and ground.judge.asking.question.edition != statement.edition
            return say("direct.yes_edition", edition=edition) if limited else say("direct.yes")
        case State.NO:
            return say("direct.no_edition", edition=edition) if edition else say("direct.no")
        case State.SUSPENDED | State.PLANNED | State.DEPRECATED:
            key = f"direct.{verdict.state.value}"
            return say(f"{key}_until", when=when) if when else say(key)
        case State.VALUE:
            return say("direct.value", value=statement.cue)
        case _:
            return say("direct.text")


def _edition_names(editions: str) -> str:
    return "、".join(edition_name(e) for e in editions.split("+") if e)


def _when(ground: Ground) -> str:
    """The time that the deciding words give, as written."""
    return ground.judge.date_in(ground.lead.statement.quote.text)


def facts(ground: Ground) -> tuple[KeyFact, ...]:
    """Lines of the adopted sources' sections that carry a figure, an edition or a limit; the limits of the deciding section all."""
    used = {ground.lead.statement.quote.text}
    out: list[KeyFact] = []
    for standing in (s for s in ground.verdict.standings if s.adopted and source_types()[s.type].official):
        row = _row_of(ground, standing.statement.quote)
        limits = _restrictions(ground, row) if row and standing is ground.lead else []
        for quote in (*limits, *(_lines(ground, row) if row else ())):
            if quote.text not in used and len(out) < rules().max_facts:
                used.add(quote.text)
                out.append(KeyFact(not (quote in limits or _limits(quote.text)), quote))
    return tuple(sorted(out, key=lambda f: (not f.ok, f.quote.source_id != ground.lead.source_id, f.quote.start)))


def _restrictions(ground: Ground, row: Row) -> list[Quote]:
    return [q for q in ground.judge.restrictions(row) if len(q.text) <= _MAX_FACT]


def _lines(ground: Ground, row: Row) -> Iterator[Quote]:
    """Each line of a deciding passage's section that tells a fact about the thing asked."""
    section = ground.index.section(row)
    listed = _listed(section, row)
    for other in section:
        if other.role not in ("text", "bullet", "table"):
            continue
        spans = [(0, len(other.text))] if other.fields else sentences(other.text)
        for start, end in spans:
            text = other.text[start:end]
            if len(text) > _MAX_FACT or not (other.role == "bullet" or _tells(text)):
                continue
            if other.id in listed or ground.judge.fit(text, other) >= _RELATED:
                yield Quote(other.source_id, text, other.start + start, other.start + end, other.headings)


def _listed(section: Sequence[Row], row: Row) -> frozenset[int]:
    """The items of the list right behind a paragraph, words that lead in (关键信息：) between or not: they say more of what it says."""
    if row.role != "text":
        return frozenset()
    behind = dropwhile(lambda r: r.role == "label" or r.text.endswith((":", "：")), (r for r in section if r.number > row.number))
    return frozenset(r.id for r in takewhile(lambda r: r.role == "bullet", behind))


def lacking(ground: Ground, found: Sequence[KeyFact], how: bool) -> tuple[str, ...]:
    """The parts of the answer that the question's type needs and no source gives (案例1 第一步 需要答案).

    Where the thing is not to be had, nobody asks how or how far.
    """
    lead = ground.lead.statement
    gone = ground.verdict.state in _NOT_TO_BE_HAD
    limits = gone or lead.edition or any(not f.ok or _tells(f.quote.text) for f in found)
    given = {"yes_no": lead.state is not State.TEXT, "how": how or gone, "limits": bool(limits)}
    return tuple(n for n in question_types()[ground.judge.asking.question.type].needs if not given.get(n, True))


def _row_of(ground: Ground, quote: Quote) -> Row | None:
    return next((r for r in ground.rows if r.source_id == quote.source_id and r.start <= quote.start < r.end), None)


def _tells(text: str) -> bool:
    return bool(editions_named(text) or cue("limit").search(text) or next(figures(text), None))


def _limits(text: str) -> bool:
    found = state_of(text)
    return bool(found and found[0] in (State.NO, State.SUSPENDED, State.DEPRECATED)) or (bool(editions_named(text)) and is_exclusive(text))


def evidence(ground: Ground) -> tuple[Quote, ...]:
    """The adopted sources' own words, the deciding ones first; then what similar tickets say (案例1: 类似企业客户成功案例)."""
    adopted = [s.statement.quote for s in ground.verdict.standings if s.adopted]
    held = {q.source_id for q in adopted}
    similar = [q for q in _similar(ground) if q.source_id not in held]
    return (*adopted[: rules().max_evidence], *similar[: rules().max_evidence])


def _similar(ground: Ground) -> Iterator[Quote]:
    """One line of each ticket on the subject: our words, not the customer's."""
    seen: set[str] = set()
    for row in ground.rows:
        if ground.index.head(row.source_id).type != "ticket" or row.source_id in seen or row.role in ("heading", "label"):
            continue
        if not ground.judge.speaks_ours(row) or not ground.judge.on_subject(row.text, *row.headings):
            continue
        seen.add(row.source_id)
        yield Quote(row.source_id, row.text, row.start, row.end, row.headings)


def alternatives(ground: Ground) -> tuple[Quote, ...]:
    """What the deciding source names instead, where the thing asked for is not to be had now."""
    if ground.verdict.state not in _NOT_TO_BE_HAD or ground.lead.statement.edition:  # of another edition: the thing itself is there
        return ()
    out = []
    here = ground.lead.statement.quote.headings
    hard = {w.concept for w in ground.judge.asking.wants if w.factor == 1}
    for row in ground.index.document(ground.lead.source_id):
        if row.role not in ("text", "bullet"):
            continue
        for start, end in sentences(row.text):
            text = row.text[start:end]
            found = state_of(text)
            held = hard & concepts(text)
            offers = found is not None and found[0] is State.YES and row.headings == here and bool(held) and held != hard
            if text != ground.lead.statement.quote.text and (offers or cue("instead").search(text)):
                out.append(Quote(row.source_id, text, row.start + start, row.start + end, row.headings))
    return tuple(out[:3])


def unverified(ground: Ground, instead: Sequence[Quote]) -> tuple[Unverified, ...]:
    """The other items of the lists in which official sources that are not adopted name the thing asked for (案例2: Excel/CSV).

    What the adopted sources speak of is left out: they say themselves whether it is to be had.
    """
    if ground.verdict.state not in _NOT_TO_BE_HAD:
        return ()
    said = [*(s.statement.quote.text for s in ground.verdict.standings if s.adopted), *(q.text for q in instead)]
    told = frozenset(c for text in said for c in concepts(text))
    against = [s for s in ground.verdict.standings if not s.adopted and source_types()[s.type].official and s.statement.state is State.YES]
    return tuple(Unverified(others, s.statement.quote) for s in against if (others := _others(ground, s.statement.quote.text, told)))


def _others(ground: Ground, text: str, told: frozenset[str]) -> tuple[str, ...]:
    """The items of a sentence's list beside the one asked for; nothing where that is none of them."""
    items = listed(text)
    asked = [i for i in items if concepts(i) & ground.judge.asking.objects]
    return tuple(i for i in items if not concepts(i) & told and i not in asked) if asked else ()


def reply(ground: Ground, instead: Sequence[Quote], perhaps: Sequence[Unverified], sure: Confidence) -> tuple[str, ...]:
    """What to tell the customer and what not (建议回复客户)."""
    state, edition = ground.verdict.state, ground.lead.statement.edition
    out = []
    if state in _NOT_TO_BE_HAD:
        out.append(say("reply.state"))
    if instead:
        out.append(say("reply.alternative", what="；".join(q.text.rstrip("。.") for q in instead)))
    heads = {u: ground.index.head(u.quote.source_id) for u in perhaps}
    for one, head in heads.items():
        owner, what = source_types()[head.type].owner, "/".join(one.items)
        out.append(f"⚠️ {say('reply.unverified', what=what, title=head.title, date=head.date or '无日期', owner=owner)}")
    if state is State.SUSPENDED or state is State.PLANNED:
        out += [say("reply.notify"), f"⚠️ {say('reply.no_date')}"]
    if state is State.DEPRECATED:
        out.append(say("reply.migrate"))
    if state is State.YES and edition and not ground.judge.asking.question.edition:
        out.append(say("reply.edition", edition=_edition_names(edition)))
    if state is State.VALUE:
        out.append(say("reply.value"))
    if not enough(sure.level, question_types()[ground.judge.asking.question.type].confidence):
        out.append(f"⚠️ {say('reply.verify', owner=source_types()[ground.lead.type].owner)}")
    return tuple(line if line.startswith("⚠️") else f"✅ {line}" for line in out)


def follow_ups(ground: Ground) -> tuple[FollowUp, ...]:
    """What has to be done inside: sources that are contradicted are to be updated, undated ones dated, old ones verified."""
    lead, out = ground.lead, []
    for one in ground.verdict.standings:
        owner = source_types()[one.type].owner
        if not one.adopted and source_types()[one.type].official:
            text = say("follow.update", title=one.title, date=one.date or "无日期", lead=lead.title, lead_date=lead.date or "无日期")
            out.append(FollowUp(owner, text, one.source_id))
        elif one.adopted and not one.date and source_types()[one.type].fresh and source_types()[one.type].official:
            out.append(FollowUp(owner, say("follow.date", title=one.title), one.source_id))
    if ground.verdict.outdated and not ground.verdict.contradictory and ground.verdict.state is not State.DEPRECATED:
        out.append(
            FollowUp(source_types()[lead.type].owner, say("follow.verify", title=lead.title, months=lead.age_months), lead.source_id)
        )
    return tuple(out)


def warnings(ground: Ground, sure: Confidence) -> tuple[str, ...]:
    """What the person who answers must know before using the answer."""
    lead, question = ground.lead, ground.judge.asking.question
    owner, wanted = source_types()[lead.type].owner, question_types()[question.type].confidence
    out = []
    row = _row_of(ground, lead.statement.quote)
    if unsaid := ground.judge.unsaid(lead.statement.quote.text, *lead.statement.quote.headings, row.text if row else ""):
        out.append(say("warn.unsaid", words="、".join(unsaid), owner=owner))
    if lead.age_months is None and source_types()[lead.type].fresh:
        out.append(say("warn.undated"))
    elif ground.verdict.outdated and not ground.verdict.contradictory and ground.verdict.state is not State.DEPRECATED:
        out.append(say("warn.outdated_only", months=lead.age_months, owner=owner))
    if ground.verdict.state is State.DEPRECATED:
        out.append(say("warn.deprecated"))
    if not any(source_types()[s.type].official for s in ground.verdict.standings if s.adopted):
        out.append(say("warn.unofficial"))
    if question.edition and lead.statement.edition != question.edition:
        out.append(say("warn.edition_unsaid", edition=edition_name(question.edition)))
    if ground.verdict.state is State.TEXT and "yes_no" in question_types()[question.type].needs:
        out.append(say("warn.text_only"))
    if any(source_types()[s.type].inside for s in ground.verdict.standings):
        out.append(say("warn.inside"))
    if not enough(sure.level, wanted):
        out.append(say("warn.below", wanted=wanted, level=sure.level.value, owner=owner))
    return tuple(out)


def looked(index: Index, question_type: str, rows: Sequence[Row], wanted: Iterable[str], used: Sequence[str]) -> tuple[Looked, ...]:
    """The search by type of source in the order of the plan: words, hits, and what became of them (案例1 第三步)."""
    words = tuple(dict.fromkeys(w for c in wanted for w in shown(c)))
    out = []
    for kind in question_types()[question_type].sources:
        hits = [r for r in rows if index.head(r.source_id).type == kind]
        ours = [s for s in used if index.head(s).type == kind]
        titles = "、".join(dict.fromkeys(index.head(s).title for s in ours[:3]))
        found = say("found.used", title=titles) if ours else say("found.hits", n=len(hits)) if hits else say("found.none")
        out.append(Looked(kind, words, len(hits), found))
    return tuple(out)


def shown(concept: str) -> tuple[str, ...]:
    """A concept as words in both languages: the first Chinese and the first English form."""
    forms = dictionary().get(concept, ())
    han = next((f for f in forms if not f.isascii()), "")
    latin = next((f for f in forms if f.isascii()), "")
    return tuple(w for w in (han, latin) if w) or (concept.partition(":")[2] or concept,)


def draft(question: str, question_type: str, owner: str, near: SourceHead | None) -> str:
    """The question to the owner of the subject, where nothing was found."""
    kind = question_types()[question_type]
    return say(
        "draft.question",
        owner=owner,
        question=question,
        looked="、".join(source_types()[s].zh for s in kind.sources),
        near=say("draft.near", title=near.title) if near else "",
        needs="、".join(say(f"need.{n}") for n in kind.needs),
    )
