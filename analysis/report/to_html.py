"""Writes a Document as one HTML file that works offline: styles and script inside, a policy that allows nothing else."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache, singledispatchmethod
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from analysis.model import Kind
from analysis.report import blocks as b
from analysis.report.charts import themed
from analysis.report.escape import clean, web
from analysis.report.words import Words
from pipelines.vocabulary import load_yaml

TEMPLATES = Path(__file__).parent / "templates"
HEARD = "💬"  # the part of a card that interviews add
TAGS = {Kind.EVIDENCE: "evidence", Kind.STATISTIC: "statistic", Kind.PRIOR: "prior", Kind.INTERVIEW: "interview"}


class HtmlWriter:
    """Blocks to HTML by a template a class of block. ``base`` is the document that holds the evidence: empty for this one."""

    def __init__(self, words: Words, base: str = "") -> None:
        self.words = words
        self.base = base
        self.anchors: frozenset[str] = frozenset()
        self.held: frozenset[int] = frozenset()  # numbers of the cases that the document's index of evidence holds
        self.env = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_finalize,
        )
        self.env.filters |= {"line": self.line, "block": self.block, "chart": lambda s: Markup(themed(s)), "items": self.items}  # noqa: S704 - drawn by us
        self.env.globals |= {"w": words, "tags": TAGS, "icons": icons()}

    def document(self, document: b.Document, page: str = "page.html.j2") -> str:
        """The whole file."""
        self.anchors = document.anchors()
        self.held = document.held()
        style, script = styles(document), asset("app.js")
        return (
            self.env.get_template(page).render(
                doc=document,
                toc=contents(document),
                style=Markup(style),  # noqa: S704 - our own file
                script=Markup(script),  # noqa: S704 - our own file
                policy=policy(style, script),
            )
            + "\n"
        )

    def block(self, block: b.Block) -> Markup:
        """A block by the template that bears its name."""
        name = f"blocks/{type(block).__name__.lower()}.html.j2"
        return Markup(self.env.get_template(name).render(block=block))  # noqa: S704 - the template escapes

    def items(self, items: tuple[b.Item, ...]) -> Markup:
        """``<li>`` elements with their children."""
        return Markup("").join(self.item(i) for i in items)

    def item(self, item: b.Item) -> Markup:
        """A list item."""
        inner = Markup("<ul>{}</ul>").format(self.items(item.children)) if item.children else ""
        return Markup("<li>{}{}</li>").format(self.line(item.line), inner)

    def line(self, line: b.Line) -> Markup:
        """Inline parts with a space between where neither side has one."""
        return joined(escape(clean(p)) if isinstance(p, str) else self.inline(p) for p in line)

    @singledispatchmethod
    def inline(self, part: object) -> Markup:
        """By class of the part; TypeError for one that is not known."""
        raise TypeError(f"no HTML for {type(part).__name__}")

    @inline.register
    def _(self, part: b.Strong) -> Markup:
        return Markup("<strong>{}</strong>").format(clean(part.text)) if part.text else Markup("")

    @inline.register
    def _(self, part: b.Label) -> Markup:
        return Markup('<strong class="label">{}</strong>').format(clean(part.text) + self.words("label"))

    @inline.register
    def _(self, part: b.Muted) -> Markup:
        return Markup('<span class="muted">{}</span>').format(clean(part.text)) if part.text else Markup("")

    @inline.register
    def _(self, part: b.Badge) -> Markup:
        return Markup('<span class="badge t-{}">{}</span>').format(part.tone, clean(part.text))

    @inline.register
    def _(self, part: b.Link) -> Markup:
        url = web(part.url)
        if not url:
            return escape(clean(part.text))
        return Markup('<a href="{}" rel="noopener noreferrer nofollow" target="_blank">{}</a>').format(url, clean(part.text))

    @inline.register
    def _(self, part: b.Jump) -> Markup:
        known = part.anchor in self.anchors
        return Markup('<a href="#{}">{}</a>').format(part.anchor, clean(part.text)) if known else Markup("")

    @inline.register
    def _(self, part: b.CaseRef) -> Markup:
        if self.base:
            return Markup('<a class="case" href="{}#c{}">{}</a>').format(self.base, part.number, clean(part.name))
        return Markup('<a class="case" href="#c{0}" data-c="{0}">{1}</a>').format(part.number, clean(part.name))

    @inline.register
    def _(self, part: b.CaseSet) -> Markup:
        return self.evidence(part.cases, ())

    @inline.register
    def _(self, part: b.Missing) -> Markup:
        said = self.words("unknown.with", reason=part.reason) if part.reason else self.words("unknown")
        return Markup('<span class="missing">{}</span>').format(clean(said))

    @inline.register
    def _(self, part: b.Claim) -> Markup:
        aside = part.note if part.kind in (Kind.PRIOR, Kind.INTERVIEW) else ""  # a source of the rule base is told on demand
        title = Markup(' title="{}"').format(clean(aside)) if aside else ""
        tag = Markup('<span class="tag k-{}"{}>{}</span>').format(TAGS[part.kind], title, self.words(f"kind.{part.kind.value}"))
        note = Markup('<span class="note">{}</span>').format(clean(part.note)) if part.note and not aside else ""
        return Markup('<span class="claim">{} {}{}{}</span>').format(
            clean(part.text), tag, self.evidence(part.cases, part.quotes, part.examples), note
        )

    def evidence(self, cases: tuple[b.CaseRef, ...], quotes: tuple[int, ...], examples: bool = False) -> Markup:
        """The link into the evidence: ``3 例 · 5 条引语``; ``举 3 例`` of a statement that counts more."""
        w = self.words
        if not cases and not quotes:
            return Markup("")
        counted = (("evidence.examples" if examples else "evidence.open", len(cases)), ("evidence.quotes", len(quotes)))
        said = " · ".join(w(key, n=n) for key, n in counted if n)
        target = f"e{quotes[0]}" if quotes else f"c{cases[0].number}"
        if self.base:
            return Markup('<a class="ev" href="{}#{}">{}</a>').format(self.base, target, said)
        held = " ".join(map(str, quotes)), " ".join(str(c.number) for c in cases if c.number in self.held or not self.held)
        return Markup('<a class="ev" href="#{}" data-e="{}" data-c="{}">{}</a>').format(target, *held, said)


def contents(document: b.Document) -> list[tuple[b.Heading, list[b.Heading]]]:
    """Headings of level 2 with those of level 3 below them."""
    toc: list[tuple[b.Heading, list[b.Heading]]] = []
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, b.Heading) and block.level == 2:
                toc.append((block, []))
            elif isinstance(block, b.Heading) and block.level == 3 and toc:
                toc[-1][1].append(block)
    return toc


def policy(style: str, script: str) -> str:
    """A content security policy that allows this file's own style and script and nothing else."""
    own = f"style-src '{digest(style)}'; script-src '{digest(script)}'"
    return f"default-src 'none'; {own}; img-src data:; base-uri 'none'; form-action 'none'"


def digest(text: str) -> str:
    """``sha256-…`` as a policy wants it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def icons() -> Mapping[str, str]:
    """The drawings that stand for the marks of a card."""
    return load_yaml(TEMPLATES / "icons.yaml", dict[str, str])


@cache
def styles(document: b.Document) -> str:
    """The styles; cards that tell of interviews too are set smaller, so that each prints on one page."""
    cards = (block for section in document.sections for block in section.blocks if isinstance(block, b.Card))
    full = any(part.icon == HEARD for card in cards for part in card.parts)
    return asset("style.css") + ("\n" + asset("heard.css") if full else "")


def asset(name: str) -> str:
    """A file of the templates folder."""
    return (TEMPLATES / name).read_text(encoding="utf-8").strip()


def joined(parts: Iterable[Markup]) -> Markup:
    """Parts with one space between, unless a side brings its own."""
    out = ""
    for part in parts:
        if part:
            out += str(part) if not out or out[-1].isspace() or part[0].isspace() else f" {part}"
    return Markup(out)  # noqa: S704 - every part is escaped


def _finalize(value: Any) -> Any:
    """Refuses None and cleans bare text, so that neither leaks into a page."""
    if value is None:
        raise ValueError("a template printed None")
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
