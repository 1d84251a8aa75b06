"""Shows an answer as Markdown under the document's own headings; quoted words can speak no markup."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analysis import labels
from analysis.report.escape import clean, markdown, web
from analysis.research.claims import edition_name
from analysis.research.model import Answer, Reference, Standing, Statement
from analysis.research.prose import say
from analysis.research.registry import source_types
from analysis.research.rules import question_types
from analysis.research.verdict import HIGH, MIDDLE, stale

_HEADINGS = re.compile(r"(?<!\n)\n++(#{1,4} )")
_GAPS = re.compile(r"\n{3,}")
_MARKS = re.compile(r"^(?:[✅❌⚠❗❓☑✔✖]\ufe0f?\s*)+")  # a source's own mark before a line that gets ours
_STARS = ((HIGH, "★★★"), (MIDDLE, "★★"), (0.0, "★"))


def to_markdown(answer: Answer, verified: str = "") -> str:
    """The whole answer; ``verified`` is the day of the knowledge-base entry it comes from."""
    kind = question_types()[answer.question.type]
    text = (
        environment()
        .get_template("answer.md.j2")
        .render(
            a=answer,
            kind=kind,
            needs=[say(f"need.{n}") for n in kind.needs],
            names={r.source_id: r.title for r in answer.sources},
            evidence=evidence_lines(answer),
            lacking=[say("lacking", need=say(f"need.{n}"), owner=_owner(answer)) for n in answer.lacking],
            unverified=_unverified(answer),
            from_base=bool(verified),
            verified=verified,
        )
    )
    return tidy(text)


def _unverified(answer: Answer) -> list[str]:
    """What only a source that is not adopted names, with its words."""
    titles = {r.source_id: r.title for r in answer.sources}
    told = ((u, say("unverified", what="、".join(u.items), title=titles[u.quote.source_id])) for u in answer.unverified)
    return [f"{words}：“{u.quote.text}”" for u, words in told]


def _owner(answer: Answer) -> str:
    """Whose subject it is: the owner of the deciding source."""
    return source_types()[answer.verdict.standings[0].type].owner if answer.verdict else ""


def tidy(text: str) -> str:
    """One empty line before every heading and nowhere two."""
    return _GAPS.sub("\n\n", _HEADINGS.sub(r"\n\n\1", text)).strip() + "\n"


def evidence_lines(answer: Answer) -> list[str]:
    """One line a source with its words; several tickets that only tell of the like are one line (工单 #5231、#5345、#5412)."""
    held = {r.source_id: r for r in answer.sources}
    lines: list[str] = []
    similar: list[Reference] = []
    deciding = {s.source_id for s in answer.verdict.standings} if answer.verdict else set()
    for quote in answer.evidence:
        reference = held[quote.source_id]
        if reference.type == "ticket" and quote.source_id not in deciding:
            similar.append(reference)
        else:
            place = f"“{quote.headings[-1]}”章节" if len(quote.headings) > 1 else ""
            lines.append(f"{named(reference)}{place}：“{quote.text}”")
    if similar:
        numbers = "、".join(sorted(f"#{r.record}" if r.record else r.title for r in similar))
        lines.append(say("evidence.similar", numbers=numbers, n=len(similar)))
    return lines


def named(reference: Reference) -> str:
    """A source by its type and title; the title alone where it begins with the type."""
    kind = source_types()[reference.type].zh
    return f"“{reference.title}”" if reference.title.startswith(kind) else f"{kind}“{reference.title}”"


def claim(statement: Statement) -> str:
    """What a statement claims, in a word or two."""
    edition = "、".join(edition_name(e) for e in statement.edition.split("+") if e)
    return f"{say(f'claim.{statement.state.value}', value=statement.cue)}{f'（{edition}）' if edition else ''}"


def recency_words(standing: Standing) -> str:
    """The recency column of 案例2: newest, rather new, out of date with its age."""
    months = standing.age_months
    if months is None:
        return say("recency.undated")
    if standing.role == say("role.outdated") or stale(standing.type, months):
        return say("recency.old", months=months)
    return say("recency.new", months=months) if months else say("recency.newest")


@cache
def environment() -> Environment:
    """The templates of research with their filters; all words of sources go through ``md``, ``code`` or ``web``."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - Markdown, escaped by the filters
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "md": lambda text: markdown(str(text)),
        "code": lambda text: clean(text).replace("`", "'"),
        "web": web,
        "source_type": lambda kind: source_types()[kind].zh,
        "stars": lambda value: next(s for least, s in _STARS if value >= least),
        "recency": recency_words,
        "claim": claim,
        "named": named,
        "bare": lambda text: _MARKS.sub("", text),
        "vendor": lambda code: labels.vendor(code).zh,
        "industry": lambda code: labels.industry(code).zh,
    }
    return made
