"""EML: the writer's own words with sender, receiver, subject and date. Attachments are listed, never opened."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from itertools import islice, takewhile

from analysis.research.sources.draft import SourceDraft
from analysis.research.sources.formats.prose import text_draft
from pipelines.errors import UserError
from pipelines.reader.piece import squeeze

SUFFIXES = (".eml",)
MAX_MIME_PARTS = 200
MAX_HEADER = 20_000  # characters; the library's reading of addresses takes the square of their length
MAX_LINES = 20_000  # that may part a message: reading them costs long before they are counted as parts
_HEADERS = ("From", "To", "Cc", "Subject", "Date", "Message-ID")
_REPLY = re.compile(
    r"^\s*(?:-{2,}\s*(?:原始邮件|Original Message)|On .{5,120} wrote:|在.{5,80}写道[:：]|发件人[:：]|From:\s.+@|_{10,}$)", re.I
)


def read(data: bytes, name: str, records: bool = False) -> list[SourceDraft]:  # noqa: ARG001 - the formats' signature
    """The message; raises UserError where it holds no text."""
    if data.count(b"\n--") > MAX_LINES:
        raise UserError(f"{name}：分隔行超过 {MAX_LINES} 行，不读取；请另存为文本")
    try:
        message = message_from_bytes(data, policy=policy.default)
        if any(len(value) > MAX_HEADER for part in islice(message.walk(), MAX_MIME_PARTS) for _, value in part.raw_items()):
            raise UserError(f"{name}：邮件头超过 {MAX_HEADER} 字，不读取；请另存为文本")
        parts = list(islice(message.walk(), MAX_MIME_PARTS + 1))
        if len(parts) > MAX_MIME_PARTS:
            raise UserError(f"{name}：超过 {MAX_MIME_PARTS} 个部件，不读取；请另存为文本")
        text, html = _body(message)
        fields = tuple((h, squeeze(str(message[h]))) for h in _HEADERS if message[h])
        attached = tuple(_attachment(p) for p in parts if p.is_attachment())
    except (MessageError, LookupError, ValueError, AttributeError, TypeError) as error:
        if isinstance(error, UserError):
            raise
        raise UserError(f"{name} 不是可读的邮件，请另存为 .eml 或文本：{error}") from error
    own = _own(text)
    draft = text_draft(own, html=html, plain=not html)
    draft.title = squeeze(str(message["Subject"] or ""))
    notes = ("引用的往来邮件未计入",) if len(own.strip()) < len(text.strip()) else ()
    draft.fields = _with_day(fields)
    draft.attachments, draft.notes = attached, notes
    if draft.title:
        draft.head(draft.title)
    return [draft]


def _body(message: EmailMessage) -> tuple[str, bool]:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return "", False
    content = part.get_content()
    return (content if isinstance(content, str) else ""), part.get_content_type() == "text/html"


def _own(text: str) -> str:
    """The text above the first quoted message, without quoted lines: an answer's words are not its writer's date."""
    lines = takewhile(lambda line: not _REPLY.match(line), text.replace("\r\n", "\n").split("\n"))
    return "\n".join(line for line in lines if not line.lstrip().startswith(">"))


def _attachment(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    size = len(payload) if isinstance(payload, bytes) else 0
    return f"{squeeze(part.get_filename() or '未命名')[:200]}（{part.get_content_type()}，{size} 字节）"


def _with_day(fields: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The Date header as an ISO day: the sender's own day, whatever the zone."""
    return tuple((k, _day(v) if k == "Date" else v) for k, v in fields)


def _day(value: str) -> str:
    try:
        return parsedate_to_datetime(value).date().isoformat()
    except ValueError:
        return value
