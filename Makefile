# The commands of this project. `make help` lists them.
#
# Nothing needs to be installed but Python 3.11 or newer, git and make; everything else goes into .venv and var.

# The interpreter that .venv is made from.
PYTHON ?= python3
# The build of PyTorch, as pip's arguments: another version, a local file, or an index that has builds for your GPU.
TORCH ?= torch==2.13.0
# Several processes, each with its own servers; the tests of a file stay together, for what they share.
SIDE_BY_SIDE := -n auto --maxprocesses 4 --dist loadfile
# Folders or files to test, as in `make test TESTS=tests/ratings`.
TESTS ?=

VENV := .venv
BIN := $(VENV)/bin
export TORCH

.DEFAULT_GOAL := help
.PHONY: help python setup setup-dev run services test faults browser lint fmt bench bench-ratings lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "Parallax needs Python 3.11 or newer, and $(PYTHON) is not: install one and name it, as in: make run PYTHON=python3.12" >&2; exit 1; }

setup: python ## Install what running needs into .venv (again only when a lock changed)
	@$(PYTHON) -m arena.config.local.install run

setup-dev: python ## Install what tests, lint and benchmarks need as well
	@$(PYTHON) -m arena.config.local.install dev

run: setup ## Start the whole arena; PORT=8080 chooses the port, VERBOSE=1 shows every log
	@exec $(BIN)/python -m arena.config.local run $(if $(VERBOSE),--verbose)

services: setup ## Start only PostgreSQL and Redis, and print their addresses
	@exec $(BIN)/python -m arena.config.local services

test: setup-dev browser ## Run all tests, those in a browser last
	$(BIN)/python -m pytest $(if $(TESTS),$(TESTS),$(SIDE_BY_SIDE) tests --ignore=tests/e2e --ignore=tests/faults)
ifeq ($(TESTS),)
	$(BIN)/python -m pytest tests/faults
	$(BIN)/python -m pytest -n auto --maxprocesses 2 --dist loadfile tests/e2e
endif

faults: setup-dev ## Break an arena of its own, one part at a time: workers, Redis, PostgreSQL, web, disk, clock
	$(BIN)/python -m pytest tests/faults

browser: setup-dev
	@$(BIN)/python tests/browser.py

lint: setup-dev ## Check types, style, templates, the import contracts and the settings
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')
	$(BIN)/lint-imports --no-cache
	SECRET_KEY=$(LINT_KEY) $(BIN)/mypy
	SECRET_KEY=$(LINT_KEY) BEHIND_HTTPS=1 $(BIN)/python manage.py check --deploy --fail-level WARNING
	SECRET_KEY=$(LINT_KEY) $(BIN)/python -m arena.config.local with $(BIN)/python manage.py makemigrations --check --dry-run
	@! git grep -nP '\{% *blocktranslate(?! trimmed)(?![^%]* trimmed)' -- templates || { echo "Write blocktranslate trimmed." >&2; exit 1; }

LINT_KEY := only-for-checks-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG

fmt: setup-dev ## Format the code and the templates
	$(BIN)/ruff check --fix --exit-zero
	$(BIN)/ruff format
	$(BIN)/djade --target-version 5.2 $$(git ls-files 'templates/*.html')

bench: setup-dev ## Measure speed; prints one table for each benchmark
	@for script in benchmarks/*.py; do echo "== $$script"; PYTHONPATH=. $(BIN)/python $$script || exit 1; done

bench-ratings: setup-dev ## Measure ratings beside other libraries, and how often their intervals hold
	@test -x var/peers/bin/python || $(PYTHON) -m venv var/peers
	@var/peers/bin/python -m pip install --quiet --requirement benchmarks/peers/requirements.txt
	@PYTHONPATH=. $(BIN)/python benchmarks/ratings_speed.py --peers var/peers/bin/python
	@PYTHONPATH=. $(BIN)/python benchmarks/ratings_coverage.py --data-sets 100

lock: setup-dev ## Write requirements*.lock from what is installed in .venv
	$(BIN)/python -m arena.config.local.lock

clean: ## Remove .venv and caches; your data in var stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
