"""What a replica site is: a vendor, facts, and a function from a request to an answer.

To add one: ``facts/<vendor>.yaml`` (customers), ``templates/<vendor>/*.j2`` (page layouts; ``base.html.j2`` gives the
watermark) and ``sites/<vendor>.py`` with a class below Site named ``Replica``. It is found by its file's name.
"""

from __future__ import annotations

import datetime
import importlib
import json
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.vocabulary import load_yaml

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Result:
    """A quantified result: ``figure`` as a page prints it, ``text`` what it measures."""

    figure: str
    text: str


@dataclass(frozen=True)
class Customer:
    """A fictional customer and its story, in the words of this project. ``layout`` names the page template."""

    slug: str
    name: str
    industry: str
    about: str
    problem: str
    solution: str
    products: tuple[str, ...]
    results: tuple[Result, ...]
    category: str = ""
    lang: str = "en"
    location: str = ""
    date: datetime.date = datetime.date(2025, 3, 1)
    layout: str = "new"
    charset: str = "utf-8"
    headline: str = ""
    quote: str = ""
    speaker: str = ""
    partner: str = ""
    hidden: str = ""  # a claim that stands in an invisible element: never evidence
    size: str = ""  # a vendor's own size facet
    extra: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Link:
    """A card that leads elsewhere: a third party, a typo, a redirect, a page that is not there."""

    url: str
    title: str


@dataclass(frozen=True)
class Facts:
    """The facts of a replica site."""

    vendor: str
    customers: tuple[Customer, ...]
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site answers."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """What a site is asked: the official address taken apart, the method, lower-case headers, the body."""

    url: SplitResult
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters; of repeated ones the last."""
        return {k: v[-1] for k, v in parse_qs(self.url.query, keep_blank_values=True).items()}


class Site:
    """A replica site of one vendor."""

    vendor = ""

    def __init__(self, copies: int = 1) -> None:
        self.facts = repeated(facts_of(self.vendor), copies)
        self.by_slug = {c.slug: c for c in self.facts.customers}

    def answer(self, ask: Ask) -> Answer | None:
        """The answer to a request, or None where the site has no such page."""
        raise NotImplementedError

    def render(self, template: str, charset: str = "utf-8", **values: Any) -> Answer:
        """A page of a template of this vendor, in a character set."""
        text = _templates().get_template(f"{self.vendor}/{template}").render(**values)
        return html(text, charset)


def html(text: str, charset: str = "utf-8", status: int = 200) -> Answer:
    """An HTML answer that names its character set."""
    return Answer(status, text.encode(charset, errors="xmlcharrefreplace"), (("Content-Type", f"text/html; charset={charset}"),))


def json_answer(data: Any) -> Answer:
    """A JSON answer."""
    return Answer(200, json.dumps(data, ensure_ascii=False).encode(), (("Content-Type", "application/json; charset=utf-8"),))


def plain(text: str, status: int = 200, kind: str = "text/plain") -> Answer:
    """A plain text answer (robots files, feeds)."""
    return Answer(status, text.encode(), (("Content-Type", f"{kind}; charset=utf-8"),))


def redirect(url: str, status: int = 301) -> Answer:
    """A redirect."""
    return Answer(status, b"", (("Location", url),))


def facts_of(vendor: str) -> Facts:
    """The facts of a vendor's replica; raises pipelines.vocabulary.DataError where the file does not fit."""
    return load_yaml(facts_file(vendor), Facts)


def facts_file(vendor: str) -> Path:
    """Where the facts of a vendor's replica stand, if it has one."""
    return HERE / "facts" / f"{vendor}.yaml"


def repeated(facts: Facts, copies: int) -> Facts:
    """The customers ``copies`` times over, numbered, for sites of many pages."""
    if copies <= 1:
        return facts
    more = tuple(replace(c, slug=f"{c.slug}-{n:03d}", name=f"{c.name} {n:03d}") if n else c for n in range(copies) for c in facts.customers)
    return replace(facts, customers=more)


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(HERE / "templates"), undefined=StrictUndefined, autoescape=True)


def replicas(copies: int = 1) -> dict[str, Site]:
    """Every replica site by vendor."""
    from crawlers.sandbox import sites

    found = (importlib.import_module(f"{sites.__name__}.{m.name}").Replica(copies) for m in pkgutil.iter_modules(sites.__path__))
    return {site.vendor: site for site in found}
