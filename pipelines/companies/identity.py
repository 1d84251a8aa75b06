"""Which company a name is: the table of well-known companies, and one key per company over languages and legal forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from pipelines.companies.names import bare, has_han, key, stem_han, strip_group, strip_legal, without_place
from pipelines.vocabulary import VOCAB, DataError, load_yaml, unique


@dataclass(frozen=True)
class Company:
    """A well-known company: its names in all languages and the key of the company it belongs to. What it does is for its page to say."""

    key: str
    names: tuple[str, ...]
    of: str = ""


@dataclass(frozen=True)
class Companies:
    """``company_names_groups*.yaml``; ``ambiguous`` are short names that several companies bear, with their keys."""

    companies: tuple[Company, ...]
    ambiguous: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@cache
def companies() -> Mapping[str, Company]:
    """The table by key; raises DataError for a key used twice or a parent that is not there."""
    rows = [c for file in _files() for c in file.companies]
    table = {c.key: c for c in rows}
    if len(table) != len(rows):
        raise DataError(f"company_names_groups: {sorted({c.key for c in rows if sum(o.key == c.key for o in rows) > 1})} stand twice")
    for company in rows:
        if company.of and company.of not in table:
            raise DataError(f"company_names_groups: '{company.key}' belongs to '{company.of}', which is not in the table")
    return table


@cache
def _files() -> tuple[Companies, ...]:
    return tuple(load_yaml(path, Companies) for path in sorted(VOCAB.glob("company_names_groups*.yaml")))


@cache
def ambiguous() -> Mapping[str, tuple[str, ...]]:
    """Comparison keys that several well-known companies share (Merck), with the keys of those companies."""
    return {key(name): keys for file in _files() for name, keys in file.ambiguous.items()}


@cache
def _by_name() -> Mapping[str, str]:
    """Every comparison form of every name; a form that is ambiguous only as it is written in full."""
    pairs = [(form, company.key) for company in companies().values() for name in company.names for form in _forms(name)]
    return unique(pairs, "company_names_groups")


def _forms(name: str) -> set[str]:
    loose = {key(name), strip_group(strip_legal(name)).replace(" ", "")} - ambiguous().keys()
    return {bare(name), *loose}


def known(name: str) -> Company | None:
    """The well-known company of a name, in whatever language and legal form; None where the table has none or several."""
    table = _by_name()
    if (whole := table.get(bare(name))) is not None:
        return companies()[whole]
    if key(name) in ambiguous():
        return None
    found = table.get(key(name)) or table.get(strip_group(strip_legal(name)).replace(" ", ""))
    if not found and has_han(name) and name.endswith(("公司", "会社")):
        found = table.get(stem_han(strip_legal(name)))
    return companies()[found] if found else None


def parents(company: Company) -> Iterator[Company]:
    """The companies above one, nearest first."""
    while company.of:
        company = companies()[company.of]
        yield company


def company_key(name: str, aliases: tuple[str, ...] = ()) -> str:
    """The key of a customer: the table's where it knows any of the forms, else the Latin form that the page states, else the
    name without place, legal form and group word.

    Equal keys are one company; different keys may still be one that ``matching.same_company`` recognises.
    """
    if (company := known(name)) is not None:
        return company.key
    latin = next((a for a in aliases if has_han(name) and not has_han(a) and len(a) > 4 and " " not in a), "")
    chosen = latin or name
    return strip_group(without_place(strip_legal(chosen))) if has_han(chosen) else strip_group(strip_legal(chosen)).replace(" ", "-")
