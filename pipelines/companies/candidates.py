"""Who might be the customer: names from labels, headlines, headings, first sentences, speakers, and names often repeated."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pipelines.case import Block, Labelled, Part, Role
from pipelines.companies.glued import without_verb
from pipelines.companies.names import clean, has_han, is_name, is_vendor
from pipelines.companies.resolve import beginning
from pipelines.companies.tables import either, flat, language, names, no_names, starters, verbs
from pipelines.companies.view import View, is_zh
from pipelines.companies.weights import Weights
from pipelines.text import sentences
from pipelines.vocabulary import VOCAB, load_yaml


@dataclass(frozen=True)
class Rule:
    """Where a headline puts the customer; see company_names_titles.yaml."""

    id: str
    lang: str
    end: str
    weight: float
    pattern: str


@dataclass(frozen=True)
class Titles:
    """``company_names_titles.yaml``."""

    title: tuple[Rule, ...]
    heading: tuple[Rule, ...]
    section: tuple[str, ...]
    attribution: tuple[Rule, ...]
    example: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Hint:
    """A name that a rule proposes, with the rule's weight and where it was read."""

    name: str
    rule: str
    weight: float
    start: int = -1


@cache
def _titles() -> Titles:
    return load_yaml(VOCAB / "company_names_titles.yaml", Titles)


@cache
def _compiled(group: str) -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    rules: tuple[Rule, ...] = getattr(_titles(), group)
    return tuple((r, re.compile(r.pattern, 0 if group in ("attribution", "example") else re.IGNORECASE)) for r in rules)


@cache
def _sections() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in _titles().section), re.IGNORECASE)


def hints(view: View, weights: Weights) -> list[Hint]:
    """Every proposal of every rule, names cleaned, vendors and plain words dropped."""
    found = [*_labelled(view, weights), *_headlines(view, weights), *_headings(view), *_subjects(view, weights)]
    found += [*_speakers(view), *_examples(view, weights), *_frequent(view)]
    return [h for h in found if h.name and is_name(h.name) and (h.rule == "label.customer" or not is_vendor(h.name))]


def _labelled(view: View, weights: Weights) -> Iterator[Hint]:
    for label in view.raw.labels:
        if label.label == "customer" and len(label.value) <= 80:
            yield Hint(clean(label.value), "label.customer", weights.label, _start(label))


def _start(label: Labelled) -> int:
    return label.start if label.end > label.start else -1


_SPLIT = re.compile(r"\s{0,4}[|｜]\s{0,4}|\s{1,4}[-–—]\s{1,4}|——|\s{0,4}—\s{0,4}")
_BLOG = re.compile(
    r"^(?:(?:AWS|Amazon Web Services|Microsoft|Google Cloud|Azure|Customers?)\b[^:]{0,12}|.*\bblog|.* on AWS|产品公告.*)$", re.IGNORECASE
)


def parts_of(title: str) -> list[str]:
    """A headline cut at its bars and dashes, without the site's own name: underscores of saved file names read as colons."""
    text = re.sub(r"\s*_\s+", ": ", title.strip()).replace("_", " ")
    text = re.sub(r"^【[^】]{1,12}】", "", text)
    if "-" in text and " " not in text:
        text = text.replace("-", " ")
    return [p.strip() for p in _SPLIT.split(text) if p.strip()]


def _headlines(view: View, weights: Weights) -> Iterator[Hint]:
    for title, start in view.titles:
        if view.raw.several and not is_vendor(title):
            yield Hint(clean(title), "section.heading", weights.section_heading, start)
        pieces = parts_of(title)
        for position, piece in enumerate(pieces):
            if position and _BLOG.match(piece):
                continue
            yield from _apply("title", piece, view, start)
        main = pieces[0] if pieces else ""
        if _is_name_alone(main, view):
            yield Hint(clean(main), "title.whole", weights.whole_title, start)


def _is_name_alone(main: str, view: View) -> bool:
    """Whether a headline is nothing but a name: short, and repeated by the page or with an organisation's ending."""
    if not 1 < len(main) <= 30 or len(main.split()) > 4:
        return False
    return view.folded.count(main.lower()) >= 2 or (len(main) <= 14 and main.endswith(names().name_ends_zh))


def _apply(group: str, piece: str, view: View, start: int) -> Iterator[Hint]:
    seen: set[str] = set()
    for rule, pattern in _compiled(group):
        if (rule.lang == "zh") is not is_zh(piece):
            continue
        found = pattern.search(piece)
        if found is None:
            continue
        stretch = found["x"].strip()
        if found.start("x") and _PLAIN_START.match(stretch):
            continue
        name = beginning(stretch, view) if rule.end == "prefix" else _whole(stretch)
        if name and name not in seen:
            seen.add(name)
            repeated = rule.id == "title.colon" and view.count(name) > 1
            yield Hint(name, rule.id, rule.weight + 1.5 * repeated, start)


# A word in lower case within a headline begins no name: "for test plans".
_PLAIN_START = re.compile(r"(?!the\b)[a-z]+(?: |$)")


