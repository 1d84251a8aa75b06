"""HTML to pieces: what a reader of the page sees, in order, with the markup's own roles (DESIGN §2.2).

Hidden elements never become text, so that nobody plants an invisible claim; navigation, footers and forms are left out.
Broken markup is mended by libxml2. Nothing here knows a vendor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipelines.case import Role
from pipelines.reader.piece import Draft, Piece, join_lines, squeeze

_SKIP = frozenset(
    "script style template noscript head iframe svg canvas object embed form button select option input textarea nav footer aside menu"
    " dialog audio video map img picture source link meta".split()
)
_BLOCK = frozenset(
    "address article blockquote body center dd details div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 header hr html li main ol p"
    " pre section summary table tbody td tfoot th thead tr ul caption cite".split()
)
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_BOLD = frozenset(("b", "strong"))
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$|!)|font-size\s*:\s*0[a-z%]*\s*(?:;|$|!)"
    r"|(?:text-indent|left|top)\s*:\s*-\d{3,}",
    re.I,
)
_MAY_HIDE = re.compile(  # what every rule that hides holds, looked for first: a search from the colon is ten times as fast
    r":(?:(?<=display:)\s*none|(?<=visibility:)\s*hidden|(?:(?<=opacity:)|(?<=font-size:))\s*0"
    r"|(?:(?<=text-indent:)|(?<=left:)|(?<=top:))\s*-\d|(?<=\s:))",
    re.I,
)
_STYLE_RULE = re.compile(r"([^{}]{1,300})\{([^{}]{0,2000})\}")
_MEDIA = re.compile(r"@(?:media|supports|container)[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", re.I)
_SIMPLE = re.compile(r"^[\w]*([.#])([\w-]+)$")
_CONTROL = bytes(c for c in range(32) if c not in b"\t\n")
_CRUMB = re.compile(r"crumb", re.I)
_FRONT = re.compile(r"\A\s*---[ \t]*\n(.{0,20000}?)\n---[ \t]*\n", re.S)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_META_DATES = ("article:published_time", "og:article:published_time", "publish_date", "pubdate", "publishdate", "datepublished", "date")
_JSON_DATE = re.compile(r'"(datePublished)"\s*:\s*"([^"]{4,40})"')


def read_html(text: str) -> Draft:
    """The pieces of a page or of a fragment of one."""
    draft = Draft()
    root = _parse(text)
    if root is None:
        return draft
    draft.titles = list(_titles(root))
    body = next(root.iter("body"), root)
    draft.scripted = not any(map(squeeze, _visible_text(body)))
    hidden = _hidden_by_style(root)
    walker = _Walker(hidden)
    for start in _starts(body):
        walker.walk(start)
    walker.flush()
    draft.pieces = walker.pieces + _stated(root)
    draft.links = walker.links
    return draft


def _parse(text: str) -> HtmlElement | None:
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return document_fromstring(text.encode("utf-8").translate(None, _CONTROL), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _titles(root: HtmlElement) -> Iterator[str]:
    for meta in root.iter("meta"):
        if (meta.get("property") or meta.get("name") or "").casefold() == "og:title" and meta.get("content"):
            yield squeeze(meta.get("content", ""))
    for title in root.iter("title"):
        if words := squeeze(title.text_content()):
            yield words
        break


def _visible_text(body: HtmlElement) -> Iterator[str]:
    for element in body.iter():
        if isinstance(element.tag, str) and element.tag not in _SKIP:
            yield element.text or ""
        yield element.tail or "" if element is not body else ""


def _starts(body: HtmlElement) -> list[HtmlElement]:
    """The elements to walk: the page's one main region with breadcrumbs and a heading above it, else the body."""
    mains = [m for m in body.iter("main") if len(squeeze(m.text_content())) > 200]
    if len(mains) != 1:
        return [body]
    inside = set(mains[0].iter("h1", "nav"))
    crumbs = [n for n in body.iter("nav") if n not in inside]
    above = [h for h in body.iter("h1") if h not in inside][: not any(e.tag == "h1" for e in inside)]
    return [*crumbs, *above, mains[0]]


def _hidden_by_style(root: HtmlElement) -> frozenset[str]:
    """Simple selectors (``.x``, ``#y``) that the page's own style sheets hide for every medium."""
    found: set[str] = set()
    for style in root.iter("style"):
        sheet = style.text or ""
        if not _MAY_HIDE.search(sheet):
            continue
        for selectors, rules in _STYLE_RULE.findall(_MEDIA.sub("", sheet)):
            if _MAY_HIDE.search(rules) and _HIDDEN_STYLE.search(rules):
                found.update(m.group(1) + m.group(2) for s in selectors.split(",") if (m := _SIMPLE.match(s.strip())))
    return frozenset(found)


def _stated(root: HtmlElement) -> list[Piece]:
    """The date that the head or the linked data states, as a label line of its own: key and value stand in the bytes."""
    for meta in root.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if name.casefold() in _META_DATES and (value := squeeze(meta.get("content", ""))):
            return [Piece(f"{name.rsplit(':', 1)[-1]}: {value}", Role.LABEL)]
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "") and (found := _JSON_DATE.search(script.text or "")):
            return [Piece(f"{found.group(1)}: {squeeze(found.group(2))}", Role.LABEL)]
    return []


