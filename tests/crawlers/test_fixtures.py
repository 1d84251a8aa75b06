"""One test a field of every saved page: a red line says which field of which page is not as a person agreed to."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from crawlers.fixtures import FIELDS, fixtures, load, observe, save, write
from pipelines.errors import UserError
from pipelines.reader.document import Document

ROOT = Path(__file__).parents[1] / "fixtures"
HELD = {str(one.folder.relative_to(ROOT)): one for one in fixtures(ROOT)}


@cache
def observed(name):
    return observe(HELD[name].document)


def fields_of(name):
    expected = HELD[name].expected() or {"cases": []}
    yield from ((name, None, part) for part in ("page", "rejections"))
    yield from ((name, number, field) for number, _ in enumerate(expected["cases"]) for field in FIELDS)


@pytest.mark.parametrize("name", HELD)
def test_every_fixture_has_an_expectation_that_a_person_reviewed(name):
    held = HELD[name]
    if held.expected() is None:
        write(held.folder / "expected.json", observed(name))
        pytest.fail(f"{held.folder}/expected.json was written: review it and commit it")
    assert len(observed(name)["cases"]) == len(held.expected()["cases"])


@pytest.mark.parametrize(("name", "number", "field"), [case for name in HELD for case in fields_of(name)])
def test_field(name, number, field):
    expected, found = HELD[name].expected(), observed(name)
    if number is None:
        assert found[field] == expected[field]
    else:
        assert found["cases"][number][field] == expected["cases"][number][field]


# Writing fixtures

PAGE = "<html><head><title>Example Bakery Case Study</title></head><body><h1>Example Bakery Case Study</h1></body></html>"


def test_a_fixture_comes_back_as_it_was_saved(tmp_path):
    url = "https://aws.amazon.com/solutions/case-studies/example-bakery/?did=cr_card"
    document = Document(PAGE.encode("gbk"), "text/html", "aws", url, charset="gbk", facts=(("customer", "Example Bakery"),))
    folder = save(document, "old", tmp_path)
    back = load(folder)
    assert folder.name == "example-bakery"
    assert (back.document.payload, back.document.charset, back.layout) == (document.payload, "gbk", "old")
    assert back.document.facts == document.facts
    assert "did=" not in back.document.url
    assert back.expected() == observe(back.document)


def test_a_page_that_is_no_source_or_there_already_is_not_saved(tmp_path):
    document = Document(PAGE.encode(), "text/html", "aws", "https://aws.amazon.com/solutions/case-studies/example-bakery/")
    save(document, "old", tmp_path)
    with pytest.raises(UserError, match="已存在"):
        save(document, "old", tmp_path)
    with pytest.raises(UserError, match="官方"):
        save(Document(b"", "text/html", "aws", "https://evil.example/x"), "old", tmp_path)
