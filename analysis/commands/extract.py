"""``insights extract IN.jsonl --out OUT.jsonl``: the fields alone, in the label format; nothing is stored."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, BinaryIO

import msgspec
import typer
from rich.progress import track

from analysis.commands._common import check_out, errors, interruptible, say
from analysis.commands._llm import LlmOption, asking, tell
from pipelines.case import Rejection
from pipelines.errors import UserError, WorkError
from pipelines.importing import NOT_UTF8, Incoming, check_vendor, find_inputs, incoming_documents
from pipelines.labels import labels
from pipelines.library import library_url
from pipelines.normalize import process
from pipelines.proposals import Proposer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("extract", help="只抽取字段，按标注格式写出（不入库）")(extract)


def extract(
    inputs: Annotated[list[Path], typer.Argument(metavar="IN…", help="JSONL、WARC、网页文件或文件夹")],
    out: Annotated[Path, typer.Option("--out", help="写到哪个 JSONL 文件")],
    vendor: Annotated[str, typer.Option(help="记录没有写明厂商时的厂商代码")] = "",
    llm: LlmOption = False,
) -> None:
    """Read documents, official or not, and write one label a case; bad records are named on standard error.

    Exit status 1 where some records could not be read, 2 where there is none that could; then nothing is written.
    """
    check_vendor(vendor)
    found = list(find_inputs(inputs))
    check_out(out)
    out.parent.mkdir(exist_ok=True)
    partial, counted = out.with_name(out.name + ".part"), Counter[str]()
    try:
        stopped = interruptible(f"{out} 没有写出；再次运行同一命令即从头重做")
        with stopped, asking(llm, library_url()) as proposer, partial.open("wb") as stream:
            for incoming in track(incoming_documents(found, vendor), description="抽取", console=errors, transient=True):
                counted.update(_write(stream, incoming, proposer))
        tell(proposer, errors)
        _refuse(counted, inputs)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    say(f"{out}: {counted['rows']} 行")
    if counted["unread"]:
        raise WorkError(f"{counted['unread']} 份文档读不了，其余已写出；{_remedy(counted)}")


def _refuse(counted: Counter[str], inputs: list[Path]) -> None:
    """Raise UserError where there is no document, or none that can be read."""
    named = "、".join(map(str, inputs))
    if not counted["documents"]:
        raise UserError(f"{named} 里没有文档，没有写出文件；请检查文件是否为空")
    if counted["unread"] == counted["documents"]:
        raise UserError(f"{named} 的 {counted['documents']} 份文档都读不了，没有写出文件；{_remedy(counted)}")


def _remedy(counted: Counter[str]) -> str:
    return f"其中 {counted['garbled']} 份不是 UTF-8 编码，请另存为 UTF-8" if counted["garbled"] else "请检查上面列出的各处"


def _write(stream: BinaryIO, incoming: Incoming | Rejection, proposer: Proposer | None) -> Counter[str]:
    """Write the lines of a document; what is to be counted of it: documents, unread, garbled (of these), rows."""
    if isinstance(incoming, Rejection):
        say(f"{incoming.code}: {incoming.detail}", errors)
        return Counter(documents=1, unread=1, garbled=NOT_UTF8 in incoming.detail)
    rows = list(labels(process(incoming.document, proposer=proposer)))
    for row in rows:
        stream.write(msgspec.json.encode(row) + b"\n")
    return Counter(documents=1, rows=len(rows))
