"""The crawl's archive: bodies as they came, whole records after a kill, readable through pipelines.archive."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import Response
from warcio.archiveiterator import ArchiveIterator

from crawlers.warc import CrawlArchive, repair
from pipelines.archive import Archive, digest

PAGE = "https://aws.amazon.com/solutions/case-studies/example/"


def add(archive, body, **headers):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return archive.add(Request(PAGE), Response(PAGE, headers=names, body=body))


@pytest.mark.parametrize(
    ("body", "headers", "payload"),
    [
        (b"<html>plain</html>", {}, b"<html>plain</html>"),
        (gzip.compress(b"<html>squeezed</html>", mtime=0), {"Content_Encoding": "gzip"}, b"<html>squeezed</html>"),
        ("<html>示例</html>".encode("gbk"), {"Content_Type": "text/html; charset=gbk"}, "<html>示例</html>".encode("gbk")),
        (b"<html>was chunked</html>", {"Transfer_Encoding": "chunked"}, b"<html>was chunked</html>"),
        (b"", {}, b""),
    ],
)
def test_a_body_keeps_its_digest_however_it_came(tmp_path, body, headers, payload):
    archive = CrawlArchive(tmp_path, "run")
    ref = add(archive, body, **headers)
    archive.close()
    found = Archive(tmp_path).read(ref, digest(payload))
    assert (found.payload, found.url, found.status) == (payload, PAGE, "200")


def test_request_and_response_belong_together_and_tell_the_way(tmp_path):
    archive = CrawlArchive(tmp_path, "run")
    request = Request(PAGE, headers={"Accept": "text/html", "Cookie": "secret"})
    archive.add(request, Response(PAGE, status=404, body=b"x"), [("X-Robots-Verdict", "allowed")])
    archive.close()
    with (tmp_path / "run-000.warc.gz").open("rb") as stream:
        records = {r.rec_type: (r.rec_headers, r.http_headers) for r in ArchiveIterator(stream)}
    assert set(records) == {"warcinfo", "response", "request"}
    assert records["request"][0].get_header("WARC-Concurrent-To") == records["response"][0].get_header("WARC-Record-ID")
    assert records["response"][0].get_header("X-Robots-Verdict") == "allowed"
    assert records["response"][1].get_statuscode() == "404"
    assert records["request"][1].get_header("Cookie") is None
    assert records["request"][1].get_header("Host") == "aws.amazon.com"


def test_every_process_of_a_run_writes_a_file_of_its_own(tmp_path):
    for number in range(2):
        archive = CrawlArchive(tmp_path, "run", number)
        ref = add(archive, b"x")
        archive.close()
    assert ref.startswith("run-001.warc.gz#")
    assert [p.name for p in archive.files()] == ["run-000.warc.gz", "run-001.warc.gz"]
    again = CrawlArchive(tmp_path, "run", 1)
    assert add(again, b"y").startswith("run-001.1.warc.gz#"), "a file of an earlier release is not written on"


def test_what_another_worker_is_writing_is_not_repaired(tmp_path):
    writing = CrawlArchive(tmp_path, "run", 0)
    add(writing, b"first")
    with (tmp_path / writing.name).open("ab") as stream:
        stream.write(b"half a rec")  # as if it were in the middle of a record
    size = (tmp_path / writing.name).stat().st_size
    CrawlArchive(tmp_path, "run", 1)
    assert (tmp_path / writing.name).stat().st_size == size
    writing._stream.close()  # killed
    CrawlArchive(tmp_path, "run", 2)
    assert (tmp_path / writing.name).stat().st_size == size - len(b"half a rec")


@settings(deadline=None)
@given(cut=st.integers(min_value=1, max_value=200))
def test_a_tail_that_is_not_whole_is_cut_and_what_stood_before_is_kept(tmp_path_factory, cut):
    folder = tmp_path_factory.mktemp("warc")
    archive = CrawlArchive(folder, "run")
    first = add(archive, b"first")
    whole = (folder / archive.name).stat().st_size
    add(archive, b"second " * 50)
    archive._stream.close()  # killed: nobody said that the file is whole
    path = folder / archive.name
    size = path.stat().st_size
    with path.open("r+b") as stream:
        stream.truncate(size - cut)
    CrawlArchive(folder, "run")
    assert whole <= path.stat().st_size <= size - cut
    assert repair(path) == 0
    assert Archive(folder).read(first, digest(b"first")).payload == b"first"
