"""Data files are checked when they are loaded: shape, misspelt keys, aliases claimed twice."""

from dataclasses import dataclass

import pytest

from pipelines.vocabulary import DataError, codes, load_yaml, unique


@dataclass(frozen=True)
class Entry:
    name: str
    aliases: tuple[str, ...] = ()


def write(tmp_path, text):
    path = tmp_path / "data.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_that_fits_is_read(tmp_path):
    path = write(tmp_path, "银行: {name: bank, aliases: [银行]}\n'1': {name: one}\n")
    assert load_yaml(path, dict[str, Entry]) == {"银行": Entry("bank", ("银行",)), "1": Entry("one")}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- {name: a, alias: [x]}", r"\$\[0\]\.alias"),
        ("- {name: a}\n- {name: b, nmae: c}", r"\$\[1\]\.nmae"),
        ("- {aliases: [x]}", "name"),
        ("- {name: [1]}", "str"),
        ("- {name: a", "data.yaml"),
    ],
)
def test_a_file_that_does_not_fit_names_the_place(tmp_path, text, told):
    with pytest.raises(DataError, match=told) as caught:
        load_yaml(write(tmp_path, text), tuple[Entry, ...])
    assert "data.yaml" in str(caught.value)


def test_an_alias_claimed_twice_names_both_entries():
    with pytest.raises(DataError, match=r"“OSS”.*“a”.*“b”"):
        unique([("OSS", "a"), ("S3", "a"), ("OSS", "b")], "test")
    assert unique([("OSS", "a"), ("OSS", "a")], "test") == {"OSS": "a"}


def test_the_codes_of_the_contract_are_whole():
    known = codes()
    assert known.industry_zh("finance.banking") == "金融-银行"
    assert known.industry_zh("telecom") == "电信"
    assert len(known.categories()) == len(set(known.categories())) == 27
    with pytest.raises(KeyError):
        known.industry_zh("finance.gambling")
