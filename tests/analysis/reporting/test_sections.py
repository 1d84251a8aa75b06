"""Small snapshots of sections; ``pytest --snapshot-update`` accepts a wanted change."""

from __future__ import annotations

import pytest

from analysis.report.blocks import Document, Section
from analysis.report.book import Book
from analysis.report.compose import blocks
from analysis.report.to_html import HtmlWriter
from analysis.report.to_markdown import MarkdownWriter
from analysis.report.words import Words


def written(book: Book, held) -> str:
    doc = Document("t", "", "zh-CN", "positioning", "", (Section("s", tuple(held)),))
    return MarkdownWriter(book.words).document(doc)


@pytest.mark.parametrize("name", ["head", "summary", "category", "strategy", "conflicts", "left_out", "heat"])
def test_section(sample, snapshot, name):
    book = Book(sample, Words())
    assert written(book, blocks(name, book, "positioning")) == snapshot


def test_card(sample, snapshot):
    book = Book(sample, Words())
    assert written(book, blocks("cards", book, "cards")[:2]) == snapshot


def test_claim_in_html(sample, snapshot):
    book = Book(sample, Words())
    said = [book.say(s) for s in (sample.insights[0], sample.personas[0].description, sample.personas[0].decision_cycle)]
    assert "\n".join(HtmlWriter(book.words).line((one,)) for one in said) == snapshot
