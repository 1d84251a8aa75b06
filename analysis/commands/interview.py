"""``insights interview``: templates, import, stages, what customers have in common, contradictions, and forgetting a person."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from typer.core import TyperGroup

from analysis.commands._common import JsonOption, check_out, console, print_json, say, table
from analysis.commands._next import command, next_steps
from analysis.interviews.panel import disagreements, months, panel
from analysis.interviews.read import read_bytes
from analysis.interviews.sensitive import kinds
from analysis.interviews.stage import Ask, Standing, interviewed, standing
from analysis.interviews.store import Store
from analysis.interviews.tables import load
from analysis.interviews.vocabulary import fields, roles, rules, sources
from analysis.interviews.voices import Client, heard
from analysis.interviews.write import guide as guide_of
from analysis.interviews.write import template as written
from analysis.model import Check, Conflict, Trait
from pipelines.errors import UserError, WorkError

StoreOption = Annotated[
    str | None,
    typer.Option("--store", help="访谈库的 SQLAlchemy URL；缺省为 INTERVIEWS_URL，再缺省为 sqlite:///outputs/interviews.db"),
]
SHOWN = 8


class _Group(TyperGroup):
    """A file instead of a command is imported: ``insights interview FILE…``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        first = next((a for a in args if not a.startswith("-")), "")
        if first and first not in self.commands and not {"--help", "-h"} & set(args):
            args = ["import", *args]
        return super().parse_args(ctx, args)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        cls=_Group, help="客户访谈与客户信息表：空表、导入（直接写文件名即可）、完成度、共同点与矛盾、删除某人", no_args_is_help=True
    )
    group.command("new", help="输出空的访谈提纲（interview）或客户信息表（client）")(new)
    group.command("import", help="导入 YAML、CSV、XLSX；不能读的行逐条说明，其余照存")(import_)
    group.command("status", help="每家客户的完成度（0→80→100%）、缺什么、下一步问谁什么")(status)
    group.command("traits", help="客户之间的共同点与相异点、决策委员会红旗、受访人之间的矛盾")(traits)
    group.command("guide", help="访谈怎么做：流程、方法、访谈前中后、不该问什么")(guide)
    group.command("forget", help="从访谈库彻底删除一个人")(forget)
    app.add_typer(group, name="interview")


def new(
    template: Annotated[str, typer.Option(help="interview（访谈提纲）或 client（客户信息表）")] = "interview",
    form: Annotated[str, typer.Option("--format", help="yaml、csv 或 xlsx")] = "yaml",
    out: Annotated[Path | None, typer.Option("--out", help="写入文件；缺省打印（xlsx 须写入文件）")] = None,
) -> None:
    """Write an empty template."""
    data = written(template, form)
    check_out(out)
    if out:
        out.parent.mkdir(exist_ok=True)
        out.write_bytes(data)
        say(out)
        next_steps(f"填好后 {command('interview', out)}")
    elif form == "xlsx" and sys.stdout.isatty():
        raise UserError("XLSX 不是文本，不能打印；请用 --out 写明文件")
    else:
        sys.stdout.buffer.write(data)


