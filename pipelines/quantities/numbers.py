"""Numbers as people write them: 1,500 · 2.5 million · 6.7万 · 2 亿 3 千万 · two dozen · 三成 · 一半 · 上亿 · 10k.

An ``Amount`` is a number with its span and bound and no unit yet. Numbers without a figure (several, 数倍, 几百) are
``vague``: they are kept, so that the grammar can say why they are no benefit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from pipelines.quantities import lexis
from pipelines.quantities.listed import lists
from pipelines.quantities.patterns import pattern
from pipelines.text import Lexicon

HAN = re.compile(r"[\u4e00-\u9fff]")
_RATE_NEXT = re.compile(r"\+?/")
_ZH_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_ZH_SMALL = {"十": 10, "百": 100, "千": 1000}
_ZH_LARGE = {"万": 10_000, "亿": 100_000_000}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number at a span. ``scale`` is what its scale word multiplied by; ``unit`` is set where the word holds it (三成 → %)."""

    start: int
    end: int
    value: float
    scale: float = 1.0
    unit: str = ""
    direction: str = ""
    bound: str = ""
    vague: bool = False
    hi: float | None = None
    article: bool = False  # "a", "an", "one", 一: a number only where a unit follows
    part: bool = False  # "one-sixteenth of": the multiple that something fell by


def amounts(text: str, start: int, end: int) -> list[Amount]:
    """The numbers in ``text[start:end]``, in order, without overlaps."""
    if not pattern("figure").search(text, start, end) and not _number_words().find(text, start, end):
        return []
    taken: list[Amount] = []
    reach = start
    for hit in pattern("number").finditer(text, start, end):
        if hit.start() < reach:
            continue
        amount = _read(hit, text, end)
        if amount is not None:
            taken.append(amount)
            reach = amount.end
    return taken


def _read(hit: re.Match[str], text: str, end: int) -> Amount | None:
    kind = hit.lastgroup
    if kind == "digits":
        return _digits(hit, text, end)
    if kind == "vague":
        return Amount(hit.start(), hit.end(), 0, vague=True)
    if kind == "han":
        return _han(hit, text)
    word = hit.group().casefold()
    if kind == "multiple" and pattern("no_multiple").search(text, max(0, hit.start() - 8), hit.end()):
        return None
    if kind == "multiple":
        many = _multiples()[word]
        return Amount(
            hit.start(), hit.end(), many.value, unit=many.unit, direction=many.direction, bound="under" if many.unit in ("s", "ms") else ""
        )
    if kind == "fraction" and pattern("half").fullmatch(word) and pattern("half_of").match(text, hit.end()):
        return Amount(hit.start(), hit.end(), 50, unit="%", direction="down", part=True)
    if kind == "fraction" and (whole := pattern("part_of_unit").match(text, hit.end(), end)):
        scale = lexis.numbers().scales.get(whole["scale"].casefold(), 1.0) if whole["scale"] else 1.0
        return Amount(hit.start(), whole.end(), times(lexis.numbers().fractions[word] / 100, scale), scale)
    if kind == "fraction" and (former := _sign_part(word, text, hit)):
        return former
    if kind == "fraction":
        return Amount(hit.start(), hit.end(), lexis.numbers().fractions[word], unit="%")
    if kind == "part" and not pattern("part_of").search(text, max(0, hit.start() - 40), hit.start()):
        return None
    if kind == "part":
        return Amount(hit.start(), hit.end(), lexis.numbers().parts[re.split(r"[ -]", word)[-1]], unit="x", direction="down", part=True)
    return _and_a_half(_english(hit), text)


def _and_a_half(amount: Amount, text: str) -> Amount:
    """``two and a half``; an article has no half: ``a and a half`` is nothing."""
    half = None if amount.article else pattern("and_a_half").match(text, amount.end)
    return amount if half is None else replace(amount, end=half.end(), value=amount.value + 0.5 * amount.scale)


