"""未纳入的材料及原因: what the library rejected and filters dropped."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.report.blocks import Block, Line, Link, Muted, Para, Table
from analysis.report.book import Book


def build(book: Book) -> Iterator[Block]:
    """A row a reason."""
    w, held = book.words, book.analysis.left_out
    yield book.appendix("left_out", "left-out")
    if not held:
        yield Para((w("left_out.none"),))
        return
    yield Table(
        tuple(w(k) for k in ("left_out.reason", "left_out.n", "left_out.examples")),
        tuple(((reason(book, x.code, x.reason),), (str(x.n),), examples(book, x.examples)) for x in held),
        numeric=(1,),
    )


def reason(book: Book, code: str, words: str) -> str:
    """The reason in the reader's language."""
    key = f"rejected.{code}"
    return book.words(key) if book.words.has(key) else book.words.phrase(words)


def examples(book: Book, held: tuple[str, ...]) -> Line:
    """Up to five examples; web addresses as links."""
    shown = tuple(Link(x, x) if x.startswith(("http://", "https://")) else Muted(x) for x in held[:5])
    return shown or (Muted(book.words("none")),)
