"""Publication dates: how they are written, which one wins, and what is not guessed."""

import json

import pytest

from pipelines.case import Field
from pipelines.reader import Document, read, record_document
from pipelines.steps import published
from pipelines.steps.published import iso


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-19 03:40:19", "2024-01-19"),
        ("2024-05-06T07:00:00Z", "2024-05-06"),
        ("2024/3/5", "2024-03-05"),
        ("2024年3月5日", "2024-03-05"),
        ("2024 年 3 月", "2024-03"),
        ("February 2025", "2025-02"),
        ("February 5, 2025", "2025-02-05"),
        ("Sept 3rd, 2021", "2021-09-03"),
        ("13 JUL 2023", "2023-07-13"),
        ("by awschina on 17 April 2026", "2026-04-17"),
        ("2025", "2025"),
        ("3/24/2025", "2025-03-24"),
        ("24/3/2025", "2025-03-24"),
        ("3/4/2025", "2025"),
        ("2024-13-45", None),
        ("soon", None),
        ("version 12.2", None),
        ("call 4008013260", None),
        ("Smith 2025", "2025"),
    ],
)
def test_iso(text: str, expected: str | None) -> None:
    assert iso(text) == expected


def test_month_first_where_the_site_writes_so() -> None:
    assert iso("3/4/2025", month_first=True) == "2025-03-04"


def found(text: str, **record: str) -> Field[str]:
    line = {"id": "1", "vendor": "aws", "format": "markdown", "text": text} | record
    (raw,) = read(record_document(json.dumps(line))).cases if isinstance(line, str) else read(record_document(line)).cases
    value: Field[str] = published.run(raw, {})["published"]
    assert all(e.check(raw.page.text) for e in value.evidence)
    return value


def test_labelled_date_with_evidence() -> None:
    field = found("# 示例\n\n发布时间：2024年3月5日\n\n正文在此。")
    assert (field.value, field.method, field.evidence[0].quote) == ("2024-03-05", "label", "2024年3月5日")


def test_publication_wins_over_update_and_what_came_with_the_page_over_a_lone_year() -> None:
    assert found("# Mill\n\n2023\n\nIt grinds.", published="2024-02-03").value == "2024-02-03"
    field = found("# Mill\n\nLast updated: 2025-01-01\n\nPublished: 2023-02-03\n\nIt grinds.")
    assert (field.value, field.losers) == ("2023-02-03", (("2025-01-01", "updated", 0.8),))


def test_date_that_came_with_the_page_has_no_words_in_it() -> None:
    field = found("# Mill\n\nIt grinds.", published="Thu, 30 Jul 2026 21:01:14 +0000")
    assert (field.value, field.method, field.evidence) == ("2026-07-30", "came_with", ())


def test_a_year_in_a_sentence_is_no_date_of_publication() -> None:
    assert found("# Mill\n\nThe mill was founded in 1998 and moved in 2021.").reason == "no_date"


def test_date_above_a_microsoft_story_is_month_first() -> None:
    body = "<main><div>3/4/2025</div><h1>Example Harbor</h1><p>" + "It moved its planning to the cloud. " * 8 + "</p></main>"
    (raw,) = read(Document(body.encode(), "text/html", "azure")).cases
    assert published.run(raw, {})["published"].value == "2025-03-04"
