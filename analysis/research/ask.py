"""Asks a store: escalation first, then the knowledge base, then research; what was answered is remembered."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.research.answer import Cases, answer
from analysis.research.escalation.recognize import recognize
from analysis.research.knowledge import answer_of, recall, remember
from analysis.research.model import Answer
from analysis.research.store import Store


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer, and the day it was verified where it comes from the knowledge base."""

    answer: Answer
    verified: str = ""


def ask(store: Store, text: str, as_of: str, cases: Cases | None = None, fresh: bool = False, keep: bool = True) -> Asked:
    """The answer to a question as of a day; ``fresh`` passes the knowledge base by, without ``keep`` nothing is recorded.

    Raises UserError where there is no question.
    """
    if not fresh and recognize(text) is None and (entry := recall(store, text, as_of)):
        return Asked(answer_of(entry), entry.verified)
    made = answer(store.index(), text, as_of, cases)
    return Asked(remember(store, made) if keep else made)
