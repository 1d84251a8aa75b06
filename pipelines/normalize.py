"""From a document to the cases in it: reader, then every step in order, then the verdict. Pure.

This is the one way through which a crawled page, an import, a replay and ``insights extract`` all go.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pipelines.calibration import calibrated
from pipelines.case import REASONS, Case, Evidence, Field, Page, RawCase, Rejection
from pipelines.proposals import Proposed, Proposer
from pipelines.reader import READER_VERSION, read
from pipelines.reader.document import Document, Reading
from pipelines.ruleset import ruleset
from pipelines.sources import Seen
from pipelines.steps import steps, steps_for

RULES = f"reader {READER_VERSION}; rules 2"  # what a case says of its rules; whether a page is read again the ruleset decides


@dataclass(frozen=True, slots=True)
class Processed:
    """What became of a document: its page, the cases in it, what was rejected with the reason, and by which rules (see ``ruleset``)."""

    page: Page
    cases: tuple[Case, ...]
    rejections: tuple[Rejection, ...]
    rules: str = field(default_factory=ruleset)


@dataclass(frozen=True, slots=True)
class Source:
    """What is known about where a document came from: the tier gate's verdict and how the record is kept."""

    tier: int = 1
    kind: str = ""
    proof: str = ""
    origin: str = "archive"


def process(document: Document, source: Source = Source(), proposer: Proposer | None = None) -> Processed:
    """Read a document and normalize every raw case in it; nothing is raised for a bad page, it is rejected."""
    return finish(read(document), source, proposer)


def finish(reading: Reading, source: Source, proposer: Proposer | None = None) -> Processed:
    """Normalize every raw case of a page that was read and judged; a proposer, where there is one, is asked after the rules.

    ``rules`` names the proposer only where it was answered for every case, so that what it left undone is done next time.
    """
    page = replace(reading.page, tier=source.tier, kind=source.kind or reading.page.kind, proof=source.proof)
    raws = [replace(raw, page=page) for raw in reading.cases]
    outcomes = [(raw, normalize(raw, source)) for raw in raws]
    proposed = [proposer(raw, o) if proposer else Proposed(o) for raw, o in outcomes if isinstance(o, Case)]
    rejected = tuple(o for _, o in outcomes if isinstance(o, Rejection))
    rules = rules_with(proposer) if all(p.whole for p in proposed) else ruleset()
    return Processed(page, tuple(p.case for p in proposed), (*reading.rejections, *rejected), rules)


def rules_with(proposer: Proposer | None) -> str:
    """The version of all that makes a case: reader and rules, and the proposer where there is one."""
    return f"{ruleset()}; {proposer.rules}" if proposer else ruleset()


def seen(reading: Reading) -> Seen:
    """What a page says of itself, for source rules that its address alone cannot decide (author, partner mark)."""
    author = next((label.value for raw in reading.cases for label in raw.labels if label.label == "author"), "")
    return Seen(reading.page.title, author, reading.page.text)


def normalize(raw: RawCase, source: Source = Source()) -> Case | Rejection:
    """The case in a raw case, or why there is none: a page without a named customer is not a customer case.

    The steps' scores become calibrated probabilities here, after the last of them, since one step weighs another's score.
    """
    found = calibrated(run_steps(raw))
    customer: Field[str] = found["customer_name"]
    if not customer:
        code = "anonymous" if customer.reason == "anonymous" else "no_customer"
        return Rejection(code, REASONS[code], raw.page.vendor, raw.page.url, raw.page.source_id, raw.page.digest, raw.part)
    return Case(**found, **_record(raw, source))


def run_steps(raw: RawCase, wanted: Collection[str] | None = None) -> dict[str, Any]:
    """Every attribute that the steps provide for a raw case, by name; ``wanted``: no others than these and those that they rest on."""
    found: dict[str, Any] = {}
    for step in steps() if wanted is None else steps_for(wanted):
        given: Mapping[str, Any] = step.run(raw, found)
        if set(given) != set(step.PROVIDES):
            raise TypeError(f"{step} promised {step.PROVIDES} and gave {tuple(given)}")
        found.update(given)
    return found


def case_id(page: Page, part: int) -> str:
    """A name for a case that stays when its page's bytes change: by record id, else URL, else the bytes themselves."""
    identity = page.source_id or page.url or page.digest
    return f"{page.vendor}-{hashlib.sha256(f'{page.vendor}|{identity}'.encode()).hexdigest()[:10]}-{part}"


def _record(raw: RawCase, source: Source) -> dict[str, Any]:
    page = raw.page
    return {
        "case_id": case_id(page, raw.part),
        "page_digest": page.digest,
        "part": raw.part,
        "vendor": Field(page.vendor, confidence=1.0, method="source.vendor"),
        "source_url": _source_url(page),
        "lang": page.lang,
        "tier": source.tier,
        "kind": page.kind,
        "proof": source.proof,
        "title": page.title,
        "source_id": page.source_id,
        "origin": source.origin,
        "rules": RULES,
    }


def _source_url(page: Page) -> Field[str]:
    """The official link; a record that came without one keeps 链接缺失 wherever it is shown."""
    if not page.url:
        return Field.unknown("link_missing")
    return Field(page.url, evidence=_in_text(page, page.url), confidence=1.0, method="source.url")


def _in_text(page: Page, words: str) -> tuple[Evidence, ...]:
    at = page.text.find(words)
    return (Evidence(words, at, at + len(words), page.digest, "url"),) if at >= 0 else ()
