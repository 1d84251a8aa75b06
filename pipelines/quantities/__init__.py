"""The grammar of quantified results (document 1, §1.3 量化收益): numbers, units, changes, subjects, vetoes.

``find`` works on plain text in Chinese and English, without knowing pages or cases:

    find("cut costs by 30%")      → one Found: 30 %, down, cost
    find("成立于 2005 年")          → no benefit, and the rule that says why

The published table of phrases (``tests/data/benefits_*.yaml``) is its specification; ``docs/benefit-grammar.md`` shows it.
"""

from pipelines.quantities.found import Found, Verdict
from pipelines.quantities.grammar import find

__all__ = ["Found", "Verdict", "find"]
