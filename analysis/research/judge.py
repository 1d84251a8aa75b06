"""What the passages say of the thing asked: each sentence held against the question, its state, edition and figure read.

A sentence fits by the share of the question's weight that stands in it, in its headings, its title or its section;
rare words weigh most. A word that no source holds and that is no mere wording makes an answer impossible.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from analysis.research.claims import (
    Figure,
    canonical_unit,
    clauses,
    edition_spans,
    editions_named,
    figures,
    is_exclusive,
    reaches_up,
    state_of,
)
from analysis.research.index import Index, Row
from analysis.research.model import Quote, State, Statement
from analysis.research.question import Asking, Want
from analysis.research.registry import source_types
from analysis.research.rules import cue, editions, rules, saying
from analysis.research.terms import concepts, folded, parts_of, terms, words
from pipelines.text import sentences

_HAN = re.compile(r"^[\u3400-\u9fff]{3,}$")
_TELLING = ("text", "bullet", "label")
_SILENT = ("heading", "label", "code")
_OF_ACCOUNT = ("heading", "code")  # what a record of a customer tells stands in its labels
_DATE = re.compile(
    r"每(?:个?月|周|年|季度|天|日)(?:\s?[一二三四五六日]|\s?\d{1,2}\s?[日号])?(?![^\s，。；、]{0,6}次)|(?:20\d\d\s?年\s?)?\d{1,2}\s?月(?:\s?\d{1,2}\s?日|底|初|中旬|上旬|下旬)?|20\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?|(?:20\d\d\s?年?\s?)?Q[1-4]|第?[一二三四]季度|[上下]半年"
    r"|(?:January|February|March|April|May|June|July|August|September|October|November|December)\b(?: \d{1,2},?)?(?: 20\d\d)?",
    re.IGNORECASE,
)
_MEASURED = {"count": ("count", "times", "depth", ""), "times": ("times", "count"), "depth": ("depth", "count", "")}
_STATE_TYPES = ("capability", "status")
_VALUE_TYPES = ("limit", "price")
_TOLD_TYPES = ("trouble", "how_to", "what", "other")
_NEAR_NOUN = 24
_MAX_TOLD = 240  # characters of a paragraph that is quoted whole


@dataclass(slots=True)
class Judge:
    """Holds passages of an index against one question."""

    index: Index
    asking: Asking
    weights: Mapping[str, float] = field(init=False)
    total: float = field(init=False)
    alike: Mapping[str, frozenset[str]] = field(init=False)
    parts: Mapping[str, tuple[str, ...]] = field(init=False)
    _sections: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    _documents: dict[str, list[Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parts = {w.concept: parts_of(w.surface.casefold(), w.concept) for w in self.asking.wants}
        self.alike = {w.concept: self._alike(w) for w in self.asking.wants}
        self.weights = {w.concept: self._weight(w) for w in self.asking.wants}
        self.total = sum(self.weights.values()) or 1.0

    def statements(self, rows: Sequence[Row]) -> list[Statement]:
        """The statements that may answer, best first; those under the least fit or without what is asked for are left out."""
        silent = _OF_ACCOUNT if self.asking.question.type == "account" else _SILENT
        found = [s for row in rows if row.role not in silent and not _asks(row) for s in self._row(row)]
        if not any(self._answers(s, rows) for s in found):
            return []
        return sorted(found, key=lambda s: (-s.fit, s.quote.source_id, s.quote.start))

    def _answers(self, statement: Statement, rows: Sequence[Row]) -> bool:
        """Whether a statement alone would be an answer: by its fit, or because it says that the whole is gone or paused."""
        quote = statement.quote
        row = next((r for r in rows if r.source_id == quote.source_id and r.start <= quote.start < r.end), None)
        return row is not None and (self._tells_of_whole(quote.text) or self.fit(quote.text, row) >= rules().min_fit)

    def _row(self, row: Row) -> Iterator[Statement]:
        if row.fields:
            yield from self._table(row)
            return
        if replied := self._reply(row) or self._told(row):
            yield replied
            return
        for start, end in sentences(row.text):
            sentence = row.text[start:end]
            if self._wishes(sentence, row):
                continue
            near = self._same_thing(sentence) or self._tells_of_whole(sentence)
            fit = self.fit(sentence, row, whole=not near)
            if fit >= (rules().same_fit if near else rules().min_fit) and (made := self._statement(row, start, sentence, fit)):
                yield from self._limited(row, made)

    def _reply(self, row: Row) -> Statement | None:
        """An answer that says no more than yes or no, under its question as heading: it claims of all that the question asks."""
        heading = row.headings[-1] if len(row.headings) > 1 else ""
        if self.asking.question.type not in _STATE_TYPES or not cue("asks").search(heading):
            return None
        state = State.NO if cue("bare_no").match(row.text) else State.YES if cue("bare_yes").match(row.text) else None
        fit = self.fit(heading, row) if state else 0.0
        if state is None or fit < rules().min_fit:
            return None
        end = [b for _, b in sentences(row.text)][:2][-1]
        return Statement(_quote(row, 0, row.text[:end]), state, fit=fit, cue=_clauses(row.text)[0])

    def _told(self, row: Row) -> Statement | None:
        """The whole paragraph under a heading that is the question itself: its sentences answer together, in their order."""
        if self.asking.question.type not in _TOLD_TYPES or len(row.headings) < 2 or len(row.text) > _MAX_TOLD:
            return None
        fit = self._share(row.headings[-1])
        return Statement(_quote(row, 0, row.text), State.TEXT, fit=fit) if fit >= rules().heading else None

    def _wishes(self, sentence: str, row: Row) -> bool:
        """Whether a sentence only asks, or tells a wish or hearsay in a source that is not official: no other clause claims anything."""
        official = source_types()[self.index.head(row.source_id).type].official
        if official or cue("asks").search(sentence):
            return bool(cue("asks").search(sentence))
        wish = cue("wishes")
        return bool(wish.search(sentence)) and not any(state_of(c) for c in _clauses(sentence) if not wish.search(c))

    def _alike(self, want: Want) -> frozenset[str]:
        """The concepts of the sources that are other wordings of what is wanted; names have none."""
        if want.name or want.factor < 1 or not want.surface:
            return frozenset()
        return frozenset(self.index.like(want.surface, want.concept)) - {w.concept for w in self.asking.wants}

    def wanted(self) -> list[str]:
        """Everything to search for: what is wanted and its other wordings."""
        return [c for w in self.asking.wants for c in (w.concept, *sorted(self.alike[w.concept]))]

    def _weight(self, want: Want) -> float:
        common = max((want.concept, *sorted(self.alike[want.concept])), key=self.index.frequency)
        known = bool(self.index.frequency(common))
        if want.factor < 1:
            return want.factor * (rules().known_weak if known else rules().unknown_weak)
        if known:
            return (rules().known_verb if want.soft else 1.0) * max(0.05, self.index.rarity(common))
        return rules().unknown_verb if want.soft else 1.0

    # How well it fits

    def fit(self, sentence: str, row: Row, whole: bool = True) -> float:
        """0–1: the weighted share of the question that is spoken of; 0 where too heavy a word is not and the ``whole`` is wanted."""
        read = self._read(sentence, row)
        degrees = {want.concept: self._degree(want, read, row) for want in self.asking.wants}
        reached, total = 0.0, self.total
        for want in self.asking.wants:
            degree, weight = degrees[want.concept], self.weights[want.concept]
            if not degree and degrees.get(want.narrows) and not any(self._narrowed(want.narrows, text) for text, _ in read):
                total -= weight * (1 - rules().narrowing)
            elif whole and not degree and not want.soft and weight / self.total > rules().missing:
                return 0.0
            reached += degree * weight
        return reached / (total or 1.0)

    def _degree(self, want: Want, read: Sequence[tuple[str, float]], row: Row) -> float:
        """How far a thing wanted is spoken of, in the sentence or around it."""
        degree = max(worth * self._held(want.concept, text) for text, worth in read)
        return degree or self._beside(want) * bool(({want.concept} | self.alike[want.concept]) & self._section(row))

    def _narrowed(self, noun: str, text: str) -> bool:
        """Whether a text narrows a noun by a name of its own right before it: the GraphQL API is not any API."""
        found, asked = terms(text), {w.concept for w in self.asking.wants}
        pairs = ((a, b) for a, b in pairwise(found) if b.concept == noun and a.concept not in asked)
        return any((a.known or text[a.start].isascii()) and not text[a.end : b.start].strip() for a, b in pairs)

    def unsaid(self, *texts: str) -> tuple[str, ...]:
        """The narrowing names of the question (REST of REST API) that none of some texts has, with their nouns, as written."""
        held = frozenset(c for text in texts for c in concepts(text))
        nouns = {w.concept: w.surface for w in self.asking.wants}
        return tuple(f"{w.surface} {nouns[w.narrows]}" for w in self.asking.wants if w.narrows in nouns and w.concept not in held)

    def on_subject(self, *texts: str) -> bool:
        """Whether texts speak, in the question's own concepts, of at least half of what is asked about: then a ticket is similar."""
        held = frozenset(c for text in texts for c in concepts(text))
        return 2 * len(self.asking.objects & held) >= max(1, len(self.asking.objects))

    def speaks_ours(self, row: Row) -> bool:
        """Whether the words are ours and not those of somebody who asks."""
        return not _asks(row)

    def date_in(self, text: str) -> str:
        """The first date or period of a text, as written; empty where it gives none."""
        hit = _DATE.search(folded(text))
        return text[hit.start() : hit.end()] if hit else ""

    def _beside(self, want: Want) -> float:
        """What a word is worth that stands elsewhere in the section."""
        others = sum(w.factor == 1 for w in self.asking.wants) > len(self.asking.objects)
        return rules().object_section if others and want.concept in self.asking.objects else rules().section

    def _read(self, sentence: str, row: Row) -> list[tuple[str, float]]:
        """Where a word may stand and what it is worth there."""
        title, *headings = row.headings or ("",)
        columns = [(" ".join(name for name, _ in row.fields), rules().heading)] if row.fields else []
        return [*columns, (sentence, 1.0), (row.text, 0.95), *((h, rules().heading) for h in headings), (title, rules().title)]

    def _section(self, row: Row) -> frozenset[str]:
        key = (row.source_id, row.section)
        if key not in self._sections:
            record = self.index.head(row.source_id).record  # a ticket's answer is given to its question
            near = self.index.document(row.source_id) if record else self.index.section(row)
            lead = (r for r in near if r.role == "text")  # items of a list are no context of each other
            self._sections[key] = frozenset(c for r in lead for c in concepts(r.text))
        return self._sections[key]

    def _share(self, text: str) -> float:
        return sum(self.weights[w.concept] * self._held(w.concept, text) for w in self.asking.wants) / self.total

    def _held(self, concept: str, text: str) -> float:
        """How far a text holds a concept, itself or in other words."""
        held = concepts(text)
        return max(_held(concept, self.parts[concept], held, text), rules().alike_worth * bool(self.alike[concept] & held))

    def _same_thing(self, sentence: str) -> bool:
        """Whether a sentence itself holds the rarest thing asked about and, besides, most of what is asked of it.

        Such a one may contradict an answer that fits better, in other words (案例2: statements on the same thing are aligned).
        """
        hard = [w.concept for w in self.asking.wants if w.factor == 1 and self.index.frequency(w.concept)]
        heart = self.asking.counted if self.asking.counted in hard else max(hard, key=lambda c: (self.weights[c], c), default="")
        objects = self.asking.objects & set(hard)
        held = sum(self._held(c, sentence) > 0 for c in objects)
        return bool(heart) and self._held(heart, sentence) > 0 and 2 * held >= len(objects)

    def _tells_of_whole(self, sentence: str) -> bool:
        """Whether a sentence says that the main thing asked about is gone or paused: then so is what is asked of it."""
        nouns = [w.concept for w in self.asking.wants if w.factor == 1 and not w.soft and self.index.frequency(w.concept)]
        main = max(nouns, key=lambda c: (self.weights[c], c), default="")
        return bool(main and self._held(main, sentence) and cue("gone").search(sentence)) and not self._part_of(main, sentence)

    def _part_of(self, main: str, sentence: str) -> bool:
        """Whether what a sentence speaks of is one kind of the main thing, by a word right before it that the question has not."""
        found, wanted = terms(sentence), frozenset(self.wanted())
        return any(
            b.concept == main and not a.weak and a.concept not in wanted and not sentence[a.end : b.start].strip()
            for a, b in pairwise(found)
        )

    # What it says

    def _statement(self, row: Row, start: int, sentence: str, fit: float) -> Statement | None:
        if self.asking.question.type in _VALUE_TYPES:
            return self._value(row, start, sentence, fit)
        if self.asking.question.type == "date":
            return self._dated(row, start, sentence, fit)
        quote = _quote(row, start, sentence)
        if self.asking.question.type not in _STATE_TYPES:
            return Statement(quote, State.TEXT, fit=fit)
        state, words, clause = self._state(sentence)
        if state is State.NO and self._narrower(clause, words):
            state = State.TEXT
        edition, state = self._edition(sentence, state)
        if state is State.YES and not (words or edition or source_types()[self.index.head(row.source_id).type].official):
            return None  # what is not official claims nothing by not denying it (已登记需求)
        return Statement(quote, state, edition=edition, fit=fit, cue=words)

    def _narrower(self, clause: str, words: str) -> bool:
        """Whether what a clause denies is a part of the thing asked about that the question does not name (不支持某打印机的网口模式)."""
        tail = clause[clause.find(words) + len(words) :].rpartition("的")[2] if words and "的" in clause else ""
        wanted = frozenset(self.wanted())
        return any(not t.weak and t.concept not in wanted for t in terms(tail))

    def _limited(self, row: Row, made: Statement) -> Iterator[Statement]:
        """A statement with the edition that another line of its section restricts the thing to (案例1: 限制：企业版功能，专业版不支持).

        Where the question names an edition, the line that speaks of it is a statement too.
        """
        if made.edition or made.state is not State.YES or row.fields or self.asking.question.type not in _STATE_TYPES:
            yield made
            return
        for quote in self.restrictions(row):
            edition, state = self._edition(quote.text, (state_of(quote.text) or (State.YES, ""))[0])
            if edition and self.asking.question.edition:
                yield replace(made, quote=quote, state=state, edition=edition, cue=(state_of(quote.text) or (state, ""))[1])
            elif edition:
                made = replace(made, edition=made.edition or edition)
        yield made

    def restrictions(self, row: Row) -> list[Quote]:
        """The lines around a passage that limit to an edition, or limit otherwise, and name no other thing that they would limit."""
        known = concepts(" ".join((row.text, *row.headings))) | frozenset(self.wanted())
        lines = ((r, a, r.text[a:b]) for r in self._around(row) for a, b in sentences(r.text))
        return [_quote(r, a, s) for r, a, s in lines if (editions_named(s) or cue("limit").search(s)) and not _subjects(s) - known]

    def _around(self, row: Row) -> list[Row]:
        """The other lines of a passage's section, of those under it, and of one on limits in a document on the thing asked about."""
        if row.source_id not in self._documents:
            self._documents[row.source_id] = self.index.document(row.source_id)
        whole = self.on_subject(row.headings[0] if row.headings else "")
        here, lines = row.headings, (r for r in self._documents[row.source_id] if r.id != row.id and r.role in _TELLING)
        return [r for r in lines if r.headings[: len(here)] == here or (whole and cue("limit").search(r.headings[-1]))]

    def _parts(self, sentence: str) -> list[str]:
        """The clauses of a sentence, the one that speaks most of the question first, then those behind it, then those before."""
        held = _clauses(sentence)
        best = max(range(len(held)), key=lambda n: (round(self._share(held[n]), 6), -n))
        return [*held[best:], *held[:best]]

    def _state(self, sentence: str) -> tuple[State, str, str]:
        """The state of the clause that fits best, else of the next that claims one, with its words and the clause; a plain sentence
        says that it is so."""
        for clause in self._parts(sentence):
            if found := state_of(clause):
                return *found, clause
        return State.YES, "", ""

    def _edition(self, sentence: str, state: State) -> tuple[str, State]:
        """The edition a claim holds for and its state: that for the edition asked about, else supported where any edition has it."""
        claims = edition_claims(sentence, state)
        if not claims:
            return "", state
        asked = self.asking.question.edition
        if asked:  # what is said of other editions only is no answer for this one
            return (asked, claims[asked]) if asked in claims else ("", State.TEXT if state is State.YES else state)
        having = [e for e, s in claims.items() if s is not State.NO]
        return ("+".join(having), State.YES) if having else ("", state)

    def _value(self, row: Row, start: int, sentence: str, fit: float) -> Statement | None:
        for clause in self._parts(sentence):
            fitting = [f for f in figures(clause) if self._measures(clause, f, sentence)]
            if fitting:
                chosen = next((f for f in fitting[1:] if cue("raised").search(clause[: f.start])), fitting[0])
                words = clause[chosen.start : chosen.end]
                named = editions_named(sentence)
                edition = named[0] if len(named) == 1 else ""
                return Statement(_quote(row, start, sentence), State.VALUE, value=chosen.value(), edition=edition, fit=fit, cue=words)
        return None

    def _measures(self, clause: str, figure: Figure, sentence: str) -> bool:
        """Whether a figure is of the measure asked for, and counts the thing asked for where one was named."""
        measure, unit = self.asking.measure, self.asking.unit
        open_ = measure == "count" and not unit and not self.asking.counted  # 是多少: of any measure
        if measure and not open_ and figure.measure not in _MEASURED.get(measure, (measure,)):
            return False
        if unit and measure == "count" and canonical_unit(figure.unit) != canonical_unit(unit):
            return False
        if not self.asking.counted:
            return bool(figure.unit or measure != "count" or not _is_id(clause, figure))
        after = [t for t in terms(clause[figure.end : figure.end + _NEAR_NOUN]) if not t.weak]
        named = {c for t in after for c in (t.concept, *t.parts)}
        of_unit = concepts(figure.unit)
        counted = {self.asking.counted} | self.alike.get(self.asking.counted, frozenset())
        return bool(counted & (named | of_unit)) or (not after and bool(counted & concepts(sentence)))

    def _dated(self, row: Row, start: int, sentence: str, fit: float) -> Statement | None:
        value = self.date_in(sentence)
        if not value:
            return None
        state, cue = state_of(sentence) or (State.YES, "")
        return Statement(_quote(row, start, sentence), state, value=value, fit=fit, cue=cue)

    # Tables

    def _table(self, row: Row) -> Iterator[Statement]:
        """A row of a table: what its cells say of an edition, or the row as it is."""
        fit = self.fit(row.text, row)
        if fit < rules().min_fit:
            return
        claims = {e: found[0] for key, value in row.fields for e in editions_named(key) if (found := state_of(value))}
        quote = _quote(row, 0, row.text)
        if claims and self.asking.question.type in _STATE_TYPES:
            asked = self.asking.question.edition
            having = [e for e, s in claims.items() if s is not State.NO]
            if asked in claims:
                yield Statement(quote, claims[asked], edition=asked, fit=fit, cue="表格")
            elif not asked:
                only = "" if len(having) == len(claims) else "+".join(having)
                yield Statement(quote, State.YES if having else State.NO, edition=only, fit=fit, cue="表格")
        elif self.asking.question.type in _VALUE_TYPES:
            yield from self._cells(row, quote, fit)
        elif made := self._statement(row, 0, row.text, fit):
            yield made

    def _cells(self, row: Row, quote: Quote, fit: float) -> Iterator[Statement]:
        """The figures in the cells of a row whose column or row is what is asked for, with the edition that either names."""
        head = row.fields[0][1]
        asked = self.asking.question.edition
        told = False
        of_thing = [f for f in row.fields[1:] if concepts(f[0]) & frozenset(self.wanted())]
        for name, value in of_thing or row.fields[1:]:
            named = editions_named(head) or editions_named(name)
            for figure in figures(value):
                if self._in_cell(concepts(f"{name} {head}"), figure, bool(named)):
                    words = value[figure.start : figure.end]
                    edition = named[0] if len(named) == 1 else ""
                    told = True
                    yield Statement(quote, State.VALUE, value=figure.value(), edition=edition, fit=fit, cue=words)
                    break
        if asked and not told and asked in editions_named(head):  # 企业版 | 联系销售: no figure, but what there is to say
            yield Statement(quote, State.TEXT, edition=asked, fit=fit)

    def _in_cell(self, told: frozenset[str], figure: Figure, of_edition: bool) -> bool:
        """Whether a cell's figure is of the measure asked for, and its column or row tells of what is asked or of an edition."""
        measure, unit, counted = self.asking.measure, self.asking.unit, self.asking.counted
        if measure and measure != "count" and figure.measure not in _MEASURED.get(measure, (measure,)):
            return False
        if counted or unit:
            return bool(counted and counted in told) or bool(unit and canonical_unit(unit) == canonical_unit(figure.unit))
        return measure != "count" or of_edition or bool(told & frozenset(self.wanted()))


