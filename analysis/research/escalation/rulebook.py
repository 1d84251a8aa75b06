"""The rules of escalation and what they find in a question (document 3, 案例4; the principle heads ``data/rules.yaml``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from analysis.research.escalation.lexicon import DATA, concepts, forms_of, found, mask_pattern, pattern_of
from pipelines.text import sentences
from pipelines.vocabulary import DataError, check_named, load_yaml, unique

_HIDDEN = "\x00"


@dataclass(frozen=True)
class Check:
    """Something to confirm; ``when``: only where one of these rules decided.

    ``look``: forms (as in ``lexicon``) of which a passage of our sources must hold one to bear on it; empty where no source can.
    """

    text: str
    when: tuple[str, ...] = ()
    look: tuple[str, ...] = ()


@dataclass(frozen=True)
class DocumentSpec:
    """The standard document that closes an escalation of a kind: title, its two sections, what can be given, how to handle."""

    title: str
    first: str
    second: str
    gives: tuple[str, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """A kind of question as in ``kinds.yaml``: what it costs, whose it is, how soon, what must be confirmed and given."""

    name: str
    sensitivity: str
    urgency: str
    cost: tuple[str, ...]
    owner: str
    tat_hours: int
    confirm: tuple[Check, ...]
    provide: tuple[str, ...]
    expects: tuple[str, ...]
    document: DocumentSpec


@dataclass(frozen=True)
class Rule:
    """All concepts in one sentence (strong: in two neighbouring ones) make the kind; a strong rule speaks in any frame."""

    kind: str
    all: tuple[str, ...]
    why: str
    strong: bool = False


@dataclass(frozen=True)
class Frame:
    """All concepts, and none of ``unless``, make a sentence one on operating the product.

    It silences the weak rules of its sentence (``silences: all``: the strong ones too) but those of the kinds it ``spares``.
    ``outcome``: it makes it one on what customers reached.
    """

    all: tuple[str, ...]
    why: str
    unless: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()
    silences: Literal["weak", "all"] = "weak"
    outcome: bool = False

    def lets(self, rule: Rule) -> bool:
        """Whether a rule may speak in this frame."""
        return rule.kind in self.spares or (rule.strong and self.silences == "weak")


@dataclass(frozen=True)
class _Rulebook:
    rules: Mapping[str, Rule]
    frames: Mapping[str, Frame]


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that decided, and the words that it found."""

    rule: str
    kind: str
    why: str
    words: tuple[str, ...]


@cache
def kinds() -> Mapping[str, Kind]:
    """The kinds in the order of urgency; raises DataError for a rule that is named and does not exist."""
    path, rules = DATA / "kinds.yaml", rulebook().rules
    held = load_yaml(path, dict[str, Kind])
    used = {r.kind for r in rules.values()}
    check_named((w for k in held.values() for c in k.confirm for w in c.when), rules, path)
    check_named(used, held, DATA / "rules.yaml")
    if idle := sorted(set(held) - used):
        raise DataError(f"{path}：没有规则能判为 {idle}；请在 rules.yaml 补上规则")
    return held


@cache
def looks() -> Mapping[str, tuple[str, ...]]:
    """What bears on each thing to confirm, by its text."""
    return {c.text: c.look for k in kinds().values() for c in k.confirm}


@cache
def rulebook() -> _Rulebook:
    """Rules and frames; raises DataError for a concept that does not exist, and for a word that alone decides by two rules."""
    path = DATA / "rules.yaml"
    held = load_yaml(path, _Rulebook)
    used = {c for r in held.rules.values() for c in r.all} | {c for f in held.frames.values() for c in (*f.all, *f.unless)}
    check_named(used, concepts(), path)
    needed = {n: r.all for n, r in held.rules.items()} | {n: f.all for n, f in held.frames.items()}
    if empty := [n for n, names in needed.items() if not names]:
        raise DataError(f"{path}：{empty} 对任何问题都成立；请在 all 里写上概念")
    unique(((form, r.all[0]) for r in held.rules.values() if len(r.all) == 1 for form in forms_of(r.all[0])), str(path))
    return held


def fired(text: str) -> tuple[Fired, ...]:
    """Every rule that speaks to a question as read, once, with the words of its first finding."""
    held: dict[str, Fired] = {}
    for one in _fired(text):
        held.setdefault(one.rule, one)
    return tuple(held.values())


def _fired(text: str) -> Iterator[Fired]:
    spans = list(sentences(text))
    for a, b in spans:
        yield from _by_rules(text[a:b], frames_of(text[a:b]), strong_only=False)
    for (a, _), (_, b) in pairwise(spans):
        deaf = [f for f in frames_of(text[a:b]) if f.silences == "all"]
        yield from _by_rules(text[a:b], deaf, strong_only=True)


def _by_rules(text: str, frames: Sequence[Frame], strong_only: bool) -> Iterator[Fired]:
    hidden = masked(text)
    for name, rule in rulebook().rules.items():
        speaks = (rule.strong or not strong_only) and all(f.lets(rule) for f in frames)
        if speaks and (words := _words(hidden, rule.all)):
            yield Fired(name, rule.kind, rule.why, words)


def _words(text: str, needed: Sequence[str]) -> tuple[str, ...]:
    """The words of each concept, or nothing where one is missing."""
    out: list[str] = []
    for name in needed:
        spans = list(found(name, text))
        if not spans:
            return ()
        out += [text[a:b].strip() for a, b in spans]
    return tuple(dict.fromkeys(out))


def masked(text: str) -> str:
    """A question as read, without the words that mean nothing sensitive."""
    return mask_pattern().sub(lambda m: _HIDDEN * len(m.group()), text)


def frames_of(sentence: str) -> list[Frame]:
    """The frames that make a sentence (as read) one on operating the product."""
    return [f for f in rulebook().frames.values() if _all(f.all, sentence) and not _any(f.unless, sentence)]


def _all(names: Iterable[str], text: str) -> bool:
    return all(pattern_of(n).search(text) for n in names)


def _any(names: Iterable[str], text: str) -> bool:
    return any(pattern_of(n).search(text) for n in names)
