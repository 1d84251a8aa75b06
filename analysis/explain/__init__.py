"""Why a case says what it says: every field with value, confidence, rule, quote in its sentence, and what lost (issue 4 item 7).

``explain`` makes the plain account, ``disagreements`` tells where the customer's sources contradict each other, and ``page``
draws both as one HTML file, the page's text with coloured spans beside the fields.
"""

from analysis.explain.account import Account, Loser, Shown, explain
from analysis.explain.page import Piece, page, pieces
from analysis.explain.related import Disagreement, disagreements

__all__ = ["Account", "Disagreement", "Loser", "Piece", "Shown", "disagreements", "explain", "page", "pieces"]
