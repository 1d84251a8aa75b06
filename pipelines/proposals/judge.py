"""Judges proposals: only what is quoted from the story, and what the rules read in the quote, becomes a value. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pipelines.case import Benefit, Block, Case, Evidence, Field, Many, RawCase, with_fields
from pipelines.catalog import catalogue
from pipelines.proposals.guide import confidence, guide, instructions
from pipelines.proposals.model import Judged, Proposal
from pipelines.proposals.readings import key, quoted, readings
from pipelines.steps import categories


class _RefusedError(Exception):
    """A proposal that does not count; its one argument is a reason code of ``guide.yaml``."""


def judge(raw: RawCase, case: Case, proposals: Iterable[Proposal], asked: Iterable[str], model: str) -> Judged:
    """The case with the proposals that hold, the fields of these, and why the others do not.

    ``asked`` are the fields that the model was asked for. No value of the rules is ever replaced: a proposal fills a field
    that is unknown, adds to a set, or is shown among the alternatives that lost.
    """
    wanted = frozenset(asked)
    accepted: list[str] = []
    discarded: list[str] = []
    for proposal in proposals:
        try:
            case, reason = _with(raw, case, proposal.field, _checked(raw, case, proposal, wanted, model))
        except _RefusedError as refused:
            reason = str(refused)
        if reason:
            discarded.append(reason)
        else:
            accepted.append(proposal.field)
    return Judged(case, tuple(accepted), tuple(discarded))


def _checked(raw: RawCase, case: Case, proposal: Proposal, wanted: frozenset[str], model: str) -> Field[Any]:
    """The proposal as a field; raises _RefusedError where it does not count."""
    name = proposal.field
    if name not in wanted:
        raise _RefusedError("not_asked")
    block, evidence = _place(raw, proposal.quote)
    if instructions().search(raw.text(block)):
        raise _RefusedError("instruction")
    wrote = key(name, proposal.value, raw.page.vendor)
    if not wrote:
        raise _RefusedError("unknown_value")
    value = readings(name, quoted(raw, block, evidence), case).get(wrote)
    if value is None:
        raise _RefusedError("unsupported")
    if name == "solution":  # value and quote are one
        at = evidence.start + evidence.quote.index(value)
        evidence = raw.evidence(at, at + len(value))
    return Field(value, (evidence,), confidence(name), f"llm:{model}")


def _place(raw: RawCase, quote: str) -> tuple[Block, Evidence]:
    """Where a quote stands in the story, and in which of its blocks; raises _RefusedError where it does not."""
    if not guide().shortest_quote <= len(quote) <= guide().longest_quote:
        raise _RefusedError("quote_length")
    for block in raw.useful():
        at = raw.page.text.find(quote, block.start, block.end)
        if at >= 0:
            return block, raw.evidence(at, at + len(quote))
    raise _RefusedError("outside_story" if quote in raw.page.text else "invented_quote")


def _with(raw: RawCase, case: Case, name: str, found: Field[Any]) -> tuple[Case, str]:
    """The case with a value more and no reason; with the reason where it has it already, or a value of the rules."""
    held: Field[Any] | Many[Any] = getattr(case, name)
    if isinstance(held, Many):
        if any(_same(one.value, found.value, raw.page.vendor) for one in held.items):
            return case, "known"
        grown = with_fields(case, **{name: Many((*held.items, found))})
        return (_with_categories(raw, grown, found) if name == "products" else grown), ""
    if not held:
        return with_fields(case, **{name: replace(found, losers=held.losers)}), ""
    if held.value == found.value:
        return case, "known"
    loser = (str(found.value), found.method, found.confidence)
    return with_fields(case, **{name: replace(held, losers=tuple(dict.fromkeys((*held.losers, loser))))}), "outranked"


def _with_categories(raw: RawCase, case: Case, product: Field[Any]) -> Case:
    """The case with the categories that an accepted product brings, as sure as the product at most."""
    given: Many[str] = categories.run(raw, {"products": Many((product,))})["categories"]
    more = (f for f in given.items if f.value not in case.categories.values())
    new = tuple(replace(f, confidence=min(f.confidence, product.confidence), method=product.method) for f in more)
    return with_fields(case, categories=Many((*case.categories.items, *new))) if new else case


def _same(held: Any, found: Any, vendor: str) -> bool:
    """Whether two values of a set are one: the same figure, the same product under two names."""
    if isinstance(held, Benefit) and isinstance(found, Benefit):
        return (held.value, held.unit) == (found.value, found.unit)
    product = catalogue().product(str(held), vendor)
    return held == found or (product is not None and product is catalogue().product(str(found), vendor))
