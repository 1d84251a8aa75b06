"""The one way from a document to cases: every step once and in order, a reason for what is no case, ids that stay."""

from types import SimpleNamespace

import msgspec
import pytest
from factories import make_page
from stories import record

from pipelines import steps as package
from pipelines.case import ELEVEN, Rejection
from pipelines.labels import labels
from pipelines.normalize import Source, case_id, process, run_steps
from pipelines.reader import record_document
from pipelines.steps import steps


def documents(*rows):
    return [record_document(msgspec.json.encode(row)) for row in rows]


def step(name, provides=(), needs=()):
    return SimpleNamespace(PROVIDES=tuple(provides), NEEDS=tuple(needs), run=lambda raw, found: dict.fromkeys(provides, name))


@pytest.fixture
def only(monkeypatch):
    """Replace the steps of the package by the ones given."""

    def use(**modules):
        monkeypatch.setattr(package.pkgutil, "iter_modules", lambda _: [SimpleNamespace(name=n) for n in modules])
        monkeypatch.setattr(package.importlib, "import_module", lambda path: modules[path.rpartition(".")[2]])
        steps.cache_clear()
        return steps

    yield use
    monkeypatch.undo()
    steps.cache_clear()


def test_every_field_is_provided_by_exactly_one_step():
    provided = [name for s in steps() for name in s.PROVIDES]
    assert len(provided) == len(set(provided))
    assert set(ELEVEN) - {"vendor", "source_url"} <= set(provided)


def test_a_step_comes_after_those_it_needs(only):
    order = only(a=step("a", ["x"], ["y"]), b=step("b", ["y"]))()
    assert [s.PROVIDES for s in order] == [("y",), ("x",)]


@pytest.mark.parametrize(
    ("modules", "told"),
    [
        ({"a": step("a", ["x"]), "b": step("b", ["x"])}, "two steps provide 'x'"),
        ({"a": step("a", ["x"], ["z"])}, "no step provides"),
        ({"a": step("a", ["x"], ["y"]), "b": step("b", ["y"], ["x"])}, "circle"),
    ],
)
def test_steps_that_cannot_be_ordered_are_refused(only, modules, told):
    with pytest.raises(ValueError, match=told):
        only(**modules)()


def test_a_step_that_gives_other_than_it_promised_is_refused(only):
    wrong = step("a", ["x"])
    wrong.run = lambda raw, found: {"y": 1}
    only(a=wrong)
    with pytest.raises(TypeError, match="promised"):
        run_steps(SimpleNamespace())


def test_what_is_known_of_the_source_stands_on_the_case():
    (document,) = documents(record("aws", 1))
    (case,) = process(document, Source(2, "partner", "Partner Success with AWS", "sandbox")).cases
    assert (case.tier, case.kind, case.proof, case.origin) == (2, "partner", "Partner Success with AWS", "sandbox")


def test_the_same_document_gives_the_same_bytes():
    one, two = documents(record("aliyun", 2), record("aliyun", 2))
    assert [c.to_json() for c in process(one).cases] == [c.to_json() for c in process(two).cases]


def test_every_confidence_is_a_probability_and_every_value_has_a_method():
    for document in documents(*(record(v, n) for v in ("aws", "azure", "gcp", "aliyun") for n in range(3))):
        (case,) = process(document).cases
        held = [f for value in case.fields().values() for f in getattr(value, "items", (value,)) if f.value is not None]
        assert all(0 < f.confidence <= 1 and f.method for f in held)


def test_a_page_without_a_customer_is_rejected_with_the_reason():
    text = "# How to create a bucket\n\n## Prerequisites\n\nYou need an account.\n\n## Step 1\n\nOpen the console and click Create."
    (document,) = documents(record("aws", 0) | {"text": text})
    done = process(document)
    assert done.cases == ()
    assert {r.code for r in done.rejections} <= {"no_customer", "not_a_story"}
    assert all(isinstance(r, Rejection) for r in done.rejections)
    (label,) = labels(done)
    assert (label["id"], label["is_case"]) == ("aws-0", False)


def test_a_case_keeps_its_name_when_its_page_changes():
    before, after = make_page("before", url="https://example.com/a"), make_page("after", url="https://example.com/a")
    assert case_id(before, 0) == case_id(after, 0)
    assert case_id(before, 0) != case_id(before, 1)
    assert case_id(before, 0) != case_id(make_page("before", "azure", "https://example.com/a"), 0)
    assert case_id(make_page("x"), 0) != case_id(make_page("y"), 0)


def test_a_label_holds_what_the_scorer_reads():
    (document,) = documents(record("gcp", 3))
    (label,) = labels(process(document))
    assert {"id", "part", "is_case", "customer_name", "products", "categories", "industry", "scenario", "challenges"} <= set(label)
    assert {"value": 23.0, "unit": "%", "direction": "down", "subject": "cost"}.items() <= label["benefits"][0].items()
    assert label["benefits"][0]["quote"]
