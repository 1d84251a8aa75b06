"""An analysis in which every text of a page is an attacker's, beside the same one in which it is not."""

from dataclasses import fields, replace

import pytest

from analysis import generate
from analysis.report.render import files
from analysis.report.words import Words
from analysis.run import analyse
from pipelines.case import Evidence, Field, Many
from tests.security.hostile import FORMULAS, HIDDEN, MARKUP

FREE = ("customer_name", "products", "solution")
PLAIN = ("title", "proof", "kind", "source_id", "case_id", "customer_key")


def poisoned(case, n, words):
    """A case whose every free text says the words; codes stay codes."""
    said = words(n)

    def one(field):
        quotes = tuple(Evidence(said, e.start, e.end, e.page_digest, said) for e in field.evidence)
        return replace(field, value=f"{said}{field.value}" if isinstance(field.value, str) else field.value, evidence=quotes)

    changed = {}
    for f in fields(case):
        held = getattr(case, f.name)
        if f.name in FREE:
            changed[f.name] = Many(tuple(map(one, held.items))) if isinstance(held, Many) else one(held)
        elif isinstance(held, Field | Many):
            items = held.items if isinstance(held, Many) else (held,)
            kept = tuple(replace(x, evidence=one(x).evidence) for x in items)
            changed[f.name] = Many(kept) if isinstance(held, Many) else kept[0]
        elif f.name in PLAIN:
            changed[f.name] = f"{said}{held}"
    changed["source_url"] = Field(f"javascript:alert({n})" if n % 3 else f"https://example.com/{said}")
    return replace(case, **changed)


def made(words):
    cases = [poisoned(c, n, words) for n, c in enumerate(generate.cases(45))]
    return analyse(cases, "对象存储", as_of="2026-01-31", page_text=lambda _: words(0) * 3)


@pytest.fixture(scope="session")
def tame():
    return made(lambda n: f"word{n} ")


@pytest.fixture(scope="session")
def evil():
    attacks = (*MARKUP, *FORMULAS, *HIDDEN)
    return made(lambda n: f"{attacks[n % len(attacks)]}{MARKUP[n % len(MARKUP)]}{HIDDEN[n % len(HIDDEN)]}")


@pytest.fixture(scope="session", params=["zh", "en"])
def lang(request):
    return request.param


@pytest.fixture(scope="session")
def rendered(tame, evil, lang):
    """(tame files, evil files) by name, of two kinds of document."""
    out = []
    for one in (tame, evil):
        held = {}
        for kind in ("positioning", "comparison"):
            held |= files(one, kind, Words(lang))
        out.append(held)
    return out
