"""The archive gives back the bytes it was given, and names what was damaged."""

import gzip

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipelines.archive import Archive, ArchiveError, digest, warc_documents


@pytest.fixture
def archive(tmp_path):
    made = Archive(tmp_path / "archive")
    yield made
    made.close()


def test_records_of_one_run_are_read_back_by_name(archive):
    payloads = ["<p>示例银行</p>".encode("gb18030"), b"", b"plain\r\n\r\ntext"]
    refs = [archive.add(p, f"https://example.com/{i}", "text/html", "run-1") for i, p in enumerate(payloads)]
    for index, (ref, payload) in enumerate(zip(refs, payloads, strict=True)):
        found = archive.read(ref, digest(payload))
        assert (found.payload, found.url, found.media_type) == (payload, f"https://example.com/{index}", "text/html")


def test_a_second_session_appends_and_keeps_the_first(archive):
    first = archive.add(b"one", "urn:a", "text/plain", "run-1")
    archive.close()
    second = Archive(archive.folder).add(b"two", "urn:b", "text/plain", "run-1")
    assert first != second
    assert [archive.read(r).payload for r in (first, second)] == [b"one", b"two"]


@pytest.mark.parametrize("ref", ["../secret.warc.gz#0", "run.warc.gz", "run.warc.gz#x", "/etc/passwd#0", "absent.warc.gz#0"])
def test_a_name_that_is_no_record_is_refused(archive, ref):
    with pytest.raises(ArchiveError):
        archive.read(ref)


def test_a_name_longer_than_files_may_have_is_refused(archive):
    with pytest.raises(ArchiveError, match="run 的名字"):
        archive.add(b"one", "urn:a", "text/plain", "r" * 201)
    with pytest.raises(ArchiveError, match="不是归档记录的名字"):
        archive.read("r" * 201 + ".warc.gz#0")


def test_changed_bytes_are_found(archive):
    ref = archive.add(b"the original", "urn:a", "text/plain", "run-1")
    file = archive.folder / "run-1.warc.gz"
    file.write_bytes(gzip.compress(gzip.decompress(file.read_bytes()).replace(b"original", b"0riginal")))
    with pytest.raises(ArchiveError, match="指纹"):
        archive.read(ref, digest(b"the original"))


def test_a_truncated_file_names_itself(archive):
    ref = archive.add(b"x" * 5000, "urn:a", "text/plain", "run-1")
    file = archive.folder / "run-1.warc.gz"
    file.write_bytes(file.read_bytes()[:60])
    with pytest.raises(ArchiveError, match=r"run-1\.warc\.gz"):
        archive.read(ref, digest(b"x" * 5000))


def test_the_file_is_a_warc_that_others_read(archive):
    archive.add(b"payload", "https://example.com/", "text/plain", "run-1")
    with (archive.folder / "run-1.warc.gz").open("rb") as stream:
        kinds = [(r.rec_type, r.content_stream().read()) for r in ArchiveIterator(stream, check_digests="raise")]
    assert kinds == [("resource", b"payload")]


def test_a_file_that_is_no_warc_is_refused(tmp_path):
    file = tmp_path / "x.warc"
    file.write_bytes(b"not a warc at all")
    with pytest.raises(ArchiveError, match=r"x\.warc"):
        list(warc_documents(file))
