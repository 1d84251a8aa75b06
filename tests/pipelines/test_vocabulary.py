"""Data files are checked when they are loaded: shape, misspelt keys, aliases claimed twice."""

from dataclasses import dataclass

import pytest

from pipelines.vocabulary import DataError, check_named, codes, load_merged, load_yaml, unique


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


def test_the_files_of_a_folder_are_one_table_and_a_key_in_two_files_names_both(tmp_path):
    (tmp_path / "words-b.yaml").write_text("银行: {name: bank}\n", encoding="utf-8")
    (tmp_path / "words-a.yaml").write_text("电信: {name: telecom}\n", encoding="utf-8")
    (tmp_path / "other.yaml").write_text("银行: {name: another}\n", encoding="utf-8")
    held = load_merged(tmp_path, "words-*.yaml", dict[str, Entry])
    assert list(held.items()) == [("电信", Entry("telecom")), ("银行", Entry("bank"))]
    with pytest.raises(DataError, match=r"“银行”.*other\.yaml.*words-b\.yaml"):
        load_merged(tmp_path, "*.yaml", dict[str, Entry])


def test_an_entry_that_is_named_and_does_not_exist_is_told_with_its_file(tmp_path):
    check_named(["a", "b"], ["a", "b", "c"], tmp_path)
    with pytest.raises(DataError, match=r"words\.yaml.*\['x', 'y'\]"):
        check_named(["y", "a", "x"], ["a"], tmp_path / "words.yaml")


def test_the_codes_of_the_contract_are_whole():
    known = codes()
    assert known.industry_zh("finance.banking") == "金融-银行"
    assert known.industry_zh("telecom") == "电信"
    assert len(known.categories()) == len(set(known.categories())) == 27
    with pytest.raises(KeyError):
        known.industry_zh("finance.gambling")
