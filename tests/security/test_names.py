"""Names that would lead elsewhere or deceive the eye: folders, archive files, runs, vendors, customers."""

import json
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from analysis import generate
from analysis.cli import load_commands
from analysis.report.render import render
from analysis.run import analyse
from crawlers.commands.newvendor import new_vendor
from crawlers.runs import run_name
from pipelines.archive import Archive, ArchiveError
from pipelines.case import Field
from pipelines.companies.identity import company_key
from pipelines.companies.lookalikes import doubtful, odd_letters, skeleton
from pipelines.errors import UserError
from tests.security.hostile import HIDDEN, PATHS

BRIEF = settings(max_examples=100, deadline=None)
OUTSIDE = [p for p in PATHS if p not in ("CON", "x\x00y")]


def outside(folder, inside):
    return [p for p in folder.rglob("*") if p.is_file() and not p.is_relative_to(inside)]


@pytest.mark.parametrize("date", ["../../x", "2026-01-31/../../..", "/etc", "2026-13-01", "x"])
def test_a_date_that_is_none_writes_nothing(tmp_path, monkeypatch, date):
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(load_commands(), ["report", "对象存储", "--starter", "--no-pictures", "--date", date])
    assert said.exit_code != 0
    assert isinstance(said.exception, UserError)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_category_a_customer_and_a_persona_name_no_path(tmp_path, name, category_of):
    cases = [replace(c, customer_name=Field(f"{name}{n}", c.customer_name.evidence, 0.9)) for n, c in enumerate(generate.cases(20))]
    made = analyse(cases, "x", as_of="2026-01-31", category=category_of("对象存储"))
    hostile = replace(
        made,
        scope=replace(made.scope, category=name, as_of=name),
        personas=tuple(replace(p, id=name, name=replace(p.name, zh=name, en=name)) for p in made.personas),
    )
    home = tmp_path / "a" / "b"
    written = render(hostile, home, pictures=False)
    assert outside(tmp_path, home) == []
    assert all(p.resolve().is_relative_to(home.resolve()) for p in written)


@pytest.fixture
def category_of():
    from analysis.scope import Category

    return lambda name: Category(name, "存储类")


@pytest.mark.parametrize("name", ["../x", "a/b", "/x", ".hidden", "..", "", "a b", "a\x00", "a\n", "x" * 9 + "/../../y"])
def test_a_run_and_its_archive_cannot_leave_their_folders(tmp_path, name):
    with pytest.raises(ArchiveError):
        Archive(tmp_path / "archive").add(b"x", "https://example.com/", "text/html", name)
    if name:
        with pytest.raises(UserError):
            run_name({"RUN_ID": name})
    assert outside(tmp_path, tmp_path / "archive") == []


@pytest.mark.parametrize(
    "ref", ["../../etc/passwd#0", "/etc/passwd#0", "a/../b.warc.gz#0", "x.warc.gz#-1", "x.warc.gz#1e3", "x.warc.gz", "#", "x.warc.gz#0#1"]
)
def test_a_reference_out_of_the_database_reads_no_other_file(tmp_path, ref):
    (tmp_path / "archive").mkdir()
    with pytest.raises(ArchiveError):
        Archive(tmp_path / "archive").read(ref)


@pytest.mark.parametrize("name", ["../evil", "a/b", "A", "a-b", "", "x" * 60, "__init__"])
def test_a_new_vendor_has_a_plain_name(tmp_path, name):
    with pytest.raises(UserError):
        new_vendor(tmp_path, name, "https://example.com/cases", "x")
    assert list(tmp_path.rglob("*")) == []


def test_names_of_other_letters_are_other_companies_and_are_told(category_of):
    latin, mixed, spaced = "Acme Bank", "\u0410cme B\u0430nk", "Acme\u200b Bank\u202e"
    keys = {company_key(n) for n in (latin, mixed)}
    assert len(keys) == 2
    cases = generate.cases(20)
    named = [
        replace(c, customer_name=Field(n, c.customer_name.evidence, 0.9), customer_key=company_key(n))
        for c, n in zip(cases, (latin, mixed, spaced), strict=False)
    ]
    made = analyse([*named, *cases[3:]], "x", as_of="2026-01-31", category=category_of("对象存储"))
    assert {c.customer for c in made.cases} >= {latin, mixed}
    told = " ".join(n.zh for n in made.notes)
    assert "U+0410 CYRILLIC CAPITAL LETTER A" in told
    assert "U+202E" in told
    plain = analyse(cases, "x", as_of="2026-01-31", category=category_of("对象存储"))
    assert "U+" not in " ".join(n.zh for n in plain.notes)


@pytest.mark.parametrize("name", ["示例银行", "Café Olé", "Яндекс", "Ελλάδα", "μTorrent", "株式会社サンプル", "Acme (示例)", "3M", "삼성"])
def test_honest_names_raise_no_doubt(name):
    assert doubtful([name, "Acme Bank", "示例保险"]) == ()


@BRIEF
@given(st.text(alphabet="abcdeopxy", min_size=3, max_size=12), st.data())
def test_any_letter_replaced_by_its_double_is_found(name, data):
    doubles = {"a": "а", "c": "с", "e": "е", "o": "о", "p": "р", "x": "х", "y": "у"}
    places = [i for i, c in enumerate(name) if c in doubles]
    if places:
        at = data.draw(st.sampled_from(places))
        forged = name[:at] + doubles[name[at]] + name[at + 1 :]
        assert skeleton(forged) == skeleton(name)
        [doubt] = doubtful([name, forged])
        assert set(doubt.names) == {name, forged}
        assert doubles[name[at]] in doubt.letters


@BRIEF
@given(st.text(max_size=30), st.sampled_from([h for h in HIDDEN if unicodedata.category(h[0]) in ("Cf", "Cc")]))
def test_what_is_hidden_in_a_name_is_found(name, mark):
    assert mark[0] in odd_letters(f"x{mark}{name}")


def test_a_record_cannot_name_its_own_place(tmp_path):
    from pipelines.importing import incoming_documents

    record = {
        "id": "../../../evil",
        "vendor": "../../x",
        "url": "file:///etc/passwd",
        "lang": "../x",
        "kind": "case",
        "format": "text",
        "title": "x",
        "text": "y",
    }
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(record), encoding="utf-8")
    from pipelines.importing import import_paths
    from pipelines.library import Library

    with Library.open(f"sqlite:///{tmp_path}/lib/library.db") as library:
        assert set(import_paths(library, [path]).rejected) <= {"unknown_vendor", "outside_policy", "unofficial", "bad_record"}
    assert len(list(incoming_documents([path]))) == 1
    assert outside(tmp_path, tmp_path / "lib") == [path]
