"""The reader on HTML: page layouts of the vendors, hidden text, charsets, broken markup, embedded state."""

import json

import pytest

from pipelines.case import Part, RawCase, Role
from pipelines.reader import Document, read

STORY = (
    "Example Bakery runs forty shops and wanted to know by noon what each of them would sell out of, "
    "which its old reports could not tell before the next day. "
)


def page(body: str, head: str = "", vendor: str = "aws", charset: str = "") -> Document:
    source = f"<html><head>{head}</head><body>{body}</body></html>"
    return Document(source.encode(charset or "utf-8"), "text/html", vendor, charset=charset)


def only(document: Document) -> RawCase:
    reading = read(document)
    assert not reading.rejections
    (case,) = reading.cases
    return case


def lines(case: RawCase, role: Role | None = None, part: Part | None = None) -> list[str]:
    return [case.text(b) for b in case.blocks if role in (None, b.role) and part in (None, b.part)]


def label(case: RawCase, name: str) -> str | None:
    found = next((x for x in case.labels if x.label == name), None)
    assert found is None or case.page.text[found.start : found.end] == found.value
    return found.value if found else None


AWS = f"""
<header><a href="/">Cloud home</a></header>
<nav aria-label="Breadcrumb"><a>Customer Stories</a> / <a>Retail</a> / <a>Norway</a></nav>
<nav><ul><li>Products</li><li>Pricing for all</li></ul></nav>
<main><p>2024</p><h1>Example Bakery Plans Its Day by Noon</h1><p>Overview | Opportunity | Solution | Outcome | AWS Services Used</p>
<div>37%</div><div>less unsold bread</div>
<h2>Overview</h2><p>{STORY}</p>
<h2>Opportunity | Knowing Sooner</h2><p>Reports came a day late.</p>
<h2>Solution | Forecasts Every Hour</h2><p>The bakery put its sales into Amazon S3.</p>
<h2>Outcome | Fuller Shelves</h2><p>Less is thrown away.</p>
<blockquote>“We bake what people will buy, and nothing stays over at night.”</blockquote><p>Kari Nordmann</p>
<p>Head of IT, Example Bakery</p>
<h2>About Example Bakery</h2><p>Example Bakery employs 900 people.</p>
<h2>AWS Services Used</h2><h3>Amazon S3</h3>
<p>Amazon S3 is an object storage service that you can use for anything.</p><p>Learn more »</p>
<h2>More Retail Success Stories</h2><p>Sample Shoes cut its costs by 50 percent.</p></main>
<footer>All prices in dollars</footer>"""


def test_new_aws_template_gives_every_part_its_blocks() -> None:
    case = only(page(AWS, "<title>Example Bakery Plans Its Day by Noon | Case Study | AWS</title>"))
    assert case.page.title == "Example Bakery Plans Its Day by Noon"
    assert "Reports came a day late." in lines(case, Role.TEXT, Part.CHALLENGE)
    assert "The bakery put its sales into Amazon S3." in lines(case, Role.TEXT, Part.SOLUTION)
    assert "Less is thrown away." in lines(case, Role.TEXT, Part.OUTCOME)
    assert lines(case, Role.TEXT, Part.ABOUT) == ["Example Bakery employs 900 people."]
    assert lines(case, Role.KPI) == ["37% less unsold bread"]
    assert lines(case, Role.PRODUCT) == ["Amazon S3"]
    assert lines(case, Role.ATTRIBUTION) == ["Kari Nordmann", "Head of IT, Example Bakery"]
    assert len(lines(case, Role.QUOTE)) == 1


def test_aws_labels_come_from_breadcrumb_and_lone_year() -> None:
    case = only(page(AWS))
    assert (label(case, "industry"), label(case, "location"), label(case, "date")) == ("Retail", "Norway", "2024")


def test_teasers_service_blurbs_and_chrome_are_no_evidence() -> None:
    case = only(page(AWS))
    useful = " ".join(case.text(b) for b in case.useful())
    assert "Sample Shoes" not in useful
    assert "use for anything" not in useful
    assert "Overview | Opportunity" not in useful
    assert not any(x in case.page.text for x in ("Cloud home", "Pricing for all", "All prices"))


