# What a person or CI runs. `make check` is exactly what CI runs; `make demo` is the two-minute tour.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SHARED ?= ../shared
STAMP := $(VENV)/.installed

.PHONY: help setup check lint types contracts test demo accuracy bench chaos licences release-check lowest clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

setup: $(STAMP) ## Make the virtual environment and install what pyproject.toml names

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $(STAMP)

check: lint types contracts test ## Lint, types, architecture, tests: what CI runs

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

contracts: $(STAMP)
	$(BIN)/lint-imports

test: $(STAMP)
	$(BIN)/pytest -n auto --dist worksteal

demo: $(STAMP) ## Build the starter report and the report of a crawl of the sandbox, print both paths
	$(BIN)/python -m analysis.demo

accuracy: $(STAMP) ## Score the extraction on the labels of the shared folder; fails under the floors of analysis/data/accuracy_floors.yaml
	$(BIN)/python -m analysis.accuracy --shared $(SHARED)
	$(BIN)/python -m analysis.research.evaluate

bench: $(STAMP) ## Print what the stages cost
	$(BIN)/python -m analysis.bench --shared $(SHARED)
	$(BIN)/python -m analysis.research.bench
	$(BIN)/python -m crawlers.bench

chaos: $(STAMP) ## Kill a crawl at 50 random moments; nothing may be lost or stored twice
	$(BIN)/python -m crawlers.chaos

licences: $(STAMP) ## Write docs/licences.md from what is installed
	$(BIN)/python -m analysis.licences

release-check: $(STAMP) ## Build the wheel, install it in a new environment, use it from an empty folder
	$(BIN)/python tests/release/install.py

lowest: ## Run the tests with every dependency at its lowest declared version, on every core; ends with what failed
	test -x build/uv/bin/uv || ($(PYTHON) -m venv build/uv && build/uv/bin/python -m pip install --quiet uv)
	build/uv/bin/uv venv --quiet --clear --python $(PYTHON) build/lowest
	build/uv/bin/uv pip install --quiet --python build/lowest/bin/python --resolution lowest-direct --editable '.[dev]'
	build/uv/bin/uv pip list --quiet --python build/lowest/bin/python --format freeze > build/lowest/versions.txt
	build/lowest/bin/python -m pytest -n auto --dist worksteal --tb short -r fE
	@echo "the versions that were tested: build/lowest/versions.txt"

clean: ## Remove the environment and everything generated
	rm -rf $(VENV) outputs build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
