from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from analysis.report.escape import cell, clean, markdown, slug, unlisted, web

MARKS = ["- item", "1. item", "1) item", "+ a", "> quote", "# head", "===", "---", "* a", "a\n\n# b"]
MARKS += ["<b>x</b>", "[x](javascript:1)", "![x](y)", "`c`", "a|b"]
NAMES = [("消息队列-标准", "消息队列-标准"), ("../../etc", "etc"), ("API网关", "API网关"), ("  ", "x"), ("a/b:c", "a-b-c")]
READ = MarkdownIt("commonmark").enable("table")


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-30%", "'-30%"),
        ("@sum(a1)", "'@sum(a1)"),
        ("\tcmd", "'cmd".replace("cmd", " cmd")),
        ("\r=x", "' =x"),
        ("  =x", "'  =x"),
        ("＝1", "'＝1"),
        ("成本 ↓ 30%", "成本 ↓ 30%"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_a_cell_is_never_a_formula(given_, shown):
    assert cell(given_) == shown


@given(st.text())
def test_no_text_makes_a_formula_or_a_control_character(text):
    shown = cell(text)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert not any(ord(c) < 32 for c in shown)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://www.example.com/a?b=c#d", True),
        ("http://example.com", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("https://user:pw@example.com/", False),
        ("https://example.com/a b", False),
        ('https://example.com/"onmouseover=x', False),
        ("https://[", False),
        ("//example.com", False),
        ("ftp://example.com", False),
        ("", False),
    ],
)
def test_only_web_addresses_are_links(url, kept):
    assert web(url) == (url if kept else "")


@given(st.text(min_size=1))
def test_markdown_shows_text_as_text(text):
    """Rendered, escaped text is one paragraph (or nothing) of plain words: no tag, no list, no heading of its own."""
    html = READ.render(unlisted(markdown(text).strip()))
    inner = html.removeprefix("<p>").removesuffix("</p>\n")
    assert "<" not in inner


@pytest.mark.parametrize("text", MARKS)
def test_markdown_marks_do_nothing(text):
    html = READ.render(unlisted(markdown(text)))
    assert html.startswith("<p>")
    assert html.count("<") == 2


def test_clean_drops_what_hides_or_turns_text():
    assert clean("a\u202eb\u200bc\x00d\ne") == "abcd e"


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_slug_is_a_file_name(text, name):
    assert slug(text) == name
