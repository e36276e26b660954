# The two commands are `make demo` and `make test`; both prepare what they need through `make setup`.
PYTHON ?= python3
BIN := .venv/bin
UV := .venv/uv/bin/uv
PYTEST := $(BIN)/pytest -q -n 2
# The suite starts a hundred processes: each would spend most of its start on compiling what is compiled already.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup demo test others lint types rest sqlite postgresql browser bench rights lock

setup: .venv/.ready

.venv/.ready: requirements.lock pyproject.toml package.json package-lock.json src/opora/ui/assets.py
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one with PYTHON=…")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	test -x .venv/uv/bin/uv || ($(PYTHON) -m venv .venv/uv && .venv/uv/bin/python -m pip install --quiet --disable-pip-version-check 'uv~=0.13.0')
	$(UV) pip sync --quiet --require-hashes requirements.lock --python $(BIN)/python
	$(UV) pip install --quiet --no-deps --editable . --python $(BIN)/python
	$(BIN)/python -m opora.ui.assets
	touch $@

demo: setup
	$(BIN)/opora demo

# Types take one core for minutes; the other begins with what follows.
test: setup
	$(MAKE) --jobs=2 types others

others:
	for part in rest sqlite postgresql browser; do $(MAKE) --no-print-directory $$part || exit 1; done

lint: setup
	$(MAKE) --jobs=2 --output-sync types rest

types:
	$(BIN)/mypy

rest:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --lint src
	$(BIN)/lint-imports
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -m django makemigrations --check --dry-run

sqlite: setup
	$(PYTEST) --dist worksteal -m 'not browser'

# What knows no database runs once, with SQLite: tests/conftest.py leaves it out here.
postgresql: setup
	OPORA_TEST_DATABASE=postgresql $(PYTEST) --dist worksteal -m 'not browser'

browser: setup
	$(PYTEST) --dist loadfile -m browser

bench: setup
	for script in benchmarks/[a-z]*.py; do $(BIN)/python $$script || exit 1; done

# After a change of roles, of the region's policy or of who sees a table.
rights: setup
	$(BIN)/python -m opora.site.rights

# After a change of dependencies. Hashes, and no download addresses.
lock:
	$(UV) pip compile --quiet --universal --generate-hashes --all-extras --no-header --output-file requirements.lock pyproject.toml
