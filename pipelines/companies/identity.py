"""One key per company over languages and legal forms."""

from __future__ import annotations

from pipelines.companies.names import has_han, key, stem_han, strip_group, strip_legal


def company_key(name: str, aliases: tuple[str, ...] = ()) -> str:
    """The key of a customer: its Latin form where the page states one beside the Chinese, else the stem of the name."""
    forms = (name, *aliases)
    latin = next((f for f in forms if not has_han(f) and len(f) > 4 and has_han(name)), "")
    chosen = latin or name
    return stem_han(key(chosen)) if has_han(chosen) else strip_group(strip_legal(chosen)).replace(" ", "")
