"""Markdown to pieces, by a line reader: the documents are exports of many tools, and no strict grammar fits them all.

Links become their text, images go, attributes such as ``{#section .class}`` and Liquid tags go, fenced code is code,
embedded HTML is read as HTML, front matter gives its labelled lines.
"""

from __future__ import annotations

import html
import re

from pipelines.case import Role
from pipelines.reader.html import read_html
from pipelines.reader.piece import Draft, Piece, join_lines, squeeze

_COMMENT = re.compile(r"<!--.*?-->", re.S)
_FRONT = re.compile(r"\A\s*---[ \t]*\n(.{0,20000}?)\n---[ \t]*(?:\n|\Z)", re.S)
_FRONT_LINE = re.compile(r"^[ \t]*(?:-[ \t]+)?([A-Za-z_][\w ]{0,30}):[ \t]*(\S.*)$")
_FRONT_KEYS = frozenset("title subheading company customer location industry date published author products".split())
_QUOTE_TAG = re.compile(r"\{\{<\s*[\w/-]*quote\b([^>]*)>\}\}(.*?)\{\{<\s*/[\w/-]*quote\s*>\}\}", re.S)
_AUTHOR = re.compile(r'author\s*=\s*"([^"]*)"')
_TEMPLATE = re.compile(r"\{\{[^{}]*\}\}|\{%[^%]*%\}|\{:[^{}]*\}|\{[#.][^{}\n]*\}")
_MARKED = re.compile(r"\{[{%:#.]")
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})")
_HIGHLIGHT = re.compile(r"^\s*\{%-?\s*(end)?(highlight|raw)\b")
_ATX = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*?)|([A-Z\u3400-\u9fff「【『].*?))[ \t]*#*[ \t]*$")
_SETEXT = re.compile(r"^ {0,3}(={3,}|-{3,})[ \t]*$")
_RULE = re.compile(r"^ {0,3}(?:[-*_][ \t]*){3,}$")
_BULLET = re.compile(r"^([ \t]*)(?:[-*+•·●○▪][ \t]+|\d{1,2}[.)、][ \t]+|[①-⑩]\s*)(?=\S)")
_DEFINITION = re.compile(r"^ {0,3}\[[^\]]+\]:\s*\S+.*$")
_ROW = re.compile(r"^[ \t]*\|.*\|[ \t]*$|^[^|\n]+\|[^|\n]+\|.*$")
_DASHES = re.compile(r"^[ \t|:-]+$")
_HTML_BLOCK = re.compile(
    r"^[ \t]*<(?:table|div|p|h[1-6]|ul|ol|section|blockquote|article|figure|details|center|pre|dl|style|script)\b", re.I
)
_HTML_VOID = re.compile(r"^\s*(?:<(?:img|br|hr|iframe|a|/a|source|video|/video|/iframe)\b[^<>]*/?>\s*)+$", re.I)
_IMAGE = re.compile(r"!\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\[[^\]]*\])?")
_LINK = re.compile(r"\[([^\[\]]*)\]\(\s*<?([^()\s<>]*(?:\([^()\s]*\)[^()\s]*)*)>?(?:\s+[\"'][^)]*)?\s*\)(?:\{[^{}]*\})?")
_REFERENCE = re.compile(r"\[([^\[\]]+)\]\[[^\[\]]*\]")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")
_CODE_SPAN = re.compile(r"(`+)(.+?)\1")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=[^\s*_])([^*_\n]+?)(?<=\S)\1(?![\w*])")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~^$])")
_SPEAKER = re.compile(r"^\s*[—–-]{1,2}\s*\S")
_BREAK = re.compile(r"<br\s*/?>\s*$", re.I)
_HAN_EDGE = re.compile(r"[\u3400-\u9fff。！？；：）)]$")
_OPENS_QUOTE = ("“", '"', "「", "『", "«")


def read_markdown(text: str) -> Draft:
    """The pieces of a Markdown document."""
    reader = _Reader()
    body, front = _front_matter(_COMMENT.sub("", text))
    reader.draft.pieces.extend(front)
    reader.read(body)
    return reader.draft