def _whole(stretch: str) -> str:
    name = clean(stretch)
    words = name.split()
    if (
        not words
        or len(words) > 7
        or words[0].casefold() in verbs() - {"see", "read"}
        or (len(words) > 3 and not has_han(name) and name[0].islower())
    ):
        return ""
    return name


def _headings(view: View) -> Iterator[Hint]:
    for block in view.headings:
        text = view.raw.text(block).strip().strip("#* ：:")
        if 2 <= len(text) <= 160:
            yield from _apply("heading", text, view, block.start)


# -- first sentences ------------------------------------------------------------------------------------------------

SUMMARY = 900  # characters: a page this short is a summary that begins with its customer

_ZH_HEAD = (
    r"^(?:今天|近年来|目前|如今|其中|[\d年月日]{4,11}[，,]?)?(?P<x>[^，。,；;：:\n（(、]{2,24}?)"
    r"\s?(?:[（(][^）)\n]{1,60}[）)])?\s?(?:[，,]\s?)?"
)
_ZH_IS = "是|成立于|创立于|创建于|始创于|创办于|创始于|成立|作为|专注|致力|隶属|定位"
_ZH_DEFINES = re.compile(rf"{_ZH_HEAD}(?:{_ZH_IS})")
_ZH_SUBJECT = re.compile(rf"{_ZH_HEAD}(?:{_ZH_IS}|位于|拥有|始于|由|于\s?\d{{4}}|主要|主营|以|旗下|总部|在\s?\d{{4}}|自|从)")


def _subjects(view: View, weights: Weights) -> Iterator[Hint]:
    """The subjects of first sentences: of the customer's profile, and of a summary."""
    for block in _profile(view):
        if name := _subject(view, block)[0]:
            yield Hint(name, "profile.subject", weights.profile_subject, block.start)
    first = next((b for b in view.blocks if b.role in (Role.TEXT, Role.BULLET) and _tells(view, view.raw.text(b))), None)
    if first is not None and (view.raw.ordered or view.size < 1500):
        name, acts = _subject(view, first, loose=view.size < SUMMARY)
        if name:
            weight = weights.summary_words if view.size < SUMMARY and acts else weights.first_words
            yield Hint(name, "first-words", weight, first.start)


def _tells(view: View, text: str) -> bool:
    """Whether a block is a sentence of the story and not its headline once more."""
    return len(text) > 30 and not any(text[:30] == title[:30] for title, _ in view.titles)


def _profile(view: View) -> Iterator[Block]:
    """The first paragraph under each heading that announces the customer's profile."""
    waiting = False
    for block in view.blocks:
        if block.role in (Role.HEADING, Role.TITLE):
            waiting = bool(_sections().match(view.raw.text(block).strip().strip("#* ：:")))
        elif (
            (waiting or (block.part is Part.ABOUT and view.raw.ordered))
            and block.role in (Role.TEXT, Role.BULLET)
            and len(view.raw.text(block)) > 20
        ):
            waiting = False
            yield block


_JOIN = frozenset("of at and & the for de du del der la van von di da do e y et in on by".split())


def acting(text: str) -> str:
    """What stands before the first verb where a text begins with a name that does something; empty where it does not."""
    words = text.split()[:14]
    if words and words[0].casefold() in starters() and words[0] != "The":
        return ""
    for size, word in enumerate(words):
        if size and word.islower() and word in verb_forms():
            return _subject_name(words[:size])
        if size and (last := without_verb(word, "".join(words[size + 1 : size + 2]))):
            return _subject_name([*words[:size], last])
        if not (word[0].isupper() or word[0].isdigit() or word in _JOIN or (not size and word[0].isalpha() and word not in no_names())):
            return ""
        if word[-1] in ".;:" and not re.match(r"(?:[A-Z]\w{0,4}\.)+$", word):
            return ""
    return ""


def _subject_name(words: list[str]) -> str:
    """The name that some words before a verb are; empty where they are none."""
    plain = clean(" ".join(words).rstrip(",")).removeprefix("The ")
    return plain if plain.casefold() not in no_names() and not is_vendor(plain) else ""


_KO_SUBJECT = re.compile(  # "X (Latin) is a company / a service …" with the particles of a Korean subject
    r"^(?P<x>[\uac00-\ud7a3A-Za-z0-9][\uac00-\ud7a3A-Za-z0-9 ]{1,18}?)\s?(?:[（(][^）)\n]{1,60}[）)])?(?:은|는|이|가) [^.\n]{2,160}?"
    r"(?:회사|기업|스타트업|업체|서비스|플랫폼|항공사|은행|그룹|개발사)"
)
_INLINE_LABEL = re.compile(r"(?:Industry|Customer|Location):[^—\n]{2,80}—\s?[“\"]?")


