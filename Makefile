# make run      the system on this machine, with the demonstration city (DEMO=0: an empty city)
# make setup    install, fetch the fonts of documents, and migrate only
# make test     every test, on SQLite and on PostgreSQL side by side;  test-fast, test-pg, test-browser: parts of it
# make check    style, types, layers, migrations, catalogues, settings
# make messages bring both catalogues up to date with the sources, and compile them
# make bench-ballots  measure casting and counting against their targets (WRITE=1: into docs/ballots.md)
# make bench-import   measure importing 10,000 rows against its target (WRITE=1: into docs/workbooks.md)
# make screenshots  photograph the pages that README and docs show
# make lock     write requirements/*.txt anew from *.in (UPGRADE=1: newest versions)
# Needs git, make, python3-venv (Python 3.11 or newer), and root or sudo for Debian packages that are missing.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

HOST ?= 127.0.0.1
PORT ?= 8000
SITE_URL ?= http://$(if $(filter 0.0.0.0,$(HOST)),$(firstword $(shell hostname -I) 127.0.0.1),$(HOST)):$(PORT)
DEMO ?= 1
WORKERS ?= 2
THREADS ?= 16
TEST_WORKERS ?= 3
PYTHON ?= python3
ARGS ?=

VAR_DIR ?= var
SECRET_KEY_FILE ?= $(VAR_DIR)/secret_key
BIN := .venv/bin
# Some machines forbid byte code; each of the many processes here would then compile all of Django anew.
unexport PYTHONDONTWRITEBYTECODE
MANAGE := $(BIN)/python manage.py
PACKAGES := accounts config evaluation scripts manage.py
WITH_POSTGRES := $(BIN)/python scripts/with_postgres.py --

.PHONY: help
help:
	@sed -n '/^[^#]/q; s/^# //p' Makefile

# --- installing ---------------------------------------------------------------------------------------------------

.PHONY: packages-run packages-test
packages-run packages-test: packages-%:
	@scripts/system_packages.sh $*

.venv/.installed-%: requirements/%.txt scripts/install.sh
	@PYTHON="$(PYTHON)" scripts/install.sh $<
	@touch $@

$(SECRET_KEY_FILE):
	@mkdir -p -m 700 $(@D)
	@umask 077 && python3 -c "import secrets; print(secrets.token_urlsafe(60))" > $@

.PHONY: setup
setup: packages-run .venv/.installed-base $(SECRET_KEY_FILE)
	@scripts/fonts.sh
	@$(MANAGE) migrate --verbosity 0

STATIC_SOURCES := $(shell find static -type f 2>/dev/null)
$(VAR_DIR)/static/.collected: .venv/.installed-base $(SECRET_KEY_FILE) $(STATIC_SOURCES)
	@$(MANAGE) collectstatic --no-input --clear --verbosity 0
	@touch $@

# --- running ------------------------------------------------------------------------------------------------------

.PHONY: run
run: export SITE_URL := $(SITE_URL)
run: setup $(VAR_DIR)/static/.collected
ifneq ($(DEMO),0)
	@$(MANAGE) load_demo_city --if-new
endif
	@$(MANAGE) start_notes
	@exec $(BIN)/granian --interface wsgi --host $(HOST) --port $(PORT) --workers $(WORKERS) --blocking-threads $(THREADS) \
		--respawn-failed-workers --log-level error config.wsgi:application

# --- testing ------------------------------------------------------------------------------------------------------

.PHONY: ready-to-test
ready-to-test: packages-test .venv/.installed-dev $(SECRET_KEY_FILE)
	@scripts/fonts.sh

# A database file each, so that two runs at a time do not meet; what people set for their own server has no say here.
TEST_FOLDER := $(shell mktemp -u -d -t minping-tests-XXXXXX)
TEST_ENVIRONMENT = env -u SITE_URL DEBUG=0 DATABASE_URL=sqlite:///$(TEST_FOLDER)/db.sqlite3 \
	TEST_DATABASE=$(TEST_FOLDER)/test.sqlite3 DJANGO_ALLOW_ASYNC_UNSAFE=1
