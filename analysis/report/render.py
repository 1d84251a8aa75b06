"""Writes everything about one analysis into ``<out>/<category>/<date>/``: made in a temporary folder, moved when all is whole."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from analysis.model import Analysis, Scope
from analysis.report import browser, compose
from analysis.report.blocks import Card, Document, Section
from analysis.report.book import Book
from analysis.report.certificate import certificate_document, certificate_json
from analysis.report.checklist import checklist_md
from analysis.report.escape import slug
from analysis.report.exports import cases_csv, cases_xlsx
from analysis.report.manifest import NAME, digest, manifest, read
from analysis.report.sections.cards import cards
from analysis.report.to_html import HtmlWriter
from analysis.report.to_markdown import MarkdownWriter
from analysis.report.words import Words
from analysis.scope import ALL

NAME_LIMIT = 40  # as many characters as ``slug`` keeps


def folder(analysis: Analysis, out: Path, lang: str = "zh") -> Path:
    """``<out>/<category>/<date>``, of a narrowed scope ``<date>-since-2026-01-01``, so that it never replaces the whole; English below."""
    home = out / slug(analysis.scope.category) / "-".join([slug(analysis.scope.as_of), *narrowed(analysis.scope)])
    return home if lang == "zh" else home / lang


def narrowed(scope: Scope) -> Iterator[str]:
    """The filters as parts of a name: the same filters in any order, the same name; a long one is cut and told apart by a digest."""
    used = {"tiers": ",".join(map(str, scope.tier_filter)) if scope.tier_filter != ALL.tiers else "", **scope.filters}
    named = "-".join(f"{name}-{'-'.join(sorted(value.split(',')))}" for name, value in sorted(used.items()) if value)
    if named:
        yield slug(named) if len(named) <= NAME_LIMIT else f"{slug(named[:NAME_LIMIT])}-{digest(named.encode())[7:15]}"


def render(analysis: Analysis, out: Path, kind: str = "positioning", lang: str = "zh", pictures: bool = True) -> list[Path]:
    """Writes the report and returns its files, manifest last; KeyError or ValueError for a kind or language that is none.

    ``pictures`` asks for PDF and PNG too, where a browser is installed. Files of another kind made from the same
    analysis stay; those of an earlier analysis of the same day go.
    """
    home, words = folder(analysis, out, lang), Words(lang)
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=home.parent) as made:
        stage = Path(made)
        held = files(analysis, kind, words)
        for name, data in held.items():
            put(stage / name, data)
        extras, notes = draw(stage, held, kind, words) if pictures else ([], [words("pictures.off")])
        digests = {name: digest(data) for name, data in held.items()}
        return publish(analysis, words, kind, stage, home, digests, extras, notes)


def files(analysis: Analysis, kind: str, words: Words) -> dict[str, bytes]:
    """Every file by its path, but for those of a browser and the manifest: a function of the analysis alone."""
    doc, name = compose.document(analysis, kind, words), compose.kinds()[kind].file
    made = {
        "analysis.json": analysis.to_json() + b"\n",
        f"{name}.md": MarkdownWriter(words).document(doc).encode(),
        f"{name}.html": HtmlWriter(words).document(doc).encode(),
        "cases.csv": cases_csv(analysis, words),
        "cases.xlsx": cases_xlsx(analysis, words),
        "checklist.md": checklist_md(analysis, words).encode(),
        "certificate.json": certificate_json(analysis),
        "certificate.html": HtmlWriter(words, f"{name}.html").document(certificate_document(analysis, words)).encode(),
    }
    charts = {f"charts/{f.name}.svg": f.svg.encode() + b"\n" for f in compose.figures(doc)}
    return made | charts | card_files(analysis, words, name)


def card_files(analysis: Analysis, words: Words, report: str) -> dict[str, bytes]:
    """One Markdown and one HTML file a persona; their evidence stands in the report beside them."""
    book, made = Book(analysis, words), {}
    mark = compose.watermark(analysis, words)
    for persona, card in zip(book.personas(), cards(book), strict=False):
        if isinstance(card, Card):
            doc = Document(card.title, "", words.html_lang, "card", mark, (Section("cards", (card,)),))
            name = f"cards/{persona.rank}-{slug(words.text(persona.name))}"
            made[f"{name}.md"] = MarkdownWriter(words, f"../{report}.md").document(doc).encode()
            made[f"{name}.html"] = HtmlWriter(words, f"../{report}.html").document(doc, "card.html.j2").encode()
    return made


def draw(stage: Path, held: dict[str, bytes], kind: str, words: Words) -> tuple[list[str], list[str]]:
    """PDF of the document and a picture a card, with a note where a browser is missing or fails."""
    found = browser.find()
    if not found:
        return [], [words("pictures.no_browser")]
    pages = [f"{compose.kinds()[kind].file}.html", *(n for n in held if n.startswith("cards/") and n.endswith(".html"))]
    with ThreadPoolExecutor(max_workers=2) as pool:
        drawn = list(pool.map(lambda name: picture(found, stage, name), pages))
    made = [name for name, error in drawn if not error]
    return made, [words("pictures.failed", file=name, error=error) for name, error in drawn if error]


def picture(found: str, stage: Path, name: str) -> tuple[str, str]:
    """A card as PNG, any other page as PDF: the file's name, and what went wrong, if anything."""
    task, suffix = (browser.png, ".png") if name.startswith("cards/") else (browser.pdf, ".pdf")
    target = (stage / name).with_suffix(suffix)
    try:
        task(found, stage / name, target)
    except browser.BrowserError as error:
        return target.relative_to(stage).as_posix(), str(error)
    return target.relative_to(stage).as_posix(), ""


def publish(
    analysis: Analysis, words: Words, kind: str, stage: Path, home: Path, digests: dict[str, str], extras: list[str], notes: list[str]
) -> list[Path]:
    """Moves every file into place, the manifest last, and removes what an earlier analysis left."""
    before = read(home)
    same = before.get("files", {}).get("analysis.json") == digests["analysis.json"]
    kept = before.get("files", {}) if same else {}
    kinds = {kind, *(before.get("kinds", []) if same else [])}
    all_extras = {*extras, *(before.get("extras", []) if same else [])}
    put(stage / NAME, manifest(analysis, words, list(kinds), kept | digests, list(all_extras), notes))
    new = [*digests, *extras, NAME]
    for name in new:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (stage / name).replace(home / name)
    if not same:
        remove(home, {*before.get("files", {}), *before.get("extras", [])} - set(new))
    return [home / name for name in new]


def remove(home: Path, names: set[str]) -> None:
    """Removes files that an earlier manifest lists, never anything outside the folder."""
    for name in names:
        path = (home / name).resolve()
        if path.is_relative_to(home.resolve()) and path.is_file():
            path.unlink()


def put(path: Path, data: bytes) -> None:
    """Writes a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