def read_mixed(text: str) -> Draft:
    """The pieces of an HTML source with front matter and page-tool tags around quotes."""
    body, front = _front_matter(text)
    if _MARKED.search(body):  # what both patterns hold, looked for first: a page of styles is full of braces
        body = _TEMPLATE.sub(" ", _QUOTE_TAG.sub(_quote_html, body))
    draft = read_html(body)
    titles = [p.text.partition(":")[2].strip() for p in front if p.text.casefold().startswith("title:")]
    draft.titles = titles + draft.titles
    draft.pieces[:0] = [p for p in front if not p.text.casefold().startswith("title:")]
    return draft


def _quote_html(match: re.Match[str]) -> str:
    author = _AUTHOR.search(match.group(1))
    return f"<blockquote>{match.group(2)}</blockquote><cite>{author.group(1) if author else ''}</cite>"


def _front_matter(text: str) -> tuple[str, list[Piece]]:
    """The body, and the front matter's lines that say something about the story."""
    found = _FRONT.match(text)
    if not found:
        return text, []
    lines = (_FRONT_LINE.match(line) for line in found.group(1).split("\n"))
    kept = [Piece(squeeze(f"{m.group(1)}: {m.group(2)}"), Role.LABEL) for m in lines if m and m.group(1).casefold() in _FRONT_KEYS]
    return text[found.end() :], [p for p in kept if not p.text.endswith((": >", ": |"))]


class _Reader:
    """Reads lines into pieces; an open paragraph gathers until something else begins."""

    def __init__(self) -> None:
        self.draft = Draft()
        self._open: list[str] = []
        self._role = Role.TEXT
        self._depth = 0

    def read(self, text: str) -> None:
        """All lines of the document."""
        lines = text.split("\n")
        at = 0
        while at < len(lines):
            at = self._line(lines, at)
        self._close()

    def _line(self, lines: list[str], at: int) -> int:
        """Take the line at ``at`` (and those that belong to it); the index of the next."""
        line = lines[at]
        if _FENCE.match(line) or _HIGHLIGHT.match(line):
            return self._code(lines, at)
        if not line.strip() or _DEFINITION.match(line) or _HTML_VOID.match(line):
            self._close()
            return at + 1
        if heading := _ATX.match(line):
            self._close()
            self._put(heading.group(2) or heading.group(3) or "", Role.HEADING, len(heading.group(1)))
            return at + 1
        if self._open and self._role is Role.TEXT and (under := _SETEXT.match(line)):
            title = join_lines(self._open)
            self._open.clear()
            self._put(title, Role.HEADING, 1 if under.group(1)[0] == "=" else 2)
            return at + 1
        if _RULE.match(line):
            self._close()
            return at + 1
        if _HTML_BLOCK.match(line):
            return self._html(lines, at)
        if _ROW.match(line) and (line.lstrip().startswith("|") or _is_table(lines, at)):
            return self._table(lines, at)
        return self._text(line, at)

    def _text(self, line: str, at: int) -> int:
        if line.lstrip().startswith(">"):
            if self._role is not Role.QUOTE:
                self._close()
            self._role = Role.QUOTE
            line = line.lstrip()[1:].lstrip("> ")
            if not line.strip():
                self._close()
            else:
                self._open.append(line)
            return at + 1
        if bullet := _BULLET.match(line):
            self._close()
            self._role = Role.BULLET
            self._depth = 1 + len(bullet.group(1).expandtabs(4)) // 2
            self._open.append(line[bullet.end() :])
            return at + 1
        self._open.append(line)
        return at + 1

    def _code(self, lines: list[str], at: int) -> int:
        self._close()
        fence = _FENCE.match(lines[at])
        closing = fence.group(1)[:3] if fence else "{% end"
        end = at + 1
        while end < len(lines) and not lines[end].strip().replace("{%-", "{%").startswith(closing):
            end += 1
        code = squeeze(" ".join(lines[at + 1 : end]))
        if code:
            self.draft.pieces.append(Piece(code, Role.CODE))
        return end + 1

    def _html(self, lines: list[str], at: int) -> int:
        self._close()
        end = at
        while end < len(lines) and lines[end].strip() and (end == at or not _ATX.match(lines[end])):
            end += 1
        while end < len(lines) and _unclosed_table(lines[at:end]):
            end += 1
        inner = read_html(_TEMPLATE.sub("", "\n".join(lines[at:end])))
        for piece in inner.pieces:
            piece.text = self._inline(piece.text) if piece.role is not Role.CODE else piece.text
        self.draft.pieces.extend(p for p in inner.pieces if p.text)
        self.draft.links.extend(inner.links)
        return end

    def _table(self, lines: list[str], at: int) -> int:
        self._close()
        while at < len(lines) and "|" in lines[at] and lines[at].strip():
            if not _DASHES.match(lines[at]):
                cells = tuple(c for c in (self._inline(cell) for cell in _cells(lines[at])) if c)
                if cells:
                    self.draft.pieces.append(Piece(" | ".join(cells), Role.TABLE, cells=cells))
            at += 1
        return at

    def _close(self) -> None:
        """End the open paragraph, item or quote."""
        if self._open:
            for line in _hard_breaks(self._open):
                self._put(line, self._role, depth=self._depth)
            self._open.clear()
        self._role, self._depth = Role.TEXT, 0

    def _put(self, raw: str, role: Role, level: int = 0, depth: int = 0) -> None:
        text = self._inline(raw)
        if not text:
            return
        if role is Role.QUOTE and not text.startswith(_OPENS_QUOTE) and not _SPEAKER.match(text):
            role = Role.TEXT
        bold = role is Role.TEXT and bool(_whole_bold(raw))
        self.draft.pieces.append(Piece(text, role, level, depth=depth, bold=bold))

    def _inline(self, raw: str) -> str:
        """The words of a line without its markup."""
        text = _TEMPLATE.sub("", raw)
        if "`" in text:
            text = _CODE_SPAN.sub(lambda m: m.group(2).replace("*", "\ue000").replace("_", "\ue001"), text)
        if "[" in text:
            text = _IMAGE.sub("", text)
            self.draft.links.extend(m.group(2) for m in _LINK.finditer(text) if m.group(2))
            text = _REFERENCE.sub(r"\1", _LINK.sub(r"\1", text))
        if "<" in text:
            text = _TAG.sub(" ", _AUTOLINK.sub(r"\1", text))
        if "*" in text or "_" in text:
            text = _EMPHASIS.sub(r"\2", _STRONG.sub(r"\2", _STRONG.sub(r"\2", text)).replace("**", ""))
        if "\\" in text:
            text = _ESCAPE.sub(r"\1", text)
        if "&" in text:
            text = html.unescape(text)
        return squeeze(text.replace("\ue000", "*").replace("\ue001", "_"))


