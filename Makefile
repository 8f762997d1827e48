# `make run` starts everything; `make help` lists the rest.
VENV ?= .venv
BIN := $(VENV)/bin
PINS := pyproject.toml constraints.txt
.DEFAULT_GOAL := help
.PHONY: help run test check bench demo docs format

help: ## List these targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 9

run: $(VENV)/.ready ## Start the market with its fictional world on http://127.0.0.1:8000
	MARKET_DEMO=1 $(BIN)/market serve

demo: $(VENV)/.ready ## Drive the whole story over HTTP against the running market
	$(BIN)/market demo

test: $(VENV)/.ready-dev ## Run all tests (ARGS="tests/kernel -x" for some)
	$(BIN)/pytest -n 2 $(ARGS)

check: $(VENV)/.ready-dev ## Format, lint, types, imports, generated docs, pins
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy market bidding credit contracts_templates tests piccolo_conf.py
	$(BIN)/lint-imports
	$(BIN)/market docs --check
	! grep -nE '://|--' constraints.txt

bench: $(VENV)/.ready-dev ## Measure against the goals; writes bench/results.json
	$(BIN)/python -m bench.run

docs: $(VENV)/.ready ## Write the generated pages of docs/
	$(BIN)/market docs

format: $(VENV)/.ready-dev ## Put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/.ready: $(PINS)
	scripts/prepare $(VENV)
	@touch $@

$(VENV)/.ready-dev: $(PINS)
	scripts/prepare $(VENV) dev
	@touch $@ $(VENV)/.ready
