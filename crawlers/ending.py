"""How a run ended: one status and its named kinds, from what was counted. Pure.

``complete``: everything that the site declares was listed, and every page fetched or refused for a reason of its own.
``incomplete``: less than that, and another run may bring it. ``blocked``: the site does not want us. ``changed``: the
site answers, but not as we know it. Partial loss is never complete.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crawlers.base import Expectations
from crawlers.failures import BESIDE, BLOCKING, HARMLESS
from crawlers.items import Sighting

STATUSES = ("blocked", "changed", "incomplete", "complete")  # the gravest first
REMEDIES = {
    "listing_changed": "；目录的结构与已知不符，请在浏览器里核对后改 crawlers/spiders 里的目录声明",
    "site_unreachable": "；请检查网络和 DNS。抓取直接连接站点，不经环境变量里的代理；只能走代理时，另存页面或 WARC 后用 insights import",
    "no_browser": "；请安装 chromium",
    "kills_the_crawl": "；这个页面多次使进程中断，请把 manifest.json 里的网址告知维护者",
}
NAMES = {"blocked": "被拒绝", "changed": "结构已变", "incomplete": "不完整", "complete": "完整", "failed": "失败"}  # for people


@dataclass(frozen=True, slots=True)
class Account:
    """What a run counted. ``failed`` are kinds of failure of requests; ``fill`` the share of cases with a value, by field."""

    reason: str  # Scrapy's reason for closing
    requests: Mapping[str, int]  # by state
    failed: Mapping[str, int]
    sightings: Sequence[Sighting]
    pages: int
    pages_with_cases: int
    cases: int
    fill: Mapping[str, float] = field(default_factory=dict)
    blocked: str = ""
    everything: bool = False  # the plan asked for all cases, not for those of a category
    outside: int = 0  # addresses that listings named and the policy does not know
    missed: int = 0  # pages that an earlier run of the plan listed and this one did not
    said: Mapping[str, str] = field(default_factory=dict)  # by kind of failure: what the first of them said


@dataclass(frozen=True, slots=True)
class Ending:
    """The status, its kinds (the first is the gravest), and a sentence for each."""

    status: str
    kinds: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    @property
    def exit_status(self) -> int:
        """0 only where the run is whole."""
        return 0 if self.status == "complete" else 1


def ending(account: Account, expected: Expectations) -> Ending:
    """The verdict on a run."""
    found = [*_blocked(account), *_changed(account, expected), *_incomplete(account, expected)]
    if not found and account.reason == "limit":
        found = [("complete", "limit_reached", "")]
    found = [*found, *_beside(account)]
    if not found:
        return Ending("complete")
    found.sort(key=lambda one: STATUSES.index(one[0]))
    return Ending(found[0][0], tuple(dict.fromkeys(kind for _, kind, _ in found)), tuple(told for _, _, told in found if told))


Finding = tuple[str, str, str]


def _blocked(account: Account) -> list[Finding]:
    found = [("blocked", kind, f"站点拒绝或验证：{account.blocked or kind}") for kind in sorted(BLOCKING & set(account.failed))]
    robots = {"robots_denied", "robots_unreachable"} & set(account.failed)
    if robots and not account.sightings and not account.pages and set(account.failed) <= HARMLESS | BESIDE | robots:
        kind = "robots_unreachable" if "robots_unreachable" in account.failed else "robots_denied"
        found.append(("blocked", kind, f"目录不能访问：{account.said.get(kind, 'robots.txt 不允许')}"))
    return found


def _changed(account: Account, expected: Expectations) -> list[Finding]:
    found = []
    if account.failed.get("listing_changed"):
        found.append(("changed", "listing_changed", _lost(account, "listing_changed", account.failed["listing_changed"])))
    found += _moved(account, expected)
    if account.cases >= expected.judged_from:
        for name, floor in expected.floors.items():
            share = account.fill.get(name, 0.0)
            if share < floor:
                found.append(("changed", f"field_below_floor:{name}", f"字段 {name} 的填充率 {share:.0%}，低于下限 {floor:.0%}"))
    if account.pages >= expected.judged_from and account.pages_with_cases < expected.pages * account.pages:
        found.append(("changed", "no_layout_matched", f"{account.pages} 个页面中只有 {account.pages_with_cases} 个读出案例"))
    return found


def _moved(account: Account, expected: Expectations) -> list[Finding]:
    """Listings that name other pages than they used to: none at all, other addresses, far fewer."""
    found = []
    if account.everything and account.sightings and not any(page.targets for page in account.sightings):
        found.append(("changed", "listing_empty", "所有目录都没有列出任何案例；请在浏览器里核对目录"))
    if account.outside >= expected.judged_from and account.outside > account.pages:
        named = f"目录列出的 {account.outside} 个网址不在来源规则内，多于读到的 {account.pages} 个页面"
        why = f"{named}：站点可能换了路径，请核对 pipelines/sources"
        found.append(("changed", "addresses_changed", why))
    if account.missed >= expected.judged_from and account.missed > account.pages / 2:
        why = f"上次列出的 {account.missed} 个页面这次没有列出（已逐个核对是否撤下）：目录可能改了"
        found.append(("changed", "listing_shrunk", why))
    return found


def _incomplete(account: Account, expected: Expectations) -> list[Finding]:
    if account.reason == "limit":
        return []
    found = []
    told = {kind for _, kind, _ in _blocked(account)} | {"listing_changed"}
    lost = {k: n for k, n in account.failed.items() if k not in HARMLESS | BLOCKING | BESIDE | told}
    found += [("incomplete", kind, _lost(account, kind, n)) for kind, n in sorted(lost.items())]
    left = account.requests.get("pending", 0) + account.requests.get("leased", 0)
    if left:
        found.append(("incomplete", "unfinished", f"还有 {left} 个请求未完成（以同一 run 继续）"))
    found += _chains(account.sightings, expected)
    if not account.sightings and not found and not told & set(account.failed):
        found.append(("incomplete", "nothing_listed", "没有读到任何目录"))
    if account.reason not in ("finished", "blocked", "limit") and not found:
        found.append(("incomplete", "interrupted", f"提前结束：{account.reason}"))
    return found


def _lost(account: Account, kind: str, n: int) -> str:
    """How many requests came to nothing in a way, what the first said, and the remedy where there is one to tell."""
    said = f"（{account.said[kind]}）" if account.said.get(kind) else ""
    return f"{n} 个请求失败：{kind}{said}{REMEDIES.get(kind, '')}"


def _beside(account: Account) -> list[Finding]:
    """What failed beside the vendor's site: it is told, and the run is as whole as the site's own listings make it."""
    n = account.failed.get("search_failed", 0)
    why = f"检索服务有 {n} 个查询没有成功，其余照常；用同一 run 继续会再问一次。{account.said.get('search_failed', '')}"
    return [("complete", "search_failed", why)] if n else []


def _chains(sightings: Sequence[Sighting], expected: Expectations) -> list[Finding]:
    """Listings that broke off, and listings that named fewer than the site declares."""
    chains: dict[tuple[str, int], list[Sighting]] = defaultdict(list)
    for one in sightings:
        chains[one.listing, one.step].append(one)
    found = []
    for (listing, step), pages in sorted(chains.items()):
        if not any(page.last for page in pages):
            found.append(("incomplete", "chain_broken", f"目录 {listing}（步骤 {step}）在第 {len(pages)} 页后中断"))
        declared = max((page.declared or 0 for page in pages), default=0)
        listed = sum(page.targets for page in pages)
        if listed < expected.declared * declared:
            found.append(("incomplete", "fewer_than_declared", f"目录 {listing}（步骤 {step}）声明 {declared} 条，只列出 {listed} 条"))
    return found
