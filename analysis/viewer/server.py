"""Serves the application with waitress until SIGTERM or Ctrl-C."""

from __future__ import annotations

import signal
from types import FrameType

from flask import Flask
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server

from analysis.viewer.app import BODY_MAX
from analysis.viewer.settings import Settings
from pipelines.errors import WorkError

THREADS = 4


def listen(app: Flask, settings: Settings) -> BaseWSGIServer | MultiSocketServer:
    """The listening server, not yet running; raises WorkError where the port is taken or the address is not ours."""
    try:
        return create_server(
            app, host=settings.host, port=settings.port, threads=THREADS, ident="", max_request_body_size=BODY_MAX, url_scheme="http"
        )
    except OSError as error:
        raise WorkError(f"不能在 {settings.host}:{settings.port} 监听：{error.strerror}；用 --port 换一个端口") from error


def run(server: BaseWSGIServer | MultiSocketServer) -> None:
    """Serve until somebody asks to stop; requests under way are finished."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        server.run()
    finally:
        server.close()
        signal.signal(signal.SIGTERM, before)
