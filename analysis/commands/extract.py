"""``insights extract IN.jsonl --out OUT.jsonl``: the fields alone, in the label format; nothing is stored."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, BinaryIO

import msgspec
import typer
from rich.progress import track

from analysis.commands._common import console, errors
from analysis.commands._llm import LlmOption, asking, tell
from pipelines.case import Rejection
from pipelines.importing import Incoming, check_vendor, find_inputs, incoming_documents
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
    """Read documents, official or not, and write one label a case; bad records are named on standard error."""
    check_vendor(vendor)
    found = list(find_inputs(inputs))
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(out.name + ".part")
    with asking(llm, library_url()) as proposer, partial.open("wb") as stream:
        documents = track(incoming_documents(found, vendor), description="抽取", console=errors, transient=True)
        written = sum(_write(stream, incoming, proposer) for incoming in documents)
    partial.replace(out)
    console.print(f"{out}: {written} 行")
    tell(proposer, errors)


def _write(stream: BinaryIO, incoming: Incoming | Rejection, proposer: Proposer | None) -> int:
    if isinstance(incoming, Rejection):
        errors.print(f"{incoming.code}: {incoming.detail}", markup=False)
        return 0
    rows = list(labels(process(incoming.document, proposer=proposer)))
    for row in rows:
        stream.write(msgspec.json.encode(row) + b"\n")
    return len(rows)