def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="填好的访谈或客户信息表")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Store every readable row; exit status 1 where some could not be read, which are told by line or cell."""
    held = [(path, data, read_bytes(data, path.name)) for path, data in ((p, load(p)) for p in files)]
    with Store.open(store) as opened:
        stored = [opened.put(str(path.resolve()), data, reading) for path, data, reading in held]
        shown = opened.shown
    problems = [p for _, _, r in held for p in r.problems]
    if as_json:
        print_json(
            [
                {"file": str(path), "stored": s, "problems": r.problems, "sensitive": r.flags, "notes": r.notes}
                for (path, _, r), s in zip(held, stored, strict=True)
            ]
        )
    else:
        for (path, _, reading), s in zip(held, stored, strict=True):
            told = f"新存 {s.new} 条，已有 {s.same} 条，替换掉旧的 {s.dropped} 条"
            refused = f"敏感未存 {len(reading.flags)} 条，读不了 {len(reading.problems)} 处"
            console.print(f"{path}：{told}，{refused}", markup=False, soft_wrap=True)
            for note in reading.notes:
                console.print(f"  {note}", markup=False, soft_wrap=True)
            for problem in reading.problems:
                console.print(f"  错误 {problem.text()}", markup=False, soft_wrap=True)
        say(f"访谈库 {shown}")
        if any(s.new or s.same for s in stored):
            _next(shown if store else "")
    if problems:
        raise WorkError(f"有 {len(problems)} 处没有读入，其余已保存；请改正后重新导入该文件")


def _next(store: str) -> None:
    at, used = (("--store", store), ("--interviews", store)) if store else ((), ())
    next_steps(command("interview", "status", *at), command("interview", "traits", *at), command("report", "对象存储", *used))


def status(
    customer: Annotated[str, typer.Option("--customer", help="只看名称含有这几个字的客户")] = "",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the stages; exit status 2 where there is no store."""
    with Store.open(store, must_exist=True) as opened:
        held, flags = heard(opened.told()), opened.flags()
    found = [standing(h) for h in held if customer in h.customer]
    if not found:
        raise UserError(f"访谈库里没有客户“{customer}”" if customer else "访谈库里还没有访谈；用 insights interview FILE 导入")
    if as_json:
        print_json({"customers": found, "interviewed": interviewed([h.voice for h in held]), "full": rules().full, "sensitive": flags})
        return
    rows = [(s.customer, f"{s.share:.0%}", f"{s.stage}%", s.talks, s.direct, len(s.next), len(s.conflicts)) for s in found]
    console.print(table("客户信息表", ("客户", "完成度", "阶段", "访谈次数", "直接受访", "缺项", "矛盾"), rows))
    for one in found:
        _standing(one, all_=bool(customer))
    _full(held)
    if flags:
        console.print(
            f"敏感内容 {len(flags)} 处未存储：{'、'.join(sorted({kinds()[f.kind].zh for f in flags}))}", markup=False, soft_wrap=True
        )


def _standing(one: Standing, all_: bool) -> None:
    console.print(f"\n[bold]{escape(one.customer)}[/bold]：完成度 {one.share:.0%}，{_stage(one)}", soft_wrap=True)
    for check in one.committee:
        console.print(f"  {'红旗' if check.colour == 'red' else '提醒'} {check.name.zh}", markup=False, soft_wrap=True)
    _conflicts(one.conflicts)
    for source in dict.fromkeys(a.source for a in one.next):
        asked = [a for a in one.next if a.source == source]
        console.print(f"  下一步 {sources()[source].whom}", markup=False, soft_wrap=True)
        _asks(asked if all_ else asked[:SHOWN])
        if len(asked) > SHOWN and not all_:
            console.print(f"    另有 {len(asked) - SHOWN} 题，见 --customer {one.customer}", markup=False, soft_wrap=True)
    if one.verify:
        console.print("  只有转述，向客户核实：" + "、".join(a.label for a in one.verify), markup=False, soft_wrap=True)


def _stage(one: Standing) -> str:
    """The step of the workflow that is due."""
    done = {0: 80, 80: 100, 100: 101}[one.stage]
    return "；".join(s.zh for s in guide_of().workflow if s.stage == done)


def _asks(asked: Sequence[Ask]) -> None:
    for a in asked:
        console.print(f"    {'易中难'[a.ease - 1]} {a.question}（{a.label}，权重 {a.weight}）", markup=False, soft_wrap=True)


def _conflicts(found: Sequence[Conflict]) -> None:
    for c in found:
        sides = " ↔ ".join(f"{s.text.zh}{'★' if n == c.adopted else ''}" for n, s in enumerate(c.sides))
        console.print(f"  矛盾 {c.customer} {fields()[c.field].label}：{sides}", markup=False, soft_wrap=True)


