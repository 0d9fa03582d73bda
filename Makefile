# make setup   a .venv with the serving install and the models
# make demo    audits the sample footage, then serves the dashboard (ONCE=1: exits after the audit)
# make test    the test suite          make check   ruff, mypy, import-linter
# make bench   timings, printed and written to runs/bench.json
PYTHON ?= python3.11
VENV ?= .venv
ONCE ?=
PYTEST_ARGS ?= -n 2 --dist loadfile

BIN := $(VENV)/bin
.DELETE_ON_ERROR:
.PHONY: setup demo test check bench clean

setup: $(VENV)/.models

demo: setup
	$(BIN)/deportment demo $(if $(ONCE),--once)

test: setup $(VENV)/.dev
	$(BIN)/python -m pytest $(PYTEST_ARGS)
	$(BIN)/python -m pytest tests/browser

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup $(VENV)/.dev
	mkdir -p runs
	test -f runs/long.mp4 || $(BIN)/python tests/benchmarks/footage.py runs/long.mp4
	$(BIN)/python tests/benchmarks/audit_throughput.py runs/long.mp4 | tee runs/bench.json

clean:
	rm -rf $(VENV)

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.serving: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.serving
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

$(VENV)/.models: weights/registry.toml $(VENV)/.serving
	$(BIN)/deportment weights pull
	touch $@
