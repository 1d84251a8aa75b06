"""Files from strangers: bombs are refused before they unpack, broken ones are an error that names them, nothing hangs."""

import gzip
import io
import json
import zipfile
from contextlib import suppress
from pathlib import PurePosixPath

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy.http import TextResponse
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from analysis.intake.files import forms_of
from analysis.interviews.tables import csv_sheets, xlsx_sheets, yaml_entries
from analysis.research.sources.read import read_bytes
from crawlers import listings
from pipelines import archive, importing
from pipelines.errors import UserError
from pipelines.importing import Incoming, import_paths, incoming_documents
from pipelines.library import Library
from tests.security.hostile import within

BRIEF = settings(max_examples=60, deadline=None)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>{}]>".format("".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)))
OUTSIDE = "<!DOCTYPE x [<!ENTITY a11 SYSTEM 'file:///etc/passwd'>]>"


def zipped(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as held:
        for name, data in parts.items():
            held.writestr(name, data)
    return out.getvalue()


def docx(xml):
    return zipped({"word/document.xml": xml})


def workbook(change):
    """A workbook whose sheet is changed by a function from its XML to XML."""
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["问题", "回答"])
    book.save(out)
    with zipfile.ZipFile(out) as held:
        parts = {n: held.read(n) for n in held.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = change(parts[sheet])
    return zipped(parts)


def lying(data):
    """A zip that declares of every part that it is small: the header and the directory say 10 bytes."""
    out, at = bytearray(data), 0
    for mark, size in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = out.find(mark)
        while at >= 0:
            out[at + size : at + size + 4] = (10).to_bytes(4, "little")
            at = out.find(mark, at + 4)
    return bytes(out)


BOMB = b"<w:document xmlns:w='%s'><w:body>%s</w:body></w:document>" % (W.encode(), b" " * 60_000_000)
ENTITIES = [
    f"{LAUGHS}<w:document xmlns:w='{W}'><w:p><w:t>&a11;</w:t></w:p></w:document>",
    f"{OUTSIDE}<w:document xmlns:w='{W}'><w:p><w:t>&a11;</w:t></w:p></w:document>",
]


@pytest.mark.parametrize(
    "data",
    [docx(BOMB), lying(docx(BOMB)), *(docx(x.encode()) for x in ENTITIES), zipped({f"p{n}": b"" for n in range(3000)})],
    ids=["blank", "lying", "entities", "outside", "parts"],
)
def test_a_docx_bomb_is_refused(data):
    with within(20), pytest.raises(UserError):
        forms_of(data, "form.docx")


def sheet_bombs():
    yield "blank", workbook(lambda xml: xml.replace(b"</sheetData>", b" " * 80_000_000 + b"</sheetData>"))
    yield "entities", workbook(lambda xml: LAUGHS.encode() + xml.replace(b"<v>0</v>", b"<v>&a11;</v>"))
    yield "outside", workbook(lambda xml: OUTSIDE.encode() + xml.replace(b"<v>0</v>", b"<v>&a11;</v>"))
    yield "parts", zipped({f"p{n}": b"" for n in range(3000)})


@pytest.mark.parametrize(("name", "data"), list(sheet_bombs()), ids=lambda x: x if isinstance(x, str) else "")
@pytest.mark.parametrize(
    "read", [lambda d: xlsx_sheets(d, "a.xlsx"), lambda d: read_bytes(d, PurePosixPath("kb/a.xlsx"))], ids=["interviews", "research"]
)
def test_an_xlsx_bomb_is_refused_by_interviews_and_research(name, data, read):
    with within(20), pytest.raises(UserError):
        read(data)


def test_a_cell_of_many_columns_is_cut_not_filled():
    """A single cell far to the right and far down is a few bytes and a thousand million cells."""
    data = workbook(lambda xml: xml.replace(b"</sheetData>", b'<row r="25000"><c r="XFD25000"><v>1</v></c></row></sheetData>'))
    for read in (lambda d: xlsx_sheets(d, "a.xlsx"), lambda d: read_bytes(d, PurePosixPath("kb/a.xlsx"))):
        with within(20), suppress(UserError):
            read(data)


YAML_BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))


def test_a_yaml_bomb_is_refused():
    with within(10), pytest.raises(UserError):
        yaml_entries(YAML_BOMB.encode(), "a.yaml")
    with within(10), pytest.raises(UserError):
        forms_of(YAML_BOMB.encode(), "a.yaml")


@pytest.mark.parametrize(
    "text", ["!!python/object/apply:pathlib.Path.touch [%s]", "a: !!python/name:os.system", "? {a: b}\n: c", "[" * 3000]
)
def test_yaml_makes_no_objects_and_no_depth_breaks_it(text, tmp_path):
    words = text.replace("%s", str(tmp_path / "owned")).encode()
    for read in (lambda d: yaml_entries(d, "a.yaml"), lambda d: forms_of(d, "a.yaml")):
        with within(10), suppress(UserError):
            read(words)
    assert not (tmp_path / "owned").exists()


def eml(n):
    """A message in a message in a message."""
    inner = "Content-Type: text/plain\n\nhi\n"
    for depth in range(n):
        mark = f"b{depth}"
        inner = f'Content-Type: multipart/mixed; boundary="{mark}"\n\n--{mark}\n{inner}\n--{mark}--\n'
    return f"From: a@example.com\nSubject: x\n{inner}".encode()


