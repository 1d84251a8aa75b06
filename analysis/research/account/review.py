"""Joins the signals into 客户背景报告 (document 3, 案例3 综合报告): overview, strengths, risks, strategy, questions, facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from analysis.research.account import heard, measures
from analysis.research.account.model import (
    REMARK,
    Account,
    Advice,
    Event,
    Evidence,
    Message,
    Missing,
    Period,
    Prepared,
    Review,
    Signal,
    Stat,
)
from analysis.research.account.names import names
from analysis.research.account.rules import Rule, base, heard_rules, measured_rules

LEVELS = ("高", "中", "低")
UNKNOWN_RISK = "未知（资料不足）"
LABELS = {
    "customer": "客户", "industry": "行业", "size": "规模", "arr": "年度合同额", "edition": "产品版本", "since": "合作开始",
    "together": "合作时长",
    "renewal": "续约日期", "seats": "许可数", "response_sla": "响应 SLA（小时）", "resolution_sla": "解决 SLA（小时）",
    "satisfaction": "满意度", "scenario": "使用场景", "goal": "客户目标",
}  # fmt: skip
EVENT = "关键事件"
SUMMARY = {
    "total": "总工单数", "serious": "严重问题", "open": "未解决", "response": "平均响应时间", "resolution": "平均解决时间",
}  # fmt: skip
USAGE = {
    "active": "活跃用户",
    "seats": "许可",
    "logins": "登录频率（次/周/用户）",
    "integrations": "集成数量",
    "depth": "高级功能使用",
    "custom": "定制化程度",
}


def review(whole: Account, as_of: str) -> Review:
    """The report of an account at a day (ISO), not yet compared with a library; what is dated later is left out, and how much is told."""
    account = whole.until(as_of)
    said = heard.signals(account, as_of)
    risks = sorted(
        (*(s for s in said if s.level in LEVELS), *_measured(account, as_of, "signals-measured")), key=lambda s: LEVELS.index(s.level)
    )
    strengths = [*_measured(account, as_of, "strengths"), *(s for s in said if s.level not in LEVELS)]
    level, why = _satisfaction(account, said)
    words = _Words(account)
    return Review(
        name=account.name,
        as_of=as_of,
        overview=tuple(_overview(account, as_of, level, risks)),
        satisfaction=level,
        satisfaction_why=why,
        risk=risks[0].level if risks else "低" if _followed(account) else UNKNOWN_RISK,
        strengths=tuple(strengths),
        risks=tuple(risks),
        now=words.advice("now", risks),
        renewal=words.advice("renewal", risks, base().always.renewal),
        relation=words.advice("relation", (*risks, *strengths), base().always.relation),
        questions=words.questions(risks),
        basics=tuple(Stat(LABELS[k], v.text, str(v.place)) for k, v in account.basics.items() if k in LABELS),
        contacts=account.contacts,
        tickets=tuple(_tickets(account, as_of)),
        kinds=tuple(_kinds(account, as_of)),
        mood=tuple(_mood(said)),
        usage=tuple(_usage(account)),
        timeline=tuple(_timeline(account, said, as_of)),
        missing=tuple(_missing(account)),
        refused=account.refused,
        unused=tuple(_unused(account, said)),
        files=account.files,
        later=tuple(_later(whole, account)),
    )


def _by_somebody(message: Message) -> bool:
    """Whether a message has a writer other than a CRM record: a page without one tells nothing of the relation."""
    return bool(message.who) and message.who != REMARK


def _followed(account: Account) -> bool:
    """Whether anything tells how the relation goes, so that no signal means few risks: tickets, usage, what people wrote."""
    return bool(account.tickets or account.summary or account.periods or any(map(_by_somebody, account.messages)))


def _unused(account: Account, said: Sequence[Signal]) -> Iterator[str]:
    """The files of none of the four sources in which nobody speaks and nothing was heard."""
    used = {e.place.file for s in said for e in s.evidence}
    used |= {place.file for m in account.messages if _by_somebody(m) for _, place in m.lines}
    yield from (file for file, kind in account.files if kind not in names().sources and file not in used)


def _later(whole: Account, account: Account) -> Iterator[tuple[str, int]]:
    for kind, part in (("ticket", "tickets"), ("email", "messages"), ("usage", "periods")):
        if n := len(getattr(whole, part)) - len(getattr(account, part)):
            yield names().sources[kind].name, n


def _all_rules() -> Mapping[str, Rule]:
    return {**heard_rules(), **measured_rules("signals-measured"), **measured_rules("strengths")}


def _measured(account: Account, as_of: str, file: str) -> Iterator[Signal]:
    for name, rule in measured_rules(file).items():
        for m in measures.measure_of(rule.measure)(account, as_of):
            if rule.speaks(m.value):
                yield Signal(name, rule.name, rule.means, rule.level, rule.say.format(**m.words), m.evidence, m.words)


def _satisfaction(account: Account, said: Sequence[Signal]) -> tuple[str, str]:
    """As the CRM record states it; else by what was heard."""
    if held := account.basics.get("satisfaction"):
        return held.text, f"CRM 记录，{held.place}"
    if not said and not any(_by_somebody(m) for m in account.messages):
        return "未知", "没有往来邮件，也没有满意度记录"
    bad, good = [s.name for s in said if s.level == "高"], [s.name for s in said if s.level not in LEVELS]
    doubts = [s.name for s in said if s.level in ("中", "低")]
    level = "低" if len(bad) > 1 and not good else "高" if good and not bad and not doubts else "中等"
    parts = [
        f"负面 {len(bad)} 类（{'、'.join(bad)}）" if bad else "无负面",
        f"疑问 {len(doubts)} 类" if doubts else "",
        f"肯定 {len(good)} 类" if good else "无肯定",
    ]
    return level, "由往来内容推断：" + "，".join(p for p in parts if p)


def _overview(account: Account, as_of: str, satisfaction: str, risks: Sequence[Signal]) -> Iterator[str]:
    start = next((f"合作 {m.words['text']}" for m in measures.months(account, as_of)), "合作时长未知")
    high = [r.name for r in risks if r.level == "高"]
    none = "没有发现风险信号" if _followed(account) else "资料不足，不能判断续约风险"
    state = f"存在续约风险（高：{'、'.join(dict.fromkeys(high))}）" if high else "存在需要处理的风险点" if risks else none
    yield f"{start}，总体满意度{satisfaction}，{state}。"
    for m in measures.days_left(account, as_of):
        yield f"距续约日期 {m.words['date']} 还有 {m.words['days']} 天。"


class _Words:
    """Fills the texts of rules with what the signals are about."""

    def __init__(self, account: Account) -> None:
        self._decider = next((c.name for c in account.contacts if c.decides and not c.left), "决策人")

    def _of(self, signal: Signal) -> dict[str, str]:
        """The words of a signal: what a measure gave, or who said it about what."""
        if signal.words:
            return {"who": "客户", "what": "", "decider": self._decider} | dict(signal.words)
        people = dict.fromkeys(e.who for e in signal.evidence if e.who and not e.who.startswith((heard.TICKET, REMARK)))
        named = [e.quote for e in signal.evidence if not heard.points(e.quote)] or [e.quote for e in signal.evidence]
        things = dict.fromkeys(map(heard.what, named))
        return {"who": "、".join(people) or "客户", "what": "”“".join(things), "decider": self._decider}

    def advice(self, part: str, signals: Iterable[Signal], always: Sequence[str] = ()) -> tuple[Advice, ...]:
        """What the rules advise, each text once with the rules that call for it."""
        held: dict[str, list[str]] = {}
        for signal in signals:
            for text in getattr(_all_rules()[signal.rule], part):
                held.setdefault(text.format(**self._of(signal)), []).append(signal.rule)
        for text in always:
            held.setdefault(text, []).append("base")
        return tuple(Advice(text, tuple(dict.fromkeys(rules))) for text, rules in held.items())

    def questions(self, signals: Iterable[Signal]) -> tuple[Prepared, ...]:
        """The questions that the customer may ask, each once."""
        held: dict[str, Prepared] = {}
        for signal in signals:
            words = self._of(signal)
            for one in _all_rules()[signal.rule].questions:
                answers = tuple(a.format(**words) for a in one.answers)
                asked = one.ask.format(**words)
                held.setdefault(asked, Prepared(asked, answers, (signal.rule,), signal.evidence))
        return tuple(held.values())


def _tickets(account: Account, as_of: str) -> Iterator[Stat]:
    found = measures.recent(account, as_of)
    if not found:
        stated = account.summary.figures
        yield from (Stat(label, stated[k].text, str(stated[k].place)) for k, label in SUMMARY.items() if k in stated)
        yield from (
            Stat(f"关键事件 {e.created}".strip(), f"{e.title}，{e.note}".rstrip("，"), str(e.place)) for e in account.summary.events
        )
        return
    source = f"{_files(t.place.file for t in found)}，{len(found)} 个工单（至 {as_of} 的 {measures.TICKET_MONTHS} 个月）"
    yield Stat("总工单数", f"{len(found)} 个", source)
    counts = Counter(t.severity or "未注明" for t in found)
    order = [*names().severity, *sorted(counts.keys() - names().severity.keys())]
    yield Stat("按级别", "，".join(f"{level} {counts[level]}" for level in order if counts[level]), source)
    for label, field, sla in (("平均响应时间", "response", "response_sla"), ("平均解决时间", "resolution", "resolution_sla")):
        hours = [h for t in found if (h := getattr(t, field)) is not None]
        limit = account.number(sla)
        if hours:
            told = f"{sum(hours) / len(hours):.1f} 小时" + (
                f"（SLA {limit:g} 小时，超出 {sum(h > limit for h in hours)} 个）" if limit else "（SLA 未知）"
            )
            yield Stat(label, told, f"{source}，其中 {len(hours)} 个有时间")
    yield Stat("未解决", f"{sum(t.open for t in found)} 个", source)


def _kinds(account: Account, as_of: str) -> Iterator[Stat]:
    found = measures.recent(account, as_of)
    for kind, n in sorted(Counter(t.kind or "未分类" for t in found).items(), key=lambda k: (-k[1], k[0])):
        yield Stat(kind, f"{n / len(found):.0%}（{n} 个）", _files(t.place.file for t in found))
    if not found:
        yield from (Stat(k.name, f"{k.share:.0%}", str(k.place)) for k in account.summary.kinds)


def _files(names_: Iterable[str]) -> str:
    return "、".join(sorted(set(names_)))


def _mood(said: Sequence[Signal]) -> Iterator[Evidence]:
    """All that was heard, by day, each line with what it means."""
    rules = heard_rules()
    marked = [(e, f"{rules[s.rule].mood}：{s.name} = {s.means}") for s in said for e in s.evidence]
    for e, meaning in sorted(marked, key=lambda m: (m[0].date, m[1])):
        yield Evidence(e.quote, e.place, e.date, f"{e.who}（{meaning}）" if e.who else meaning)


def _of(period: Period, name: str) -> str:
    """Where a figure of usage stands and of when it is."""
    return f"{period.at(name)}，{period.month or '没有写明月份'}"


def _usage(account: Account) -> Iterator[Stat]:
    if not account.periods:
        return
    last = account.periods[-1]
    if held := measures.seats(account):
        period, active, seats = held
        yield Stat("活跃用户", f"{active:g} 人（许可 {seats:g} 人，{active / seats:.0%}）", _of(period, "active"))
    for field, label in USAGE.items():
        if (not held or field not in ("active", "seats")) and (value := last.words.get(field)):
            yield Stat(label, value, _of(last, field))
    for feature, use in sorted(last.features.items(), key=lambda f: -f[1]):
        yield Stat(feature, f"{use:.0%}", _of(last, feature))
    for m in measures.trend(account, ""):
        w = m.words
        yield Stat("活跃用户变化", f"{w['first']} → {w['last']}（{w['change']}）", f"{w['first_month']} 至 {w['last_month']}")


def _timeline(account: Account, said: Sequence[Signal], as_of: str) -> Iterator[Event]:
    events = [Event(e.date, f"{e.who or '未署名'}：{e.quote}（{s.name}）", e.place) for s in said for e in s.evidence]
    for field, text in (("since", "开始合作"), ("renewal", "续约日期")):
        if (held := account.basics.get(field)) and (found := measures.day(held.text)):
            events.append(Event(found.isoformat(), text, held.place))
    for m in measures.serious(account, as_of):
        events += [Event(e.date, f"{e.who}：{e.quote}（严重）", e.place) for e in m.evidence if e.who != EVENT]
    events += [Event(e.created, f"{EVENT}：{e.title}，{e.note}".rstrip("，"), e.place) for e in account.summary.events]
    yield from sorted({e.date + e.text: e for e in events if e.date}.values(), key=lambda e: (e.date, e.text))


def _missing(account: Account) -> Iterator[Missing]:
    mails = [m for m in account.messages if _by_somebody(m) or (m.mail and m.who != REMARK)]
    held = {
        "crm": account.basics or account.contacts,
        "ticket": account.tickets or account.summary,
        "email": mails,
        "usage": account.periods,
    }
    for kind, spec in names().sources.items():
        if not held[kind]:
            yield Missing(spec.name, spec.tells)