PYTEST := $(BIN)/pytest -n $(TEST_WORKERS) --dist worksteal
ON_SQLITE = mkdir -p $(TEST_FOLDER); trap 'rm -rf $(TEST_FOLDER)' EXIT; $(TEST_ENVIRONMENT) $(PYTEST)
# PostgreSQL gets services, constraints, triggers and races. On SQLite alone: the browser, pages, papers, clocks,
# what asks no database.
SQLITE_ALONE := $(addprefix --ignore=tests/,scoring workbooks documents look portal desk test_access_matrix.py) \
	$(addprefix --ignore=tests/,ballots/test_views.py ballots/test_explaining.py roster/test_reading.py) \
	$(addprefix --ignore=tests/,audit/test_words.py bonus/test_awards.py guard/test_proof_of_work.py) \
	--ignore-glob='tests/*/test_*clocks.py' \
	--ignore-glob='tests/*/test_pages.py' --ignore-glob='tests/*/test_*_pages.py' \
	--ignore-glob='tests/*/test_papers.py' --ignore-glob='tests/*/test_*_papers.py' \
	--ignore-glob='tests/*/test_workbook*.py' --ignore-glob='tests/*/test_posters.py'
ON_POSTGRES = $(TEST_ENVIRONMENT) $(WITH_POSTGRES) $(PYTEST) -n 2 -m "not browser and not sqlite" $(SQLITE_ALONE)

.PHONY: test test-fast test-pg test-browser
test: ready-to-test
	@failed=""; results=$$(mktemp -d -t minping-results-XXXXXX); trap 'rm -rf $(TEST_FOLDER) '$$results EXIT; \
	mkdir -p $(TEST_FOLDER); \
	$(ON_POSTGRES) $(ARGS) > $$results/postgres 2>&1 & postgres=$$!; \
	$(TEST_ENVIRONMENT) $(PYTEST) -m "not postgres" $(ARGS) | tee $$results/sqlite || failed="$$failed SQLite"; \
	wait $$postgres || failed="$$failed PostgreSQL"; \
	cat $$results/postgres; \
	echo "SQLite:     $$(tail -n 1 $$results/sqlite)"; \
	echo "PostgreSQL: $$(tail -n 1 $$results/postgres)"; \
	test -z "$$failed" || { echo "Failed on:$$failed"; exit 1; }

test-fast: ready-to-test
	@$(ON_SQLITE) -m "not postgres and not browser" $(ARGS)

test-browser: ready-to-test
	@$(ON_SQLITE) -m browser $(ARGS)

test-pg: ready-to-test
	@$(ON_POSTGRES) $(ARGS)

.PHONY: pg-url
pg-url: .venv/.installed-dev
	@$(BIN)/python scripts/with_postgres.py

# --- checking -----------------------------------------------------------------------------------------------------

CHECKS := check-style check-types check-templates check-layers check-migrations check-catalogues check-deployment
.PHONY: check $(CHECKS)
check: ready-to-test
	@$(MAKE) --no-print-directory --keep-going --jobs 2 --output-sync $(CHECKS) && echo "All checks passed."

check-style:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python -m compileall -q accounts config evaluation scripts tests manage.py

check-types:
	@$(BIN)/mypy $(PACKAGES)

check-templates:
	@$(BIN)/djlint --lint --quiet templates

check-layers:
	@$(BIN)/lint-imports --no-cache

check-migrations:
	@$(MANAGE) makemigrations --check --dry-run

check-catalogues:
	@$(BIN)/python scripts/check_catalogues.py

check-deployment:
	@env -u DEBUG SITE_URL=https://minping.example $(MANAGE) check --deploy --fail-level WARNING

.PHONY: messages
messages: ready-to-test
	@$(BIN)/python scripts/check_catalogues.py --write

# --- measuring ----------------------------------------------------------------------------------------------------

# Takes some five minutes; rates mean little while something else runs on the machine.
.PHONY: bench-ballots
bench-ballots: ready-to-test
	@$(BIN)/python scripts/bench_ballots.py $(if $(WRITE),--write)

.PHONY: bench-import
bench-import: ready-to-test
	@$(BIN)/python scripts/bench_import.py $(if $(WRITE),--write)

# The pages of README and docs/design.md, from a freshly loaded demonstration city.
.PHONY: screenshots
screenshots: ready-to-test
	@$(BIN)/python scripts/screenshots.py

# --- requirements -------------------------------------------------------------------------------------------------

UV ?= $(or $(shell command -v uv),$(abspath $(wildcard $(BIN)/uv)),uv)
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)

.PHONY: lock
lock:
	@cd requirements && $(COMPILE) base.in -o base.txt
	@cd requirements && $(COMPILE) dev.in -o dev.txt
	@! grep -nE '^-|://|file:' requirements/*.txt || { echo "An address came into the lock files." >&2; exit 1; }
