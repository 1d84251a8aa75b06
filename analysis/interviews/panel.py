"""What many voices say together: values counted over customers, durations, contradictions, committees with red flags.

Voices bear no names. A customer counts once for a value; of an item with one truth a customer the most credible word counts
(source and first hand, then date), and the other sides are shown as a contradiction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median

from analysis.interviews.vocabulary import fields, option_text, roles, rules, sources
from analysis.model import Check, Conflict, Kind, Panel, Said, Share, Statement, Text, Trait, Voice
from analysis.prose import say
from analysis.stats import share, tidy

SOURCE = "文档4 §二"


def weight(said: Said) -> float:
    """How far to trust a word: by its source, less at second hand."""
    trust = sources()[said.source].trust
    return trust if said.firsthand else trust * rules().hearsay


def best(words: Iterable[Said]) -> Said | None:
    """The most credible word, then the latest."""
    return max(words, key=lambda s: (weight(s), s.date, s.code, s.low or 0.0), default=None)


def of_field(voice: Voice, name: str, person: int | None = None) -> list[Said]:
    """What a voice says of an item (of one key person)."""
    return [s for s in voice.said if s.field == name and person in (None, s.person)]


def values(voice: Voice, name: str) -> tuple[str, ...]:
    """The values that a customer has: of an item with one truth the most credible one (for each key person)."""
    held = of_field(voice, name)
    if not fields()[name].single:
        return tuple(sorted({s.code for s in held if s.code}))
    chosen = (best(s for s in held if s.person == p) for p in sorted({s.person for s in held}))
    return tuple(dict.fromkeys(s.code for s in chosen if s and s.code))


def counted(voices: Sequence[Voice], name: str) -> list[tuple[str, Share]]:
    """(code, share of the customers who tell of the item), most first."""
    held = [v for voice in voices if (v := values(voice, name))]
    tally = {code: sum(code in v for v in held) for code in {c for v in held for c in v}}
    return [(code, share(n, len(held))) for code, n in sorted(tally.items(), key=lambda i: (-i[1], i[0]))]


def telling(voices: Sequence[Voice], names: Iterable[str]) -> list[Voice]:
    """The voices that tell of any of the items."""
    wanted = set(names)
    return [v for v in voices if any(s.field in wanted for s in v.said)]


def months(voices: Sequence[Voice], name: str) -> tuple[float, float, float] | None:
    """(median, least, most) months over customers; None where nobody tells."""
    held = [s for v in voices if (s := best(s for s in of_field(v, name) if s.low is not None))]
    spans = [(s.low or 0.0, s.high if s.high is not None else s.low or 0.0) for s in held]
    if not spans:
        return None
    return tidy(median((a + b) / 2 for a, b in spans), 1), tidy(min(a for a, _ in spans), 1), tidy(max(b for _, b in spans), 1)


def item(name: str, code: str, found: Share) -> Text:
    """``公开招标 4/6``."""
    return say("heard.item", value=option_text(fields()[name].options, code), n=found.n, of=found.of)


def items(voices: Sequence[Voice], names: Sequence[str], limit: int | None = None) -> tuple[list[Text], Share | None]:
    """The most frequent values of some items, and the share of the first; 没有 counts only where nothing else does."""
    found = [(name, code, s) for name in names for code, s in counted(voices, name)]
    real = [f for f in found if f[1] != "none"] or found
    ordered = sorted(real, key=lambda f: (-f[2].n, names.index(f[0]), f[1]))[: limit or rules().shown]
    return [item(*f) for f in ordered], ordered[0][2] if ordered else None


def told(voices: Sequence[Voice], names: Sequence[str], text: Text, found: Share | None, source: str) -> Statement:
    """A statement of what was heard, with how many customers, how many talks and when."""
    held = telling(voices, names)
    words = [s for v in held for s in v.said if s.field in names]
    if not any(s.firsthand for s in words):
        text = say("heard.hearsay", text=text)
    direct = sum(any(s.source == "customer" for s in v.said if s.field in names) for v in held)
    key = "heard.full" if direct >= rules().full else "heard.few"
    talks = {(v.id, s.source, s.date, s.teller) for v in held for s in v.said if s.field in names and s.source != "document"}
    said = say(key, text=text, n=len(held), talks=len(talks), date=max(s.date for s in words))
    return Statement(Kind.INTERVIEW, said, share=found, source=f"interviews.{source}")


# -- committees -----------------------------------------------------------------------------------------------------


def committee(voice: Voice) -> dict[int, str]:
    """Key person → role, by the most credible word; persons without a role count as empty."""
    persons = sorted({s.person for s in voice.said if fields()[s.field].of_person})
    found = {p: best(s for s in of_field(voice, "person.role") if s.person == p) for p in persons}
    return {p: s.code if s else "" for p, s in found.items()}


def seen(voice: Voice) -> set[str]:
    """The roles that were identified in a customer."""
    return {r for r in committee(voice).values() if r}


def _only_users(voice: Voice) -> bool:
    return seen(voice) == {"UB"}


def _single(voice: Voice) -> bool:
    return len(committee(voice)) <= 1


FLAGS: Mapping[str, tuple[str, Callable[[Voice], bool]]] = {
    "no_eb": ("red", lambda v: "EB" not in seen(v)),
    "single": ("red", _single),
    "users": ("red", _only_users),
    "no_coach": ("red", lambda v: "Coach" not in seen(v)),
    "no_tb": ("amber", lambda v: "TB" not in seen(v)),
    "no_ub": ("amber", lambda v: bool(seen(v)) and "UB" not in seen(v)),
}


def red_flags(voices: Sequence[Voice]) -> tuple[Check, ...]:
    """What the committees lack, the gravest first; a flag that less than half of the customers bear is amber."""
    out = []
    for name, (colour, holds) in FLAGS.items():
        n = sum(map(holds, voices))
        if n:
            grave = colour if n * 2 >= len(voices) else "amber"
            out.append(
                Check(f"committee-{name}", say(f"committee.{name}"), grave, say(f"committee.{name}.text", n=n, of=len(voices)), SOURCE)
            )
    return tuple(sorted(out, key=lambda c: c.colour != "red"))


def key_roles(voices: Sequence[Voice]) -> tuple[Text | None, Share | None]:
    """``EB 决策者：CIO/信息化负责人 4/6；…`` over the customers in which the role was identified."""
    parts, first = [], None
    for role in roles():
        held = [v for v in voices if role in seen(v)]
        if not held:
            continue
        titles = _titles(held, role)
        found = [say("heard.item", value=option_text("title", c), n=s.n, of=s.of) for c, s in titles] or [
            say("heard.item", value=say("heard.role_unknown"), n=len(held), of=len(held))
        ]
        first = first or (titles[0][1] if titles else share(len(held), len(held)))
        parts.append(say("heard.role", role=option_text("role", role), titles=found))
    return (Text("；".join(p.zh for p in parts), "; ".join(p.en for p in parts)), first) if parts else (None, None)


def _titles(voices: Sequence[Voice], role: str) -> list[tuple[str, Share]]:
    """The titles of the people of a role, over the customers that have one."""
    tally: dict[str, int] = {}
    for voice in voices:
        mine = {p for p, r in committee(voice).items() if r == role}
        chosen = (best(s for s in of_field(voice, "person.title", p) if s.code) for p in mine)
        for code in {s.code for s in chosen if s}:
            tally[code] = tally.get(code, 0) + 1
    ordered = sorted(tally.items(), key=lambda i: (-i[1], i[0]))[: rules().shown]
    return [(code, share(n, len(voices))) for code, n in ordered]


# -- common and differing -------------------------------------------------------------------------------------------


def traits(voices: Sequence[Voice]) -> tuple[Trait, ...]:
    """共同点 and 相异点 (document 4 §三.1): values with counts and intervals, items in the order of the table."""
    out = []
    for name, spec in fields().items():
        found = counted(voices, name)
        split = sum(s.share >= rules().differing and s.n > 1 for _, s in found) > 1
        for code, s in found:
            kind = _kind(s, split, spec.single and not spec.of_person)
            out.append(Trait(name, code, spec.text, option_text(spec.options, code), s, kind))
    return tuple(out)


def _kind(s: Share, split: bool, either: bool) -> str:
    """common, differing or single; where each customer has one value, a second frequent one makes both differ."""
    if s.n > 1 and s.share >= rules().common and not (split and either):
        return "common"
    return "differing" if split and s.n > 1 and s.share >= rules().differing else "single"


# -- contradictions -------------------------------------------------------------------------------------------------


def disagreements(voices: Sequence[Voice], names: Mapping[str, str] | None = None) -> tuple[Conflict, ...]:
    """Where interviewees contradict each other on one customer: both sides, and the more credible one marked.

    ``names`` gives customers' names by voice for the store's own view; reports go without.
    """
    out = []
    for voice in voices:
        who = (names or {}).get(voice.id) or say("side.customer", id=voice.id).zh
        for name in fields():
            for person in sorted({s.person for s in of_field(voice, name)}):
                sides = _sides(of_field(voice, name, person), name)
                if len(sides) > 1:
                    first = sides.index(next(s for s in sides if s is best(sides)))
                    said = tuple(_side(s) for s in sides)
                    out.append(Conflict(who, name, said, first, say("side.reason")))
    return tuple(out)


def _sides(words: Sequence[Said], name: str) -> list[Said]:
    """One word a value where two tellers exclude each other; the later word of one teller replaces his earlier."""
    newest: dict[tuple[str, int], str] = {}
    for s in words:
        newest[s.source, s.teller] = max(newest.get((s.source, s.teller), ""), s.date)
    live = [s for s in words if s.date == newest[s.source, s.teller]]
    if not any(_against(a, b, live, name) for a in live for b in live):
        return []
    chosen: dict[tuple[str, float | None, float | None], Said] = {}
    for s in sorted(live, key=lambda s: (-weight(s), s.date, s.code)):
        chosen.setdefault((s.code, s.low, s.high), s)
    return list(chosen.values())


def _against(a: Said, b: Said, live: Sequence[Said], name: str) -> bool:
    """Whether two words cannot both be true: spans that do not meet, values without one in common, something and 没有."""
    if (a.source, a.teller) == (b.source, b.teller):
        return False
    if a.low is not None and b.low is not None:
        return a.low > (b.high or b.low) or b.low > (a.high or a.low)
    if "none" in (a.code, b.code) and a.code != b.code:
        return True
    mine, theirs = ({s.code for s in live if (s.source, s.teller) == (x.source, x.teller)} for x in (a, b))
    return fields()[name].single and not mine & theirs


def value_text(s: Said) -> Text:
    """The value that a word says."""
    if s.code:
        return option_text(fields()[s.field].options, s.code)
    low, high = s.low or 0.0, s.high if s.high is not None else s.low or 0.0
    middle = tidy((low + high) / 2, 1)
    return (
        say("heard.month_one", median=middle) if low == high else say("heard.months", median=middle, low=tidy(low, 1), high=tidy(high, 1))
    )


def _side(s: Said) -> Statement:
    hand = say("hand.first" if s.firsthand else "hand.second")
    source = Text(sources()[s.source].zh, sources()[s.source].en)
    return Statement(
        Kind.INTERVIEW, say("side.text", value=value_text(s), source=source, hand=hand, date=s.date), source=f"interviews.{s.field}"
    )


# -- a persona's panel ----------------------------------------------------------------------------------------------


def panel(voices: Sequence[Voice]) -> Panel:
    """Everything that interviews say of a group of customers (at least one)."""
    direct = sum(bool(v.direct) for v in voices)
    latest, full = max(s.date for v in voices for s in v.said), direct >= rules().full
    talks = sum(v.talks for v in voices)
    key, missing = "heard.standing_full" if full else "heard.standing_few", rules().full - direct
    text = say(key, n=len(voices), talks=talks, direct=direct, date=latest, full=rules().full, missing=missing)
    standing = Statement(Kind.INTERVIEW, text, source="interviews.standing")
    ids = tuple(v.id for v in voices)
    return Panel(ids, talks, direct, full, latest, standing, traits(voices), disagreements(voices), red_flags(voices))
