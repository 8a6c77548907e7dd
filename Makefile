# make site    set everything up and build the demonstration site into public/
# make test    set everything up, browser included, and run all tests (12 to 16 minutes on 2 cores)
# make preview the next release on http://127.0.0.1:5500, built again at every change
# make check   find the faults in data/ without building
# make demo    write the invented demonstration data again
# make lint    ruff and mypy alone
# make bundle the program and its libraries in one ZIP for machines without a network, in dist/
# make lock    compute the lock files again (needs uv)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install --require-hashes --no-deps
.PHONY: site test test-long preview check demo bundle lint lock browser clean
.DELETE_ON_ERROR:

site: $(VENV)/site.stamp
	$(BIN)/python build.py

preview: $(VENV)/site.stamp
	$(BIN)/python build.py preview

check: $(VENV)/site.stamp
	$(BIN)/python build.py check

demo: $(VENV)/site.stamp
	$(BIN)/python -m bench.generate --into data

bundle: $(VENV)/site.stamp
	$(BIN)/python offline/pack.py

test: lint browser
	$(BIN)/python -m pytest -n 3 --dist worksteal

test-long: lint
	sh tests/install-browser.sh long
	$(BIN)/python -m pytest -n 3 --dist worksteal -m "long or not long"

lint: $(VENV)/test.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

browser: $(VENV)/test.stamp
	sh tests/install-browser.sh

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links requirements.in -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links requirements-dev.in -o requirements-dev.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links bench/requirements.in -o bench/requirements.lock

clean:
	rm -rf $(VENV) .cache

# A new environment where there is none; Debian's python3 comes without venv, so it is fetched where that is so.
$(VENV)/bin/python:
	@echo "正在准备运行环境（.venv）……"
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); apt-get install -y python3-venv && $(PYTHON) -m venv $(VENV); }

$(VENV)/site.stamp: requirements.lock | $(VENV)/bin/python
	$(PIP) -r requirements.lock
	@touch $@

$(VENV)/test.stamp: requirements-dev.lock $(VENV)/site.stamp
	$(PIP) -r requirements-dev.lock
	@touch $@
