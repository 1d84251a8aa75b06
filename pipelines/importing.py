"""Takes documents in from files: JSON lines, folders of saved pages, WARC files. The same gate and steps as a crawl.

A bad line or file stops nothing: it is a written rejection. Importing the same again changes nothing.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as dataclass_replace
from pathlib import Path
from typing import Any

import msgspec

from pipelines import archive
from pipelines.archive import ArchiveError
from pipelines.case import Rejection
from pipelines.errors import UserError
from pipelines.library import Library, Stored
from pipelines.normalize import Source, finish, rules_with, seen
from pipelines.proposals import Proposer, Tally
from pipelines.reader import read, record_document
from pipelines.reader.document import RECORD, Document
from pipelines.reader.links import canonical_link
from pipelines.sources import Seen, canonical_url, judge, policies, vendor_of

SUFFIXES: Mapping[str, str] = {
    ".html": "text/html",
    ".htm": "text/html",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
    ".text": "text/plain",
}
LINES = (".jsonl", ".ndjson")
WARCS = (".warc", ".warc.gz")
NOT_UTF8 = "不是 UTF-8 编码"  # of a record that was refused for it
UNREAD = ("bad_record", "unreadable")  # reasons for which a document could not be read; all others are about what it says
MAX_DOCUMENT = archive.MAX_PAYLOAD  # bytes of a document; a saved page or a record has some hundred thousand


class ImportFileError(UserError):
    """An input that does not exist or holds nothing that can be imported; names the path and the remedy."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A document with what is claimed of it: ``official`` True or False where the source says so, None where it does not."""

    document: Document
    official: bool | None = None


@dataclass(slots=True)
class ImportSummary:
    """What an import did: documents seen, unchanged ones, what was stored, rejections by reason code, what a model was asked.

    ``unclaimed`` of the rejected have no address and nobody says that they are official: ``--official`` would take them.
    ``garbled`` of them are not UTF-8.
    """

    run_id: str
    documents: int = 0
    unchanged: int = 0
    stored: Stored = field(default_factory=Stored)
    rejected: Counter[str] = field(default_factory=Counter)
    unclaimed: int = 0
    garbled: int = 0
    proposals: Tally | None = None

    @property
    def unread(self) -> int:
        """How many documents could not be read, whatever they may be."""
        return sum(self.rejected[code] for code in UNREAD)


def import_paths(
    library: Library,
    paths: Sequence[Path],
    vendor: str = "",
    official: bool | None = None,
    progress: Callable[[ImportSummary], None] = lambda _: None,
    proposer: Proposer | None = None,
) -> ImportSummary:
    """Import files and folders as one run; raises ImportFileError before anything is stored where a path is no input."""
    check_vendor(vendor)
    inputs = list(find_inputs(paths))
    summary = ImportSummary(library.begin_run("import", vendor, {"inputs": [str(p) for p in paths], "vendor": vendor}))
    summary.proposals = proposer.tally if proposer else None
    for incoming in incoming_documents(inputs, vendor):
        summary.documents += 1
        if isinstance(incoming, Rejection):
            library.reject(summary.run_id, incoming)
            summary.rejected[incoming.code] += 1
            summary.garbled += NOT_UTF8 in incoming.detail
        else:
            claimed = incoming if incoming.official is not None else dataclass_replace(incoming, official=official)
            _take(library, summary, claimed, proposer)
        progress(summary)
    counts = {"documents": summary.documents, "unchanged": summary.unchanged, "rejected": dict(sorted(summary.rejected.items()))}
    asked = {"proposals": msgspec.to_builtins(summary.proposals)} if summary.proposals else {}
    library.end_run(summary.run_id, "complete", summary={**counts, "cases": msgspec.to_builtins(summary.stored), **asked})
    return summary


def check_vendor(vendor: str) -> None:
    """Raise ImportFileError for a vendor that no source policy knows."""
    if vendor and vendor not in policies():
        raise ImportFileError(f"--vendor 没有厂商“{vendor}”；可用：{'、'.join(sorted(policies()))}")


def find_inputs(paths: Iterable[Path]) -> Iterator[Path]:
    """The importable files of the paths, folders searched; raises ImportFileError for one that gives none."""
    for path in paths:
        if not path.exists():
            raise ImportFileError(f"没有文件或文件夹 {path}；请检查路径")
        found = [p for p in sorted(path.rglob("*")) if p.is_file() and _known(p)] if path.is_dir() else [path]
        if not found or not all(_known(p) for p in found):
            endings = "、".join((*LINES, *WARCS, *SUFFIXES))
            raise ImportFileError(f"{path} 里没有可导入的文件；可用的后缀：{endings}")
        yield from found


def incoming_documents(inputs: Iterable[Path], vendor: str = "") -> Iterator[Incoming | Rejection]:
    """Every document of the files in order; what cannot be read as one is a rejection."""
    for path in inputs:
        name = path.name.lower()
        if name.endswith(LINES):
            yield from _lines(path, vendor)
        elif name.endswith(WARCS):
            yield from _warc(path, vendor)
        else:
            yield _file(path, vendor)


