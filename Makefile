# The lab, the tests and the checks. PYTHON=python3.13 VENV=.venv-3.13 make test: the same on another Python.
VENV ?= .venv
PYTHON ?=
BIN = $(VENV)/bin
GATEWAY = $(VENV)/.installed-gateway
TEST = $(VENV)/.installed-test
DOCS = $(VENV)/.installed-docs
NODE = node_modules/.installed
ARGS ?=
N ?=

.DEFAULT_GOAL := help
.PHONY: help lab lesson test check check-page coverage docs bench bench-rivals clean

help:  ## what can be made
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/  make \1\t\2/p' Makefile

lab: $(GATEWAY)  ## the gateway and three mock backends, until Ctrl-C; ARGS="--port 18080 --set apim_policy=my.xml"
	@$(BIN)/apim-lab lab $(ARGS)

lesson: $(GATEWAY)  ## a lesson, on the live page and here: N=3; without N, the list
	@$(BIN)/apim-lab lesson $(N) $(ARGS)

test: $(TEST)  ## all tests; ARGS="tests/apim_lab/lab -x" goes to pytest
	$(BIN)/python -m pytest $(ARGS)

check: $(TEST)  ## lint, format, types (those of the live page's JavaScript with npm), and which room imports which
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	@if npm --version >/dev/null 2>&1; then $(MAKE) --no-print-directory check-page; \
	else echo "npm was not found: the types of the live page's JavaScript are not checked." >&2; test "$$CI" != true; fi

check-page: $(NODE)
	node_modules/.bin/tsc

coverage: $(TEST)  ## the tests, and which branches none of them takes; ARGS="tests/apim_lab" goes to pytest
	$(BIN)/python -m pytest --cov --cov-branch --cov-report=term-missing:skip-covered $(ARGS)

docs: $(DOCS)  ## the documentation as a site, in site/; a dead link fails
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet $(ARGS)

bench: $(TEST)  ## measurements against a bare mitmproxy
	$(BIN)/python -m bench $(ARGS)

bench-rivals: $(TEST)  ## LiteLLM and Portkey, which make bench then measures beside the gateway
	PYTHON=$(abspath $(BIN)/python) bin/bench-rivals .rivals

clean:  ## remove the virtual environments and the caches
	rm -rf .venv .venv-* .rivals node_modules site .mypy_cache .pytest_cache .ruff_cache .hypothesis .schemathesis
	find . -name __pycache__ -prune -exec rm -rf {} +

$(GATEWAY): pyproject.toml constraints.txt
	PYTHON='$(PYTHON)' bin/setup $(VENV) gateway
	@touch $@

$(TEST): pyproject.toml constraints.txt
	PYTHON='$(PYTHON)' bin/setup $(VENV) test
	@touch $@ $(GATEWAY)

$(NODE): package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

$(DOCS): pyproject.toml constraints.txt
	PYTHON='$(PYTHON)' bin/setup $(VENV) docs
	@touch $@
