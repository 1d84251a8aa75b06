"""Company size from evidence alone: figures of staff, ranks, the word startup, a vendor's label; never users, shops or others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.case import Block, Field, Labelled, Page, Part, RawCase, Role
from pipelines.reader import Document, read
from pipelines.steps import company_size
from pipelines.steps.company_size import number, size_of


def size(text, name="Example Bakery", part=Part.OTHER, labels=()):
    page = Page("sha256:0", "aws", "", text, "en")
    found = tuple(Labelled(label, value, text.find(value), text.find(value) + len(value)) for label, value in labels)
    case = RawCase(page, blocks=(Block(0, len(text), Role.TEXT, part),), labels=found)
    result = company_size.run(case, {"customer_name": Field(name), "customer_aliases": ()})["company_size"]
    for evidence in result.evidence:
        assert evidence.check(text)
    assert bool(result.evidence) is bool(result)
    return result


@pytest.mark.parametrize(
    ("text", "code", "quote"),
    [
        ("Example Bakery employs 45 people in Ghent.", "startup", "45"),
        ("Example Bakery employs more than 80 experts worldwide.", "startup", "80"),
        ("Example Bakery is a company with approximately 54,000 employees.", "large", "54,000"),
        ("The company has over 600 global employees.", "small", "600"),
        ("Example Bakery has an employee strength of over 18,600.", "large", "18,600"),
        ("Example Bakery has grown to 3,200 employees in 12 countries.", "medium", "3,200"),
        ("It employs more than 3,000 people around the world.", "medium", "3,000"),
        ("Example Bakery gave dashboards to 600 employees.", "small", "600"),
        ("Example Bakery, with 12K employees, bakes bread.", "large", "12K"),
        ("Its workforce of 950 bakes at night.", "small", "950"),
        ("The owner and only employee of Example Bakery bakes alone.", "startup", "only employee"),
        ("Example Bakery is a Fortune 500 company.", "large", "Fortune 500"),
        ("Example Bakery is a startup based in Ghent.", "startup", "startup"),
        ("Ghent-based startup Example Bakery delivers bread.", "startup", "startup"),
        ("Night shifts convinced the startup to switch for good.", "startup", "the startup"),
        ("“As a startup, we bake fast,” says the baker.", "startup", "As a startup"),
        ("Example Bakery的全球职员大约56,000人。", "large", "56,000"),
        ("Example Bakery has approximately 230 bakers, sellers, and staff.", "small", "230"),
        ("Example Bakery is a family of brands with more than 5 000 employees.", "medium", "5 000"),
        ("Example Bakery has approximately 126,500 people working at its 265 shops.", "large", "126,500"),
        ("Example Bakery拥有员工4.4万人。", "large", "4.4万"),
        ("公司现有1200多名员工。", "medium", "1200"),
        ("Example Bakery是世界500强企业。", "large", "世界500强"),
        ("我们是一家只有20人的创业公司。", "startup", "创业"),
        ("Example Bakery advises cafés with 14,000 consultants.", "large", "14,000"),
        ("Example Bakery is a group of 300 bakers in Ghent and more than 1200 people all over the world.", "medium", "1200"),
        ("The company involves 16,000 bakery workers and employees.", "large", "16,000"),
        ("The recipe app of our house is opened by over 11,000 of our employees.", "large", "11,000"),
        ("“We are a startup—we knead by hand,” says the baker.", "startup", "startup"),
        ("Founded in Ghent in 2011, the startup owns ten ovens.", "startup", "startup"),
        ("我们是一支50人的远程团队。", "startup", "50"),
        ("公司的烘焙团队有千余人的规模。", "medium", "千余"),
        ("对于Example Bakery这样每天都在成长的创业公司，烤箱很贵。", "startup", "创业"),
    ],
)
def test_evidence(text, code, quote):
    found = size(text)
    assert found.value == code
    assert any(quote in e.quote for e in found.evidence)


@pytest.mark.parametrize(
    "text",
    [
        "Example Bakery serves 133 million people in over 140 countries.",
        "Example Bakery serves companies with 1,000 employees or more.",
        "Every day 140,000 employees use the app of Example Bakery.",
        "Example Bakery has 4,100 stores and 2,000 customers.",
        "Example Bakery has more than 5,000 users and 300 suppliers.",
        "Startups and large companies buy from Example Bakery.",
        "Example Bakery joined the AWS Startup program.",
        "Example Bakery began as a startup and grew fast.",
        "From a startup, Example Bakery grew to a chain.",
        "The startup time of each server fell.",
        "He is a Startup Solutions Architect at AWS and met Example Bakery.",
        "As a former startup founder, he knows Example Bakery.",
        "Its customers include Fortune 500 companies.",
        "Example Bakery的客户包括世界500强客户。",
        "Example Bakery was founded in 1998 and bakes bread.",
        "When he came, Example Bakery had only 180 employees.",
        "Example Bakery saved work for 30 employees per week.",
        "服务超过5000名用户。",
    ],
)
def test_no_evidence(text):
    found = size(text)
    assert found.value is None, found
    assert found.reason == "no_evidence"


def test_a_figure_goes_before_the_word_startup():
    found = size("Example Bakery is a startup. Example Bakery has 1,500 employees.")
    assert found.value == "medium"
    assert found.losers[0][0] == "startup"
    assert found.confidence < size("Example Bakery has 1,500 employees.").confidence


def test_a_vendors_label_goes_first():
    found = size("Company size Enterprise. Example Bakery is a startup.", labels=[("size", "Enterprise")])
    assert (found.value, found.method) == ("large", "size.label")


def test_noise_is_no_evidence():
    page = Page("sha256:0", "aws", "", "Example Bakery employs 45 people.", "en")
    case = RawCase(page, blocks=(Block(0, 33, Role.NOISE),))
    assert company_size.run(case, {"customer_name": Field("Example Bakery")})["company_size"].value is None


@pytest.mark.parametrize(
    ("employees", "code"),
    [(1, "startup"), (99, "startup"), (100, "small"), (999, "small"), (1000, "medium"), (9999, "medium"), (10000, "large")],
)
def test_thresholds(employees, code):
    assert size_of(employees) == code


@given(st.integers(min_value=0, max_value=3_000_000), st.integers(min_value=0, max_value=3_000_000))
def test_more_employees_are_never_a_smaller_company(a, b):
    order = ["startup", "small", "medium", "large"]
    low, high = sorted((a, b))
    assert order.index(size_of(low)) <= order.index(size_of(high))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("54,000", 54000),
        ("4.4万", 44000),
        ("2K", 2000),
        ("twelve", 12),
        ("500+", 500),
        ("2019", None),
        ("2,019", 2019),
        ("abc", None),
        ("0", None),
        ("3千", 3000),
    ],
)
def test_numbers(text, value):
    assert number(text) == value


FACETS = [("10000", "large"), ("1000-9999", "medium"), ("50-999", "small"), ("1-49", "startup")]


def facet_of(*facets, text="Example Mill moved its orders to Azure Blob Storage."):
    facts = tuple(("size_facet", f"organization-size:{f}-employees") for f in facets)
    page = f"<html><body><h1>Example Mill</h1><p>{text}</p></body></html>".encode()
    return company_size.run(read(Document(page, "text/html", "azure", facts=facts)).cases[0], {})["company_size"]


@pytest.mark.parametrize(("facet", "code"), FACETS)
def test_a_listing_s_own_facet_tells_the_size_where_the_page_does_not(facet, code):
    found = facet_of(facet)
    assert (found.value, found.method, found.evidence) == (code, f"size.listing:organization-size:{facet}-employees", ())


def test_facets_that_disagree_tell_nothing_and_the_page_s_own_words_go_first():
    assert facet_of("1-49", "10000").value is None
    own = facet_of("1-49", text="Example Mill is a bakery that employs 12,000 people in Norway.")
    assert (own.value, bool(own.evidence)) == ("large", True)


@pytest.mark.parametrize(
    ("text", "code", "quote"),
    [
        ("“We’re just 1,500 people,” says Jane Doe of Example Bakery.", "medium", "1,500"),
        ("Example Bakery and its 1,200-strong workforce bake at night.", "medium", "1,200"),
        ("L'entreprise Example Bakery regroupe 350 collaborateurs.", "small", "350"),
        ("Das Unternehmen Example Bakery beschäftigt 2500 Mitarbeiter.", "medium", "2500"),
        ("La empresa Example Bakery tiene 80 empleados.", "startup", "80"),
    ],
)
def test_other_ways_and_languages(text, code, quote):
    found = size(text)
    assert (found.value, quote in found.evidence[0].quote) == (code, True)


@pytest.mark.parametrize(
    "text",
    [
        "Example Bakery's portal manages leave for more than 400,000 employees.",
        "Example Bakery tried the assistant with 300 staff.".replace("tried", "piloted"),
        "Example Bakery is training 200,000 employees on safe ovens.",
        "It would require 20 employees of Example Bakery to run the servers.",
        "Example Bakery runs it with a small team of just five people operating the clusters.",
        "Example Bakery's customer care centers, which employ 119 people, moved too.",
        "Example Bakery grew from a five-person startup to a global company.",
        "Example Bakery acquired a fintech startup.",
        "Add the line to the startup script of Example Bakery, which runs at startup.",
        "Example Bakery wrote milestones for employees around the world.",
        "示例烘焙的产品被 70% 以上的财富 500 强企业使用。",
        "示例烘焙刚成立两年，有180名员工。",
        "示例烘焙是一家估值 10 亿美元的创业公司。",
    ],
)
def test_users_parts_the_past_and_others_are_no_size(text):
    assert size(text, name="示例烘焙" if "示例" in text else "Example Bakery").value is None
