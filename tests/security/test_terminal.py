"""Text of pages and files cannot command the terminal in which it is shown."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.commands import _common
from analysis.commands._common import Terminal, print_json, table
from analysis.report.escape import UNSEEN
from tests.security.hostile import HIDDEN

BRIEF = settings(max_examples=100, deadline=None)
ATTACK = st.lists(
    st.sampled_from((*HIDDEN, "\x1b]8;;https://evil.example\x07x", "\x1b[2J", "\x1bP", "[bold]x[/bold]", "[/]", "words")), max_size=4
).map("".join)


def shown(draw):
    out = io.StringIO()
    draw(Terminal(file=out, highlight=False, width=80))
    return out.getvalue()


@BRIEF
@given(ATTACK)
def test_what_is_printed_holds_no_escape_of_its_own(words):
    assert not UNSEEN.search(shown(lambda t: t.print(words, markup=False)))
    assert not UNSEEN.search(shown(lambda t: t.print(table(words, [words], [[words], ["x"]]))))


def test_markup_of_the_terminal_is_words_in_a_table():
    assert "[bold]x[/bold]" in shown(lambda t: t.print(table("t", ["c"], [["[bold]x[/bold]"]])))


@BRIEF
@given(ATTACK)
def test_json_keeps_the_value_and_shows_no_escape(words):
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", out)
        print_json({"name": words})
    assert json.loads(out.getvalue()) == {"name": words}
    assert not UNSEEN.search(out.getvalue())


def test_the_consoles_of_the_commands_are_such_terminals():
    assert isinstance(_common.console, Terminal)
    assert isinstance(_common.errors, Terminal)
