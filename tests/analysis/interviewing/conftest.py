"""Interviews with fictional customers in our own words: twelve banks and makers, three roles each, told by several sources."""

import io

import openpyxl
import pytest
import yaml

from analysis.interviews.read import read_bytes
from analysis.interviews.store import Store
from analysis.interviews.voices import voices

BANKS = ["示例甲银行", "示例乙银行", "示例丙银行", "示例丁银行", "示例戊银行", "示例己银行", "示例庚银行"]
MAKERS = ["示例一厂", "示例二厂", "示例三厂", "示例四厂", "示例五厂"]
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫"


def talk(n, customer, bank):
    """What one customer said itself, and what our salesman says of it."""
    person, boss = f"{SURNAMES[n]}大勇", f"{SURNAMES[n]}小敏"
    answers = {
        "所属行业": "股份制银行" if bank else "装备制造",
        "企业规模": "员工 2 万人" if bank else "800 人",
        "业务场景": "核心系统上云与容灾" if bank else "数据分析平台与报表",
        "决策周期": f"{6 + n % 3}–{9 + n % 3} 个月" if bank else "3 个月左右",
        "采购方式": "公开招标" if bank or n % 2 else "直接采购",
        "顾虑与异议": "担心迁移停机，也担心合规" if bank else "觉得太贵",
        "关键决策阶段": "技术评审和上会审批",
        "先接触谁": "先找信息中心主任",
        "最佳接触时机": "年底编预算的时候",
        "倾向的厂商": "国产云" if bank else "性价比高的",
        "沟通方式": "当面拜访" if n % 2 else "微信",
        "喜欢的材料": "同行案例和技术文档",
        "认知-触点": "同行推荐",
        "部署-痛点": "与老系统对接",
    }
    mine = {
        "customer": customer, "date": f"2026-0{1 + n % 9}-15", "source": "客户本人", "interviewer": "孟访谈", "teller": person,
        "role": "TB", "title": "信息中心主任", "answers": answers,
    }  # fmt: skip
    ours = {
        "customer": customer, "date": "2026-09-20", "source": "BD", "credibility": "一手", "teller": "蒋销售", "about": boss,
        "role": "EB" if n % 3 else "UB", "title": "分管副行长" if bank else "总经理",
        "answers": {"决策影响力": "说了算", "对我们的态度": "认可", "想要的结果": "系统稳定，不出事"},
    }  # fmt: skip
    return [mine, ours]


def interviews(count=12):
    """The interviews as YAML."""
    named = [(c, True) for c in BANKS] + [(c, False) for c in MAKERS]
    held = [one for n, (c, bank) in enumerate(named[:count]) for one in talk(n, c, bank)]
    return yaml.safe_dump({"interviews": held}, allow_unicode=True, sort_keys=False).encode()


PEOPLE = sorted({f"{s}{rest}" for s in SURNAMES for rest in ("大勇", "小敏")} | {"孟访谈", "蒋销售"})


@pytest.fixture(scope="session")
def book():
    """The interviews of so many customers, as YAML."""
    return interviews


@pytest.fixture(scope="session")
def people():
    """Everybody who is named in them."""
    return PEOPLE


@pytest.fixture
def read():
    """Reads text as a file of a name."""

    def reading(text, name="talk.yaml"):
        return read_bytes(text if isinstance(text, bytes) else text.encode(), name)

    return reading


@pytest.fixture
def store(tmp_path):
    """An empty store in a file."""
    with Store.open(f"sqlite:///{tmp_path / 'held' / 'interviews.db'}") as opened:
        yield opened


@pytest.fixture(scope="session")
def heard():
    """The voices of so many customers."""

    def made(count=12):
        return voices(read_bytes(interviews(count), "talk.yaml").told)

    return made


@pytest.fixture
def workbook():
    """A workbook with rows, as bytes."""

    def made(*rows, title="访谈"):
        held = openpyxl.Workbook()
        sheet = held.active
        sheet.title = title
        for row in rows:
            sheet.append(row)
        out = io.BytesIO()
        held.save(out)
        return out.getvalue()

    return made
