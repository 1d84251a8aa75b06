"""Pages of several stories, pages of none, and what must hold for every page."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.case import RawCase, Role
from pipelines.reader import Document, Reading, canonical_text, read
from pipelines.text import sentences


def reading(text: str, media_type: str = "text/markdown", vendor: str = "aliyun") -> Reading:
    return read(Document(text.encode(), media_type, vendor))


def customers(found: Reading) -> list[str]:
    return [next(x.value for x in c.labels if x.label == "customer") for c in found.cases]


def words(case: RawCase) -> str:
    return " ".join(case.text(b) for b in case.blocks)


SECTIONS = "# 客户案例 {#a}\n\n"
SECTIONS += "## 甲示例网络科技有限公司\n\n- 所属行业：电子合同\n\n**公司介绍**\n\n甲公司成立于2014年。\n\n**客户价值**\n\n- 更快\n\n"
SECTIONS += "## 乙示例软件股份有限公司\n\n- 所属行业：零售\n\n**公司介绍**\n\n乙公司成立于2000年。\n"


def test_one_story_a_company_section() -> None:
    found = reading(SECTIONS)
    assert customers(found) == ["甲示例网络科技有限公司", "乙示例软件股份有限公司"]
    assert [c.part for c in found.cases] == [0, 1]
    assert all(c.several for c in found.cases)
    first, second = map(words, found.cases)
    assert "2014" in first
    assert "2014" not in second
    assert all("客户案例" in w for w in (first, second))
    assert [x.value for x in found.cases[1].labels if x.label == "industry"] == ["零售"]


def test_a_label_above_the_stories_is_none_of_theirs() -> None:
    """Whose it is nothing says: the first story's section may not have been known for one."""
    found = reading(
        SECTIONS.replace("- 所属行业：电子合同\n\n", "").replace("# 客户案例 {#a}\n\n", "# 客户案例 {#a}\n\n- 所属行业：银行\n\n")
    )
    assert customers(found) == ["甲示例网络科技有限公司", "乙示例软件股份有限公司"]
    assert [[x.value for x in c.labels if x.label == "industry"] for c in found.cases] == [[], ["零售"]]


def test_what_follows_a_second_customer_is_not_the_firsts() -> None:
    lines = "甲示例使用 PolarDB 后很快。\n客户：甲示例\n地区：某地\n客户名称：甲示例公司\n网址：a.example\n"
    lines += "客户：乙示例\n所属行业：零售\n客户：甲示例\n规模：10人\n"
    (case,) = reading(lines, "text/plain").cases
    assert [(x.label, x.value) for x in case.labels if x.label != "customer"] == [
        ("location", "某地"),
        ("website", "a.example"),
        ("size", "10人"),
    ]
    assert "乙示例" not in [x.value for x in case.labels]


@pytest.mark.parametrize("block", ["```\nindustry: banking\n```", "~~~\nindustry: banking\n~~~", "<pre>industry: banking</pre>"])
def test_a_label_in_code_is_no_label(block: str) -> None:
    found = reading(f"# 示例公司客户案例\n\n示例公司使用 PolarDB 后查询更快，成本降低 30%。\n\n{block}\n\n示例公司的系统很快。\n")
    (case,) = found.cases
    assert "banking" in words(case)
    assert not [x for x in case.labels if x.label == "industry"]


def test_headings_in_doubled_bold_part_a_section_and_begin_none() -> None:
    doubled = SECTIONS.replace("**客户价值**", "****业务挑战：更快****\n\n太慢。\n\n**客户价值**")
    assert customers(reading(doubled)) == ["甲示例网络科技有限公司", "乙示例软件股份有限公司"]


def test_short_sections_that_speak_of_their_heading_share_the_introduction() -> None:
    found = reading("# 客户案例\n\n示例方案已服务多家客户。\n\n## 甲示例\n\n甲示例专注于金融。\n\n## 乙示例\n\n北京乙示例是信用公司。\n")
    assert customers(found) == ["甲示例", "乙示例"]
    assert all("示例方案已服务多家客户。" in words(c) for c in found.cases)


def test_numbered_cases_and_table_rows() -> None:
    numbered = reading("# 客户案例\n\n## 案例一：甲示例\n\n甲很快。\n\n## 案例二：乙示例\n\n乙更快。\n")
    assert customers(numbered) == ["甲示例", "乙示例"]
    rows = reading("# 客户案例\n\n服务众多客户。\n\n|典型客户|详细说明|\n|---|---|\n|甲示例|访问更快了。|\n|乙示例|成本更低了。|\n")
    assert customers(rows) == ["甲示例", "乙示例"]
    assert "成本" not in words(rows.cases[0])
    told = [b.role for b in rows.cases[0].blocks if "甲示例" in rows.cases[0].text(b)]
    assert told == [Role.TEXT]  # its whole story, no table of figures