def test_old_aws_template() -> None:
    body = f"<h1>Example Ferries Case Study</h1><p>{STORY}</p><h2>The Challenge</h2><p>Queues grew.</p>"
    body += "<h2>Why Amazon Web Services</h2><p>It was near.</p><h2>The Benefits</h2><p>Queues shrank.</p>"
    case = only(page(body))
    assert [lines(case, Role.TEXT, p) for p in (Part.CHALLENGE, Part.WHY, Part.OUTCOME)] == [
        ["Queues grew."],
        ["It was near."],
        ["Queues shrank."],
    ]


def test_microsoft_story_has_its_date_above_the_title() -> None:
    body = f"<main><div>3/24/2025</div><h1>Example Harbor moves its planning</h1><p>{STORY * 2}</p></main>"
    case = only(page(body, "<title>Example Harbor moves its planning | Microsoft Customer Stories</title>", "azure"))
    assert case.page.title == "Example Harbor moves its planning"
    assert label(case, "date") == "3/24/2025"


def test_google_page_with_results_labels_and_partner() -> None:
    body = f"""<h1>Example Trams: on time with data</h1>
    <h2>Google Cloud results</h2><ul><li>Cuts delays by 12%</li><li>Answers in 2 seconds</li></ul>
    <p>{STORY}</p><h2>Finding every tram at once</h2><p>Drivers see one map.</p><p>Example Trams runs trams in two towns.</p>
    <p>Industry: Transportation</p><p>Location: Finland</p><p>Products: BigQuery, Cloud Run</p>
    <h2>About Google Cloud partner - Sample Consulting</h2><p>Sample Consulting advises.</p><h2>Why Google</h2><p>Choosing us</p>"""
    case = only(page(body, vendor="gcp"))
    assert lines(case, Role.KPI, Part.RESULTS) == ["Cuts delays by 12%", "Answers in 2 seconds"]
    assert STORY.strip() in lines(case, Role.TEXT, Part.LEAD)
    assert [label(case, x) for x in ("industry", "location", "products")] == ["Transportation", "Finland", "BigQuery, Cloud Run"]
    assert lines(case, Role.TEXT, Part.ABOUT) == ["Example Trams runs trams in two towns."]
    assert lines(case, Role.TEXT, Part.PARTNER) == ["Sample Consulting advises."]
    assert "Choosing us" in lines(case, Role.NOISE)


def test_aliyun_detail_page_ends_before_its_footer() -> None:
    told = "示例银行在全国有两百家网点，过去每到月末都要等到第二天才能看到前一天的账目，业务部门经常抱怨。" * 8
    body = f"<div>首页</div><h1>示例银行用云数据库缩短对账时间</h1><p>{told}</p><h2>客户价值</h2><p>对账快了。</p>"
    body += "<div>关于阿里云</div><p>我们的故事</p>"
    case = only(page(body, "<title>示例银行用云数据库缩短对账时间_金融_阿里云客户案例</title>", "aliyun"))
    assert case.page.title == "示例银行用云数据库缩短对账时间"
    assert case.page.lang == "zh"
    assert lines(case, Role.TEXT, Part.OUTCOME) == ["对账快了。"]
    assert "我们的故事" in lines(case, Role.NOISE)


def test_huawei_page_in_gbk_whatever_the_transport_says() -> None:
    told = "示例港口每天要装卸上千个集装箱，调度全靠人工。"
    head = '<meta charset="gb2312"><title>示例港口-华为云</title>'
    source = f"<html><head>{head}</head><body><h1>示例港口</h1><h2>业务挑战</h2><p>{told}</p></body></html>"
    case = only(Document(source.encode("gb18030"), "text/html", "huaweicloud", charset="utf-8"))
    assert lines(case, Role.TEXT, Part.CHALLENGE) == [told]
    assert case.page.title == "示例港口"


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_charset_is_found_without_a_declaration(charset: str) -> None:
    text = "# 示例工厂\n\n## 业务痛点\n\n排产靠表格。\n"
    case = only(Document(text.encode(charset), "text/markdown", "aliyun"))
    assert lines(case, Role.TEXT, Part.CHALLENGE) == ["排产靠表格。"]


