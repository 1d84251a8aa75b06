"""The contract of research: sources with their passages, questions, statements, verdicts, answers, entries.

Every part of research speaks in these (document 3 of the spec). All are frozen and turn into JSON as they are.
Offsets count code points of ``Source.text``, so that ``source.text[p.start:p.end] == p.text`` holds for every passage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from analysis.research.escalation.recognize import Escalation

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SourceType:
    """A kind of source as ``data/source_types.yaml`` registers it.

    ``authority`` is 0–1 by question type, ``*`` for all others (spec 3 案例1 第二步, 案例2 第一步). ``fresh`` is how many
    months its words hold before age tells against them; 0 = they do not age. ``records``: each row of a table file is a
    source of its own. ``official``: the product's own published word; what is not can confirm and explain, never settle
    alone what contradicts it. ``titles``: words at the end of a title that tell the type of a document. ``inside``: of one
    customer, for nobody outside.
    """

    zh: str
    en: str
    authority: Mapping[str, float]
    fresh: int
    owner: str
    folders: tuple[str, ...]
    official: bool = False
    records: bool = False
    titles: tuple[str, ...] = ()
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """One line of a source that can be quoted: a paragraph, an item, a step, a table row; ``headings`` from the title down.

    ``role`` is text, bullet, step, table, code or heading. ``fields`` are the named cells of a table row.
    """

    number: int
    start: int
    end: int
    text: str
    role: str = "text"
    headings: tuple[str, ...] = ()
    fields: Pairs = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A document of research, or one record of a table.

    ``source_id`` is its identity when it is imported again (path below the imported folder, ``#`` and the record's id);
    ``digest`` changes with its content. ``date`` is ISO, as exact as written, empty where nothing tells; ``date_quote`` are
    the words it rests on. ``fields`` are the labelled values of front matter, mail header or record, keys as written.
    ``attachments`` are names and sizes only: nothing of them is opened.
    """

    source_id: str
    type: str
    title: str
    text: str
    passages: tuple[Passage, ...]
    digest: str
    date: str = ""
    date_quote: str = ""
    version: str = ""
    audience: str = ""
    product: str = ""
    lang: str = "zh"
    uri: str = ""
    record: str = ""
    fields: Pairs = ()
    attachments: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def field(self, *names: str) -> str:
        """The first labelled value of any of the names, without regard to case; empty where there is none."""
        wanted = {n.casefold() for n in names}
        return next((value for key, value in self.fields if key.casefold() in wanted and value), "")


@dataclass(frozen=True)
class QuestionType:
    """A kind of question as ``data/question_types.yaml`` has it: what it needs, how sure one must be, where to look in which order."""

    zh: str
    needs: tuple[str, ...]
    confidence: str
    sources: tuple[str, ...]
    cues: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood: its type with the rule and the words that decided, and the concepts it asks about.

    ``edition`` is the one edition it names, ``measure`` what kind of figure it asks for; both empty where there is none.
    """

    text: str
    lang: str
    type: str
    rule: str
    cue: str
    concepts: tuple[str, ...] = ()
    edition: str = ""
    measure: str = ""


class Outcome(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    NOT_FOUND = "not_found"
    ESCALATED = "escalated"


class State(StrEnum):
    """What a statement says of the thing asked about."""

    YES = "yes"
    NO = "no"
    SUSPENDED = "suspended"
    PLANNED = "planned"
    DEPRECATED = "deprecated"
    VALUE = "value"
    TEXT = "text"


class Level(StrEnum):
    """A confidence for people (置信度)."""

    HIGH = "高"
    MIDDLE = "中"
    LOW = "低"


@dataclass(frozen=True, slots=True)
class Quote:
    """Verbatim words of a source: ``start`` and ``end`` are their place in its text."""

    source_id: str
    text: str
    start: int
    end: int
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says of the thing asked: its words, what they claim, and how well they fit the question (0–1)."""

    quote: Quote
    state: State
    value: str = ""
    edition: str = ""
    version: str = ""
    fit: float = 0.0
    cue: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A source in a verdict, as the table of 案例2 has it: authority, recency, what they come to, adopted or why not."""

    source_id: str
    title: str
    type: str
    date: str
    statement: Statement
    authority: float
    recency: float
    weight: float
    age_months: int | None
    adopted: bool
    role: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the sources come to: the position taken, every source with its standing, and whether they contradict each other."""

    state: State
    value: str
    standings: tuple[Standing, ...]
    contradictory: bool
    outdated: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Confidence:
    """The computed number (0–1, calibrated), its level, and each reason with what it added."""

    number: float
    level: Level
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """A step of the search: which type of source, which words, how many passages, and what was found."""

    type: str
    words: tuple[str, ...]
    hits: int
    found: str


@dataclass(frozen=True, slots=True)
class KeyFact:
    """A line of 关键信息: ``ok`` ✅ or ⚠️ (a limit), and the words it quotes."""

    ok: bool
    quote: Quote


@dataclass(frozen=True, slots=True)
class Unverified:
    """What a source that is not adopted names beside the thing asked for: perhaps another way, never a promise (案例2 替代方案)."""

    items: tuple[str, ...]
    quote: Quote


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something to be done inside (案例2 第四步): who, what, about which source."""

    owner: str
    text: str
    source_id: str = ""


@dataclass(frozen=True, slots=True)
class CaseHit:
    """An official case that answers a question about the library: who, what was reached (quoted), tier and link.

    ``doubted``: a condition of it has no whole proof.
    """

    case_id: str
    customer: str
    vendor: str
    industry: str
    products: tuple[str, ...]
    benefits: tuple[str, ...]
    tier: int
    url: str
    quotes: tuple[str, ...]
    reasons: tuple[str, ...]
    published: str = ""
    confidence: float = 0.0
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A source as an answer names it: what it is, of when, and the digest its words were quoted from."""

    source_id: str
    type: str
    title: str
    date: str
    version: str
    uri: str
    digest: str
    record: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What ``insights ask`` says; every sentence about the product in it is a quote. Rendered by ``research.present``.

    ``lacking`` are the needs of the question's type that no source meets.
    """

    question: Question
    outcome: Outcome
    as_of: str
    direct: str
    confidence: Confidence
    looked: tuple[Looked, ...] = ()
    verdict: Verdict | None = None
    facts: tuple[KeyFact, ...] = ()
    steps: tuple[Quote, ...] = ()
    evidence: tuple[Quote, ...] = ()
    sources: tuple[Reference, ...] = ()
    alternatives: tuple[Quote, ...] = ()
    unverified: tuple[Unverified, ...] = ()
    reply: tuple[str, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    escalation: Escalation | None = None
    cases: tuple[CaseHit, ...] = ()
    draft: str = ""
    warnings: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the knowledge base (案例1 第五步): what was asked, answered and on which evidence, and how long it holds.

    ``concepts`` are what the question asks about: another question of the same type and concepts is a variant of it.
    ``evidence`` maps source ids to the digests they had, ``seen`` marks the state of all sources when it was verified;
    ``expires`` is empty where the answer holds as long as its sources. ``body`` is the whole answer as JSON.
    """

    entry_id: str
    question: str
    type: str
    concepts: tuple[str, ...]
    variants: tuple[str, ...]
    answer: str
    tags: tuple[str, ...]
    evidence: Mapping[str, str]
    seen: str
    verified: str
    owner: str
    validity: str
    expires: str
    level: str
    number: float
    body: str
