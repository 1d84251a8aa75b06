"""``make accuracy``: floors as data, in the whole and in every split; a scorer of our own stands for the contract's."""

import json
from pathlib import Path

import pytest

from analysis import accuracy
from analysis.accuracy_floors import Floors, Known, load_floors, settled, shortfalls
from pipelines.vocabulary import DataError

SCORER = """
import json, sys

def load(path):
    return [json.loads(line) for line in open(path, encoding="utf-8")]

def aligned(gold, predicted):
    return [(g, p) for g, p in zip(gold, predicted)]

def compare(field, g, p):
    return (1, [], []) if g.get(field) == p.get(field) else (0, [g.get(field)], [p.get(field)])

if __name__ == "__main__":
    gold, found = load(sys.argv[1]), {r["id"]: r for r in load(sys.argv[2])}
    right = sum(g["is_case"] == found[g["id"]]["is_case"] for g in gold)
    print(json.dumps({"is_case": {"f1": round(right / len(gold), 3), "precision": 1.0, "recall": 1.0, "gold": len(gold)}}))
"""
EN = "Example Mill Case Study\n\nAbout Example Mill\n\nExample Mill is a bakery. Example Mill moved to Amazon S3 and cut costs by 30%.\n"
ZH = "示例银行客户案例\n\n公司介绍\n\n示例银行是国内领先的商业银行。示例银行使用对象存储 OSS 保存全部影像，成本降低 30%。\n"


@pytest.fixture
def shared(tmp_path):
    """A shared folder of an English and a Chinese page, both cases; the label of the Chinese one says that it is none."""
    for folder in ("gold", "corpus", "contract"):
        (tmp_path / folder).mkdir()
    (tmp_path / "contract" / "score.py").write_text(SCORER, encoding="utf-8")
    pages = [
        ("en1", "aws", "en", EN, True, "https://aws.amazon.com/solutions/case-studies/mill/"),
        ("zh1", "aliyun", "zh", ZH, False, "https://www.aliyun.com/customer-stories/zh1"),
    ]
    docs = [
        {"id": i, "vendor": v, "lang": lang, "kind": "case", "format": "txt", "official": True, "url": url, "title": "", "text": text}
        for i, v, lang, text, _, url in pages
    ]
    gold = [{"id": i, "is_case": case} for i, _, _, _, case, _ in pages]
    for name, rows in (("corpus/docs.jsonl", docs), ("gold/dev.jsonl", gold)):
        (tmp_path / name).write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    return tmp_path


def floors_file(folder: Path, known: str = "[]", least: float = 0.4, error: float = 1.0) -> Path:
    file = folder / "floors.yaml"
    file.write_text(
        f"fields: {{is_case: {least}}}\nsplits: [all, en, zh, clean, shuffled]\ncalibration_error: {error}\nknown: {known}\n",
        encoding="utf-8",
    )
    return file


def run(shared, *more):
    return accuracy.main(["--shared", str(shared), *map(str, more)])


def test_a_split_under_its_floor_is_named_and_fails_the_run(shared, capsys):
    assert run(shared, "--floors", floors_file(shared)) == 1
    said = capsys.readouterr().out
    assert "below the floor: zh is_case is 0.000, the floor 0.400" in said
    assert "en is_case is" not in said
    assert "1 missed, 0 known to be short" in said


def test_a_known_shortfall_passes_until_it_falls_further(shared, capsys):
    known = "[{split: zh, field: is_case, f1: %s, reason: a label is wrong}]"
    assert run(shared, "--floors", floors_file(shared, known % 0.0)) == 0
    assert "known: zh is_case is 0.000, the floor 0.400 (it was 0.000): a label is wrong" in capsys.readouterr().out
    assert run(shared, "--floors", floors_file(shared, known % 0.1)) == 1
    assert "fallen further: zh is_case is 0.000, the floor 0.400, it was 0.100" in capsys.readouterr().out


def test_the_whole_has_the_same_floor(shared, capsys):
    assert run(shared, "--floors", floors_file(shared, "[{split: zh, field: is_case, f1: 0.0, reason: a label is wrong}]", least=0.6)) == 1
    assert "below the floor: all is_case is 0.500, the floor 0.600" in capsys.readouterr().out


def test_confidence_has_a_most_too(shared, capsys):
    gold = shared / "gold" / "dev.jsonl"
    gold.write_text(
        json.dumps({"id": "en1", "is_case": True, "customer_name": "Example Mill", "products": ["Amazon S3"]}) + "\n", encoding="utf-8"
    )
    assert run(shared, "--floors", floors_file(shared, error=0.0)) == 1
    assert "above the most: expected calibration error of all values is" in capsys.readouterr().out
    assert run(shared, "--floors", floors_file(shared)) == 0


def test_the_default_floors_hold_for_the_default_labels_alone(shared, capsys):
    assert run(shared, "--gold", shared / "gold" / "dev.jsonl") == 0
    assert "floors: none for these labels" in capsys.readouterr().out


def test_what_cannot_be_read_is_named(shared, capsys):
    assert run(shared, "--floors", shared / "none.yaml") == 2
    assert "none.yaml" in capsys.readouterr().err
    assert run(shared / "nowhere") == 2
    assert "--shared" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ("[{split: fr, field: is_case, f1: 0.1, reason: x}]", "fr"),
        ("[{split: zh, field: iscase, f1: 0.1, reason: x}]", "iscase"),
        ("[{split: zh, field: is_case, f1: 0.1, reason: ' '}]", "no reason"),
        ("[{split: zh, field: is_case, f1: 0.4, reason: x}]", "reaches its floor"),
        ("[{split: zh, field: is_case, f1: 0.1, reason: x}, {split: zh, field: is_case, f1: 0.2, reason: y}]", "twice"),
        ("[{split: zh, field: is_case, f1: 0.1, reason: x, until: y}]", "until"),
    ],
)
def test_an_entry_that_cannot_be_one_is_an_error(tmp_path, known, said):
    with pytest.raises(DataError, match=said):
        load_floors(floors_file(tmp_path, known))


def test_a_field_without_labels_has_no_figure_and_a_reached_floor_needs_no_entry():
    floors = Floors({"size": 0.8, "name": 0.9}, ("all", "zh"), 0.1, (Known("zh", "name", 0.7, "few labels"),))
    figures = {"all": {"size": {"f1": 0.0, "gold": 0}, "name": {"f1": 0.95, "gold": 9}}, "zh": {"name": {"f1": 0.9, "gold": 5}}}
    short = list(shortfalls(floors, figures))
    assert short == []
    assert [k.field for k in settled(floors, figures, short)] == ["name"]


def test_the_floors_are_those_of_the_issue_and_every_known_one_says_why():
    floors = load_floors()
    assert (floors.fields["customer_name"], floors.fields["benefits"], floors.calibration_error) == (0.95, 0.85, 0.08)
    assert set(floors.splits) == set(accuracy.WHOLE)
    assert all(len(k.reason) > 20 for k in floors.known)