def _digits(hit: re.Match[str], text: str, end: int) -> Amount:
    """A number in digits and the scale that follows it."""
    if parted := pattern("parted").match(text, hit.start(), end):
        return Amount(hit.start(), parted.end(), round(100 * int(parted["over"]) / int(parted["under"])), unit="%")  # 2/3
    value, stop, scale = float(hit.group("digits").replace(",", "")), hit.end(), 1.0
    word = pattern("scale").match(text, stop, end)
    if (tenths := pattern("tenths").match(text, stop, end)) and value <= 10:
        return Amount(hit.start(), tenths.end(), times(value, 10), unit="%")
    if word:
        scale, stop = lexis.numbers().scales[word["scale"].casefold()], word.end()
    elif zh := pattern("scale_zh").match(text, stop, end):
        return _mixed(hit.start(), value, zh)
    elif (letter := pattern("scale_letter").match(text, stop, end)) and (
        letter["letter"] or _RATE_NEXT.match(text, letter.end()) or _near_han(text, hit.start(), letter.end())
    ):
        scale, stop = lexis.numbers().letters[letter.group().strip()], letter.end()
    return Amount(hit.start(), stop, times(value, scale), scale)


def times(value: float, scale: float) -> float:
    """The product as the page's reader works it out: 4.1 million is 4100000, which binary fractions miss.

    >>> times(4.1, 1_000_000), times(6.7, 10_000), times(0.07, 100)
    (4100000.0, 67000.0, 7.0)
    """
    return float(Decimal(repr(value)) * Decimal(repr(scale)))


def _mixed(start: int, value: float, zh: re.Match[str]) -> Amount:
    """``6.7万``, ``1 万 4``, ``2 亿 3 千万``."""
    scale = _zh_scale(zh["scale"])
    total = times(value, scale)
    if zh["more"]:
        total += times(float(zh["more"]), _zh_scale(zh["more_scale"]) if zh["more_scale"] else scale / 10 ** len(zh["more"]))
    return Amount(start, zh.end(), round(total, 6), scale)


def _zh_scale(word: str) -> float:
    product = 1.0
    for char in word:
        product *= _ZH_SMALL.get(char) or _ZH_LARGE[char]
    return product


def zh_number(word: str) -> float:
    """The value of a Chinese numeral: 三百五十 → 350, 两千万 → 20000000, 百万 → 1000000, 二〇 → 20."""
    if all(c in _ZH_DIGIT for c in word):
        return float(int("".join(str(_ZH_DIGIT[c]) for c in word)))
    total = section = digit = 0.0
    seen = False
    for char in word:
        if char in _ZH_DIGIT:
            digit, seen = _ZH_DIGIT[char], True
        elif char in _ZH_SMALL:
            section += (digit if seen and digit else 1) * _ZH_SMALL[char]
            digit, seen = 0.0, False
        else:
            total = (total + section + digit or 1) * _ZH_LARGE[char]
            section, digit, seen = 0.0, 0.0, False
    return total + section + digit


def _han(hit: re.Match[str], text: str) -> Amount | None:
    """Chinese numerals with their special forms: 一半, 三成, 三分之一, 上亿, 千余, 百万级, 数倍."""
    word, start, stop = hit.group("han"), hit.start(), hit.end()
    if word == "一半":
        return Amount(start, stop, 50, unit="%")
    if "分之" in word:
        return _part_zh(word, text, start, stop) or _fraction_zh(word, start, stop)
    if word[-1] in "成半" and len(word) > 1:
        tenths = zh_number(word.rstrip("半").rstrip("成")) + (0.5 if word[-1] == "半" else 0)
        return Amount(start, stop, times(tenths, 10), unit="%")
    if word == "半":
        return Amount(start, stop, 0.5, article=True)
    if pattern("once").match(text, start):
        return None
    if word[0] in "数几":
        return Amount(start, stop, 0, vague=True)
    if rest := pattern("some_zh").match(text, stop):
        return Amount(start, rest.end(), 0, vague=True)  # 十几万, 一百几十
    if pattern("about_zh").search(word):
        return _about(word, start, stop)
    value = zh_number(word)
    bare = word[0] not in _ZH_DIGIT and word[0] != "十"
    passes = pattern("passes_figure").search(text, max(0, start - 1), start) if bare else None
    if bare and not passes and not _hinted(text, stop):
        return None
    return Amount(
        start,
        stop,
        value,
        scale=_ZH_LARGE.get(word[-1], 1.0),
        article=word in ("一", "两", "二", "三"),
        bound="over" if passes and passes["over"] else "",
    )


