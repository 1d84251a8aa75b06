"""Small plainly fictional pages and cases for the tests."""

from pipelines.archive import digest
from pipelines.case import Benefit, Case, Evidence, Field, Many, Page

PAGES: dict[str, Page] = {}


def make_page(text, vendor="aws", url="", source_id="", **more):
    return Page(digest=digest(text.encode()), vendor=vendor, url=url, text=text, lang="zh", source_id=source_id, **more)


def known(value, page, quote=None, confidence=0.9):
    """A field whose evidence is where its words first stand in the page."""
    words = quote or str(value)
    at = page.text.index(words)
    return Field(value, (Evidence(words, at, at + len(words), page.digest, "body"),), confidence, "test.rule")


def make_case(
    customer,
    vendor="aws",
    categories=("对象存储",),
    products=("Amazon S3",),
    industry="finance.banking",
    company_size="large",
    scenario="core-migration",
    challenges=("cost",),
    benefits=(),
    url=None,
    part=0,
    **more,
):
    """A case with one short page in which every value stands."""
    url = f"https://example.com/{customer}" if url is None else url
    values = (*categories, *products, *challenges, *(v for v in (industry, company_size, scenario) if v))
    page = make_page(
        "\n".join((customer, vendor, *values, *(f"{b[0]} {b[1]}" for b in benefits), url)), vendor, url, source_id=f"id-{customer}"
    )

    PAGES[page.digest] = page

    def maybe(value):
        return known(value, page) if value else Field.unknown("not_stated")

    def many(items):
        return Many(tuple(known(i, page) for i in items), None if items else "not_stated")

    return Case(
        case_id=more.pop("case_id", f"{vendor}-{customer}-{part}"),
        page_digest=page.digest,
        part=part,
        customer_name=known(customer, page),
        vendor=Field(vendor, confidence=1.0, method="source.vendor"),
        categories=many(categories),
        products=many(products),
        industry=maybe(industry),
        company_size=maybe(company_size),
        scenario=maybe(scenario),
        challenges=many(challenges),
        solution=Field.unknown("not_stated"),
        benefits=Many(tuple(known(Benefit(*b), page, f"{b[0]} {b[1]}") for b in benefits)),
        source_url=maybe(url),
        customer_key=customer,
        source_id=page.source_id,
        **more,
    )


def page_of(case):
    """The page that ``make_case`` invented for a case."""
    return PAGES[case.page_digest]