def _subject(view: View, block: Block, loose: bool = True) -> tuple[str, bool]:
    """The name with which a block begins, and whether it does something there; both empty where a label or quote begins it."""
    text = view.raw.text(block)[:300]
    if has_han(text[:40]):
        found = (_ZH_SUBJECT if loose else _ZH_DEFINES).match(text)
        return (beginning(found["x"], view) if found else beginning(text[:20], view) if not view.raw.ordered else ""), True
    if _INLINE_LABEL.match(text):
        return "", False
    if korean := _KO_SUBJECT.match(text):
        return clean(korean["x"]), True
    if name := acting(text):
        return name, True
    begin, end = next(sentences(text, 0, len(text)), (0, 0))
    return next((n for n, at in runs(text[begin:end]) if _may_begin(n, text[begin + at + len(n) : end])), ""), False


def _may_begin(name: str, after: str) -> bool:
    """Whether a name at the beginning of a story may be its customer: no plain word, no vendor, no "Manufacturing companies"."""
    following = (after.split() or [""])[0].strip(",.")
    plural = following.endswith("s") and (following[:-1] in names().kinds_en or following[:-3] + "y" in names().kinds_en)
    return name.casefold() not in no_names() | verbs() and not is_vendor(name) and not plural


# -- speakers -------------------------------------------------------------------------------------------------------


def _speakers(view: View) -> Iterator[Hint]:
    if not view.zh:
        return
    for rule, pattern in _compiled("attribution"):
        for found in list(pattern.finditer(view.body))[:3]:
            name = beginning(_before_role(found["x"]), view)
            if name and not name.endswith(names().roles_zh):
                yield Hint(name, rule.id, rule.weight, found.start("x"))


def _examples(view: View, weights: Weights) -> Iterator[Hint]:
    """The customer whose story a short page gives as the example of its theme."""
    if view.size > weights.long_story:
        return
    for rule, pattern in _compiled("example"):
        for found in pattern.finditer(view.body):
            yield Hint(clean(found["x"]), rule.id, rule.weight, found.start("x"))


@cache
def _role_zh() -> re.Pattern[str]:
    return re.compile(either(names().roles_zh))


def _before_role(words: str) -> str:
    found = _role_zh().search(words, 2) if len(words) > 2 else None
    return words[: found.start()] if found else words


# -- names often repeated -------------------------------------------------------------------------------------------

_WORD = r"(?:[A-ZÀ-ÞŁŠŽ0-9][\w&+’'./-]*|[a-z]{1,4}[A-Z]\w+)"
_RUN = re.compile(rf"(?<![\w@/.]){_WORD}(?: (?:(?:of|and|de|du|del|do|da|the|for|van|von|&) (?:the )?)?{_WORD}){{0,7}}")


def runs(text: str) -> Iterator[tuple[str, int]]:
    """Runs of capitalised words with their offsets; words that only begin the sentence, possessives and vendors are cut."""
    for found in _RUN.finditer(text):
        words = found.group().split()
        at = found.start()
        while words and (words[0].casefold().strip(",.") in starters() or (words[0].isdigit() and len(words) > 1)):
            at += len(words[0]) + 1
            words = words[1:]
        words = _until_possessive(words, text[found.end() : found.end() + 24])
        name = clean(" ".join(words).rstrip(".'’-/,"))
        if (len(name) > 1 and not name[0].isdigit()) or (name and not name.isdigit() and len(name) > 2):
            yield name, at


def _until_possessive(words: list[str], after: str) -> list[str]:
    """The words up to the first possessive, without its s unless the name itself has it (a verb follows: Children’s chose …)."""
    for position, word in enumerate(words):
        if word.endswith(("'s", "’s")):
            last = position == len(words) - 1
            acts = last and (after.split() or [""])[0].casefold() in verbs()
            return words if acts else [*words[:position], word[:-2]]
    return words


REPEATED_WITHIN = 14_000  # characters of the page in which repeated names are looked for


def _frequent(view: View) -> Iterator[Hint]:
    """The names that the body repeats most; Chinese names only where a legal form shows where they end."""
    counted: Counter[str] = Counter()
    for name, _ in runs(view.body[:REPEATED_WITHIN]):
        if name.casefold() not in no_names() and not is_vendor(name):
            counted[name] += 1
    for name, times in counted.most_common(12):
        if times > 1 or len(view.body) < 3000:
            yield Hint(name, "repeated", 0.0)
    if "有限" not in view.body:
        return
    for found in list(_legal_zh().finditer(view.body))[:6]:
        yield Hint(clean(found["x"]), "legal-form", 0.8, found.start("x"))


@cache
def _legal_zh() -> re.Pattern[str]:
    return re.compile(
        r"(?:^|[\s，。、：:；“（(]|[是由为和与])(?P<x>[\u4e00-\u9fffA-Za-z0-9]{2,16}(?:（[\u4e00-\u9fff]{2,4}）)?(?:股份有限公司|有限责任公司|有限公司))",
        re.MULTILINE,
    )


@cache
def verb_forms() -> frozenset[str]:
    """Forms of the verbs that follow a customer's name as its doing."""
    return verbs() | frozenset(flat([language().irregular]))
