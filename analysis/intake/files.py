"""Opens the files forms come in: text and Markdown in several encodings, DOCX, and forms written as JSON or YAML.

A DOCX file is a zip of XML from strangers: its size is counted while unpacking, and no entity, DTD or network is allowed.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from pathlib import Path

import yaml
from lxml import etree

from analysis.intake.model import Form
from analysis.intake.read import read_forms
from analysis.intake.rows import told
from analysis.intake.write import from_plain
from pipelines.errors import UserError

MAX_FILE, MAX_XML, MAX_ENTRIES = 10_000_000, 20_000_000, 2000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARTS = ("word/document.xml",)
_OLD, _OTHERS = (b"%PDF-", b"\xd0\xcf\x11\xe0\xa1"), (b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")
_ENCODINGS = ("utf-8-sig", "utf-16", "gb18030")


class PlainLoader(yaml.SafeLoader):
    """YAML without aliases: a few lines of them unpack to gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """The node, or a YAMLError where it is an alias."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


def open_forms(path: Path) -> tuple[Form, ...]:
    """The forms in a file; raises UserError where it cannot be read, is too large or holds none."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_FILE else b""
    except OSError as error:
        raise UserError(f"{path} 读不了：{error.strerror or error}") from error
    if size > MAX_FILE:
        raise UserError(f"{path} 有 {size} 字节，最多读 {MAX_FILE} 字节；请拆分文件")
    return forms_of(data, path.name)


def forms_of(data: bytes, name: str) -> tuple[Form, ...]:
    """The forms in bytes; the file's name and its first bytes tell the format."""
    suffix = Path(name).suffix.casefold()
    zipped = data[:4] == b"PK\x03\x04"
    if suffix == ".docx" or (zipped and _PARTS[0] in _entries(data)):
        return read_forms(docx_text(data))
    if data.startswith(_OLD):
        raise UserError(f"{name}：不读 PDF 与旧版 Word；请另存为 DOCX、Markdown 或文本")
    if zipped or data.startswith(_OTHERS):
        raise UserError(f"{name} 不是需求表单的格式；表单可用 Markdown、文本、DOCX、JSON 或 YAML，请另存为其中一种")
    text = decoded(data)
    if suffix in (".json", ".yaml", ".yml"):
        return _held(text, suffix, name)
    return read_forms(text)


def decoded(data: bytes) -> str:
    """The text of bytes in UTF-8, UTF-16 (with its mark) or GB18030; raises UserError where it is none of them."""
    for encoding in _ENCODINGS:
        if encoding == "utf-16" and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UserError("文件不是 UTF-8、UTF-16 或 GB18030 文字；请另存为 UTF-8")


def _held(text: str, suffix: str, name: str) -> tuple[Form, ...]:
    try:
        found = json.loads(text) if suffix == ".json" else yaml.load(text, Loader=PlainLoader)  # noqa: S506 - a safe loader
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise UserError(f"{name} 的格式不对，请改正：{error}") from error
    forms = found if isinstance(found, list) else [found]
    return tuple(from_plain(one) for one in forms)


def _entries(data: bytes) -> frozenset[str]:
    """The names in a zip; none where it is broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            return frozenset(held.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError):
        return frozenset()


def docx_text(data: bytes) -> str:
    """The text of a DOCX, a line a paragraph, table rows as ``label：value``; raises UserError where it is broken or hostile."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            if len(held.infolist()) > MAX_ENTRIES:
                raise UserError(f"DOCX 有 {len(held.infolist())} 个部件，最多读 {MAX_ENTRIES} 个；请另存为文本")
            with held.open(_PARTS[0]) as part:
                xml = part.read(MAX_XML + 1)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, zlib.error, EOFError) as error:
        raise UserError(f"这不是可读的 DOCX，请重新保存：{error}") from error
    if len(xml) > MAX_XML:
        raise UserError(f"DOCX 解压后超过 {MAX_XML} 字节，不读取；请拆分或另存为文本")
    return "\n".join(_lines(_tree(xml)))


def _tree(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, dtd_validation=False, remove_pis=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise UserError(f"这不是可读的 DOCX，请重新保存：{error}") from error
    if b"<!DOCTYPE" in xml:
        raise UserError("DOCX 带有 DOCTYPE 声明（文字处理软件不会写），不读取；请用 Word 另存")
    return root


def _lines(root: etree._Element) -> list[str]:
    out: list[str] = []
    for node in root.iter(f"{_W}p", f"{_W}tr"):
        inside = next(node.iterancestors(f"{_W}tr"), None) is not None
        if node.tag == f"{_W}tr":
            out.extend(_row([[_paragraph(p) for p in cell.iter(f"{_W}p")] for cell in node.iter(f"{_W}tc")]))
        elif not inside:
            mark = "- " if node.find(f"{_W}pPr/{_W}numPr") is not None else ""
            out.extend(mark + line for line in _paragraph(node).split("\n"))
    return out


def _row(cells: list[list[str]]) -> list[str]:
    """The lines of a table's row; what follows on lines of its own in a row's only answer stays on lines of its own."""
    split = [[line for p in cell for line in p.split("\n") if line.strip()] for cell in cells]
    if len(split) == 2 and len(split[1]) > 1:
        return [*told(["".join(split[0]), split[1][0]]), *split[1][1:]]
    shown = ["；".join(cell) for cell in split]
    return told(shown) if len(shown) > 1 else shown


def _paragraph(node: etree._Element) -> str:
    """The words of a paragraph: what was deleted under change tracking is no text."""
    words = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n"}
    return "".join(words.get(str(n.tag), n.text or "") for n in node.iter(f"{_W}t", *words))
