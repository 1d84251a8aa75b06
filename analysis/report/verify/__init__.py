"""``insights verify DIR``: proves that a report holds, offline, and names what does not.

Five questions, one module each: are the files those that were written and what the analysis renders to (``files``); does
every quote stand in its archived page (``archive``); are the cases those of the library (``records``); do counts, shares,
weights and statements follow from the cases (``figures``); does the same library give the same analysis (``again``).
"""

from analysis.report.verify.problem import Problem
from analysis.report.verify.run import verify

__all__ = ["Problem", "verify"]
