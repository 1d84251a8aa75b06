"""Requirement forms: paste one or send a file, and see what the library knows that helps. Nothing of a form is kept."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from markdown_it import MarkdownIt

from analysis.intake.files import forms_of
from analysis.intake.match import match
from analysis.intake.memory import Memory
from analysis.intake.model import Form
from analysis.intake.present import to_markdown
from analysis.intake.structure import TEMPLATES
from analysis.intake.write import new_form
from analysis.viewer.app import library_of
from analysis.viewer.guard import settings_of
from pipelines.errors import UserError

MENU = (6, "需求表单")
pages = Blueprint("forms", __name__, url_prefix="/forms")


@pages.get("/")
def index() -> ResponseReturnValue:
    """The empty form."""
    return render_template("forms.html", text="", number=1, told="", error="", count=0)


@pages.get("/blank/<name>.md")
def blank(name: str) -> ResponseReturnValue:
    """An empty form to fill in; ends with 404 for a template that does not exist."""
    if name not in TEMPLATES:
        abort(HTTPStatus.NOT_FOUND, f"没有模板“{name}”")
    answer = current_app.response_class(new_form(name), mimetype="text/markdown")
    answer.headers["Content-Disposition"] = f"attachment; filename=form-{name}.md"
    return answer


@pages.post("/")
def matched() -> ResponseReturnValue:
    """The form with what was found, or with what is wrong with it."""
    text, number = request.form.get("text", ""), max(1, request.form.get("number", 1, type=int))
    try:
        forms = _given(text)
        told = _match(_pick(forms, number))
    except UserError as error:
        return render_template("forms.html", text=text, number=number, told="", error=str(error), count=0), 400
    return render_template("forms.html", text=text, number=number, told=told, error="", count=len(forms))


def _given(text: str) -> tuple[Form, ...]:
    """The forms of the file that was sent, else of the text that was pasted."""
    sent = request.files.get("file")
    if sent and sent.filename:
        return forms_of(sent.read(), sent.filename)
    if not text.strip():
        raise UserError("粘贴一份需求表单，或选择一个文件（Markdown、文本、DOCX、JSON、YAML）")
    return forms_of(text.encode(), "pasted.md")


def _pick(forms: tuple[Form, ...], number: int) -> Form:
    if number > len(forms):
        raise UserError(f"里面只有 {len(forms)} 份表单，没有第 {number} 份")
    return forms[number - 1]


def _match(form: Form) -> str:
    """The matching as HTML, made from Markdown in which forms and cases can speak no markup (see ``present``)."""
    library = library_of()
    cases = list(library.cases())
    made = match(form, cases, settings_of().today(), library.page_text, f"{len(cases)} 个案例", memory=Memory(library.digest()))
    body = to_markdown(made).replace("# 需求匹配\n", "", 1)
    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(body))