class _Walker:
    """Walks elements in order and cuts their text into pieces at block boundaries."""

    def __init__(self, hidden: frozenset[str]) -> None:
        self.pieces: list[Piece] = []
        self.links: list[str] = []
        self._hidden = hidden
        self._buffer: list[str] = []
        self._bold = 0  # characters of the buffer that stand in bold
        self._role = Role.TEXT
        self._level = 0
        self._depth = 0

    def walk(self, element: HtmlElement, bold: bool = False) -> None:
        """The element and all below it; its tail belongs to whoever called."""
        tag = element.tag
        if not isinstance(tag, str) or self._is_hidden(element):
            return
        if tag in _SKIP:
            self._crumbs(element)
            return
        if tag == "br":
            self._buffer.append("\n")
        elif tag == "table" and not _is_layout(element):
            self._table(element)
        elif tag in _BLOCK:
            self._block(element, tag)
        else:
            self._inline(element, tag, bold)

    def _inline(self, element: HtmlElement, tag: str, bold: bool) -> None:
        if tag == "a" and (href := element.get("href")):
            self.links.append(href)
        self._children(element, bold or tag in _BOLD)

    def _children(self, element: HtmlElement, bold: bool = False) -> None:
        self._say(element.text, bold)
        for child in element:
            self.walk(child, bold)
            self._say(child.tail, bold)

    def _say(self, text: str | None, bold: bool) -> None:
        if text:
            self._buffer.append(text if self._role is Role.CODE else text.replace("\n", " "))
            if bold:
                self._bold += len(squeeze(text))

    def _block(self, element: HtmlElement, tag: str) -> None:
        self.flush()
        saved = self._role, self._level, self._depth
        self._role, self._level = _role_of(tag, self._role), _HEADINGS.get(tag, self._level if tag not in _BLOCK else 0)
        self._depth += tag in ("ul", "ol")
        self._children(element)
        self.flush()
        self._role, self._level, self._depth = saved

    def _table(self, table: HtmlElement) -> None:
        self.flush()
        for row in table.iter("tr"):
            if self._is_hidden(row):
                continue
            cells = tuple(words for cell in row if cell.tag in ("td", "th") if (words := self._cell(cell)))
            if cells:
                self.pieces.append(Piece(" | ".join(cells), Role.TABLE, cells=cells))

    def _cell(self, cell: HtmlElement) -> str:
        inner = _Walker(self._hidden)
        inner.walk(cell)
        inner.flush()
        self.links.extend(inner.links)
        return join_lines(p.text for p in inner.pieces)

    def _crumbs(self, element: HtmlElement) -> None:
        """A breadcrumb is navigation that tells where the story belongs: it is kept as one line."""
        marks = f"{element.get('aria-label') or ''} {element.get('class') or ''} {element.get('id') or ''}"
        if element.tag == "nav" and _CRUMB.search(marks):
            self.flush()
            steps = [words for words in map(squeeze, element.itertext()) if words and words not in "/>›|"]
            if 0 < len(steps) < 9:
                self.pieces.append(Piece(" / ".join(steps), Role.LABEL))

    def _is_hidden(self, element: HtmlElement) -> bool:
        attributes = element.attrib
        if not attributes:
            return False
        if "hidden" in attributes or attributes.get("aria-hidden", "").casefold() == "true":
            return True
        if (style := attributes.get("style")) and _HIDDEN_STYLE.search(style):
            return True
        if not self._hidden:
            return False
        classes = (f".{c}" for c in (attributes.get("class") or "").split())
        return f"#{attributes.get('id')}" in self._hidden or any(c in self._hidden for c in classes)

    def flush(self) -> None:
        """Close the piece that is being gathered."""
        raw, bold = "".join(self._buffer), self._bold
        self._buffer.clear()
        self._bold = 0
        if not raw.strip():
            return
        for words in [raw.strip("\n")] if self._role is Role.CODE else _unbroken(raw.split("\n")):
            text = squeeze(words)
            if text:
                whole = bold >= len(text) - 2 and self._role is Role.TEXT
                self.pieces.append(Piece(text, self._role, self._level, depth=self._depth, bold=whole))


def _unbroken(lines: list[str]) -> list[str]:
    """Lines parted by ``<br>``, joined again where the next one goes on in lower case."""
    out: list[str] = []
    for line in filter(None, map(squeeze, lines)):
        if out and line[0].islower() and out[-1][-1] not in ".!?。！？：:":
            out[-1] = join_lines((out[-1], line))
        else:
            out.append(line)
    return out


def _role_of(tag: str, around: Role) -> Role:
    if tag in _HEADINGS:
        return Role.HEADING
    if tag in ("li", "dd"):
        return Role.BULLET
    if tag == "blockquote":
        return Role.QUOTE
    if tag == "cite":
        return Role.ATTRIBUTION
    if tag == "pre":
        return Role.CODE
    return around


def _is_layout(table: HtmlElement) -> bool:
    """Whether a table only sets a page: it holds headings, another table or one single cell."""
    if any(next(table.iter(tag), None) is not None for tag in ("h1", "h2", "h3")):
        return True
    inner = table.iter("table")
    next(inner)
    return next(inner, None) is not None or sum(1 for _ in table.iter("td", "th")) < 2
