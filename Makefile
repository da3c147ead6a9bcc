# From a fresh clone, with nothing but Python 3.11 or newer: `make` lists the targets.

PYTHON ?= python3
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python -m
PIP := $(RUN) pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo demo-invented test browser acceptance hardening mutation lint types format docs reference-data bench benchmarks clean

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.installed  ## Write reports of the real example, New York State in 2017
	$(BIN)/sectorlib demo --out reports/new-york --jobs $(JOBS)

demo-invented: $(VENV)/.installed  ## Write the reports of the invented state
	$(BIN)/sectorlib demo --invented --out reports/demonstration --jobs $(JOBS)

# The longest file first, so that no worker is left alone with it at the end.
test: lint types  ## Run every check and every test that takes no browser and no national file
	$(RUN) pytest -rs --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder tests/test_wheel.py tests sectorlib

browser: $(VENV)/.installed-dev  ## Open pages and notebooks in Chromium
	$(RUN) pytest -rs -m browser tests

acceptance: $(VENV)/.installed-dev  ## Run what takes minutes: studies of real data, national files, the wheel
	$(RUN) pytest -rs -m "national or long" tests

hardening: $(VENV)/.installed-dev  ## Run hundreds of faults, kills, full disks and confidential cells, and print the counts
	$(RUN) pytest -m hardening -s tests

MUTANTS ?= sectorlib.concentration.specialization*
mutation: $(VENV)/.installed-dev  ## Change measures at random (MUTANTS=pattern) and count the changes that no test notices
	$(RUN) mutmut run --max-children $(JOBS) "$(MUTANTS)"
	$(RUN) mutmut results

lint: $(VENV)/.installed-dev  ## Check style, one-way imports and spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/codespell

types: $(VENV)/.installed-dev  ## Check types
	$(RUN) mypy

format: $(VENV)/.installed-dev  ## Format the code and strip the notebooks
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/nbstripout --keep-id notebooks/*.ipynb

docs: $(VENV)/.installed  ## Write docs/tables.md anew from the schemas
	$(BIN)/python docs/build_tables.py

reference-data: $(VENV)/.installed  ## Build the reference data in the box anew from ../shared/data
	$(BIN)/python data/recipes/build.py ../shared/data
	$(BIN)/python data/recipes/new_york.py ../shared/data

bench: $(VENV)/.installed-dev  ## Measure what people wait for, beside references: one table, and speed.json
	$(BIN)/python benchmarks/speed.py

benchmarks: $(VENV)/.installed-dev  ## Run every program in benchmarks/, which takes hours
	@for program in benchmarks/*.py; do echo "== $$program"; $(BIN)/python $$program || exit 1; done

clean:  ## Remove what these targets made, the examples' reports and .venv included
	rm -rf $(VENV) build dist mutants reports/demonstration reports/new-york .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find sectorlib tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment: made once, and again when pyproject.toml changes ---

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed, and $(PYTHON) is not: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	  echo "$(PYTHON) cannot make virtual environments: install its venv package (Debian: python3-venv)" >&2; exit 1; }
	@echo "Installing into $(VENV); the first time takes a few minutes ..."
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: pyproject.toml | $(VENV)/.created
	$(PIP) --editable ".[all]"
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/.created
	$(PIP) --editable ".[dev]"
	@touch $@ $(VENV)/.installed
