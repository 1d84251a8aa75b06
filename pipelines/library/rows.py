"""A row of the table of cases as a case, or what is wrong with it.

Whoever else wrote the database (a later release, another program, a person) may know other codes than this release does, or none.
Such a row is left out and told, with where it stands; no other row is lost by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from pipelines.case import Case, Field, Many, Rejection
from pipelines.vocabulary import known_codes

DIMENSIONS: Mapping[str, str] = {  # attribute of a case → dimension of codes.yaml
    "industry": "industry",
    "company_size": "company_size",
    "scenario": "scenario",
    "maturity": "maturity",
    "challenges": "factor",
}
_SHOWN = 80


def read(case_id: str, data: str, library: str = "") -> Case | Rejection:
    """The case of a row; ``library`` is its name in what is said of a row that gives none."""
    place = f"案例库 {library} 表 cases 的 {_plain(case_id)}"
    try:
        case = Case.from_json(data)
    except msgspec.DecodeError as error:
        detail = f"{place} 不是案例，未使用：{_plain(str(error))}；请从原文件重新导入这一条"
        return Rejection("bad_record", detail, "", "", source_id=case_id)
    if found := next(strange(case), None):
        field, value = found
        detail = (
            f"{place}（{_plain(case.source_id or case.source_url.value or case.page_digest)}）未使用："
            f"{field} 的值“{_plain(value)}”不是词表 pipelines/vocab/codes.yaml 的代码；请改正这一条，或换用写成此库的版本"
        )
        return Rejection("unknown_code", detail, case.vendor.value or "", case.source_url.value or "", case.source_id, case.page_digest)
    return case


def strange(case: Case) -> Iterator[tuple[str, str]]:
    """The values of a case that are no codes of this release, each with its field."""
    for name, dimension in DIMENSIONS.items():
        held: Field[str] | Many[str] = getattr(case, name)
        values = held.values() if isinstance(held, Many) else (held.value,) if held.value is not None else ()
        yield from ((name, value) for value in values if value not in known_codes(dimension))


def _plain(text: str) -> str:
    """Words of a foreign row as a terminal can be shown them."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:_SHOWN])
