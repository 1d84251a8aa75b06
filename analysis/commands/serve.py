"""``insights serve``: everything in a browser, on this machine unless a token guards it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from analysis.commands._common import LibraryOption, OutOption, console
from analysis.viewer.app import create_app
from analysis.viewer.server import listen, run
from analysis.viewer.settings import Settings
from pipelines.errors import UserError
from pipelines.library import library_url


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", help="在浏览器里查看案例、依据、报告、运行、健康、知识库和需求表单；只读，默认只在本机")(serve)


def serve(
    library: LibraryOption = None,
    out: OutOption = Path("outputs"),
    host: Annotated[str, typer.Option(help="监听的地址；不是本机地址时必须有令牌")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口；0 为任意空闲端口")] = 8760,
    token_file: Annotated[Path | None, typer.Option("--token-file", help="存放令牌的文件；缺省为环境变量 INSIGHTS_TOKEN")] = None,
    allow_host: Annotated[list[str] | None, typer.Option("--allow-host", help="浏览器里允许使用的主机名，可多次给出")] = None,
    https: Annotated[bool, typer.Option("--https", help="前面有做 TLS 的反向代理：Cookie 只走 https")] = False,
) -> None:
    """Serve until Ctrl-C or SIGTERM; exit status 2 where it would be open to others without a token."""
    settings = Settings(library_url(library), out, host, port, _token(token_file), tuple(allow_host or ()), https)
    application = create_app(settings)
    server = listen(application, settings)
    shown = f"[{host}]" if ":" in host else host
    console.print(f"http://{shown}:{getattr(server, 'effective_port', port)}/（Ctrl-C 停止）", markup=False)
    run(server)


def _token(file: Path | None) -> str:
    """The token, never taken from the command line, where everybody on the machine could read it."""
    if file is None:
        return os.environ.get("INSIGHTS_TOKEN", "").strip()
    try:
        found = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise UserError(f"--token-file {file} 读不了，请给出可读的文件：{error.strerror}") from error
    if not found:
        raise UserError(f"--token-file {file} 是空的；例如 openssl rand -hex 24 > {file}")
    return found