@pytest.mark.parametrize(
    "text",
    [
        "# 示例银行上云\n\n## 公司简介\n\n示例银行有两百家网点。\n\n## 业务痛点\n\n太慢。\n\n## 客户价值\n\n快了。\n",
        "# Example Mill\n\n## Grinding sooner\n\nExample Mill grinds.\n\n## Selling later\n\nExample Mill sells.\n",
        "# 示例数据中心\n\n## 状态监控\n\n监控很重要。\n\n## 网络\n\n网络复杂。\n\n"
        "## 案例一：采集\n\n采集温度。\n\n## 案例二：安防\n\n识别安全帽。\n",
        "# 典型案例\n\n## 大数据存储\n\n表格存储提供存储。\n\n## 金融风控\n\n表格存储延时低。\n",
    ],
)
def test_one_story_of_several_sections_stays_whole(text: str) -> None:
    (case,) = reading(text).cases
    assert not case.several


WALL = '<script src="https://example.com/obj/waf-jschallenge/out.js"></script>'
CHALLENGE = f"<html><head>{WALL}</head><body><script>readygo()</script></body></html>"
TUTORIAL = "# 案例：搭建示例检索系统\n\n## 前提条件\n\n您需要先开通服务。您可以按以下步骤操作。\n\n"
TUTORIAL += "## 操作步骤\n\n您可以执行如下命令，详情请参见文档。\n\n```\nSELECT 1;\n```\n\n"
TUTORIAL += "## 插入数据\n\n您可以插入数据。\n\n```\nINSERT 1;\n```\n\n## 查询数据\n\n您需要查询。\n\n```\nSELECT 2;\n```\n"
VIDEO = "IN\nSearch\nSign in\nA mill\nSample Channel\n246K subscribers\nSubscribe\n3\nShare\n"
VIDEO += "182 views 10 months ago\n9:27\n15:04\n29:55\n361K views • 3 months ago\n"


@pytest.mark.parametrize(
    ("text", "media_type", "code"),
    [
        ("404\n\nSorry, we couldn't find that page.\n\nHome (/)\n\nPricing (/pricing/)", "text/plain", "not_found_page"),
        ("<html><title>Page not found</title><body><h1>Oh no</h1><p>Try the search.</p></body></html>", "text/html", "not_found_page"),
        ("<html><body><h1>抱歉，您访问的页面不存在</h1><p>返回首页</p></body></html>", "text/html", "not_found_page"),
        (CHALLENGE, "text/html", "blocked"),
        ("<html><body><script>run()</script></body></html>", "text/html", "blocked"),
        (TUTORIAL, "text/markdown", "not_a_story"),
        (VIDEO, "text/plain", "video_page"),
        ("", "text/html", "unreadable"),
        ("  \n \n", "text/plain", "unreadable"),
        ("Learn more\n\nContact sales\n", "text/plain", "unreadable"),
        ("%PDF-1.7 \0\0", "application/pdf", "unreadable"),
        ("GIF89a\0\0\0", "text/html", "unreadable"),
    ],
)
def test_pages_without_a_story(text: str, media_type: str, code: str) -> None:
    found = reading(text, media_type)
    assert not found.cases
    assert [r.code for r in found.rejections] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "Watch: Example Mill on AWS | Video\n\nWatch the video\n\nExample Mill video. Play video. 2:31\n\nTranscript unavailable.\n",
        "Example Mill Video Case Study\n\nWatch how Example Mill uses Amazon S3.\n\n2:31\n",
        "示例磨坊客户视频\n\n播放视频\n\n00:00 / 03:21\n\n观看更多视频\n",
        "Example Mill on AWS (Video)\n\nPlay\n\n0:00 / 4:12\n\nIndustry: Retail\n\nProducts: Amazon S3\n\nSubscribe to our channel\n",
        "视频：示例磨坊\n\n点击播放\n\n03:21\n\n相关视频\n\n示例湖泊\n",
    ],
)
def test_a_page_that_shows_a_video_and_tells_next_to_nothing(text: str) -> None:
    found = reading(text, "text/plain", "aws")
    assert [r.code for r in found.rejections] == ["video_page"]
    assert not found.cases


PLAYER = "Watch the video\n\n2:31\n\nSubscribe to our channel\n"


@pytest.mark.parametrize(
    "text",
    [
        "Example Mill grinds sooner\n\nExample Mill used Blob Storage and cut the time of a survey from 5 hours to 2 minutes.\n\n",
        "Example Mill Video Case Study\n\n- Costs cut by 30%\n\n- Example Mill moved 3 PB to Amazon S3\n\n- Surveys in 2 minutes\n\n",
        "示例磨坊客户视频\n\n示例磨坊是一家面粉企业，使用对象存储保存全部图像，存储成本降低 30%，查询从 7 秒降到 0.5 秒。\n\n",
    ],
)
def test_a_story_with_a_video_in_it_is_a_story(text: str) -> None:
    assert len(reading(text + PLAYER, "text/plain", "aws").cases) == 1


