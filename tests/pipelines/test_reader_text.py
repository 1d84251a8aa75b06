"""The reader on Markdown, plain, printed and scattered text, and on records."""

import json

import pytest

from pipelines.case import Part, RawCase, Role
from pipelines.reader import RECORD, Document, canonical_text, read, record_document


def case_of(text: str, media_type: str = "text/plain", vendor: str = "aws") -> RawCase:
    (case,) = read(Document(text.encode(), media_type, vendor)).cases
    return case


def lines(case: RawCase, role: Role | None = None, part: Part | None = None) -> list[str]:
    return [case.text(b) for b in case.blocks if role in (None, b.role) and part in (None, b.part)]


def labels(case: RawCase) -> dict[str, str]:
    return {x.label: x.value for x in case.labels}


HELP = """### 关注阿里云

[首页](https://example.com/) [日志服务](https://example.com/a)[客户案例](https://example.com/b)示例出行

# 示例出行 {#concept_a1 .concept}

更新时间：2024-01-19 03:40:19

复制为 MD 格式

[上一篇：示例银行](https://example.com/p)[下一篇：计费说明](https://example.com/n)

- 本页导读 （1）

公司简介

业务痛点

日志服务帮助**示例出行**节省成本。

## 公司简介 {#section_x .section}

示例出行成立于2015年，提供单车服务。参见[示例出行](https://example.com/c)。

![图](https://example.com/x.png)

## 业务痛点

- 数据分散

  数据在三个地方。

## 使用的阿里云产品

- 日志服务
- 对象存储OSS
"""


def test_help_page_in_markdown() -> None:
    case = case_of(HELP, "text/markdown", "aliyun")
    assert case.page.title == "示例出行"
    assert labels(case)["date"] == "2024-01-19 03:40:19"
    assert lines(case, Role.TEXT, Part.LEAD) == ["日志服务帮助示例出行节省成本。"]
    assert lines(case, Role.TEXT, Part.ABOUT) == ["示例出行成立于2015年，提供单车服务。参见示例出行。"]
    assert lines(case, Role.BULLET, Part.CHALLENGE) == ["数据分散"]
    assert lines(case, Role.PRODUCT) == ["日志服务", "对象存储OSS"]
    assert not {"#", "{", "](", "png"} & {x for x in ("#", "{", "](", "png") if x in case.page.text}
    assert "业务痛点" in lines(case, Role.NOISE)  # the table of contents


def test_markdown_code_tables_html_and_bold_headings() -> None:
    text = "# Example Mill\n\n**Customer profile**\n\nA mill by a river.\n\n<p>It <b>grinds</b> grain.</p>\n\n"
    text += "```\nSELECT 1;\n```\n\n| Industry | Milling |\n|---|---|\n| Location | Norway |\n\n"
    text += "> “Flour is finer than it ever was before.”\n> — Ola, miller\n"
    case = case_of(text, "text/markdown")
    assert lines(case, Role.TEXT, Part.ABOUT) == ["A mill by a river.", "It grinds grain."]
    assert lines(case, Role.CODE) == ["SELECT 1;"]
    assert labels(case)["location"] == "Norway"
    assert "SELECT 1;" not in [case.text(b) for b in case.useful()]


def test_team_lists_and_resources_are_beside_the_story() -> None:
    text = "# Mill\n\nWe met.\n\n**Core team:**\n\n- Ola – Miller, Example Mill\n\n"
    text += "## Problem statement\n\nSlow.\n\n## Additional resources\n\n- A link\n\n## Conclusion\n\nFast.\n"
    case = case_of(text, "text/markdown", "azure")
    assert lines(case, Role.NOISE) == ["Core team:", "Ola – Miller, Example Mill", "Additional resources", "A link"]
    assert lines(case, Role.TEXT, Part.OUTCOME) == ["Fast."]


def test_front_matter_gives_labels() -> None:
    text = "---\ntitle: Mill Case Study\ndetails:\n  - Company: Example Mill\n  - Industry: Milling\ncss: /x.css\n---\n"
    text += "<h2>Challenge</h2>\n<p>Slow grain.</p>"
    case = case_of(text, "text/html", "cncf")
    assert labels(case) == {"customer": "Example Mill", "industry": "Milling"}
    assert case.page.title == "Mill Case Study"
    assert "x.css" not in case.page.text


