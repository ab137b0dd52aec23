# The registry's commands. `make` alone lists them.

PY := .venv/bin/python
PORT ?= 8000
# sqlite, postgres or all
DB ?= all
# how many test processes
JOBS ?= 2
# what pytest gets, e.g. ARGS="tests/test_database.py -k wal"
ARGS ?=
# the tests that walk through the screens of docs/screens.md
WALKS := tests/phone/test_shift_screens.py tests/phone/test_core_screens.py tests/phone/test_gate_screens.py \
	tests/browser/test_mine_axe.py tests/browser/test_provider_browser.py tests/browser/test_pages_browser.py
SAFEZONE_DEBUG ?= 1
PYTHONUNBUFFERED := 1
export PORT JOBS SAFEZONE_DEBUG PYTHONUNBUFFERED

.DEFAULT_GOAL := help
.PHONY: help setup setup-run run test check prove bench fix screens clean lock vendor

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: ## Make .venv with everything that running, testing and checking need
	@tools/bootstrap.sh dev

setup-run:
	@tools/bootstrap.sh run

run: setup-run ## Set up, load the demo and serve it on 127.0.0.1 (PORT, DATABASE_URL)
	@echo "run: preparing the database"
	@$(PY) manage.py migrate --verbosity 0
	@echo "run: loading the geography"
	@$(PY) manage.py load_geography
	@echo "run: loading the demo"
	@SAFEZONE_DEMO=1 $(PY) manage.py demo
	@SAFEZONE_DEMO=1 exec $(PY) manage.py serve

test: setup ## Run every test on SQLite, then what touches a database on a PostgreSQL it brings (DB=sqlite|postgres, ARGS="tests/x.py")
	@$(PY) tools/run_tests.py $(DB) $(ARGS)

check: setup ## Format, lint, types, import law, migrations, settings, texts, locks and the app's build
	@$(PY) tools/check.py

prove: setup ## Run every safety proof and write PROOF.md (ARGS="--only race,ledger", ARGS="--quick")
	@$(PY) -m tests.prove $(ARGS)

bench: setup ## Print the speed ratios of this machine
	@$(PY) -m tests.bench $(ARGS)

fix: setup ## Format, repair what ruff can, refresh messages, state tables and the API schema
	@$(PY) -m ruff format --quiet
	@$(PY) -m ruff check --fix --quiet || true
	@$(PY) tools/messages.py update
	@$(PY) tools/messages.py compile
	@$(PY) tools/state_tables.py update
	@if [ -f docs/openapi.yaml ]; then $(PY) manage.py spectacular --file docs/openapi.yaml; fi

screens: setup ## Draw docs/screens.md anew: every screen of a phone, by the tests that walk through them
	@$(PY) -m tests.browser.screens
	@rm -rf docs/screens
	@SCREENS=docs/screens $(PY) -m pytest -q -n $(JOBS) --dist loadfile $(WALKS) -k "en or fit_in_every_language or public"

clean: ## Delete caches and the environment; the data in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

lock: setup ## For maintainers: pin the newest allowed versions with their hashes
	@tools/lock.sh --upgrade

vendor: ## Build the phone app, and what it takes from npm (node and npm; ARGS=--check compares)
	@cd tools/vendor_js && npm ci --ignore-scripts --silent && node build.mjs $(ARGS)
