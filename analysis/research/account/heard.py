"""Signals in what the customer writes: each clause by the rules of ``data/signals-heard.yaml``, denied and supposed ones left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from analysis.research.account.measures import months_before
from analysis.research.account.model import Account, Evidence, Message, Place, Signal
from analysis.research.account.rules import Rule, asks_how, denies, heard_rules, told_words_of, words_of
from analysis.research.escalation.lexicon import read as as_read
from pipelines.text import sentences

MONTHS_HEARD = 12  # what was said longer ago is no signal for this renewal
SHOWN = 5
TICKET = "工单"  # who says it, where it stands in a ticket
_CLAUSE = re.compile(r"[，,；;。！？!?]|(?:但是|不过|但)|\b(?:but|however)\b")
_QUOTED = re.compile(r"[“「『《\"']([^”」』》\"']{2,30})[”」』》\"']")
_ASKED = re.compile(
    r"^.{0,6}?(?:什么时候|何时|能不能|能否|希望|想要)(?:你们)?(?:能|可以)?(?:支持|有|增加|提供|上线)(?=\S{2})"
)  # when will you have …
_POINTS = re.compile(r"(?:这个|这项|这种|该|此)功能")
_WHAT = 16  # characters of a clause that stand for what it is about


def signals(account: Account, as_of: str) -> list[Signal]:
    """The signals that were heard, each rule once with its latest evidence first."""
    out = []
    for name, rule in heard_rules().items():
        found = sorted(_evidence(account, name, rule, as_of), key=lambda e: (e.date, e.quote), reverse=True)[:SHOWN]
        if found:
            out.append(Signal(name, rule.name, rule.means, rule.level, _told(found), tuple(found)))
    return out


def _told(found: Sequence[Evidence]) -> str:
    return "；".join(dict.fromkeys(f"{e.who or '未署名'}，{e.date or '日期不明'}" for e in found))


def _evidence(account: Account, name: str, rule: Rule, as_of: str) -> Iterator[Evidence]:
    for message in account.messages:
        if not message.ours and _recent(message.date, as_of):
            yield from (Evidence(s, place, message.date, _who(message)) for s, place in _said(message, name))
    if rule.tickets:
        for t in (*account.tickets, *account.summary.events):
            if _recent(t.created, as_of):
                said = f"{t.title}。{t.note}".rstrip("。")
                yield from (Evidence(said, t.place, t.created, f"{TICKET} {t.id}".strip()) for _ in islice(hits(said, name), 1))


def _said(message: Message, name: str) -> Iterator[tuple[str, Place]]:
    for text, place in message.lines:
        yield from ((s, place) for s in hits(text, name, told=True))


def _who(message: Message) -> str:
    return message.contact.name if message.contact else re.sub(r"\s*<.*", "", message.who).strip(' "')


def hits(text: str, name: str, told: bool = False) -> Iterator[str]:
    """The sentences of a text in which a rule's words stand undenied; ``told``: its words for what is told of somebody too."""
    for a, b in sentences(text):
        sentence = text[a:b]
        if any(_undenied(clause, name, told) for clause in _CLAUSE.split(as_read(sentence))):
            yield sentence


def _undenied(clause: str, name: str, told: bool) -> bool:
    """Whether the words stand in a clause, and not behind a negation or a supposition that is not their own."""
    hit = words_of(name).search(clause)
    if hit is None and told and not asks_how().search(clause):
        hit = told_words_of(name).search(clause)
    return hit is not None and not denies().search(clause[: hit.start()])


def _recent(date: str, as_of: str) -> bool:
    """Within the last twelve months; what has no date counts, what lies ahead does not."""
    return not date or months_before(as_of, MONTHS_HEARD) < date <= as_of


def points(quote: str) -> bool:
    """Whether a sentence only points to what another names (我们需要这个功能)."""
    return bool(_POINTS.search(quote))


def what(quote: str) -> str:
    """What a sentence is about: the words it puts in quotation marks, else its first clause."""
    hit = _QUOTED.search(quote)
    if hit:
        return hit[1]
    first = _ASKED.sub("", re.split(r"[。！？；，：,;:!?]", quote)[0].strip())
    return first[:_WHAT] + ("…" if len(first) > _WHAT else "")
