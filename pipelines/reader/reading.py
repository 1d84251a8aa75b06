"""From a document to its reading: decode, read by format, make sense, assemble, split, judge (DESIGN §2)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipelines.case import Block, Labelled, Page, Part, RawCase, Rejection, Role
from pipelines.reader.assemble import assemble, find_labels
from pipelines.reader.charset import decode
from pipelines.reader.document import RECORD, Document, Reading
from pipelines.reader.language import page_language
from pipelines.reader.markdown import read_markdown, read_mixed
from pipelines.reader.piece import Draft, Piece, key, squeeze
from pipelines.reader.plain import read_plain
from pipelines.reader.record import parse_record
from pipelines.reader.sense import make_sense
from pipelines.reader.several import Share, split_stories
from pipelines.reader.state import read_state
from pipelines.reader.titles import clean_title, place_title
from pipelines.reader.verdict import is_blocked, verdict, video_summary
from pipelines.reader.vocabulary import Layout, labels, layouts

Facts = tuple[tuple[str, str], ...]

READER_VERSION = "reader-1"


def read(document: Document) -> Reading:
    """The page of a document, the raw cases in it, and what was rejected. Never raises for bad content."""
    try:
        source, draft, title = _draft(document)
    except ValueError as error:
        return _rejected(document, "", "", "bad_record", str(error))
    if draft is None:
        return _rejected(document, "", "", "unreadable", "不是文字，或格式不明")
    layout = layouts().get(document.vendor)
    pieces = _sensible(draft, title, layout)
    text, blocks = assemble(pieces)
    name = clean_title(next((p.text for p in pieces if p.role is Role.TITLE), ""), layout)
    page = _page(document, text, name)
    if not draft.embedded and is_blocked(source, text, draft.scripted):
        return _reject(page, "blocked", "验证页，或只有脚本")
    if not text:
        return _reject(page, "unreadable", "没有文字")
    code, detail = verdict(pieces, name)
    if code:
        return _reject(page, code, detail)
    return Reading(page, _cases(page, pieces, blocks, draft, layout, document.facts))


def canonical_text(document: Document) -> str:
    """The canonical text alone, derived again from the archived bytes: equal to ``read(document).page.text``."""
    return read(document).page.text


def _draft(document: Document) -> tuple[str, Draft | None, str]:
    """Source text, draft and the title that the payload itself states; raises ValueError for a bad record."""
    if document.media_type == RECORD:
        record = parse_record(document.payload)
        text = _without_nul(record.text)
        return text, _by_format(text, record.media_type()), squeeze(_without_nul(record.title or ""))
    source = decode(document.payload, document.charset)
    if source is None:
        return "", None, ""
    source = _without_nul(source)
    return source, _by_format(source, document.media_type), ""


def _without_nul(text: str) -> str:
    """A NUL as HTML reads it (html.spec.whatwg.org, U+FFFD): one character for one, and databases keep it."""
    return text.replace("\0", "\ufffd")


def _by_format(source: str, media_type: str) -> Draft | None:
    kind = media_type.partition(";")[0].strip().casefold()
    if kind in ("text/html", "application/xhtml+xml"):
        return _html(source)
    if kind in ("text/markdown", "text/x-markdown"):
        return read_markdown(source)
    return read_plain(source) if kind.startswith("text/") or not kind else None


def _html(source: str) -> Draft:
    """Markup, or the embedded state where the markup shows next to nothing; bare text where there is no markup at all."""
    if "<" not in source:
        return read_plain(source)
    draft = read_mixed(source)
    if sum(len(p.text) for p in draft.pieces) < 400 and (state := read_state(source)):
        state.titles.extend(draft.titles)
        state.embedded = True
        return state
    return draft


def _sensible(draft: Draft, title: str, layout: Layout | None) -> list[Piece]:
    candidates = [t for t in (title, *draft.titles) if t]
    pieces = make_sense(draft, layout)
    pieces = [p for p in pieces if p.text]
    pieces = place_title(pieces, candidates, layout, draft.ordered)
    video_summary(pieces)
    if draft.ordered:
        _about_before_labels(pieces)
    return pieces


def _about_before_labels(pieces: Sequence[Piece]) -> None:
    """The paragraph right above a closing list of labels (industry, location …) tells who the customer is."""
    at = next((i for i, p in enumerate(pieces) if p.role is Role.LABEL and key(p.text).startswith("industry:")), 0)
    if (
        at > 3
        and pieces[at - 1].role is Role.TEXT
        and pieces[at - 1].part in (Part.OTHER, Part.OUTCOME, Part.SOLUTION, Part.FUTURE)
        and len(pieces[at - 1].text) < 900
    ):
        pieces[at - 1].part = Part.ABOUT


def _page(document: Document, text: str, title: str) -> Page:
    return Page(
        digest=f"sha256:{hashlib.sha256(document.payload).hexdigest()}",
        vendor=document.vendor,
        url=document.url,
        text=text,
        lang=page_language(text),
        title=title or document.title,
        published=document.published,
        media_type=document.media_type,
        source_id=document.source_id,
        fetched_at=document.fetched_at,
        reader=READER_VERSION,
    )


def _cases(
    page: Page, pieces: Sequence[Piece], blocks: tuple[Block, ...], draft: Draft, layout: Layout | None, facts: Facts
) -> tuple[RawCase, ...]:
    links = tuple(dict.fromkeys(draft.links))
    shares = split_stories(pieces, page.title) if draft.ordered else []
    if not shares:
        told = find_labels(pieces, blocks, layout)
        found = (*(_of_the_first(told) if draft.ordered else told), *_listed(page, facts))
        return (RawCase(page, 0, blocks, found, links, ordered=draft.ordered),)
    cases = []
    for part, share in enumerate(shares):
        chosen = [*share.shared, *share.own]
        mine = tuple(blocks[i] for i in chosen)
        common = find_labels([pieces[i] for i in share.shared], mine[: len(share.shared)], layout)
        own = find_labels([pieces[i] for i in share.own], mine[len(share.shared) :], layout)
        found = (*(x for x in common if x.label in _OF_THE_PAGE), *own)
        mine = tuple(_as_story(share, i, block) for i, block in zip(chosen, mine, strict=True))
        cases.append(RawCase(page, part, mine, (*_own_name(share, blocks), *found), links, several=True))
    return tuple(cases)


def _of_the_first(labels: Sequence[Labelled]) -> Iterator[Labelled]:
    """The labels but those that follow the label of a second customer: a story that was not parted keeps its own facts."""
    first, other = "", False
    for label in labels:
        if label.label == "customer":
            name = key(label.value)
            first = first or name
            other = name not in first and first not in name
        if not other or label.label in _OF_THE_PAGE:
            yield label


_OF_THE_PAGE = frozenset(("breadcrumb", "date", "author"))  # what a label above several stories may say of every one


def _as_story(share: Share, at: int, block: Block) -> Block:
    """A row that is a customer's whole story is told as text: it is no table of figures."""
    return replace(block, role=Role.TEXT) if share.own == (at,) and block.role is Role.TABLE else block