@pytest.mark.parametrize(
    "data",
    [
        eml(400),
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\nhi\n" * 100_000,
        b"Subject: " + b"=?utf-8?q?" * 50_000 + b"\n\nhi",
        b"From: " + b"<" * 500_000 + b"\n\nhi",
        b"Date: " + b"9" * 100_000 + b"\n\nhi",
        b"Content-Type: text/plain; charset=rot13\n\nhi",
        b"Content-Transfer-Encoding: base64\n\n" + b"A" * 1_000_000,
    ],
    ids=["nested", "parted", "encoded", "address", "date", "charset", "base64"],
)
def test_a_hostile_message_is_read_or_refused_but_never_hangs(data):
    with within(30), suppress(UserError):
        assert read_bytes(data, PurePosixPath("mail/a.eml"))


def warc(path, *bodies):
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for n, (body, coding) in enumerate(bodies):
            head = StatusAndHeaders(
                "200 OK", [("Content-Type", "text/html"), *([("Content-Encoding", coding)] if coding else [])], protocol="HTTP/1.1"
            )
            url = f"https://aws.amazon.com/solutions/case-studies/example-{n}/"
            writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=head))
    return path


def test_a_warc_bomb_is_one_rejection_and_stops_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_PAYLOAD", 1_000_000)
    bomb = gzip.compress(b"x" * 200_000_000)
    path = warc(tmp_path / "a.warc.gz", (b"<p>one</p>", ""), (bomb, "gzip"), (b"<p>two</p>", ""))
    with within(30):
        found = list(incoming_documents([path], "aws"))
    assert [isinstance(f, Incoming) for f in found] == [True, False, True]
    assert found[1].code == "unreadable"
    assert "example-1" in found[1].url


def test_an_endless_line_is_one_rejection_and_stops_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "MAX_DOCUMENT", 10_000)
    good = json.dumps(
        {"id": "a", "vendor": "aws", "url": "", "lang": "en", "kind": "case", "format": "text", "title": "x", "text": "y"}
    ).encode()
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"x": "' + b"y" * 100_000 + b'"}\n' + good + b"\n" + b'{"id": ' + b"[" * 9_000 + b"\n" + good + b"\n")
    found = list(incoming_documents([path], "aws"))
    assert [isinstance(f, Incoming) for f in found] == [False, True, False, True]
    assert [f.code for f in found if not isinstance(f, Incoming)] == ["unreadable", "bad_record"]


def test_a_file_too_large_is_one_rejection(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "MAX_DOCUMENT", 1000)
    (tmp_path / "a.html").write_bytes(b"x" * 2000)
    [found] = incoming_documents([tmp_path / "a.html"], "aws")
    assert found.code == "unreadable"


def test_depth_in_a_record_is_a_rejection(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b'{"id":' + b"[" * 200_000 + b"]" * 200_000 + b"}")
    with Library.open(f"sqlite:///{tmp_path}/library.db") as library:
        assert dict(import_paths(library, [tmp_path / "a.jsonl"], "aws").rejected) == {"bad_record": 1}


@pytest.mark.parametrize(
    "text", [f"{LAUGHS}<urlset><url><loc>&a11;</loc></url></urlset>", f"{OUTSIDE}<urlset><url><loc>&a11;</loc></url></urlset>"]
)
def test_a_sitemap_expands_no_entity(text):
    response = TextResponse("https://aws.amazon.com/sitemap.xml", body=text.encode(), headers={"Content-Type": "text/xml"})
    with within(10):
        try:
            root = listings._xml(response)
        except listings.ListingChanged:
            return
    said = "".join(root.itertext())
    assert "haha" not in said
    assert "root:" not in said


def test_a_gzipped_sitemap_bomb_is_cut():
    response = TextResponse(
        "https://aws.amazon.com/sitemap.xml.gz", body=gzip.compress(b" " * 300_000_000), headers={"Content-Type": "application/gzip"}
    )
    with within(30), pytest.raises(Exception, match=r"(?i)decompress|exceed|large|size"):
        listings._xml(response)


ENDINGS = ("form.docx", "form.md", "form.json", "form.yaml")
PLACES = ("kb/a.md", "kb/a.html", "kb/a.csv", "kb/a.json", "kb/a.jsonl", "mail/a.eml", "kb/a.xlsx", "kb/a.pdf", "kb/a.txt")
BYTES = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=200).map(str.encode),
    st.binary(max_size=200).map(b"PK\x03\x04".__add__),
    st.binary(max_size=200).map(b"%PDF-1.7\n".__add__),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=5), x, max_size=3),
        max_leaves=8,
    ).map(lambda x: json.dumps(x).encode()),
)


@BRIEF
@given(BYTES, st.sampled_from(ENDINGS))
def test_any_bytes_are_a_form_or_an_error(data, name):
    with suppress(UserError):
        forms_of(data, name)


@BRIEF
@given(BYTES, st.sampled_from(PLACES))
def test_any_bytes_are_sources_or_an_error(data, place):
    with suppress(UserError):
        read_bytes(data, PurePosixPath(place))


@BRIEF
@given(BYTES)
def test_any_bytes_are_interviews_or_an_error(data):
    for read in (csv_sheets, xlsx_sheets, yaml_entries):
        with suppress(UserError):
            read(data, "a")


@BRIEF
@given(BYTES, st.sampled_from((".html", ".md", ".txt", ".jsonl", ".warc", ".warc.gz")))
def test_any_bytes_are_imported_or_rejected(tmp_path_factory, data, ending):
    path = tmp_path_factory.mktemp("any") / f"a{ending}"
    path.write_bytes(data)
    for one in incoming_documents([path], "aws"):
        assert isinstance(one, Incoming) or one.code
