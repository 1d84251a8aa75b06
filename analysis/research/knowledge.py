"""The knowledge base: every answered question becomes an entry; asked again it is answered from there while it holds (案例1 第五步).

An entry holds until it expires, and while the sources it rests on are unchanged and no newer source speaks of the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as calendar
from datetime import timedelta
from functools import cache

import msgspec
from rapidfuzz import fuzz

from analysis.research.compose import shown
from analysis.research.index import fingerprint
from analysis.research.model import Answer, Entry, Outcome, Question
from analysis.research.question import understand
from analysis.research.registry import DATA, source_types
from analysis.research.store import Store
from analysis.research.terms import concepts
from pipelines.vocabulary import load_yaml

SIMILAR = 55.0  # rapidfuzz score from which an entry without common concepts counts as found


@dataclass(frozen=True)
class Validity:
    """How long an entry holds: days until it is verified again (0 = as long as its sources), and in words."""

    days: int
    text: str


@dataclass(frozen=True)
class Validities:
    """``validity.yaml``."""

    states: Mapping[str, Validity]
    types: Mapping[str, Validity]
    default: Validity


@dataclass(frozen=True, slots=True)
class Review:
    """An entry to be looked at, and why: expired, expiring, changed, gone, unsure."""

    entry: Entry
    why: str


@cache
def _validities() -> Validities:
    return load_yaml(DATA / "validity.yaml", Validities)


def entry_id(question: Question) -> str:
    """The id of a question's entry: the same for every wording with the same concepts, type, edition and measure."""
    key = "\0".join((question.type, question.edition, question.measure, *sorted(question.concepts)))
    return f"kb-{hashlib.sha256(key.encode()).hexdigest()[:10]}"


def make_entry(answer: Answer, seen: str, held: Entry | None) -> Entry:
    """The entry of an answer; wordings of an earlier entry stay as its variants."""
    validity = _validity(answer)
    verified = calendar.fromisoformat(answer.as_of)
    asked = answer.question.text
    first = held.question if held else asked
    variants = tuple(dict.fromkeys(v for v in (*(held.variants if held else ()), asked) if v != first))
    lead = answer.verdict.standings[0].type if answer.verdict else "case"
    evidence = {r.source_id: r.digest for r in answer.sources}
    return Entry(
        entry_id=entry_id(answer.question),
        question=first,
        type=answer.question.type,
        concepts=answer.question.concepts,
        variants=variants,
        answer=answer.direct,
        tags=tuple(dict.fromkeys(shown(c)[0] for c in answer.question.concepts)),
        evidence=evidence,
        seen=seen,
        verified=answer.as_of,
        owner=source_types()[lead].owner,
        validity=validity.text,
        expires=(verified + timedelta(days=validity.days)).isoformat() if validity.days else "",
        level=answer.confidence.level.value,
        number=answer.confidence.number,
        body=msgspec.json.encode(answer).decode(),
    )


def _validity(answer: Answer) -> Validity:
    held = _validities()
    state = answer.verdict.state.value if answer.verdict else ""
    return held.states.get(state) or held.types.get(answer.question.type) or held.default


def answer_of(entry: Entry) -> Answer:
    """The answer as it was given."""
    return replace(msgspec.json.decode(entry.body, type=Answer), entry=entry.entry_id)


def recall(store: Store, text: str, as_of: str) -> Entry | None:
    """The entry that answers this question still, with the wording added to its variants; None where there is none that holds."""
    found = store.entry(entry_id(understand(text).question)) or _by_wording(store, text)
    if found is None or found.type == "cases" or broken(found, store.digests(), as_of):
        return None
    asked = understand(text).question.text
    if asked != found.question and asked not in found.variants:
        found = replace(found, variants=(*found.variants, asked))
        store.save_entry(found)
    return found


def _by_wording(store: Store, text: str) -> Entry | None:
    asked = understand(text).question.text
    return next((e for e in store.entries() if asked == e.question or asked in e.variants), None)


def broken(entry: Entry, digests: Mapping[str, str], as_of: str) -> str:
    """Why an entry does not hold any more: expired, gone, changed, or newer (sources came that were not there); empty where it does."""
    if entry.expires and entry.expires <= as_of:
        return "expired"
    if entry.type == "cases":
        return ""
    if any(source not in digests for source in entry.evidence):
        return "gone"
    if any(digests[source] != digest for source, digest in entry.evidence.items()):
        return "changed"
    return "" if entry.seen == fingerprint(digests) else "newer"


def remember(store: Store, answer: Answer) -> Answer:
    """Record an answer: its entry and its follow-ups; what was not answered leaves no entry."""
    if answer.outcome is not Outcome.ANSWERED:
        return answer
    identity = entry_id(answer.question)
    store.save_entry(make_entry(answer, fingerprint(store.digests()), store.entry(identity)))
    store.add_follow_ups(answer.follow_ups, answer.question.text, answer.as_of)
    return replace(answer, entry=identity)


def to_review(store: Store, as_of: str, ahead: int = 14) -> list[Review]:
    """The entries that do not hold, expire within ``ahead`` days or were never sure, the most urgent first."""
    digests = store.digests()
    soon = (calendar.fromisoformat(as_of) + timedelta(days=ahead)).isoformat()
    order = ("expired", "gone", "changed", "expiring", "unsure")
    found = [Review(e, why) for e in store.entries() if (why := _why(e, digests, as_of, soon))]
    return sorted(found, key=lambda r: (order.index(r.why), r.entry.expires, r.entry.entry_id))


def _why(entry: Entry, digests: Mapping[str, str], as_of: str, soon: str) -> str:
    why = broken(entry, digests, as_of)
    if why and why != "newer":  # new sources call for research when it is asked again, not for a person
        return why
    if entry.expires and entry.expires <= soon:
        return "expiring"
    return "unsure" if entry.level == "低" else ""


def search(entries: Iterable[Entry], words: str) -> list[tuple[float, Entry]]:
    """The entries on the concepts of some words, or worded much like them; best first."""
    wanted = concepts(words)
    scored = [(_score(e, wanted, words), e) for e in entries]
    return sorted(((s, e) for s, e in scored if s > 0), key=lambda p: (-p[0], p[1].entry_id))


def _score(entry: Entry, wanted: frozenset[str], words: str) -> float:
    held = frozenset(entry.concepts) | concepts(entry.answer)
    shared = len(wanted & held) / len(wanted) if wanted else 0.0
    alike = max(fuzz.partial_ratio(words.casefold(), t.casefold()) for t in (entry.question, *entry.variants))
    return round(shared + (alike / 1000 if alike >= SIMILAR else 0.0), 4) if shared or alike >= SIMILAR else 0.0


def select(entries: Sequence[Entry], tag: str) -> list[Entry]:
    """The entries with a tag; all without one."""
    return [e for e in entries if not tag or tag.casefold() in {t.casefold() for t in e.tags}]