def edition_claims(sentence: str, state: State) -> dict[str, State]:
    """What a sentence says of each edition it names, and of those above it where it says so; one it restricts to another has it not."""
    claims: dict[str, State] = {}
    order = list(editions().editions)
    exclusive: list[str] = []
    for start, end in clauses(sentence):
        clause = sentence[start:end]
        named = editions_named(clause)
        found = state_of(clause)
        for edition in named:
            claims[edition] = found[0] if found else (State.YES if state is State.NO else state)
            if reaches_up(clause, edition):
                claims |= dict.fromkeys(order[order.index(edition) + 1 :], claims[edition])
        if len(named) == 1 and is_exclusive(clause) and claims[named[0]] is not State.NO:
            exclusive += named
    if exclusive:
        claims = {e: State.NO for e in editions().lower if e not in exclusive} | claims
    return claims


def _clauses(text: str) -> list[str]:
    return [text[a:b] for a, b in clauses(text)] or [text]


def _is_id(clause: str, figure: Figure) -> bool:
    """Whether a bare number is a number of a thing rather than a count of things: long, or after a sign of numbering."""
    return figure.number >= 10_000 and "," not in clause[figure.start : figure.end] and not figure.unit


def _held(concept: str, parts: Sequence[str], held: frozenset[str], text: str) -> float:
    """How far a concept is held: 1 itself, a compound by the share of its parts, an unknown Chinese word by its scattered characters."""
    if concept in held:
        return 1.0
    if parts:
        return 0.6 * sum(p in held for p in parts) / len(parts)
    return 0.9 * float(bool(_HAN.match(concept)) and bool(_scattered(concept).search(text)))


def _subjects(line: str) -> frozenset[str]:
    """The things a line speaks of, without editions and the words that restrict or claim."""
    said = [*edition_spans(line), *(hit.span() for pattern in saying() for hit in pattern.finditer(folded(line)))]
    return frozenset(t.concept for t in terms(line) if not t.weak and not any(a < t.end and t.start < b for a, b in said))


_PATTERNS: dict[str, re.Pattern[str]] = {}


def _scattered(concept: str) -> re.Pattern[str]:
    if concept not in _PATTERNS:
        _PATTERNS[concept] = re.compile(".{0,2}".join(concept))
    return _PATTERNS[concept]


def _asks(row: Row) -> bool:
    """Whether the passage holds the words of somebody who asks."""
    return any(h.casefold() in words().asking for h in row.headings[1:])


def _quote(row: Row, start: int, sentence: str) -> Quote:
    return Quote(row.source_id, sentence, row.start + start, row.start + start + len(sentence), row.headings)
