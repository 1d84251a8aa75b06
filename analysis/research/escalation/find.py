"""What the imported sources hold that touches a question: quotes for the owner of an escalation, never an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analysis.research.escalation.lexicon import compile_forms, found, read
from analysis.research.escalation.pack import Found
from analysis.research.escalation.rulebook import fired, looks, rulebook
from analysis.research.index import Index, Row
from analysis.research.question import Want, understand
from analysis.research.registry import source_types
from analysis.research.terms import terms
from pipelines.text import sentences

CANDIDATES = 200
RARE = 0.03  # share of all passages in which a word may stand and still be what a question is about
RARE_LEAST = 3
_PER_SOURCE = 2
_SHARED = 2  # concepts of one of its rules that a passage must share with a question whose rare words it does not hold
_SILENT = ("heading", "label", "code")

Bears = Callable[[Row], bool]


def found_in(index: Index, question: str) -> Sequence[Found]:
    """Passages that bear on a question or on a thing to confirm, the best first; at most two of a source, nothing where none does.

    A passage bears on a question where it holds most of the rare words of one of its sentences (two, or a name) or two concepts of
    a rule by which it is escalated, and on a thing to confirm where it holds one of the forms that ``kinds.yaml`` names for it.
    """
    wanted, bears = _for_check(looks()[question]) if question in looks() else _for_question(index, question)
    taken: dict[str, list[Found]] = {}
    for row in index.search(wanted, CANDIDATES) if wanted else ():
        held = taken.setdefault(row.source_id, [])
        if row.role not in _SILENT and len(held) < _PER_SOURCE and bears(row):
            head = index.head(row.source_id)
            held.append(Found(row.text, f"{source_types()[head.type].zh}《{head.title}》", head.date))
    return [f for held in taken.values() for f in held]


def _for_check(forms: Sequence[str]) -> tuple[list[str], Bears]:
    """The concepts to search for and what decides, for a thing to confirm."""
    pattern = compile_forms(forms)
    return [t.concept for form in forms for t in terms(form)], lambda row: bool(forms) and bool(pattern.search(read(row.text)))


def _for_question(index: Index, question: str) -> tuple[list[str], Bears]:
    """The concepts to search for and what decides, for a question: of each of its sentences what it asks about."""
    asks = [understand(question[a:b]).wants for a, b in sentences(question) if any(c.isalnum() for c in question[a:b])]
    alone = sum(len(wants) for wants in asks) == 1  # a single word is what is asked about, however common
    names = frozenset(w.concept for wants in asks for w in wants if w.name or alone)
    rare = [frozenset(w.concept for w in wants if alone or _is_rare(index, w)) for wants in asks]
    asked = [rulebook().rules[one.rule].all for one in fired(read(question))]

    def bears(row: Row) -> bool:
        held = frozenset(c for t in terms(row.text) for c in (t.concept, *t.parts))
        return any(_most(words, held, names) for words in rare) or any(_shared(rule, row.text) >= _SHARED for rule in asked)

    return [w.concept for wants in asks for w in wants], bears


def _most(words: frozenset[str], held: frozenset[str], names: frozenset[str]) -> bool:
    both = words & held
    return 2 * len(both) > len(words) and (len(both) > 1 or bool(both & names))


def _is_rare(index: Index, want: Want) -> bool:
    return want.factor == 1 and not want.soft and index.frequency(want.concept) <= max(RARE_LEAST, RARE * index.size)


def _shared(names: Sequence[str], text: str) -> int:
    """How many of some sensitive concepts a text speaks of."""
    as_read = read(text)
    return sum(next(found(name, as_read), None) is not None for name in names)