def gate(incoming: Incoming, page: Seen | None = None) -> Source | Rejection:
    """The tier gate for an import: third-party material and foreign addresses stay out, with the reason.

    A record that says it is official and names no address is usable; its link is marked missing (链接缺失). Asked once by
    the address alone, before reading, and again with what the page says of itself (its author, a partner's mark).
    """
    document = incoming.document

    def refuse(code: str, detail: str) -> Rejection:
        return Rejection(code, detail, document.vendor, document.url, document.source_id, archive.digest(document.payload))

    if incoming.official is False:
        return refuse("unofficial", "记录自己写明不是厂商官方材料（official: false）")
    if document.vendor not in policies():
        found = f"不支持厂商“{document.vendor}”" if document.vendor else "没有写明厂商"
        return refuse("unknown_vendor", f"{found}；用 --vendor 指定 {'、'.join(sorted(policies()))} 之一")
    if document.url:
        verdict = judge(document.vendor, document.url, page)
        if not verdict.accepted:
            return refuse(verdict.code, verdict.detail)
        return Source(tier=verdict.tier or 1, kind=verdict.kind, proof=verdict.proof)
    if incoming.official:
        return Source(tier=1, kind="record", proof="")
    return refuse("unofficial", "没有网址，也没有声明是官方材料；若是官方材料，加 --official 重新导入")


def _take(library: Library, summary: ImportSummary, incoming: Incoming, proposer: Proposer | None) -> None:
    document = incoming.document
    digest = archive.digest(document.payload)
    if library.known(digest, rules_with(proposer)):
        summary.unchanged += 1
        return
    source = gate(incoming)
    if not isinstance(source, Rejection):
        reading = read(document)
        source = gate(incoming, seen(reading))
    if isinstance(source, Rejection):
        library.reject(summary.run_id, source)
        summary.rejected[source.code] += 1
        summary.unclaimed += source.code == "unofficial" and not source.url and incoming.official is None
        return
    processed = finish(reading, source, proposer)
    held = library.page(digest)
    uri = document.url or f"urn:x-document:{document.source_id or digest}"
    ref = held.archive if held else library.archive.add(document.payload, uri, document.media_type, summary.run_id)
    page = dataclass_replace(processed.page, archive=ref)
    unread = not processed.cases and any(r.code in UNREAD for r in processed.rejections)
    rules = "" if unread else processed.rules  # what could not be read is tried again, and told again, at the next import
    summary.stored += library.store(summary.run_id, page, (*processed.cases, *processed.rejections), rules)
    summary.rejected.update(r.code for r in processed.rejections)


def _known(path: Path) -> bool:
    return path.name.lower().endswith((*LINES, *WARCS, *SUFFIXES))


def _lines(path: Path, vendor: str) -> Iterator[Incoming | Rejection]:
    with path.open("rb") as stream:
        for number, line in enumerate(iter(lambda: stream.readline(MAX_DOCUMENT + 1), b""), 1):
            if len(line) > MAX_DOCUMENT:
                yield Rejection(
                    "unreadable", f"{path.name}:{number}：一行超过 {MAX_DOCUMENT} 字节；请拆分", vendor, "", f"{path.name}:{number}"
                )
                while line and not line.endswith(b"\n"):
                    line = stream.readline(MAX_DOCUMENT)
            elif record := line.removeprefix(BOM_UTF8 if number == 1 else b"").strip():
                yield _record(record, vendor, f"{path.name}:{number}")


def _record(line: bytes, vendor: str, place: str) -> Incoming | Rejection:
    try:
        record: dict[str, Any] = msgspec.json.decode(line, type=dict[str, Any])
        document = record_document(line, vendor)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError) as error:
        wrong = f"记录格式错误：{error}" if _is_utf8(line) else f"记录{NOT_UTF8}，请另存为 UTF-8"
        return Rejection("bad_record", f"{place} 的{wrong}", vendor, "", place)
    official = record.get("official")
    return Incoming(_canonical(document), official if isinstance(official, bool) else None)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _warc(path: Path, vendor: str) -> Iterator[Incoming | Rejection]:
    try:
        for one in archive.warc_documents(path):
            if one.fault:
                yield Rejection("unreadable", f"{path.name} 中的一条记录读不了：{one.fault}", vendor, one.url, f"{path.name}:{one.url}")
            elif one.media_type == RECORD:
                yield _record(one.payload, vendor, path.name)
            elif one.media_type in set(SUFFIXES.values()):
                document = Document(
                    one.payload, one.media_type, vendor or vendor_of(one.url) or "", one.url, charset=one.charset, fetched_at=one.date
                )
                yield Incoming(_canonical(document))
    except ArchiveError as error:
        yield Rejection("unreadable", str(error), vendor, "", path.name)


def _file(path: Path, vendor: str) -> Incoming | Rejection:
    suffix = path.suffix.lower()
    try:
        size = path.stat().st_size
        payload = path.read_bytes() if size <= MAX_DOCUMENT else b""
    except OSError as error:
        return Rejection("unreadable", f"{path} 读不了：{error}", vendor, "", path.name)
    if size > MAX_DOCUMENT:
        return Rejection("unreadable", f"{path} 有 {size} 字节，最多读 {MAX_DOCUMENT} 字节；请拆分文件", vendor, "", path.name)
    url = canonical_link(payload) if SUFFIXES[suffix] == "text/html" else ""
    return Incoming(_canonical(Document(payload, SUFFIXES[suffix], vendor or vendor_of(url) or "", url, title="")))


def _canonical(document: Document) -> Document:
    """The document under its canonical address, so that one page has one identity."""
    return dataclass_replace(document, url=canonical_url(document.vendor, document.url)) if document.url else document
