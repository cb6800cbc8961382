# Two commands matter: `make demo` answers a question, `make test` checks the program. Each sets everything up first, once:
# a virtual environment in .venv with the versions of constraints.txt. Python 3.11 or newer is all that has to be there.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV    ?= .venv
PYTHONS := python3 python3.13 python3.12 python3.11
BIN     := $(VENV)/bin
READY   := $(VENV)/.ready
PEERS   ?= $(BIN)/python
# Neighbours stay in one process, so that what a file makes once is made once.
PYTEST  := $(BIN)/python -m pytest -n 2 --dist worksteal
DOSE    := 0.5 mg/kg iv over 40 min
TIMES   := 20min,40min,1h,2h,4h,24h

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## answer "0.5 mg/kg iv over 40 min" for one person and for 1,000; writes demo-out/
	@echo "== $(DOSE): one person of 70 kg"
	@$(BIN)/ketsim simulate "$(DOSE)" --weight 70kg --at $(TIMES) --out demo-out/person --report demo-out/person/report.html
	@echo
	@echo "== $(DOSE): 1,000 people"
	@$(BIN)/ketsim simulate "$(DOSE)" --population 1000 --seed 1 --at $(TIMES) --out demo-out/population --report demo-out/report.html
	@echo
	@echo "Written:"
	@find demo-out -type f | sort | sed 's/^/  /'
	@echo "Open demo-out/report.html in a browser; it needs no network."

test: $(READY) chromium ## run every test except the slow ones
	@browser=""; command -v chromium >/dev/null || browser=" and not browser"; $(PYTEST) -m "not slow$$browser"

test-slow: $(READY) ## run the studies that take minutes
	@$(PYTEST) -m slow || [ $$? = 5 ]  # 5: there is none

lint: $(READY) ## style: ruff's rules and its format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY) ## strict type check
	@$(BIN)/mypy

layers: $(READY) ## arrows between the rooms point down
	@$(BIN)/lint-imports

index: $(READY) ## rebuild the compiled evidence and its JSON Schema from the sources
	@$(BIN)/python -m ketsim.evidence

course-page: $(READY) ## write the tables of docs/course.md anew
	@$(BIN)/python -m ketsim.course docs/course.md

picture: $(READY) ## draw the README's picture anew
	@$(BIN)/ketsim simulate "$(DOSE)" --population 1000 --seed 1 --effects dissociation,mean_arterial_pressure --out build/picture >/dev/null
	@cp build/picture/figure.svg docs/picture.svg

bench: $(READY) ## speed and memory beside other simulators; PEERS=python with benchmarks/requirements.txt
	@$(BIN)/python benchmarks/run.py --peer-python "$(PEERS)"

bench-r2: $(READY) ## slow states beside other simulators at equal achieved error; PEERS as for bench
	@$(BIN)/python benchmarks/run_r2.py --peer-python "$(PEERS)"

course-study: $(READY) ## predict what the course of depression was fitted to, with 5,000 people; writes the table of docs/mood.md
	@$(BIN)/python -m ketsim.validation.mood docs/mood.md

audit-bench: $(READY) ## how well the audit finds claims, verdicts, contradictions and defects; LABELLED=folder for other pages
	@$(BIN)/python benchmarks/audit.py $(if $(LABELLED),--labelled "$(LABELLED)")

pin: $(READY) ## write constraints.txt from what is installed
	@{ head -n 1 constraints.txt; $(BIN)/pip freeze --exclude-editable | grep -viE '^(ketsim|setuptools|pip)\b' | sort -f; } > constraints.new
	@mv constraints.new constraints.txt

clean: ## remove what the commands above made
	@rm -rf $(VENV) demo-out build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache benchmarks/out
	@find src tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} +

setup: $(READY) ## only set up

# A virtual environment is made from the first Python that is new enough and can make one.
$(BIN)/python:
	@for python in $(PYTHONS); do \
	  "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  echo "Making $(VENV) with $$("$$python" --version)."; \
	  exec "$$python" -m venv --clear $(VENV); \
	done; \
	echo "No Python 3.11 or newer that can make a virtual environment was found; on Debian: apt-get install python3-venv." >&2; \
	exit 1

$(READY): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing ketsim and its tools into $(VENV) (a minute or two, once)."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt --editable ".[all,dev]"
	@touch $@

# The browser tests need chromium. Debian's is installed where that is possible; elsewhere those tests are left out, and that is said.
chromium:
	@if command -v chromium >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Debian's chromium for the browser tests (once)."; \
	  export DEBIAN_FRONTEND=noninteractive; \
	  { apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium; } >/dev/null \
	    || echo "chromium could not be installed, so the browser tests are left out."; \
	else \
	  echo "chromium is not on the PATH, so the browser tests are left out; install it to run them too."; \
	fi

.PHONY: help demo test test-slow lint types layers index course-page picture bench audit-bench bench-r2 course-study pin clean setup chromium