def _full(held: Sequence[Client]) -> None:
    n, full = interviewed([h.voice for h in held]), rules().full
    said = f"直接访谈过 {n} 家客户" + (
        "，画像充分" if n >= full else f"，画像暂定：{full} 家以上才算充分，还差 {full - n} 家（优先标杆与知名客户）"
    )
    console.print(f"\n{said}", markup=False, soft_wrap=True)


def traits(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Print what customers have in common and where they differ; exit status 2 where there is no store."""
    with Store.open(store, must_exist=True) as opened:
        held = heard(opened.told())
    if not held:
        raise UserError("访谈库里还没有访谈；用 insights interview FILE 导入")
    voices, names = [h.voice for h in held], {h.voice.id: h.customer for h in held}
    found, conflicts = panel(voices), disagreements(voices, names)
    if as_json:
        print_json({"standing": found.standing, "traits": found.traits, "committee": found.committee, "conflicts": conflicts})
        return
    console.print(found.standing.text.zh, markup=False, soft_wrap=True)
    if cycle := months(voices, "decision.cycle"):
        console.print(f"决策周期：中位 {cycle[0]:g} 个月（{cycle[1]:g}–{cycle[2]:g} 个月）", markup=False, soft_wrap=True)
    for kind, title in (("common", "共同点"), ("differing", "相异点"), ("single", "其余（少数或只有一家说到）")):
        if rows := [_trait(t) for t in found.traits if t.kind == kind]:
            console.print(table(title, ("项目", "取值", "客户", "95% 区间"), rows))
    _checks(found.committee)
    _conflicts(conflicts)


def _trait(t: Trait) -> tuple[str, str, str, str]:
    span = t.share.interval
    return t.label.zh, t.value.zh, f"{t.share.n}/{t.share.of}", f"{span.low:.0%}–{span.high:.0%}" if span else ""


def _checks(found: Sequence[Check]) -> None:
    for check in found:
        console.print(f"{'红旗' if check.colour == 'red' else '提醒'} {check.name.zh}：{check.finding.zh}", markup=False, soft_wrap=True)


def guide() -> None:
    """Print the way of working of document 4."""
    held = guide_of()
    lists: list[tuple[str, Any]] = [
        ("流程", [f"{min(s.stage, 100)}%  {s.zh}" for s in held.workflow]),
        ("方法", [f"{m.zh}：{m.why}" for m in held.methods]),
        ("问谁", [s.whom for s in sources().values()]),
        ("找齐四种角色", [f"{k} {r.zh}（{r.en}）：{r.note}" for k, r in roles().items()]),
        ("访谈前", held.before),
        ("访谈中", held.during),
        ("访谈后", held.after),
        ("访谈几家", held.customers),
        ("不要问", [f"{k.zh}：{k.instead}" for k in kinds().values()]),
        ("何时更新画像", held.change),
    ]
    for title, lines in lists:
        console.print(title, style="bold", markup=False, soft_wrap=True)
        for line in lines:
            console.print(f"  {line}", markup=False, soft_wrap=True)
    console.print("下一步：insights interview new --template interview", markup=False, soft_wrap=True)


def forget(
    name: Annotated[str, typer.Argument(metavar="NAME", help="要删除的人的姓名")],
    also: Annotated[list[str] | None, typer.Option("--also", help="同一人的其他称呼，例如 张总；可多次")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove a person and say what went; exit status 1 where nobody of that name was found."""
    with Store.open(store, must_exist=True) as opened:
        gone = opened.forget((name, *(also or ())))
    if as_json:
        print_json(gone)
    else:
        told = f"人员条目 {gone.people}，本人所说或关于本人的陈述 {gone.statements}"
        console.print(f"已彻底删除：{told}，其余陈述上的记名 {gone.led}，其他文字中的提及 {gone.mentions}", markup=False, soft_wrap=True)
        if gone.files:
            console.print("这些已导入的原文件仍写着此人，请自行处理：" + "、".join(gone.files), markup=False, soft_wrap=True)
    if not (gone.people or gone.mentions):
        raise WorkError("访谈库里没有这个姓名；若有其他写法，用 --also 补上")