def test_volcengine_router_state_is_read_as_markdown() -> None:
    state = {
        "loaderData": {
            "docs/page": {"Title": "示例车企", "MDContent": "## 业务痛点\n\n反馈太多，人工看不过来。\n\n## 解决方案\n\n接入大模型。"}
        }
    }
    body = f"<div id='root'></div><script>window._ROUTER_DATA = {json.dumps(state)}</script>"
    case = only(page(body, vendor="volcengine"))
    assert case.page.title == "示例车企"
    assert lines(case, Role.TEXT, Part.CHALLENGE) == ["反馈太多，人工看不过来。"]


def test_tencent_state_gives_text_products_and_labels() -> None:
    raw = {"blocks": [{"text": "影院排片全靠经验。"}]}
    chunk = {"data": {"title": "业务挑战", "content": {"blockMap": {"a": {"data": {"content": {"raw": raw}}}}}}}
    customer = {"name": "示例影院", "abstract": "三百块银幕", "products": [{"name": "云函数"}], "page": {"chunks": [chunk]}}
    body = f"<script>window['__ASYNC_DATA__'] = {json.dumps([{'customer': customer}])}</script>"
    case = only(page(body, vendor="tencent"))
    assert lines(case, Role.TEXT, Part.CHALLENGE) == ["影院排片全靠经验。"]
    assert "云函数" in lines(case, Role.PRODUCT)
    assert label(case, "customer") == "示例影院"


HIDDEN = [
    '<p style="display: none">{}</p>',
    '<div style="visibility:hidden"><p>{}</p></div>',
    "<p hidden>{}</p>",
    '<span aria-hidden="true">{}</span>',
    "<!-- {} -->",
    "<script>var x = '{}'</script>",
    "<style>.a{{content:'{}'}}</style>",
    "<template><p>{}</p></template>",
    "<noscript>{}</noscript>",
    '<p class="sly">{}</p>',
    '<p style="font-size:0">{}</p>',
]


@pytest.mark.parametrize("markup", HIDDEN)
def test_nothing_hidden_becomes_text(markup: str) -> None:
    body = f"<h1>Example Mill</h1><p>{STORY}</p>{markup.format('Costs fell by 99%')}<p>The end.</p>"
    case = only(page(body, "<style>.sly{display:none} @media print{.shown{display:none}}</style>"))
    assert "99%" not in case.page.text
    assert "The end." in case.page.text


def test_a_rule_for_one_medium_hides_nothing() -> None:
    case = only(page(f'<h1>Example Mill</h1><p class="shown">{STORY}</p>', "<style>@media print{.shown{display:none}}</style>"))
    assert STORY.strip() in case.page.text


def test_broken_markup_is_read() -> None:
    case = only(page(f"<h1>Example Mill<p>{STORY}<div><h2>Solution<p>They moved <b>all of it</i>.<table><tr><td>Industry<td>Milling"))
    assert "They moved all of it." in lines(case, Role.TEXT, Part.SOLUTION)
    assert label(case, "industry") == "Milling"


def test_date_of_head_and_linked_data() -> None:
    meta = '<meta property="article:published_time" content="2024-05-06T07:00:00Z">'
    linked = '<script type="application/ld+json">{"@type":"Article","datePublished":"2023-02-01"}</script>'
    assert label(only(page(f"<h1>Example Mill</h1><p>{STORY}</p>", meta)), "date") == "2024-05-06T07:00:00Z"
    assert label(only(page(f"<h1>Example Mill</h1><p>{STORY}</p>", linked)), "date") == "2023-02-01"


def test_figures_and_captions_pair_in_order_only_when_their_numbers_agree() -> None:
    tiles = "<div>30%</div><div>99.99%</div><div>less waiting</div><div>of days without a fault</div>"
    case = only(page(f"<h1>Example Mill</h1>{tiles}<p>{STORY}</p>"))
    assert lines(case, Role.KPI) == ["30% less waiting", "99.99% of days without a fault"]


def test_a_listing_fact_counts_where_the_page_says_it_too() -> None:
    source = f"<html><body><h1>Mill</h1><p>Example Mill Ltd. {STORY}</p></body></html>".encode()
    facts = (("customer", "Example Mill Ltd."), ("company_size", "10000-employees"))
    case = only(Document(source, "text/html", "azure", facts=facts))
    assert label(case, "customer") == "Example Mill Ltd."
    assert label(case, "size") is None
