# Two commands for a fresh machine: `make demo` runs the main job offline on what the repository ships,
# `make test` passes the tests. Both need Python 3.11 or newer (PYTHON=python3.12 make demo chooses one).

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
LS_VENV ?= .venv-label-studio
# A worker more than there are cores, since tests wait for servers and browsers; a file's tests stay together.
PARALLEL ?= --numprocesses $(shell expr 1 + $$($(BIN)/python -c "import os; print(os.cpu_count() or 1)" 2>/dev/null || echo 1)) --dist loadfile --no-loadscope-reorder
PIP := -m pip --disable-pip-version-check --quiet --no-input

.PHONY: demo test test-all lint benchmark label-studio requirements clean
.DELETE_ON_ERROR:

# Each step is a command that a user would type; the demo's database and report stand in data/demo.
DEMO := data/demo
step = @printf '\n$$ %s\n' '$(1)'; $(BIN)/$(1)

demo: $(VENV)/.main
	$(call step,paperflops add tests/samples/pdf --db $(DEMO)/paperflops.duckdb)
	$(call step,paperflops extract --db $(DEMO)/paperflops.duckdb)
	$(call step,paperflops review import tests/samples/decisions.jsonl --db $(DEMO)/paperflops.duckdb)
	$(call step,paperflops review status --db $(DEMO)/paperflops.duckdb)
	$(call step,paperflops reference load --db $(DEMO)/paperflops.duckdb)
	$(call step,paperflops status --db $(DEMO)/paperflops.duckdb)
	$(call step,python analysis/run.py --db $(DEMO)/paperflops.duckdb --rows "curated and reference" --out $(DEMO) scaling inference projections flow)
	@printf '\nOpen %s in a browser. The dark marks are the sample papers, as the machine read them and a script\n' '$(DEMO)/report.html'
	@printf 'that knows their truth decided (tests/samples/decisions.jsonl). The papers are made up to show every step,\n'
	@printf 'with published figures; the other marks are the study'"'"'s own table.\n'

test: $(VENV)/.test lint
	$(BIN)/pytest $(PARALLEL) -m "not slow"

test-all: $(VENV)/.test lint
	$(BIN)/pytest

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

# Speed of reading beside other readers, and what commands cost on stores of 300, 3,000 and 20,000 papers (an hour).
# PDFS=FOLDER measures on your own papers, PAPERS="300 3000" on smaller stores.
PDFS ?= tests/samples/pdf
PAPERS ?= 300 3000 20000
benchmark: $(VENV)/.test
	$(BIN)/python tests/benchmark_speed.py $(PDFS)
	$(BIN)/python tests/benchmark_scale.py $(PDFS) --papers $(PAPERS)

label-studio: $(LS_VENV)/.installed

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "paperflops needs Python 3.11 or newer, this is " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.main: requirements/main.txt pyproject.toml | $(VENV)/bin/python
	@echo "installing what paperflops needs into $(VENV) (once)"
	@[ -f $(VENV)/.test ] && [ $(VENV)/.test -nt requirements/test.txt ] || $(BIN)/python $(PIP) install --require-hashes -r requirements/main.txt
	$(BIN)/python $(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: requirements/test.txt pyproject.toml | $(VENV)/bin/python
	@echo "installing what the tests need into $(VENV) (once)"
	$(BIN)/python $(PIP) install --require-hashes -r requirements/test.txt
	$(BIN)/python $(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.main

$(LS_VENV)/.installed: requirements/label-studio.txt
	$(PYTHON) -m venv $(LS_VENV)
	@echo "installing the Label Studio server into $(LS_VENV) (once, a few minutes)"
	$(LS_VENV)/bin/python $(PIP) install --require-hashes -r requirements/label-studio.txt
	@touch $@

requirements:
	$(BIN)/python $(PIP) install uv
	for f in main test label-studio; do \
	  case $$f in \
	    main) in="pyproject.toml requirements/build.in" ;; \
	    test) in="pyproject.toml requirements/build.in --extra test --extra dask --constraint requirements/main.txt" ;; \
	    label-studio) in=requirements/label-studio.in ;; \
	  esac; \
	  $(BIN)/uv pip compile $$in --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header --no-annotate --quiet --output-file requirements/$$f.txt || exit 1; \
	done

clean:
	rm -rf $(VENV) $(LS_VENV) data build *.egg-info
