"""``insights ask "…"``: a customer's question answered from quoted evidence, or escalated, or refused (document 3)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.markdown import Markdown

from analysis.commands._common import JsonOption, LibraryOption, check_out, console, errors, print_json, say
from analysis.commands._library import unwritable
from analysis.commands._next import command, next_steps
from analysis.commands._sources import has_file, reading
from analysis.research.ask import Asked, ask
from analysis.research.cases import CaseBook
from analysis.research.compound import questions_of
from analysis.research.customers import Customers
from analysis.research.escalation.follow import Follow
from analysis.research.escalation.recognize import asks_outcome, recognize
from analysis.research.model import Outcome
from analysis.research.present import to_markdown
from analysis.research.store import check_day
from pipelines.errors import UserError
from pipelines.library import AbsentLibraryError, Library, library_url

ENDINGS = (".md", ".json")
SHOWN = 3


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ask", help="回答客户的问题：只引用来源的原话，标明置信度；矛盾给出裁决，合规等问题升级，找不到就说找不到")(ask_)


def ask_(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="客户的问题，中文或英文")],
    library: LibraryOption = None,
    date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="以哪一天为准判断新旧；缺省为今天")] = "",
    fresh: Annotated[bool, typer.Option("--fresh", help="不用知识库里的旧答案，重新调研")] = False,
    keep: Annotated[bool, typer.Option(help="把答案记入知识库、把待办记入内部跟进")] = True,
    out: Annotated[Path | None, typer.Option("--out", help="另存为 .md 或 .json")] = None,
    as_json: JsonOption = False,
) -> None:
    """Exit status 0 answered, 1 not found or escalated, 2 wrong input."""
    if out and out.suffix.casefold() not in ENDINGS:
        raise UserError(f"--out {out}：文件名要以 {' 或 '.join(ENDINGS)} 结尾")
    check_out(out)
    day = check_day(date)
    if keep and unwritable(library):
        keep = False
        say("insights: 案例库只读：照常作答，答案不记入知识库", errors)
    with ExitStack() as opened:
        parts = questions_of(question)
        books = [_cases(part, library, opened) for part in parts]
        store = opened.enter_context(reading(library))
        asked = [ask(store, part, day, book, fresh, keep) for part, book in zip(parts, books, strict=True)]
    _show(asked, as_json)
    if not as_json:
        for one, part in zip(asked, parts, strict=True):
            _next(one, part, library)
    if out:
        _save(asked, out)
    if any(one.answer.outcome is not Outcome.ANSWERED for one in asked):
        raise typer.Exit(1)


def _cases(question: str, library: str | None, opened: ExitStack) -> CaseBook | None:
    """The cases of the library, read only where the question is about them; the library stays open for the words of its pages."""
    if recognize(question):
        return None
    about = bool(CaseBook(()).about(question)) or asks_outcome(question)
    try:
        held = opened.enter_context(Library.open(library_url(library), must_exist=not about))
    except AbsentLibraryError:
        return None
    return CaseBook(held.cases(), held.page_text) if about or Customers(held.customers()).named(question).names else None


def _show(asked: Sequence[Asked], as_json: bool) -> None:
    """One answer as it is, several as a list: an answer to each of the questions that were asked as one."""
    if as_json:
        print_json(asked[0] if len(asked) == 1 else list(asked))
        return
    if len(asked) > 1:
        say(f"问题里有 {len(asked)} 问，逐一回答：")
    console.print(Markdown(_text(asked)))


def _text(asked: Sequence[Asked]) -> str:
    return "\n".join(to_markdown(one.answer, one.verified) for one in asked)


def _next(asked: Asked, question: str, library: str | None) -> None:
    if asked.answer.entry and not asked.verified:
        say(f"已记入知识库：{asked.answer.entry}")
        next_steps(command("kb", "review", library=library), command("kb", "export", library=library))
    if asked.answer.escalation:
        _standards(asked.answer.escalation.kinds, library)
        next_steps(f"预研并升级：{command('escalation', 'open', question, library=library)}（可加 --customer 客户）")
    if asked.answer.outcome is Outcome.NOT_FOUND and not asked.answer.cases:
        next_steps(f"把缺少的资料导入后再问：{command('sources', 'import', '文件夹', library=library)}")


def _standards(of: Sequence[str], library: str | None) -> None:
    """The standard documents that earlier answers of the owners became: to be given, not to be read out as an answer (案例4)."""
    if not has_file(library):
        return
    with Follow.open(library) as follow:
        held = [h for h in follow.standards() if h.kind in of]
    if held:
        say(f"已有标准文档（可提供标准文档包；超出其内容的仍须升级）：{'、'.join(h.named() for h in held[:SHOWN])}")
        next_steps(f"查看：{command('escalation', 'show', held[0].id, library=library)}")


def _save(asked: Sequence[Asked], out: Path) -> None:
    out.parent.mkdir(exist_ok=True)
    if out.suffix.casefold() == ".md":
        out.write_text(_text(asked), encoding="utf-8")
    else:
        import msgspec

        made = msgspec.json.encode(asked[0] if len(asked) == 1 else list(asked))
        out.write_bytes(msgspec.json.format(made, indent=2) + b"\n")
    say(out)
