# `make help` lists the targets.
.DEFAULT_GOAL := help
PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
CODE := kiosk sync assets tests config
# Tests without a window and PostgreSQL that are quick, chosen by pytest's --durations.
FAST := tests/test_documentation.py tests/architecture tests/kiosk/rules tests/kiosk/services tests/kiosk/devices \
	tests/kiosk/maintenance tests/kiosk/test_navigation.py tests/kiosk/test_settings.py tests/sync/domain \
	tests/sync/allocation tests/sync/client tests/sync/ledger tests/sync/server/planning \
	tests/sync/server/reports/test_attendance.py tests/promises
NOT_FAST := tests/promises/test_concurrent_pushes.py tests/promises/test_limits.py tests/promises/test_other_venues.py \
	tests/sync/ledger/test_sqlite.py

.PHONY: help
help: ## print all targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "Hearth needs Python 3.11, 3.12 or 3.13; none was found. On Debian: apt-get install python3"; exit 2; }

.PHONY: ready
ready: python
	@$(PYTHON) config/prepare.py

.PHONY: ready-for-tests
ready-for-tests: python
	@$(PYTHON) config/prepare.py --for-tests

.PHONY: run
run: ready ## server and kiosk together: a window, or a scripted afternoon where there is no screen
	@$(BIN)/hearth-kiosk demo --data build/demo

.PHONY: test
test: ready-for-tests check ## everything that CI runs: formatting, lint, types, import contracts, all tests
	@$(BIN)/pytest -n 4 --no-loadscope-reorder

.PHONY: test-fast
test-fast: ready ## the tests without a window and without PostgreSQL, in about a minute on two quiet cores
	@$(BIN)/pytest -q -n 2 -k "not postgres" $(NOT_FAST:%=--ignore=%) $(FAST)

.PHONY: check
check: ready ## formatting, lint, types and import contracts alone
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: format
format: ready ## format the code and fix lint errors
	@$(BIN)/ruff format $(CODE)
	@$(BIN)/ruff check --fix $(CODE)

.PHONY: gallery
gallery: ready ## draw every screen, panel, language and theme into build/gallery (some minutes)
	@$(BIN)/python tests/gallery/whole.py build/gallery

.PHONY: golden
golden: ready ## replace the golden pictures by the current ones; review the differences before you commit them
	@$(BIN)/python tests/gallery/golden.py build/golden-drawn --keep

.PHONY: translations
translations: ready ## bring the languages' catalogues up to date with the code
	@$(BIN)/python -m assets.translate

.PHONY: bench
bench: ready-for-tests ## measure: a durable tap, start to first screen, a touch, entries per second over HTTP, growth
	@$(BIN)/python tests/bench/run.py

.PHONY: soak
soak: ready-for-tests ## try the promises under faults at the full count (hours); HEARTH_SOAK=0.1 for a tenth
	@HEARTH_SOAK=$${HEARTH_SOAK:-1} $(BIN)/pytest -q -s --timeout=36000 tests/faults tests/gallery/test_fits.py tests/journeys tests/sync

.PHONY: lock
lock: ready ## rewrite the lock files from pyproject.toml
	@for extra in kiosk server; do $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --extra $$extra pyproject.toml -o config/locks/$$extra.lock; done
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --all-extras pyproject.toml -o config/locks/dev.lock

.PHONY: clean
clean: ## remove the environment and everything that was built
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
