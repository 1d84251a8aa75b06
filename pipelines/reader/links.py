"""The address that a saved page names as its own."""

from __future__ import annotations

from lxml import etree, html


def canonical_link(payload: bytes) -> str:
    """The page's ``link rel=canonical``, else its ``og:url``; empty where it names none or is no HTML."""
    try:
        tree = html.document_fromstring(payload)
    except (etree.ParserError, ValueError):
        return ""
    paths = ("//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href", "//meta[@property='og:url']/@content")
    named = [tree.xpath(path) for path in paths]
    found = [str(value).strip() for values in named if isinstance(values, list) for value in values]
    return next((value for value in found if value.startswith(("https://", "http://"))), "")
