"""Which readings outweigh a context that speaks against a benefit: the table of ``vocab/benefit_excuses.yaml``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from pipelines.quantities import lexis
from pipelines.quantities.changes import Reading
from pipelines.quantities.clause import COMMA, Clause
from pipelines.quantities.lexis import Context
from pipelines.quantities.patterns import pattern
from pipelines.quantities.units import Quantity
from pipelines.vocabulary import VOCAB, DataError, check_named, load_yaml

FILE = VOCAB / "benefit_excuses.yaml"
_UNREAD = Reading("", "")  # no rule read the quantity
_GREAT = 1000  # nodes from which the size of a cluster is a level that was reached

Condition = Callable[[Clause, Context, Quantity, Reading], bool]


@dataclass(frozen=True)
class Excuse:
    """``contexts`` (families: ``before`` stands for ``before/now`` too) decide nothing where all the rest holds.

    ``rules`` holds where the reading's rule or its kind (``pair`` for ``pair.to-from``) is among them, ``units`` and ``dims``
    where the quantity's is, ``when`` where each of the named conditions is true; what is left out holds always.
    """

    contexts: tuple[str, ...]
    why: str
    rules: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    dims: tuple[str, ...] = ()
    when: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Excuses:
    excuses: tuple[Excuse, ...]


def excused(c: Clause, context: Context, q: Quantity, r: Reading | None) -> bool:
    """Whether a context that decides against a quantity is outweighed by what was read."""
    return any(_holds(excuse, c, context, q, r or _UNREAD) for excuse in _by_family().get(context.family, ()))


def _holds(excuse: Excuse, c: Clause, context: Context, q: Quantity, r: Reading) -> bool:
    return (
        (not excuse.rules or r.rule in excuse.rules or r.rule.partition(".")[0] in excuse.rules)
        and (not excuse.units or q.unit in excuse.units)
        and (not excuse.dims or q.dim in excuse.dims)
        and all(CONDITIONS[name](c, context, q, r) for name in excuse.when)
    )


@cache
def _by_family() -> Mapping[str, tuple[Excuse, ...]]:
    """The excuses of each family; raises DataError for a family or a condition that does not exist."""
    rows = load_yaml(FILE, _Excuses).excuses
    check_named((name for row in rows for name in row.when), CONDITIONS, FILE)
    check_named((family for row in rows for family in row.contexts), (context.family for context in lexis.words().contexts), FILE)
    if unused := sorted(set(CONDITIONS) - {name for row in rows for name in row.when}):
        raise DataError(f"{FILE}：没有条目用到条件 {unused}；请从 {__name__} 删去，或在 when 里引用")
    held: dict[str, list[Excuse]] = defaultdict(list)
    for row in rows:
        for family in row.contexts:
            held[family].append(row)
    return {family: tuple(those) for family, those in held.items()}


def _great(c: Clause, context: Context, q: Quantity, r: Reading) -> bool:  # noqa: ARG001 - the protocol of conditions
    """The number is so great that it is a level which was reached."""
    return q.value >= _GREAT


def _based(c: Clause, context: Context, q: Quantity, r: Reading) -> bool:  # noqa: ARG001
    """The reading knows the state before."""
    return r.base is not None


def _han(c: Clause, context: Context, q: Quantity, r: Reading) -> bool:  # noqa: ARG001
    """The sentence is Chinese."""
    return c.han


def _saved(c: Clause, context: Context, q: Quantity, r: Reading) -> bool:  # noqa: ARG001
    """The word of change tells a saving."""
    return r.implies == "saved"


def _to_former(c: Clause, context: Context, q: Quantity, r: Reading) -> bool:  # noqa: ARG001
    """The words before the figure tell what share of the state before it is: 下降到原来的 40%."""
    return c.before("to_former", q.start, 12, q.core) is not None


def _than_before(c: Clause, context: Context, q: Quantity, r: Reading) -> bool:  # noqa: ARG001
    """The words before the figure compare it with the state before: 较之前降低 30%."""
    return c.before("than_before", q.start, 16) is not None


def _parted(c: Clause, context: Context, q: Quantity, r: Reading) -> bool:  # noqa: ARG001
    """A comma stands between the context and the word of change, in a sentence that is not Chinese."""
    if c.han or not r.cue:
        return False
    cue = r.cue[0]
    return any(COMMA.search(c.text, hit.end, cue) for hit in c.contexts if context in hit.entry and hit.end <= cue)


def _has_done(c: Clause, context: Context, q: Quantity, r: Reading) -> bool:  # noqa: ARG001
    """What the people did stands right behind them."""
    return pattern("has_done").match(c.text, q.end, c.end) is not None


CONDITIONS: Mapping[str, Condition] = {
    "great": _great,
    "based": _based,
    "han": _han,
    "saved": _saved,
    "to_former": _to_former,
    "than_before": _than_before,
    "parted": _parted,
    "has_done": _has_done,
}
