"""A disk that is full, or a file that may not grow: the crawl stops, says so, and loses nothing."""

from __future__ import annotations

import errno
import io
import sqlite3
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.http import Response
from sqlalchemy.exc import OperationalError

from crawlers.failures import Declined
from crawlers.middlewares.archive import ArchiveMiddleware
from crawlers.room import is_full
from crawlers.run import main
from crawlers.warc import CrawlArchive, repair
from pipelines.library.room import no_room

PAGE = "https://aws.amazon.com/solutions/case-studies/example/"
SMALL = ("sh", "-c", 'ulimit -f "$0" && exec "$@"')  # files of at most so many blocks of 512 bytes (or 1024: dash, bash)


def sqlite_error(code):
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = code
    return OperationalError("insert", {}, error)


class Refused(Exception):  # noqa: N818 - as psycopg's, which need not be installed
    def __init__(self, sqlstate):
        super().__init__("refused")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EFBIG, "File too large"), True),
        (OSError(errno.EDQUOT, "Quota exceeded"), True),
        (OSError(errno.ECONNREFUSED, "refused"), False),
        (sqlite_error(13), True),
        (sqlite_error(10 | 3 << 8), True),
        (sqlite_error(5), False),
        (OperationalError("insert", {}, Refused("53100")), True),
        (OperationalError("insert", {}, Refused("40001")), False),
        (ValueError("x"), False),
    ],
)
def test_what_says_that_there_is_no_room(error, full):
    assert no_room(error) == full


@pytest.mark.parametrize("blocks", [500, 900])
def test_a_crawl_that_has_no_room_stops_says_so_and_goes_on_later(crawl, blocks):
    crawl.reads = False
    stopped = crawl(run="one", within=(*SMALL, str(blocks)))
    assert stopped.status == 1
    assert "磁盘写不下了" in stopped.said
    assert "以同一 run 继续" in stopped.said.replace("\n", "")
    crawl.reads = True
    whole = crawl(run="one")
    assert (whole.status, whole.manifest["status"]) == (0, "complete")
    assert not any(f["kind"] in ("disk_full", "unreachable", "store_error") for f in whole.manifest["failures"])
    assert len(list(whole.library.cases())) >= 25
    assert all(whole.library.archived(case.page_digest).payload for case in whole.library.cases())


def test_an_archive_that_refuses_ends_the_crawl_and_is_no_fault_of_the_site(tmp_path):
    archive = CrawlArchive(tmp_path, "one")
    lost = []
    run = SimpleNamespace(lost="", lose=lambda kind, told: lost.append((kind, told)))
    archive._stream = Narrow(tmp_path / archive.name, "ab")
    archive._stream.error = errno.EACCES
    with pytest.raises(Declined):
        ArchiveMiddleware(run, archive).process_response(Request(PAGE), Response(PAGE, body=b"x" * 500))
    assert lost[0][0] == "archive_refused"
    assert "没有权限" in lost[0][1]


@pytest.mark.parametrize("name", ["archive", "runs"])
def test_a_folder_that_cannot_be_written_to_is_refused_before_anything_starts(tmp_path, name, capsys):
    (tmp_path / name).write_text("a file where a folder is to be")
    assert main(["MaaS", "--vendors", "aws", "--sandbox", "--library", f"sqlite:///{tmp_path}/library.db"]) == 2
    said = capsys.readouterr().err
    assert f"{tmp_path / name} 写不进去" in said
    assert "--library" in said
    assert not list(tmp_path.glob("*.db-wal"))


class Narrow(io.FileIO):
    """A file that takes a few bytes at a time and then no more, as a disk does that gets full."""

    left = 100
    error = errno.ENOSPC

    def write(self, data):
        if not self.left:
            raise OSError(self.error, "No space left on device")
        taken = min(self.left, 40, len(data))
        self.left -= taken
        return super().write(bytes(data[:taken]))


def test_a_record_is_written_whole_or_not_at_all(tmp_path):
    archive = CrawlArchive(tmp_path, "one")
    archive.add(Request(PAGE), Response(PAGE, body=b"first"))
    before = (tmp_path / archive.name).read_bytes()
    archive._stream = Narrow(tmp_path / archive.name, "ab")
    with pytest.raises(OSError, match="No space"):
        archive.add(Request(PAGE), Response(PAGE, body=b"second"))
    assert (tmp_path / archive.name).read_bytes() == before
    assert repair(tmp_path / archive.name) == 0


def test_short_writes_are_gone_on_with(tmp_path):
    archive = CrawlArchive(tmp_path, "one")
    archive.add(Request(PAGE), Response(PAGE, body=b"first"))
    archive._stream = Narrow(tmp_path / archive.name, "ab")
    archive._stream.left = 100_000
    archive.add(Request(PAGE), Response(PAGE, body=b"second"))
    assert repair(tmp_path / archive.name) == 0


def test_whether_a_disk_is_full(tmp_path, monkeypatch):
    assert not is_full(tmp_path / "nowhere")
    monkeypatch.setattr("crawlers.room.LEAST", 1 << 62)
    assert is_full(tmp_path)
