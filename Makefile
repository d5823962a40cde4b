# Everything runs in .venv/, made from the lock files. Only Python 3.11 or newer and make are needed.

PYTHON ?= python3
PORT ?= 8000
FORUM_DEMO ?= 1
FORUM_WORKERS ?= 2
FORUM_BASE_URL ?= http://127.0.0.1:$(PORT)
export PORT FORUM_DEMO FORUM_WORKERS FORUM_BASE_URL

BIN := .venv/bin
FLASK := $(BIN)/flask --app wsgi
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet --require-hashes
# a stamp carries its lock's checksum: another lock, another stamp
RUNTIME := .venv/.runtime-$(shell cksum < requirements.lock | tr -cd 0-9)
DEVELOPMENT := .venv/.development-$(shell cksum < requirements-dev.lock | tr -cd 0-9)
CATALOGUES := $(wildcard forum/translations/*/LC_MESSAGES/messages.po)

.PHONY: help run test check format bench build translations revision demo locks clean

help: ## what there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it with PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv .venv

$(RUNTIME): requirements.lock | .venv/bin/python
	$(PIP) -r requirements.lock
	@rm -f .venv/.runtime-* && touch $@

$(DEVELOPMENT): requirements-dev.lock requirements.lock | .venv/bin/python
	$(PIP) -r requirements-dev.lock
	@rm -f .venv/.runtime-* .venv/.development-* && touch $(RUNTIME) $@

%.mo: %.po | $(RUNTIME)
	@$(BIN)/pybabel -q compile -i $< -o $@

build: $(RUNTIME) $(CATALOGUES:.po=.mo) ## static files and translations
	@FORUM_TESTING=1 $(FLASK) assets build

demo: build ## the database, with the demonstration when it is empty
	@$(FLASK) db upgrade
	@$(FLASK) demo load --if-empty

# the worker (mail, sealing of votes) lives and ends with the server
run: demo ## the demonstration at http://127.0.0.1:$(PORT)
	@$(FLASK) demo accounts
	@$(FLASK) work & worker=$$!; \
	$(BIN)/granian --interface wsgi --host 127.0.0.1 --port $(PORT) --workers $(FORUM_WORKERS) \
		--blocking-threads 4 --no-ws --log-level warning --respawn-failed-workers wsgi:app & server=$$!; \
	trap 'stopped=1; kill $$server $$worker 2>/dev/null' INT TERM HUP; \
	wait $$server; status=$$?; kill $$worker 2>/dev/null; wait; \
	[ -n "$$stopped" ] || exit $$status

test: $(DEVELOPMENT) $(CATALOGUES:.po=.mo) ## all that must pass: SQLite, PostgreSQL, a browser
	$(BIN)/pytest -n 2 --dist worksteal

check: $(DEVELOPMENT) ## format, lint, types, imports, templates, translations, locks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python -m tests.house.translations
	$(BIN)/python -m tests.house.locks

format: $(DEVELOPMENT) ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(DEVELOPMENT) build ## the measurements, as ratios in one run
	$(BIN)/python -m bench

translations: $(DEVELOPMENT) ## bring the catalogues up to date with the sources
	@mkdir -p build
	$(BIN)/pybabel -q extract -F pyproject.toml -k _l -k lazy_gettext --no-wrap --sort-by-file \
		--add-location=file --omit-header -o build/messages.pot .
	$(BIN)/pybabel -q update -i build/messages.pot -d forum/translations --no-wrap \
		--no-fuzzy-matching --ignore-obsolete
	@sed -i.old -E '/^"(Report-Msgid|POT-Creation|PO-Revision|Last-Translator|Generated-By)/d' \
		$(CATALOGUES) && rm -f $(CATALOGUES:=.old) # the head stays, without what changes each time

revision: $(DEVELOPMENT) ## MESSAGE="what changes": a migration from the models
	$(FLASK) db upgrade
	$(FLASK) db migrate -m "$(MESSAGE)"

locks: $(DEVELOPMENT) ## pin the dependencies anew, without any index's address
	$(BIN)/pip-compile -q --strip-extras --allow-unsafe --generate-hashes --no-emit-index-url \
		--no-emit-find-links -o requirements.lock pyproject.toml
	$(BIN)/pip-compile -q --strip-extras --allow-unsafe --generate-hashes --no-emit-index-url \
		--no-emit-find-links --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	$(BIN)/pip-compile -q --strip-extras --allow-unsafe --generate-hashes --no-emit-index-url \
		--no-emit-find-links --extra s3 -c requirements-dev.lock -o requirements-s3.lock pyproject.toml

clean: ## everything built, the environment included; data in var/ stays
	rm -rf .venv build static/built forum/translations/*/LC_MESSAGES/*.mo
	find . -name __pycache__ -prune -exec rm -rf {} +
