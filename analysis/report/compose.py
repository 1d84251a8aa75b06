"""Builds the Document of a kind from its sections."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from analysis.model import Analysis
from analysis.report.blocks import Block, Document, Figure, Figures, Heading, Section
from analysis.report.book import Book
from analysis.report.words import Words
from pipelines.vocabulary import load_yaml

FRAMEWORK = "positioning"  # the report whose headings and numbers document 1 §6.1 gives to the letter
NUMBERED = re.compile(r"^([一二三四五六七八九十]、|\d\.(\d)? ?)\s*")
APPENDIX = re.compile(r"^(附录|Appendix )")


@dataclass(frozen=True)
class Recipe:
    """A kind of document: its file name and its sections in order."""

    file: str
    sections: tuple[str, ...]


@cache
def kinds() -> Mapping[str, Recipe]:
    """The kinds by name, as in ``kinds.yaml``."""
    return load_yaml(Path(__file__).parent / "kinds.yaml", dict[str, Recipe])


def document(analysis: Analysis, kind: str, words: Words) -> Document:
    """The whole document; KeyError for a kind that does not exist."""
    recipe, book = kinds()[kind], Book(analysis, words)
    built = (Section(name, tuple(blocks(name, book, kind))) for name in recipe.sections)
    sections = tuple(s for s in built if s.blocks)  # one that has nothing to say is not there
    if kind != FRAMEWORK:
        sections = tuple(renumbered(sections, words))
    title = words(f"title.{kind}", category=book.category)
    return Document(title, words(f"subtitle.{kind}"), words.html_lang, kind, watermark(analysis, words), sections)


def renumbered(sections: Iterable[Section], words: Words) -> Iterator[Section]:
    """Sections with chapters and their parts counted anew; appendices keep their letters."""
    chapter = part = 0
    for section in sections:
        held: list[Block] = []
        for block in section.blocks:
            if isinstance(block, Heading) and block.level == 2 and not APPENDIX.match(block.text):
                chapter, part = chapter + 1, 0
                title = words("ordinal.chapter", ordinal=words("ordinal.chapters")[chapter - 1], title=bare(block.text))
                held.append(replace(block, text=title))
            elif isinstance(block, Heading) and block.level == 3 and NUMBERED.match(block.text) and chapter:
                part += 1
                held.append(replace(block, text=words("ordinal.part", chapter=chapter, part=part, title=bare(block.text))))
            else:
                held.append(block)
        yield Section(section.name, tuple(held))


def bare(title: str) -> str:
    """A heading without its number."""
    return NUMBERED.sub("", title)


def blocks(name: str, book: Book, kind: str) -> list[Block]:
    """What a section's module builds; the head alone differs by kind of document."""
    module = importlib.import_module(f"analysis.report.sections.{name}")
    return list(module.build(book, kind) if name == "head" else module.build(book))


def watermark(analysis: Analysis, words: Words) -> str:
    """演示数据 where any case is a sandbox's; else empty."""
    sandbox = analysis.scope.origin == "sandbox" or any(c.origin == "sandbox" for c in analysis.cases)
    return words("watermark.sandbox") if sandbox else ""


def figures(document: Document) -> list[Figure]:
    """Every chart of the document once, by name."""
    held = [b for s in document.sections for b in s.blocks]
    charts = [f for b in held if isinstance(b, Figures) for f in b.figures] + [b for b in held if isinstance(b, Figure)]
    return list({f.name: f for f in charts}.values())
