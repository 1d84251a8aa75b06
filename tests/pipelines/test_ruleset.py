"""What a page was read by: the files themselves, so that a change of any of them reads the page again, and nothing else does."""

import shutil

import pytest

from pipelines import importing, normalize, ruleset
from pipelines.importing import import_paths
from pipelines.library import Library

PAGE = """{"id": "one", "vendor": "aws", "title": "Example Bakery case study", "official": true,
"text": "Example Bakery cut its hosting costs by 30 percent with Amazon S3."}""".replace("\n", " ")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The rules as they are, in a folder of their own."""
    folder = tmp_path_factory.mktemp("rules") / "pipelines"
    shutil.copytree(ruleset.HERE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_the_same_files_elsewhere_are_the_same_rules(copy):
    assert ruleset.fingerprint(copy) == ruleset.ruleset()


@pytest.mark.parametrize("name", ["vocab/cues.yaml", "quantities/changes.py", "text.py", "calibration/confidence.yaml"])
def test_a_change_of_words_or_code_is_other_rules(copy, name):
    before, file = ruleset.fingerprint(copy), copy / name
    held = file.read_bytes()
    file.write_bytes(held + b"\n# another\n")
    assert ruleset.fingerprint(copy) != before
    file.write_bytes(held)


def test_what_makes_no_field_is_no_rule(copy):
    before = ruleset.fingerprint(copy)
    (copy / "vocab" / "notes.txt").write_text("no rule")
    (copy / "archive.py").write_text("# storing is no rule")
    assert ruleset.fingerprint(copy) == before


def test_a_known_page_is_read_again_by_other_rules_only(tmp_path, monkeypatch):
    file = tmp_path / "one.jsonl"
    file.write_text(PAGE, encoding="utf-8")
    with Library.open(f"sqlite:///{tmp_path}/library.db") as library:
        assert import_paths(library, [file]).stored.new == 1
        assert import_paths(library, [file]).unchanged == 1
        for module in (importing, normalize):
            monkeypatch.setattr(module, "rules_with", lambda _: "rules of tomorrow")
        again = import_paths(library, [file])
        assert (again.unchanged, again.stored.unchanged) == (0, 1)  # read again, and the same case came of it
        assert import_paths(library, [file]).unchanged == 1
