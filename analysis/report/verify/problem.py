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
    "no_report": "文件夹里没有可读的 analysis.json 或 manifest.json",
    "missing_file": "清单列出的文件不见了",
    "changed_file": "文件内容与清单记录的不同",
    "unlisted_file": "文件夹里有清单没有列出的文件",
    "not_rendered": "文件不是由分析渲染出来的样子",
    "missing_record": "页面没有归档记录，或记录已损坏",
    "changed_text": "归档内容读不出案例库里的文字",
    "invented_quote": "引语不在它的页面里",
    "misplaced_quote": "引语在页面里，但不在所写的位置",
    "changed_sentence": "引语前后显示的文字不在那里",
    "wrong_page": "引语指向的页面不是它案例的页面",
    "duplicate_id": "两个案例或两条引语用了同一编号",
    "unknown_case": "引用了分析或案例库里没有的案例",
    "unknown_quote": "引用了分析里没有的引语",
    "foreign_quote": "陈述引用了它没有写明的案例的引语",
    "unsupported": "证据陈述没有案例或引语",
    "changed_value": "案例的取值与案例库不同",
    "unstated_figure": "数字不在所引的句子里",
    "wrong_count": "数目与案例的计数不符",
    "wrong_share": "比例不等于数目除以基数",
    "wrong_interval": "区间不是该比例的区间",
    "wrong_weights": "权重之和不为 1，或名次与权重不符",
    "wrong_persona": "画像与案例的归属不一致",
    "wrong_figure": "句中的数字与它的案例或比例不符",
    "not_recomputed": "用同一案例库重新分析得到不同结果",
}
