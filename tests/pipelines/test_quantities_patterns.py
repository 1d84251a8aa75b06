"""The expressions of the grammar and the lists of words that they are made of: what they find, and the errors of their files."""

import ast
import re
from pathlib import Path

import pytest

from pipelines.quantities import excuses, listed, patterns
from pipelines.quantities.changes import Reading
from pipelines.quantities.clause import clause
from pipelines.quantities.patterns import Expression, Expressions, compiled, expressions, pattern
from pipelines.quantities.units import quantities
from pipelines.vocabulary import DataError

FOLDER = Path(patterns.__file__).parent
EXAMPLES = [(name, text) for name, held in expressions().patterns.items() for text in held.like]
LISTS = {"former.en": ("before",), "former.zh": ("原来", "以前"), "numbers.scales": ("million",)}


def made(find, lists=LISTS, parts=None, **more):
    return compiled(Expressions({"one": Expression(("x",), find, **more)}, parts or {}), lists)["one"]


@pytest.mark.parametrize(("name", "text"), EXAMPLES)
def test_an_expression_is_found_in_its_examples(name, text):
    assert pattern(name).search(text), expressions().patterns[name].find


def test_every_expression_has_an_example():
    assert all(held.like for held in expressions().patterns.values())


def cited_names():
    """The names that the package's code asks for."""
    for path in FOLDER.glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) in ("pattern", "before"):
                yield from (one.value for one in call.args[:1] if isinstance(one, ast.Constant))


def test_every_expression_is_used_and_every_one_used_exists():
    assert {*cited_names(), "unit", "unit_word"} == set(expressions().patterns)


def test_a_list_is_an_alternation_of_one_or_both_languages():
    assert made("^{former}$|{numbers.scales}").findall("以前") == ["以前"]
    both = made("(?:{former.en}|{former.zh}) {numbers.scales}")
    assert both.search("以前 million")
    assert both.search("BEFORE Million")


def test_the_longest_form_comes_first_and_no_form_is_an_expression():
    assert made("{a.en}", {"a.en": ("up", "up to", "a.b")}).findall("up to axb a.b") == ["up to", "a.b"]


def test_case_counts_where_it_is_said():
    assert made("{a.en}", {"a.en": ("up",)}, cased=True).search("UP") is None


def test_alternatives_and_parts_are_joined():
    one = made(("{twice}x", "z"), {"a.en": ("up", "on")}, {"single": "{a.en} ", "twice": "{single}{single}"})
    assert one.findall("up on x, up x, z") == ["up on x", "z"]


@pytest.mark.parametrize(
    ("find", "lists", "parts", "told"),
    [
        ("{fromer}", LISTS, {}, r"“one”.*\{fromer\}"),
        ("{former.de}", LISTS, {}, r"\{former\.de\}"),
        ("{former}", LISTS, {}, r"没有表达式用到 \['numbers\.scales'\]"),
        ("{former.zh}{numbers.scales}", LISTS, {}, r"没有表达式用到 \['former\.en'\]"),
        ("x", {}, {"piece": "y"}, r"没有表达式用到 \['piece'\]"),
        ("{first}", {}, {"first": "{second}", "second": "y"}, r"“first”.*\{second\}"),
        ("{former}{numbers.scales}", LISTS, {"former": "y"}, "“former”与一个列表同名"),
        ("(x", {}, {}, r"“one”不是正确的正则表达式.*：\(x"),
    ],
)
def test_what_does_not_fit_is_an_error_that_names_it(find, lists, parts, told):
    with pytest.raises(DataError, match=told):
        made(find, lists, parts)


def test_two_files_hold_no_expression_of_one_name(tmp_path, monkeypatch):
    for name in ("benefit_patterns.yaml", "benefit_patterns_more.yaml"):
        (tmp_path / name).write_text("patterns: {now: {like: [now], find: now}}\n", encoding="utf-8")
    monkeypatch.setattr(patterns, "FILES", tmp_path / "benefit_patterns*.yaml")
    with pytest.raises(DataError, match=r"“now”同时属于.*benefit_patterns_more\.yaml"):
        patterns.expressions.__wrapped__()


def test_a_list_without_words_is_an_error():
    with pytest.raises(DataError, match="empty"):
        listed.by_name({"empty": listed.Listed()})


def test_a_context_may_cite_a_list():
    assert set(listed.cited(["originally", "{former.zh}", "plan(|s)"])) == {"originally", *listed.lists()["former.zh"], "plan", "plans"}
    with pytest.raises(DataError, match=r"\{fromer\.zh\}"):
        list(listed.cited(["{fromer.zh}"]))


def words_of(text):
    found = quantities(text, 0, len(text))
    return clause(text, 0, len(text), tuple(found), re.search("[一-龥]", text) is not None), found[-1]


def outweighed(text, family, rule, **more):
    c, q = words_of(text)
    context = next(entry for hit in c.contexts for entry in hit.entry if entry.family == family)
    return excuses.excused(c, context, q, Reading(rule, "down", **more) if rule else None)


@pytest.mark.parametrize(
    ("text", "family", "rule", "more", "excused"),
    [
        ("Before, a run took 7 s", "before", "pair.from-to", {}, True),
        ("Before, a run took 7 s", "before", "level.took", {}, False),
        ("Before, a run took 7 s", "before", "", {}, False),
        ("成本下降到以前的 40%", "before", "level.to", {}, True),
        ("成本以前下降到约 40%", "before", "level.to", {}, False),
        ("速度是以前的 3 倍", "before", "change.multiple-of", {"base": 1.0}, True),
        ("速度是以前的 3 倍", "before", "change.multiple-of", {}, False),
        ("集群有 2000 个节点", "deployment", "level.volume", {}, True),
        ("集群有 2000 个节点", "deployment", "", {}, True),
        ("集群有 200 个节点", "deployment", "level.volume", {}, False),
        ("It was struggling before, and costs fell by 30%", "before", "change.by", {"cue": (36, 40)}, True),
        ("It was struggling before and costs fell by 30%", "before", "change.by", {"cue": (35, 39)}, False),
        ("saves 8 hours of data", "ago", "change.verb", {"implies": "saved"}, True),
        ("saves 8 hours of data", "ago", "change.verb", {}, False),
        ("The team of ten cut costs by 30%", "team", "change.by", {}, True),
    ],
)
def test_a_reading_outweighs_a_context(text, family, rule, more, excused):
    assert outweighed(text, family, rule, **more) is excused


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("{contexts: [befour], why: x, rules: [pair]}", "befour"),
        ("{contexts: [before], why: x, when: [grate]}", "grate"),
        ("{contexts: [before], why: x, wen: [great]}", "wen"),
        ("{contexts: [before], why: x, when: [great]}", "than_before"),
    ],
)
def test_an_excuse_that_does_not_fit_is_an_error(tmp_path, monkeypatch, row, told):
    path = tmp_path / "benefit_excuses.yaml"
    path.write_text(f"excuses:\n  - {row}\n", encoding="utf-8")
    monkeypatch.setattr(excuses, "FILE", path)
    with pytest.raises(DataError, match=told):
        excuses._by_family.__wrapped__()
