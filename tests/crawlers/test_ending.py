"""How a run ended: every way of losing something has its status and kind."""

from __future__ import annotations

import pytest

from crawlers.base import DeclarationError, Expectations, VendorSpider
from crawlers.ending import Account, ending
from crawlers.items import Sighting
from crawlers.listings import HtmlListing, SeedListing

EMPTY = (Sighting("directory", 0, "0", 0, 0, last=True),)
WHOLE = (Sighting("directory", 0, "0", 10, 10, last=True),)


def account(**changes):
    plain = {
        "reason": "finished",
        "requests": {"done": 11},
        "failed": {},
        "sightings": WHOLE,
        "pages": 10,
        "pages_with_cases": 10,
        "cases": 10,
    }
    return Account(**{**plain, "fill": {"customer_name": 1.0, "products": 1.0, "solution": 1.0}, **changes})


@pytest.mark.parametrize(
    ("changes", "status", "kinds"),
    [
        ({}, "complete", ()),
        ({"failed": {"gone": 2, "gated": 1, "robots_denied": 3}}, "complete", ()),
        ({"reason": "limit", "requests": {"done": 3, "pending": 9}}, "complete", ("limit_reached",)),
        ({"failed": {"timeout": 1}}, "incomplete", ("timeout",)),
        ({"failed": {"pipeline_error": 1}}, "incomplete", ("pipeline_error",)),
        ({"requests": {"done": 3, "pending": 2}}, "incomplete", ("unfinished",)),
        ({"requests": {"done": 3, "leased": 1}}, "incomplete", ("unfinished",)),
        ({"reason": "shutdown"}, "incomplete", ("interrupted",)),
        ({"sightings": ()}, "incomplete", ("nothing_listed",)),
        ({"sightings": (Sighting("d", 0, "0", 10, 30),)}, "incomplete", ("chain_broken", "fewer_than_declared")),
        ({"sightings": (Sighting("d", 0, "0", 9, 10, last=True),)}, "incomplete", ("fewer_than_declared",)),
        ({"failed": {"challenge": 1}}, "blocked", ("challenge",)),
        ({"failed": {"forbidden": 1, "timeout": 1}}, "blocked", ("forbidden", "timeout")),
        ({"failed": {"robots_unreachable": 1}, "sightings": (), "pages": 0, "cases": 0}, "blocked", ("robots_unreachable",)),
        ({"failed": {"site_unreachable": 2}, "sightings": (), "pages": 0, "cases": 0}, "incomplete", ("site_unreachable",)),
        ({"failed": {"search_failed": 2}}, "complete", ("search_failed",)),
        ({"failed": {"search_failed": 2}, "reason": "limit"}, "complete", ("limit_reached", "search_failed")),
        ({"failed": {"search_failed": 2, "timeout": 1}}, "incomplete", ("timeout", "search_failed")),
        ({"failed": {"listing_changed": 1}}, "changed", ("listing_changed",)),
        ({"failed": {"listing_changed": 1, "robots_denied": 1}, "sightings": (), "pages": 0, "cases": 0}, "changed", ("listing_changed",)),
        ({"sightings": EMPTY, "pages": 0, "cases": 0, "everything": True}, "changed", ("listing_empty",)),
        ({"sightings": EMPTY, "pages": 0, "cases": 0}, "complete", ()),
        ({"outside": 29, "pages": 4, "cases": 2}, "changed", ("addresses_changed",)),
        ({"outside": 9}, "complete", ()),
        ({"missed": 8}, "changed", ("listing_shrunk",)),
        ({"missed": 8, "pages": 40, "pages_with_cases": 40}, "complete", ()),
        ({"missed": 1, "pages": 1, "pages_with_cases": 1}, "complete", ()),
        ({"fill": {"customer_name": 1.0, "products": 0.1, "solution": 1.0}}, "changed", ("field_below_floor:products",)),
        ({"fill": {"customer_name": 1.0, "products": 0.1, "solution": 1.0}, "cases": 3}, "complete", ()),
        ({"pages_with_cases": 1}, "changed", ("no_layout_matched",)),
    ],
)
def test_how_it_ended(changes, status, kinds):
    end = ending(account(**changes), Expectations())
    assert end.status == status
    assert end.kinds[: len(kinds)] == kinds
    assert end.exit_status == (0 if status == "complete" else 1)
    assert bool(end.told) == (status != "complete" or "search_failed" in kinds)


def test_what_failed_is_told_with_what_it_said_and_the_remedy_once():
    said = {"site_unreachable": "DNS lookup failed", "robots_unreachable": "HTTP 503", "search_failed": "加大 delay"}
    nowhere = {"sightings": (), "pages": 0, "cases": 0, "said": said}
    (told,) = ending(account(failed={"site_unreachable": 2}, **nowhere), Expectations()).told
    assert "DNS lookup failed" in told
    assert "代理" in told
    (told,) = ending(account(failed={"robots_unreachable": 2}, **nowhere), Expectations()).told
    assert "HTTP 503" in told
    (told,) = ending(account(failed={"search_failed": 2}, said=said), Expectations()).told
    assert told.endswith("加大 delay")


def test_the_gravest_comes_first():
    end = ending(account(failed={"challenge": 1, "listing_changed": 1, "timeout": 1}), Expectations())
    assert (end.status, end.kinds) == ("blocked", ("challenge", "listing_changed", "timeout"))


# Declarations


def declare(**attributes):
    return type("Declared", (VendorSpider,), {"name": "aws", **attributes})


LISTING = HtmlListing(name="cases", url="https://aws.amazon.com/solutions/case-studies/", card=lambda link: None)


def test_a_spider_that_declares_what_it_needs_is_accepted():
    assert declare(listings=(LISTING,)).listings == (LISTING,)


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"listings": ()}, "at least one listing"),
        ({"name": "nobody", "listings": (LISTING,)}, "no policy"),
        ({"listings": (LISTING, LISTING)}, "one name"),
        ({"listings": (HtmlListing(name="x", url="https://evil.example/", card=lambda link: None),)}, "does not let us fetch"),
        ({"listings": (SeedListing(name="s", seeds=("https://aws.amazon.com/pricing/",)),)}, "does not let us fetch"),
        ({"listings": (LISTING,), "expectations": Expectations(floors={"colour": 0.5})}, "eleven fields"),
        ({"listings": (LISTING,), "expectations": Expectations(floors={"products": 50})}, "between 0 and 1"),
        ({"listings": (LISTING,), "expectations": Expectations(declared=-1)}, "between 0 and 1"),
    ],
)
def test_a_spider_that_contradicts_itself_is_refused_when_it_is_made(attributes, words):
    with pytest.raises(DeclarationError, match=words):
        declare(**attributes)