def test_a_company_of_videos_has_stories_too() -> None:
    text = "示例视频使用 CDN 加速播放\n\n示例视频使用 CDN，播放成功率提升至 99%。\n\n播放体验提升\n"
    assert len(reading(text, "text/plain").cases) == 1


def test_a_story_that_mentions_missing_pages_and_steps_is_a_story() -> None:
    text = "# Example Mill\n\n## Customer profile\n\nA mill whose visitors often got a page not found.\n\n"
    text += "## Prerequisites\n\nYou need flour.\n\n## Step 1\n\nGrind.\n"
    assert len(reading(text, vendor="azure").cases) == 1


def test_a_video_page_with_a_description_keeps_it_alone() -> None:
    told = "Summary: the miller of Example Mill shares how the mill sells flour before it is ground, with help of the cloud."
    text = VIDEO.replace("A mill\n", "New Way Now: Example Mill is grinding\n").replace(
        "ago\n9:27", f"ago\n{told}\n...more\nSomething else altogether\n9:27"
    )
    (case,) = reading(text, "text/plain", "gcp").cases
    assert [case.text(b) for b in case.useful()] == ["New Way Now: Example Mill is grinding", told]


FRAGMENTS = st.sampled_from(
    [
        "Example Mill grinds flour, and sells it.",
        "## 业务痛点",
        "# 客户案例",
        "## 甲示例有限公司",
        "- 所属行业：零售",
        "**公司介绍**",
        "30%",
        "less flour spoiled",
        "Opportunity | Sooner",
        "AWS Services Used",
        "Amazon S3",
        "“We grind all day and all night, and we never stop.”",
        "Ola Nordmann",
        "<p>Hidden <b>or</b> not</p>",
        "<div style='display:none'>secret</div>",
        "| a | b |\n|---|---|\n| c | d |",
        "```\ncode\n```",
        "2024",
        "Deutsch",
        "English",
        "Industry: Retail",
        "it goes on in lower case without an end",
        "",
        "\t\u00a0 ",
        "404",
    ]
)
TEXTS = st.lists(FRAGMENTS, max_size=14).map("\n\n".join) | st.lists(FRAGMENTS, max_size=14).map("\n".join) | st.text(max_size=200)
MEDIA = st.sampled_from(["text/html", "text/markdown", "text/plain"])


@settings(max_examples=150, deadline=None)
@given(TEXTS, MEDIA)
def test_blocks_are_whole_lines_in_order_and_labels_stand_where_they_say(text: str, media: str) -> None:
    found = reading(text, media)
    page = found.page
    starts = {0, *(i + 1 for i, c in enumerate(page.text) if c == "\n")}
    for case in found.cases:
        reach = 0
        for block in case.blocks:
            words = case.text(block)
            assert block.start >= reach
            assert words
            assert words == words.strip()
            assert "\n" not in words
            assert block.start in starts
            assert page.text[block.end : block.end + 1] in ("", "\n")
            reach = block.end + 1
        assert all(page.text[x.start : x.end] == x.value and x.value for x in case.labels)
    assert bool(found.cases) != bool(found.rejections)


@settings(max_examples=100, deadline=None)
@given(TEXTS, MEDIA)
def test_reading_is_deterministic_and_invents_nothing(text: str, media: str) -> None:
    document = Document(text.encode("utf-8", "replace"), media, "aws")
    derived = canonical_text(document)
    assert derived == read(document).page.text
    source = set(document.payload.decode())
    added = {c for c in derived if c not in source and not c.isspace()}
    assert added <= {"|", "/"} | {c for c in added if "&" in text}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(string.ascii_letters + " .,", min_size=1, max_size=80).map("A".__add__), min_size=1, max_size=8).map("\n".join))
def test_text_of_paragraphs_once_read_reads_the_same_again(text: str) -> None:
    """Of lines that begin as paragraphs do: where a line begins with a comma, a blank line before it is told apart and is not kept."""
    once = canonical_text(Document(text.encode(), "text/plain", "aws"))
    assert canonical_text(Document(once.encode(), "text/plain", "aws")) == once


def test_evidence_of_every_sentence_holds() -> None:
    (case, _) = reading(SECTIONS).cases
    for block in case.useful():
        for start, end in sentences(case.page.text, block.start, block.end):
            assert case.evidence(start, end).check(case.page.text)


def test_the_vendor_changes_no_text() -> None:
    texts = {canonical_text(Document(SECTIONS.encode(), "text/markdown", v)) for v in ("aliyun", "aws", "", "elsewhere")}
    assert len(texts) == 1


def test_roles_of_noise_are_never_useful() -> None:
    (case,) = reading("# Example Mill\n\nLearn more\n\nIt grinds.\n").cases
    assert [b.role for b in case.blocks if case.text(b) == "Learn more"] == [Role.NOISE]
    assert "Learn more" not in [case.text(b) for b in case.useful()]
