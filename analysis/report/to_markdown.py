"""Writes a Document as Markdown (GitHub flavour): text that reads well, its support in numbered notes at the end.

A claim bears its kind and the number of its note; equal support has one note. The notes lead to the index of evidence.
A file that stands beside its report (a card) has no notes: it names the first customer and leads into the report.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatchmethod

from analysis.model import Kind
from analysis.report import blocks as b
from analysis.report.escape import markdown as esc
from analysis.report.escape import unlisted, web
from analysis.report.words import Words

NAMED = 3  # customers named in a claim before "and n more"


class MarkdownWriter:
    """Blocks to lines. ``base`` is the document that holds the evidence: empty for this one."""

    def __init__(self, words: Words, base: str = "") -> None:
        self.words = words
        self.base = base
        self.anchors: frozenset[str] = frozenset()
        self.notes: dict[str, int] = {}  # the support of claims, in order of its first use

    def document(self, document: b.Document) -> str:
        """The whole document, ending in one newline."""
        self.anchors = document.anchors()
        self.notes = {}
        parts = [self.block(block) for section in document.sections for block in section.blocks]
        parts += self.support()
        mark = [f"> **{esc(document.watermark)}**"] if document.watermark else []
        return "\n\n".join([*mark, *(p for p in parts if p)]) + "\n"

    def line(self, line: b.Line) -> str:
        """Inline parts, a space between them where neither side has one; no list begins by chance."""
        return unlisted(joined(self.part(p) for p in line))

    def part(self, part: b.Part) -> str:
        """An inline part."""
        return esc(part) if isinstance(part, str) else self.inline(part)

    @singledispatchmethod
    def inline(self, part: object) -> str:
        """By class of the part; TypeError for one that is not known."""
        raise TypeError(f"no Markdown for {type(part).__name__}")

    @inline.register
    def _(self, part: b.Strong) -> str:
        text = part.text.rstrip()
        return f"**{esc(text)}**" + part.text[len(text) :] if text else ""

    @inline.register
    def _(self, part: b.Label) -> str:
        return f"**{esc(part.text)}**: " if part.bold else f"{esc(part.text)}: "

    @inline.register
    def _(self, part: b.Muted) -> str:
        return self.words("md.aside", text=esc(part.text)) if part.text else ""

    @inline.register
    def _(self, part: b.Badge) -> str:
        return f"`{part.text.replace('`', '')}`"

    @inline.register
    def _(self, part: b.Link) -> str:
        url = web(part.url)
        return f"[{esc(part.text)}](<{url}>)" if url else esc(part.text)

    @inline.register
    def _(self, part: b.Jump) -> str:
        return f"[{esc(part.text)}](#{part.anchor})" if part.anchor in self.anchors else ""

    @inline.register
    def _(self, part: b.CaseRef) -> str:
        return f"[{esc(part.name)}]({self.base}#c{part.number})"

    @inline.register
    def _(self, part: b.CaseSet) -> str:
        return self.customers(part.cases)

    @inline.register
    def _(self, part: b.Missing) -> str:
        return esc(self.words("unknown.with", reason=part.reason) if part.reason else self.words("unknown"))

    @inline.register
    def _(self, part: b.Claim) -> str:
        return f"{esc(part.text)}{self.words('md.kind', parts=self.tag(part))}"

    def tag(self, part: b.Claim) -> str:
        """The kind, and where it rests on more than a few words, the number of its note."""
        w = self.words
        kind = w(f"kind.{part.kind.value}")
        if self.base:
            return kind + (f" {self.named(part, 1)}" if part.cases else "")
        prior = part.kind is Kind.PRIOR
        if not (part.cases or part.quotes or prior):
            return w("md.kind.join").join(x for x in (kind, esc(part.note)) if x)
        said = w("md.kind.join").join(x for x in (kind, self.named(part), self.numbers(part.quotes), esc(part.note)) if x)
        if said == kind:
            return kind
        number = self.notes.setdefault(said, len(self.notes) + 1)
        return f"[{kind}{number}](#s{number})"

    def support(self) -> list[str]:
        """The notes: what each claim rests on."""
        if not self.notes:
            return []
        lines = (f'- <a id="s{n}"></a>{n} {said}' for said, n in self.notes.items())
        return [f'<a id="support"></a>\n\n**{esc(self.words("md.support"))}**', "\n".join(lines)]

    def named(self, part: b.Claim, shown: int = NAMED) -> str:
        """The customers of a claim; as examples where it counts more."""
        said = self.customers(part.cases, shown)
        return self.words("md.examples", named=said) if said and part.examples else said

    def customers(self, cases: tuple[b.CaseRef, ...], shown: int = NAMED) -> str:
        """The first customers by name, and how many more."""
        named = self.words("list.comma").join(self.inline(c) for c in cases[:shown])
        return self.words("md.more", named=named, n=len(cases)) if len(cases) > shown else named

    def numbers(self, quotes: tuple[int, ...]) -> str:
        """``E1 E2`` as links, the first five, and how many more."""
        if not quotes:
            return ""
        shown = " ".join(f"[E{n}]({self.base}#e{n})" for n in quotes[:5])
        return shown + (f" {self.words('md.more_quotes', n=len(quotes) - 5)}" if len(quotes) > 5 else "")

    @singledispatchmethod
    def block(self, block: object) -> str:
        """By class of the block; TypeError for one that is not known."""
        raise TypeError(f"no Markdown for {type(block).__name__}")

    @block.register
    def _(self, block: b.Heading) -> str:
        anchor = f'<a id="{block.anchor}"></a>\n\n' if not self.base else ""
        return f"{anchor}{'#' * block.level} {esc(block.text)}"

    @block.register
    def _(self, block: b.Para) -> str:
        return self.line(block.line)

    @block.register
    def _(self, block: b.Bullets) -> str:
        return "\n".join(self.items(block.items, "", block.ordered))

    def items(self, items: tuple[b.Item, ...], indent: str, ordered: bool = False) -> Iterator[str]:
        """List lines, children indented under their parent's text."""
        for n, item in enumerate(items, 1):
            mark = f"{n}. " if ordered else "- "
            yield f"{indent}{mark}{self.line(item.line)}"
            yield from self.items(item.children, indent + " " * len(mark))

    @block.register
    def _(self, block: b.Table) -> str:
        rule = ("---:" if i in block.numeric else "---" for i in range(len(block.head)))
        rows = [[self.line(c) for c in row] for row in block.rows]
        lines = [[esc(h) for h in block.head], list(rule), *rows]
        return "\n".join("| " + " | ".join(row) + " |" for row in lines)

    @block.register
    def _(self, block: b.Figure) -> str:
        return f"![{esc(block.alt)}](charts/{block.name}.svg)"

    @block.register
    def _(self, block: b.Figures) -> str:
        return "\n\n".join(self.block(f) for f in block.figures)

    @block.register
    def _(self, block: b.Meta) -> str:
        return "  \n".join(f"**{esc(label)}**: {self.line(line)}" for label, line in block.rows)

    @block.register
    def _(self, block: b.Tiles) -> str:
        head, values = " | ".join(esc(t.label) for t in block.tiles), " | ".join(esc(t.value) for t in block.tiles)
        return f"| {head} |\n|{' ---: |' * len(block.tiles)}\n| {values} |"

    @block.register
    def _(self, block: b.Callout) -> str:
        lines = [f"**{esc(block.title)}**", *(self.line(x) for x in block.lines)]
        return "\n>\n".join(f"> {x}" for x in lines)

    @block.register
    def _(self, block: b.Legend) -> str:
        rows = (f"> - **{self.words(f'kind.{k.value}')}**: {esc(said)}" for k, said in block.rows)
        return "\n".join([f"> **{self.words('legend.title')}**", ">", *rows])

    @block.register
    def _(self, block: b.CaseTable) -> str:
        return self.block(b.Table(block.head, tuple(r.cells for r in block.rows)))

    @block.register
    def _(self, block: b.EvidenceIndex) -> str:
        return "\n\n".join(self.evidence(c) for c in block.cases)

    def evidence(self, case: b.EvidenceView) -> str:
        """A case: its source and record, then its quotes with the anchor of each."""
        head = f'<a id="c{case.number}"></a>**{esc(case.name)}** {self.line(case.about)} {self.line(case.source)}'
        record = self.words("md.record", record=esc(case.record))
        more = [f"  - {esc(case.more)}"] if case.more else []
        return "\n".join([f"- {head} {record}", *(f"  - {self.quote(q)}" for q in case.quotes), *more])

    def quote(self, q: b.QuoteView) -> str:
        """The quote in bold within its sentence."""
        marked = f"{esc(q.before)}**{esc(q.quote.strip())}**{esc(q.after)}"
        where = self.words("md.aside", text=esc(q.where)) if q.where else ""
        return f'<a id="e{q.number}"></a>E{q.number} {esc(q.field)}: {marked} {where}'.rstrip()

    @block.register
    def _(self, block: b.Card) -> str:
        notice = [f"> **{esc(block.notice)}**"] if block.notice else []
        parts = [self.card_part(p) for p in block.parts]
        return "\n\n".join([f"## {esc(block.title)}", *notice, *parts, f"{self.inline(block.status)} {self.line(block.foot)}"])

    def card_part(self, part: b.CardPart) -> str:
        """``🎯 **目标客户**`` and its entries."""
        return f"{part.icon} **{esc(part.title)}**{esc(part.note)}\n{self.block(part.body)}"


def joined(parts: Iterator[str]) -> str:
    """Parts with one space between, unless a side brings its own."""
    out = ""
    for part in parts:
        if part:
            out += part if not out or out[-1].isspace() or part[0].isspace() else f" {part}"
    return out.strip()