LANGUAGES = ["Deutsch", "Français", "日本語", "Italiano", "English", "Português", "Türkçe", "한국어"]
SCATTERED = [
    "Amazon SQS",
    "83% reduction",
    "The mill moved its orders to the cloud within nine weeks, and the miller watches them on a telephone now.",
    "in time until flour is sold",
    "Amazon SQS is a managed message queuing service that lets you decouple things.   Learn more »",
    "Customer Stories / Food / Norway",
    "Ola Nordmann Head of Milling, Example Mill",
    " About Example Mill",
    "Opportunity | Grinding Sooner",
    "Reduces spoiled flour by 12%",
    "2023",
    "Amazon SQS helped us grind sooner, and our customers noticed, says Nordmann of the first year.",
    "See how AWS is supporting other mills in their quest for finer flour.",
]


def scattered() -> str:
    return "\n".join(line for pair in zip(SCATTERED, [*LANGUAGES, *LANGUAGES], strict=False) for line in pair)


def test_scattered_text_is_not_ordered_and_every_line_stands_for_itself() -> None:
    case = case_of(scattered())
    assert not case.ordered
    assert lines(case, Role.PRODUCT) == ["Amazon SQS"]
    assert lines(case, Role.KPI) == ["83% reduction", "in time until flour is sold", "Reduces spoiled flour by 12%"]
    assert lines(case, Role.ATTRIBUTION) == ["Ola Nordmann Head of Milling, Example Mill"]
    assert set(lines(case, Role.HEADING)) == {"About Example Mill", "Opportunity | Grinding Sooner"}
    assert lines(case, Role.TEXT) == [SCATTERED[2], SCATTERED[11]]
    assert all(x in lines(case, Role.NOISE) for x in ("Deutsch", SCATTERED[12]))
    assert labels(case) == {"breadcrumb": "Customer Stories / Food / Norway", "industry": "Food", "location": "Norway", "date": "2023"}
    assert all(b.heading == "" for b in case.blocks)


def test_a_language_menu_in_one_place_leaves_the_order_alone() -> None:
    assert case_of("\n".join([SCATTERED[2], *LANGUAGES, SCATTERED[11]])).ordered


PRINTED = """Page Contents

Example Trams: Keeping towns moving
with data
Get started for free

GOOGLE CLOUD RESULTS

Reduces the time until a late tram is noticed by
drivers to seconds
Saves 12% of energy

Example Trams asked its drivers what they
needed most and built it with them in one
short winter.

Finding every tram at once
Drivers used to call each other when a line was blocked, and a
passenger learned of it last of all. The new map shows every tram
to everybody, and the dispatchers answer questions that nobody

“A tram that is late is
now late on everybody's
map.”
Aino Virtanen
Chief Technology Officer, Example Trams

asked them before.
Example Trams runs trams in two towns.
Industry: Transportation
Location: Finland
Products: BigQuery, Cloud Run, Cloud
Storage

Why Google
Choosing Google Cloud
"""


def test_printed_page() -> None:
    case = case_of(PRINTED, vendor="gcp")
    assert case.page.title == "Example Trams: Keeping towns moving with data"
    assert lines(case, Role.KPI) == ["Reduces the time until a late tram is noticed by drivers to seconds", "Saves 12% of energy"]
    assert "Finding every tram at once" in lines(case, Role.HEADING)
    whole = next(x for x in lines(case, Role.TEXT) if x.startswith("Drivers used"))
    assert whole.endswith("questions that nobody asked them before.")
    assert lines(case, Role.QUOTE) == ["“A tram that is late is now late on everybody's map.”"]
    assert " ".join(lines(case, Role.ATTRIBUTION)) == "Aino Virtanen Chief Technology Officer, Example Trams"
    assert labels(case)["products"] == "BigQuery, Cloud Run, Cloud Storage"
    assert lines(case, Role.TEXT, Part.ABOUT) == ["Example Trams runs trams in two towns."]
    assert "Choosing Google Cloud" in lines(case, Role.NOISE)