def _about(word: str, start: int, stop: int) -> Amount:
    """三四万 is 30,000 to 40,000; 三五个 and 一两 are about so many, no figure."""
    if len(word) == 2:
        return Amount(start, stop, 0, vague=True)
    low, high = zh_number(word[0] + word[2:]), zh_number(word[1:])
    return Amount(start, stop, low, hi=high, bound="about")


def _hinted(text: str, stop: int) -> bool:
    """Whether what follows a scale without a digit (万, 亿, 千万) says that it is a figure: 千余, 百万级."""
    hint = pattern("scale_hint").match(text, stop)
    return hint is not None and hint.end() > stop


def _part_zh(word: str, text: str, start: int, stop: int) -> Amount | None:
    """原来的三分之一: a third of what it was, told as a multiple that fell."""
    whole, part = word.split("分之")
    if part != "一" or whole in ("百", "千", "万") or not _of_former(text, start):
        return None
    return Amount(start, stop, zh_number(whole), unit="x", direction="down", part=True)


def _sign_part(word: str, text: str, hit: re.Match[str]) -> Amount | None:
    """原来的 ⅓, as 原来的三分之一."""
    times_less = 100 / lexis.numbers().fractions[word]
    if len(word) > 1 or abs(times_less - round(times_less)) > 0.05 or not _of_former(text, hit.start()):
        return None
    return Amount(hit.start(), hit.end(), round(times_less), unit="x", direction="down", part=True)


def _of_former(text: str, start: int) -> bool:
    """Whether the words before a part tell that it is a part of what was, or of what others have."""
    return pattern("part_of_former").search(text, max(0, start - 16), start) is not None


def _fraction_zh(word: str, start: int, stop: int) -> Amount:
    """三分之一 → 33 %, 百分之三十 → 30 %, 万分之一 → 0.01 %."""
    whole, part = word.split("分之")
    share = 100 * zh_number(part) / zh_number(whole)
    return Amount(start, stop, round(share) if share > 1 and whole not in ("百", "千", "万") else round(share, 6), unit="%")


def _english(hit: re.Match[str]) -> Amount:
    table = lexis.numbers()
    word = re.sub(r"\s+", " ", hit.group("word").casefold())
    value = table.words[word] + (table.words[hit["ones"].casefold()] if hit["ones"] else 0)
    scale = 1.0
    for one in (hit["scales"] or "").replace("-", " ").casefold().split():
        scale *= table.scales[one]
    article = word in ("a", "an", "one", "single", "a single") and scale == 1
    return Amount(hit.start(), hit.end(), times(value, scale), scale, article=article)


def _near_han(text: str, start: int, stop: int) -> bool:
    return HAN.search(text, max(0, start - 20), min(len(text), stop + 20)) is not None


@cache
def _number_words() -> Lexicon[None]:
    """Every Latin word that can begin a number: most sentences hold none, and the full pattern need not be tried on them."""
    table = lexis.numbers()
    forms = {*table.words, *table.fractions, *table.vague, *_multiples()} - {"a", "an"}
    parts = {f"{one}{gap}{part}" for part in table.parts for one in ("a", "an", "one") for gap in " -"}
    times = {f"{article} {time}" for time in (*lists()["span.en"], *lists()["after_article.en"]) for article in ("a", "an")}
    return Lexicon((form, None) for form in sorted(forms | parts | times))


@cache
def _multiples() -> dict[str, lexis.Multiple]:
    return {form.casefold(): m for m in lexis.numbers().multiples for form in lexis.expanded(m.forms)}
