"""What stands before every page: the Host that was asked for, the token, forged requests, and the security headers.

Host: a name that nobody allowed is refused, on loopback too, so that a page of the web whose name points to 127.0.0.1 (DNS
rebinding) reads nothing. Token: a bearer header for programs, a signed session for browsers. CSRF: Flask-WTF's token in
every form. Headers: no script at all, nothing from elsewhere, no frame.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import deque
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect

from analysis.viewer.settings import Settings

OPEN = ("guard_login", "static")  # endpoints that need no token
TRIES, WINDOW = 10, 60.0  # wrong tokens within so many seconds
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


class Tries:
    """Counts wrong tokens; who guesses has to wait."""

    def __init__(self) -> None:
        self.failed: deque[float] = deque(maxlen=TRIES)

    def too_many(self) -> bool:
        """Whether the last so many failures all lie within the window."""
        return len(self.failed) == TRIES and time.monotonic() - self.failed[0] < WINDOW

    def note(self) -> None:
        """One more failure."""
        self.failed.append(time.monotonic())


def protect(app: Flask, settings: Settings) -> None:
    """Put everything of this module before the application."""
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),  # of this process: a restart logs everybody out
        SESSION_COOKIE_NAME="insights",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",  # links out of a sandboxed report count as cross-site: Strict would ask for the token again
        SESSION_COOKIE_SECURE=settings.https,
        VIEWER=settings,
        VIEWER_TRIES=Tries(),
    )
    CSRFProtect(app)
    app.before_request_funcs.setdefault(None, []).insert(0, _check_host)
    app.before_request(_check_site)
    app.before_request(_check_token)
    app.after_request(_headers)
    app.add_url_rule("/login", "guard_login", _login, methods=["GET", "POST"])
    app.add_url_rule("/logout", "guard_logout", _logout, methods=["POST"])
    app.context_processor(lambda: {"guarded": bool(settings.token)})


def settings_of() -> Settings:
    """The settings of the application that answers."""
    found: Settings = current_app.config["VIEWER"]
    return found


def _check_host() -> None:
    name = urlsplit(f"//{request.host}").hostname or ""
    if name.casefold() not in settings_of().names:
        abort(HTTPStatus.MISDIRECTED_REQUEST, "这个地址不是查看器允许的主机名；用 --allow-host 添加")


def _check_site() -> None:
    """What another site sends on a visitor's behalf is refused before its token is looked at."""
    if request.method not in ("GET", "HEAD", "OPTIONS") and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        abort(HTTPStatus.FORBIDDEN, "请求来自别的网站")


def _check_token() -> ResponseReturnValue | None:
    token = settings_of().token
    if not token or request.endpoint in OPEN:
        return None
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if given:
        if kind.casefold() == "bearer" and _right(given.strip()):
            return None
        abort(HTTPStatus.UNAUTHORIZED, "令牌不对")
    if hmac.compare_digest(str(session.get("seal", "")), _seal(token)):
        return None
    if request.accept_mimetypes.accept_html and request.method == "GET":
        return redirect(url_for("guard_login", next=request.full_path.rstrip("?")))
    return abort(HTTPStatus.UNAUTHORIZED, "需要令牌")


def _login() -> ResponseReturnValue:
    target = _inside(request.values.get("next", ""))
    if not settings_of().token:
        return redirect(target)
    if request.method == "GET":
        return render_template("login.html", target=target, wrong=False)
    if not _right(request.form.get("token", "").strip()):
        return render_template("login.html", target=target, wrong=True), HTTPStatus.UNAUTHORIZED
    session.clear()  # nothing of before the login stays valid
    session["seal"] = _seal(settings_of().token)
    return redirect(target)


def _logout() -> ResponseReturnValue:
    session.clear()
    return redirect(url_for("guard_login"))


def _right(given: str) -> bool:
    """Whether the token is the one; refused without looking where there were too many wrong ones."""
    tries: Tries = current_app.config["VIEWER_TRIES"]
    if tries.too_many():
        abort(HTTPStatus.TOO_MANY_REQUESTS, "错误的令牌太多，请等一分钟")
    right = hmac.compare_digest(given.encode(), settings_of().token.encode())
    if not right:
        tries.note()
    return right


def _seal(token: str) -> str:
    """What a session holds in place of the token."""
    return hashlib.sha256(b"viewer\0" + token.encode()).hexdigest()


def _inside(target: str) -> str:
    """A path of this viewer, never another site's address."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable() else "/"


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if settings_of().https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
