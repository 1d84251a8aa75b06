"""What a spider yields: lean values, nothing judged or normalized in a spider.

Every value is stored in the transaction that completes the request it came from (see crawlers.frontier).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pipelines.case import Case, Page, Rejection
from pipelines.reader.document import Document
from pipelines.sources import Verdict


@dataclass(frozen=True, slots=True, repr=False)
class Fetched:
    """A page of an official source as it came, to be read and normalized like any import."""

    document: Document
    verdict: Verdict
    archive: str = ""  # the archived record, <file>#<offset>
    phase: str = ""
    etag: str = ""
    last_modified: str = ""
    lost: bool = False  # the record that the library names cannot be read: this one takes its place
    again: bool = False  # the site says that it did not change: the archived bytes are read by rules that are others

    def __repr__(self) -> str:
        """Short: this is what stands in a log line when a step fails."""
        return f"Fetched({self.document.url})"


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A page that the site says (304) or its digest shows to be the one we know; it is not read again."""

    url: str
    digest: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One page of a listing: how many targets it named and what total the site declares, for the run's final account."""

    listing: str
    step: int
    cursor: str
    targets: int
    declared: int | None = None
    last: bool = False


@dataclass(frozen=True, slots=True)
class Searched:
    """An answer of the search provider to a query of the plan: which page of it, and how many addresses it named."""

    words: str
    step: int
    page: int
    results: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that did not become a page, with the reason: the tier gate, robots, an error."""

    rejection: Rejection


@dataclass(frozen=True, slots=True, repr=False)
class Normalized:
    """What the pipelines made of a Fetched: the page, its cases and rejections, and the versions that made them."""

    fetched: Fetched
    page: Page
    cases: tuple[Case, ...]
    rejections: tuple[Rejection, ...]
    rules: str
    extra: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Short, for log lines."""
        return f"Normalized({self.page.url}, {len(self.cases)} cases)"