def _whole_bold(raw: str) -> re.Match[str] | None:
    return re.fullmatch(r"\s*(?:\*\*|__){1,2}[^*\n]{1,80}(?:\*\*|__){1,2}\s*[:：]?\s*", _TEMPLATE.sub("", raw))


def _hard_breaks(lines: list[str]) -> list[str]:
    """A paragraph's lines joined, parted where a line ends with two spaces, a backslash or ``<br>``.

    Exports of Chinese pages set one paragraph a line: there a line that ends a sentence, or a short one above a long
    one, ends its paragraph too.
    """
    out: list[list[str]] = [[]]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        out[-1].append(_BREAK.sub("", line))
        if line.endswith(("  ", "\\")) or _BREAK.search(line) or _ends_chinese_line(line.strip(), following.strip()):
            out.append([])
    return [words for part in out if (words := join_lines(part))]


def _ends_chinese_line(line: str, following: str) -> bool:
    if not _HAN_EDGE.search(line):
        return False
    return line.endswith(("。", "！", "？", "；", "：")) or (len(line) <= 16 and line[-1] not in "，、,（(" and len(following) > 30)


def _is_table(lines: list[str], at: int) -> bool:
    return at + 1 < len(lines) and "-" in lines[at + 1] and "|" in lines[at + 1] and bool(_DASHES.match(lines[at + 1]))


def _cells(line: str) -> list[str]:
    return re.split(r"(?<!\\)\|", line.strip().strip("|"))


def _unclosed_table(lines: list[str]) -> bool:
    text = "\n".join(lines).casefold()
    return any(text.count(f"<{tag}") > text.count(f"</{tag}") for tag in ("table", "script", "style", "pre"))
