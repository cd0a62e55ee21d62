# The lab, the tests and the checks. PYTHON=python3.13 VENV=.venv-3.13 make test: the same on another Python.
VENV ?= .venv
PYTHON ?=
RUN = $(VENV)/bin/python -m
STAMP = $(VENV)/.installed
ARGS ?=
N ?=

.DEFAULT_GOAL := help
.PHONY: help lab lesson test check bench clean

help:  ## what can be made
	@sed -n 's/^\([a-z]*\):.*  ## \(.*\)/  make \1\t\2/p' Makefile

lab: $(STAMP)  ## the gateway and three mock backends, until Ctrl-C; ARGS="--set apim_policy=my.xml" goes to mitmdump
	@$(RUN) apim_lab.lab $(ARGS)

lesson: $(STAMP)  ## a lesson, on the live page and here: N=3; without N, which there are
	@$(RUN) apim_lab.lessons $(N) $(ARGS)

test: $(STAMP)  ## all tests; ARGS="tests/apim_lab/lab -x" goes to pytest
	$(RUN) pytest $(ARGS)

check: $(STAMP)  ## lint, format and types
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) mypy

bench: $(STAMP)  ## measurements against a bare mitmproxy
	$(RUN) bench $(ARGS)

clean:  ## remove the virtual environments and the caches
	rm -rf .venv .venv-* .mypy_cache .pytest_cache .ruff_cache .hypothesis .schemathesis
	find . -name __pycache__ -prune -exec rm -rf {} +

$(STAMP): pyproject.toml constraints.txt
	PYTHON='$(PYTHON)' bin/setup $(VENV)
	@touch $@