def _listed(page: Page, facts: Facts) -> Iterator[Labelled]:
    """What a listing told of the page, where the page itself says the same words: evidence stands in its own text.

    A facet under which a listing was asked (``size_facet``) stands nowhere in the page: it is handed on with an empty span.
    """
    for name, value in facts:
        start = page.text.find(value) if value else -1
        if start >= 0:
            yield Labelled(labels().find(key(name.replace("_", " "))) or name, value, start, start + len(value), "listing")
        elif value and name.endswith("_facet"):
            yield Labelled(name, value, 0, 0, "listing")


def _own_name(share: Share, blocks: Sequence[Block]) -> tuple[Labelled, ...]:
    """The customer that a story's own heading or first cell names."""
    if not share.name:
        return ()
    head = blocks[share.own[0]]
    start = head.start + share.name_at
    return (Labelled("customer", share.name, start, start + len(share.name), f"{head.part}/{head.role}"),)


def _reject(page: Page, code: str, detail: str) -> Reading:
    rejection = Rejection(code, detail, page.vendor, page.url, page.source_id, page.digest)
    return Reading(page, (), (rejection,))


def _rejected(document: Document, text: str, title: str, code: str, detail: str) -> Reading:
    return _reject(replace(_page(document, text, title), lang="xx"), code, detail)
