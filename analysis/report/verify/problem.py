"""What a check found to be wrong."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """``code`` names the kind, ``where`` the file, case, quote or figure, ``detail`` what is expected and what is found."""

    code: str
    where: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.where}" + (f" ({self.detail})" if self.detail else "")


CODES: dict[str, str] = {
    "no_report": "the folder holds no analysis.json or no manifest.json that can be read",
    "missing_file": "a file that the manifest lists is gone",
    "changed_file": "a file has other bytes than the manifest says",
    "unlisted_file": "a file of the folder is not in the manifest",
    "not_rendered": "a file is not what the analysis renders to",
    "missing_record": "a page has no archived record, or the record is damaged",
    "changed_text": "the archived bytes do not give the text that the library holds",
    "invented_quote": "a quote stands nowhere in its page",
    "misplaced_quote": "a quote stands in its page, but not at its span",
    "changed_sentence": "what is shown around a quote does not stand there",
    "wrong_page": "a quote points to another page than its case",
    "duplicate_id": "two cases or two quotes have one id",
    "unknown_case": "a reference to a case that the analysis or the library does not hold",
    "unknown_quote": "a reference to a quote that the analysis does not hold",
    "foreign_quote": "a statement cites the quote of a case that it does not name",
    "unsupported": "an evidence statement without case or quote",
    "changed_value": "a value of a case is not the library's",
    "unstated_figure": "a figure is not in the sentence it is quoted from",
    "wrong_count": "a number is not what the cases count to",
    "wrong_share": "a share is not its count over its base",
    "wrong_interval": "an interval is not that of its share",
    "wrong_weights": "weights do not sum to 1 or ranks do not follow them",
    "wrong_persona": "personas and cases do not agree on who belongs where",
    "wrong_figure": "a sentence tells a figure that its cases or its share do not",
    "not_recomputed": "the analysis of the same library gives something else",
}
