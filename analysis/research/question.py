"""A question understood: its type with the rule that decided, what it asks about, and what the answer must hold (案例1 第一步)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from analysis.research.claims import asking_spans, edition_spans, editions_named, measure_asked, unit_asked
from analysis.research.model import Question
from analysis.research.rules import alternatives, cue, question_types, rules
from analysis.research.terms import Term, everyday, folded, terms
from pipelines.errors import UserError
from pipelines.reader.piece import squeeze
from pipelines.text import sentences

MAX_QUESTION = 2000
DEFAULT = "other"
_HAN = re.compile(r"[\u3400-\u9fff]")
_COUNTED = re.compile(
    r"(?:多少|几)(?:种|个|条|张|位|名|台|份|家)?(?=[\u3400-\u9fffA-Za-z])(?![次层级天年月周行页人小分秒钱])|how many ", re.IGNORECASE
)
_HOW_OFTEN = re.compile(r"(?:多少|几)次")
_YEAR = re.compile(r"(?:19|20)\d\d")
_VERBAL = re.compile(r"^(?:[vad]|z$)")


@dataclass(frozen=True, slots=True)
class Want:
    """A concept the answer must speak of, with its weight before rarity; ``soft`` may be said in other words.

    ``surface`` is the word as written; ``name`` whether it is written like a name, which nothing else is a wording of.
    ``narrows`` is the concept of the noun right behind a name (API of REST API), where the two are what the verb is said of and
    not what is asked for; empty otherwise.
    """

    concept: str
    factor: float
    soft: bool
    surface: str = ""
    name: bool = False
    narrows: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question with what a searcher needs: the concepts wanted, the measure asked for and the thing counted.

    ``unit`` is the unit asked for (多少 MB). ``objects`` are the concepts that stand behind the verb: what REST API 支持 Webhook
    asks about is the webhook.
    """

    question: Question
    wants: tuple[Want, ...]
    measure: str
    counted: str
    unit: str = ""
    objects: frozenset[str] = frozenset()


def understand(text: str) -> Asking:
    """Read a question; raises UserError where it is empty or longer than MAX_QUESTION characters."""
    asked = squeeze(text)
    if not asked or not any(c.isalnum() for c in asked):
        raise UserError('问题是空的；请写在引号里：insights ask "…"')
    if len(asked) > MAX_QUESTION:
        raise UserError(f"问题有 {len(asked)} 字，最多 {MAX_QUESTION} 字；请缩短")
    main, rest = _parts(asked)
    kind, cue = kind_of(main)
    wants = _wants(main, rest)
    editions = editions_named(main)
    question = Question(
        text=asked,
        lang="zh" if _HAN.search(asked) else "en",
        type=kind,
        rule=f"question.{kind}" if cue else "question.default",
        cue=cue,
        concepts=tuple(sorted({w.concept for w in wants if w.factor == 1} or {w.concept for w in wants})),
        edition=editions[0] if len(editions) == 1 else "",
        measure=f"{measure_asked(folded(main))}:{_counted(main)}".strip(":"),
    )
    return Asking(question, wants, measure_asked(folded(main)), _counted(main), unit_asked(main)[0], _objects(main, cue))


def kind_of(text: str) -> tuple[str, str]:
    """The type of a question and the words that decided; ``other`` without words where none did."""
    plain = folded(text)
    for name in question_types():
        if hit := _cues(name).search(plain):
            return name, hit.group()
    return DEFAULT, ""


@cache
def _cues(name: str) -> re.Pattern[str]:
    return alternatives(question_types()[name].cues)


def _parts(asked: str) -> tuple[str, str]:
    """The sentence that asks (the first with a cue or a question mark, else the whole) and the rest, which is background."""
    held = [asked[a:b] for a, b in sentences(asked)]
    chosen = next((s for s in held if s.endswith(("?", "？"))), None) or next((s for s in held if kind_of(s)[1]), asked)
    return chosen, " ".join(s for s in held if s != chosen)


def _wants(main: str, rest: str) -> tuple[Want, ...]:
    """Each concept once; background words and general words weigh little, words that may be said otherwise are soft."""
    tags, asking, narrowed = _tags(main), [*asking_spans(folded(main)), unit_asked(main)[1:]], _narrowed(main)
    times = _times(main)
    out: dict[str, Want] = {}
    for term in _subject(main):
        soft = not term.known and (tags.get(main[term.start : term.end], False) or term.concept in everyday())
        surface = main[term.start : term.end]
        beside = term.weak or _YEAR.fullmatch(surface) or term.end == times or any(a <= term.start < b for a, b in asking)
        factor = rules().weak if beside else 1.0
        name = _is_name(main, term)
        narrows = narrowed.get(term.start, "") if name else ""
        out.setdefault(term.concept, Want(term.concept, factor, soft or factor < 1, surface, name, narrows))
    for term in terms(rest):
        out.setdefault(term.concept, Want(term.concept, rules().weak / 3, True))
    return tuple(out.values())


def _times(main: str) -> int:
    """Where the words for what is done so many times end (调用 of 调用多少次): the unit says it too; -1 where none is asked for."""
    hit = _HOW_OFTEN.search(folded(main))
    return hit.start() if hit else -1


def _subject(main: str) -> Sequence[Term]:
    """Without editions, which say for whom and not what; all where nothing else is left."""
    found, named = terms(main), edition_spans(main)
    return [t for t in found if not any(a <= t.start < b for a, b in named)] or found


def _narrowed(main: str) -> dict[int, str]:
    """Where a word stands right before a noun, before the verb of asking: the noun's concept, by the word's place."""
    found, verb = _subject(main), cue("verb").search(folded(main))
    return {a.start: b.concept for a, b in pairwise(found) if verb and b.end <= verb.start() and not main[a.end : b.start].strip()}


def _is_name(text: str, term: Term) -> bool:
    """A Latin word in a Chinese question, one with a digit, or one with a capital that does not begin the sentence."""
    word = text[term.start : term.end]
    if not word.isascii():
        return False
    return bool(_HAN.search(text)) or any(c.isdigit() for c in word) or (term.start > 0 and word != word.lower())


def _objects(main: str, cue_words: str) -> frozenset[str]:
    """The concepts behind the last verb of asking; all where nothing stands behind it."""
    plain = folded(main)
    verb = max((hit.end() for hit in cue("verb").finditer(plain)), default=plain.find(cue_words) + len(cue_words))
    found = [t for t in _subject(main) if not t.weak]
    return frozenset(t.concept for t in found if t.start >= verb) or frozenset(t.concept for t in found)


def _tags(text: str) -> dict[str, bool]:
    """Which Chinese words of a question are verbs, adjectives or adverbs: these have many other wordings."""
    if not _HAN.search(text):
        return {}
    import jieba.posseg  # a second of loading, only where it is needed

    return {pair.word: bool(_VERBAL.match(pair.flag)) for pair in jieba.posseg.cut(folded(text), HMM=False)}


def _counted(text: str) -> str:
    """The concept counted where no unit is asked for: 流程 of 多少个流程, endpoints of how many endpoints; empty for none."""
    hit = _COUNTED.search(folded(text))
    if not hit or unit_asked(text)[0]:
        return ""
    after = [t for t in terms(text) if t.start >= hit.end()]
    if not after or after[0].start > hit.end() + 1 or _tags(text).get(text[after[0].start : after[0].end]):
        return ""
    run = after[:1]
    for term in after[1:]:
        if term.start - run[-1].end > 1 or (term.concept in everyday() and not text[term.start : term.end].endswith("s")):
            break
        run.append(term)
    return run[-1].concept
