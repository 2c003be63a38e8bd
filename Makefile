# Every target sets itself up: a virtual environment with the locked dependencies in .venv, and a browser when needed.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check docs bench
python := .venv/bin/python
# Compiled modules are kept, whatever the environment says: or each of the many processes compiles all of them anew.
unexport PYTHONDONTWRITEBYTECODE

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 8

setup: ## virtual environment with the locked dependencies
	@.ci/setup

demo: setup ## audit the bundled company, which has seeded mistakes; prints where the report is
	@$(python) -m crawler demo --expect-seeded

test: setup ## all tests, real browser included; sends nothing off the machine
	@$(python) -m crawler doctor --browser-only
	@$(python) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: setup ## format, lint, types, vendor files with their examples, generated files
	@$(python) -m ruff format --check crawler tests
	@$(python) -m ruff check crawler tests
	@$(python) -m mypy
	@$(python) -m crawler.vendors.validate
	@$(python) -m tests.generated --check

docs: setup ## regenerate schemas, tables and help texts in the docs
	@$(python) -m tests.generated

bench: setup ## speed and memory of recording against bare loading, as ratios in one run
	@$(python) -m tests.bench
