"""The crawl's archive: every request and response as WARC records (ISO 28500), one file a process of a run.

A record is built in memory and appended with one write, so that a killed process leaves whole records; a tail that is
not whole after all (power, disk) is cut off when a later process of the run begins. Bodies are kept as they came, content-encoding
included; a transfer encoding was removed by the transport and its header is renamed. Records are read back with
``pipelines.archive.Archive.read`` by ``<file>#<offset>``.
"""

from __future__ import annotations

import fcntl
import glob
import io
import os
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import BufferWARCWriter

LEVEL = 4  # of compression


class CrawlArchive:
    """The WARC file that this process of a run writes."""

    def __init__(self, folder: Path, run_id: str, number: int = 0) -> None:
        """``number`` is the worker's within the run: no two processes of a run write files of one name."""
        self.folder = folder
        self.run_id = run_id
        folder.mkdir(parents=True, exist_ok=True)
        for path in self.files():
            repair_left(path)
        self.name = _free_name(folder, f"{run_id}-{number:03d}")
        self._stream: BinaryIO | None = None
        self._dirty = False

    def files(self) -> list[Path]:
        """The files that the run has written so far."""
        return sorted(self.folder.glob(f"{glob.escape(self.run_id)}-[0-9][0-9][0-9]*.warc.gz"))

    def add(self, request: Request, response: Response, told: Iterable[tuple[str, str]] = ()) -> str:
        """Append request and response and return the response's name; ``told`` are further WARC headers of the response."""
        writer = BufferWARCWriter(gzip=False)
        date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        answer = writer.create_warc_record(
            response.url,
            "response",
            payload=io.BytesIO(response.body),
            http_headers=_response_headers(response),
            warc_headers_dict={"WARC-Date": date, **dict(told)},
        )
        asked = writer.create_warc_record(
            response.url,
            "request",
            payload=io.BytesIO(request.body),
            http_headers=_request_headers(request, response.url),
            warc_headers_dict={"WARC-Date": date, "WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID")},
        )
        stream = self._open()
        offset = stream.tell()
        _append(stream, _member(answer) + _member(asked))
        self._dirty = True
        return f"{self.name}#{offset}"

    def sync(self) -> None:
        """Bring what was written to the disk; called before a transaction that names it is committed."""
        if self._stream is not None and self._dirty:
            os.fsync(self._stream.fileno())
            self._dirty = False

    def close(self) -> None:
        """Sync and close."""
        if self._stream is not None:
            self.sync()
            _finish(self._stream)
            self._stream = None

    def _open(self) -> BinaryIO:
        if self._stream is None:
            self._stream = (self.folder / self.name).open("ab", buffering=0)
            fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)  # while it is held nobody repairs the file
            if self._stream.tell() == 0:
                _append(self._stream, self._info())
        return self._stream

    def _info(self) -> bytes:
        writer = BufferWARCWriter(gzip=True)
        told = {"software": "cloud-insights crawlers", "format": "WARC File Format 1.0", "isPartOf": self.run_id}
        writer.write_record(writer.create_warcinfo_record(self.name, told))
        return bytes(writer.get_contents())


def _append(stream: BinaryIO, data: bytes) -> None:
    """Write all or nothing: a disk that gets full takes a part before it says so. Raises OSError."""
    start, written = stream.tell(), 0
    try:
        while written < len(data):
            written += stream.write(data[written:])
    except OSError:
        stream.truncate(start)
        raise


def _member(record: Any) -> bytes:
    """A record as a gzip member of its own. warcio squeezes hardest (level 9), which costs more than it saves here."""
    writer = BufferWARCWriter(gzip=False)
    writer.write_record(record)
    squeezer = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
    return squeezer.compress(writer.get_contents()) + squeezer.flush()


def _free_name(folder: Path, stem: str) -> str:
    """A name that no file has: an earlier release numbered files by how many there were."""
    names = (f"{stem}{suffix}.warc.gz" for suffix in ("", *(f".{n}" for n in range(1, 10_000))))
    return next(name for name in names if not (folder / name).exists())


def _finish(stream: BinaryIO) -> None:
    """Close a file that is whole: from now on nobody writes to it, and nobody has to look whether it is whole."""
    os.fchmod(stream.fileno(), 0o444)
    stream.close()


def repair_left(path: Path) -> None:
    """Repair a file whose process is gone; one that is finished, or that another worker is writing, is left alone."""
    if not path.stat().st_mode & 0o200:
        return
    with path.open("r+b") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return
        repair(path)
        _finish(stream)


def repair(path: Path) -> int:
    """Cut off the tail of a file that is not a whole gzip member; returns how many bytes were cut."""
    size, whole = path.stat().st_size, 0
    with path.open("r+b") as stream:
        for end in _members(stream):
            whole = end
        if whole < size:
            stream.truncate(whole)
    return size - whole


def _members(stream: BinaryIO) -> Iterable[int]:
    """The offsets at which whole gzip members end."""
    at = 0
    member = zlib.decompressobj(31)
    while chunk := stream.read(1 << 16):
        while chunk:
            try:
                member.decompress(chunk)
            except zlib.error:
                return
            used = len(chunk) - len(member.unused_data)
            at += used
            chunk = member.unused_data
            if not member.eof:
                break
            yield at
            member = zlib.decompressobj(31)


def _response_headers(response: Response) -> StatusAndHeaders:
    renamed = {"transfer-encoding": "X-Archive-Orig-Transfer-Encoding", "content-length": "X-Archive-Orig-Content-Length"}
    pairs = [
        (renamed.get(name.decode("latin-1").lower(), name.decode("latin-1")), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    ]
    try:
        phrase = HTTPStatus(response.status).phrase
    except ValueError:
        phrase = ""
    pairs.append(("Content-Length", str(len(response.body))))
    return StatusAndHeaders(f"{response.status} {phrase}".strip(), pairs, protocol="HTTP/1.1")


def _request_headers(request: Request, url: str) -> StatusAndHeaders:
    parts = urlsplit(url)
    pairs = [("Host", parts.netloc)]
    pairs += [(n.decode("latin-1"), v.decode("latin-1")) for n, vs in request.headers.items() for v in vs if n.lower() != b"cookie"]
    target = parts.path or "/"
    return StatusAndHeaders(f"{request.method} {target}{'?' + parts.query if parts.query else ''} HTTP/1.1", pairs, is_http_request=True)