def test_a_section_that_says_why_the_vendor_was_chosen_is_story_and_the_menu_of_that_name_is_not() -> None:
    why = (
        "Why Google Cloud?\nThe trams needed a map that a town can afford, and one that the drivers\n"
        "read at a glance, in rain and at night, without asking.\n\n"
    )
    case = case_of(PRINTED.replace("Example Trams runs trams", why + "Example Trams runs trams"), vendor="gcp")
    assert any(x.startswith("The trams needed a map") for x in lines(case, Role.TEXT))
    assert labels(case)["industry"] == "Transportation"
    assert "Choosing Google Cloud" in lines(case, Role.NOISE)


def test_printed_tiles_of_two_columns() -> None:
    text = "Customer Stories / Food / Norway\n2025\n\nExample Mill Grinds Finer Flour\n"
    text += "Learn how the mill moved to the cloud before winter and\nkept grinding all the while.\n\n"
    text += "30%\n\n15%\n\nless flour spoiled\n\nmore bread\n\n"
    text += "Overview\nThe mill is old, and its books were older than anybody could\nremember. It wanted to know what it had."
    case = case_of(text)
    assert case.page.title == "Example Mill Grinds Finer Flour"
    assert lines(case, Role.KPI) == ["30% less flour spoiled", "15% more bread"]
    assert labels(case)["date"] == "2025"


def test_text_saved_element_by_element_is_joined() -> None:
    text = "Example Blog\n\n\nHow Example Mill grinds\n\n"
    text += "  by Ola | on \n 13 JUL 2023\n | in \nAmazon SQS\n, \nMilling\n | \nPermalink\n |\n Share\n\n\n"
    text += "The mill uses\n Amazon SQS\n, a queue, and\n AWS Lambda\n. It is quick\n.\n\n\n" + "More on\n the mill\n, of course.\n\n\n" * 2
    case = case_of(text)
    assert "The mill uses Amazon SQS, a queue, and AWS Lambda. It is quick." in lines(case, Role.TEXT)
    assert labels(case)["date"] == "13 JUL 2023"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Example Mill moved all of its orders to the cloud in the winter of that year.", "en"),
        ("示例磨坊在冬天把订单系统搬到了云上，使用 OSS 和 RDS。", "zh"),
        ("예시 제분소는 그해 겨울에 주문을 클라우드로 옮겼다. Azure", "ko"),
        ("Przykładowy młyn przeniósł zimą wszystkie swoje zamówienia na serwery w chmurze.", "xx"),
        ("サンプル製粉所はその冬にすべての注文をクラウドに移しました。とても速くなりました。", "ja"),
    ],
)
def test_language(text: str, lang: str) -> None:
    assert read(Document(text.encode(), "text/plain", "aws")).page.lang == lang


def record(**changes: object) -> dict[str, object]:
    base = {
        "id": "r-1",
        "vendor": "azure",
        "url": "https://example.com/s",
        "format": "markdown",
        "title": "Mill",
        "text": "## Challenge\n\nSlow.",
    }
    return base | changes


def test_record_keeps_its_line_and_derives_its_text_again() -> None:
    line = json.dumps(record(published="Thu, 30 Jul 2026 21:01:14 +0000")).encode() + b"\n"
    document = record_document(line)
    assert document.payload == line.strip()
    assert document.media_type == RECORD
    page = read(document).page
    assert (page.title, page.published, page.source_id) == ("Mill", "2026-07-30", "r-1")
    assert page.text == canonical_text(document) == "Mill\nChallenge\nSlow."


def test_record_labels_are_never_read() -> None:
    plain, told = (read(record_document(r)) for r in (record(), record(kind="negative", given={"customer": "Example Mill"})))
    assert plain.page.text == told.page.text
    assert len(told.cases) == len(plain.cases) == 1


def test_vendor_override() -> None:
    assert record_document(record(vendor=None), "gcp").vendor == "gcp"


@pytest.mark.parametrize("payload", [b"{", b"[]", b'{"id": "x"}', b'{"text": 5}', b"\xff\xfe"])
def test_bad_record_is_an_error_and_read_rejects_it(payload: bytes) -> None:
    with pytest.raises(ValueError, match="不是 JSON 记录"):
        record_document(payload)
    (rejection,) = read(Document(payload, RECORD, "aws")).rejections
    assert rejection.code == "bad_record"
