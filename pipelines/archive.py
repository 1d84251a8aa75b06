"""The archive: WARC files (ISO 28500) of the bytes that every evidence leads back to.

A record is named by ``<file>#<offset>``; the payload's digest is checked whenever it is read back, so that a flipped
byte is found and named. Imports are kept as ``resource`` records, crawled pages as ``response`` records.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipelines.errors import UserError

MAX_PAYLOAD = 64_000_000  # bytes of a record, its content-encoding removed: a small one can unpack to more than memory holds
_NAME = re.compile(r"[\w.-]{1,200}\.warc(\.gz)?")  # a file's name has at most 255 bytes; without a bound a search is quadratic


class ArchiveError(UserError):
    """A record that is missing, damaged or not what its name says."""


@dataclass(frozen=True, slots=True)
class Archived:
    """A record read back: its payload (content-encoding removed) and what the archive says of it."""

    payload: bytes
    url: str
    media_type: str
    charset: str
    date: str | None
    status: str = ""
    fault: str = ""  # why the payload is not given: it is empty then


def digest(payload: bytes) -> str:
    """``sha256:<hex>`` of a payload: the name under which a page is known everywhere."""
    return "sha256:" + hashlib.sha256(payload).hexdigest()


def run_name(run_id: str) -> str:
    """A run's id where it can name files and folders; raises ArchiveError where it could lead out of them."""
    if not _NAME.fullmatch(f"{run_id}.warc") or run_id.startswith("."):
        raise ArchiveError(f"run 的名字不能是“{run_id}”；请用字母、数字、点和连字符，以字母或数字开头")
    return run_id


class Archive:
    """A folder of WARC files. Writing appends to one file a run and is on the disk before ``add`` returns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: tuple[str, BinaryIO] | None = None

    def add(self, payload: bytes, url: str, media_type: str, run_id: str, date: str | None = None) -> str:
        """Write a resource record and return its name; raises OSError where the disk refuses."""
        name = f"{run_name(run_id)}.warc.gz"
        stream = self._stream(name)
        offset = stream.tell()
        writer = WARCWriter(stream, gzip=True)
        headers = {"WARC-Date": date or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
        record = writer.create_warc_record(
            url, "resource", payload=io.BytesIO(payload), warc_content_type=media_type, warc_headers_dict=headers
        )
        writer.write_record(record)
        stream.flush()
        os.fsync(stream.fileno())
        return f"{name}#{offset}"

    def read(self, ref: str, expected: str = "") -> Archived:
        """The record of a name; raises ArchiveError where it is missing, unreadable or its payload has another digest."""
        name, _, offset = ref.rpartition("#")
        if not _NAME.fullmatch(name) or not offset.isdigit():
            raise ArchiveError(f"“{ref}”不是归档记录的名字（<file>.warc.gz#<offset>）")
        try:
            with (self.folder / name).open("rb") as stream:
                stream.seek(int(offset))
                found = next(_records(stream), None)
        except (OSError, ArchiveLoadFailed, EOFError) as error:
            raise ArchiveError(f"{ref}：归档记录读不出来：{error}") from error
        if found is None:
            raise ArchiveError(f"{ref}：归档里没有这条记录")
        if found.fault:
            raise ArchiveError(f"归档记录 {ref}：{found.fault}")
        if expected and digest(found.payload) != expected:
            raise ArchiveError(f"{ref}：归档内容已损坏，指纹是 {digest(found.payload)}，应为 {expected}")
        return found

    def close(self) -> None:
        """Close the file that is being written, if any."""
        if self._open:
            self._open[1].close()
            self._open = None

    def _stream(self, name: str) -> BinaryIO:
        if self._open and self._open[0] == name:
            return self._open[1]
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        stream = (self.folder / name).open("ab")
        self._open = (name, stream)
        return stream


def warc_documents(path: Path) -> Iterator[Archived]:
    """The pages of a WARC file in its order: responses with status 200, and resources; one that is too large has a ``fault``.

    Raises ArchiveError where the file is no WARC or breaks off; what stood before is yielded first.
    """
    try:
        with path.open("rb") as stream:
            empty = True
            for record in _records(stream):
                empty = False
                if record.status in ("", "200"):
                    yield record
        if empty:
            raise ArchiveError(f"{path}：里面没有页面；请确认是 WARC 文件")
    except (OSError, ArchiveLoadFailed, EOFError) as error:
        raise ArchiveError(f"{path}：WARC 文件读不出来，请重新保存：{error}") from error


def _records(stream: BinaryIO) -> Iterator[Archived]:
    for record in ArchiveIterator(stream):
        if record.format == "warc" and record.rec_type in ("response", "resource"):
            http: StatusAndHeaders | None = record.http_headers
            kind = (http.get_header("Content-Type") if http else record.rec_headers.get_header("Content-Type")) or ""
            media, _, rest = kind.partition(";")
            charset = re.search(r"charset=[\"']?([\w.-]+)", rest, re.IGNORECASE)
            payload = _payload(record.content_stream())
            yield Archived(
                payload=payload or b"",
                url=record.rec_headers.get_header("WARC-Target-URI") or "",
                media_type=media.strip().lower(),
                charset=charset.group(1) if charset else "",
                date=record.rec_headers.get_header("WARC-Date"),
                status=http.get_statuscode() if http else "",
                fault="" if payload is not None else f"记录解压后超过 {MAX_PAYLOAD} 字节，不读取",
            )


def _payload(stream: BinaryIO) -> bytes | None:
    """The stream's bytes; None where there are more than ``MAX_PAYLOAD``. It is read piece by piece: one read gives what is unpacked."""
    parts: list[bytes] = []
    size = 0
    while part := stream.read(1 << 20):
        size += len(part)
        if size > MAX_PAYLOAD:
            return None
        parts.append(part)
    return b"".join(parts)
