# The book's commands. `make` lists them.
#
# Stamps are written last, so an interrupted installation is simply taken up again.

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
OLDEST := .venv-oldest
PORT ?= 8000

NOT_LIBRARY := pages test_back_matter.py test_book_extensions.py test_build.py test_chapters.py test_check_site.py test_tools.py
OLDEST_PINS = $(shell sed -n '/^dependencies/,/^]/s/^ *"\(numpy\|scipy\)>=\([^"]*\)".*/\1==\2.*/p' pyproject.toml)

empty :=
space := $(empty) $(empty)

# Loading nbval takes two seconds, so only what runs notebooks does.
PYTEST := $(VENV)/bin/python -m pytest -p no:nbval
NBVAL := $(VENV)/bin/python -m pytest --nbval --nbval-current-env
# A lane labels each of its lines, since several run at once, each on one core. Those in a browser
# often wait for its next frame, so there is one more of them than cores.
lane = set -o pipefail; export OPENBLAS_NUM_THREADS=1; \
    { $(1); } 2>&1 | awk -v lane=$(@:lane-%=%) '{ print lane " | " $$0; fflush() }'
# The longest first, so that none is left alone at the end.
LANES_IN_ORDER := $(addprefix lane-,book notebooks library lab play axe arithmetic pages)
IN_LANES := $(MAKE) --no-print-directory --keep-going LANES=yes -j3 $(LANES_IN_ORDER)

ifndef LANES
.NOTPARALLEL:
endif
.PHONY: $(LANES_IN_ORDER)
.PHONY: help book serve notebooks test test-all bench lock normalize clean distclean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s  %s\n", $$1, $$2}' $(MAKEFILE_LIST)

book: $(VENV)/.book ## build the book (installs what it needs) into _build/html
	@$(VENV)/bin/python tools/build.py --port $(PORT)

serve: ## serve the built book on localhost (PORT=8000)
	@test -f _build/html/index.html || $(MAKE) book
	@echo "The book is at http://localhost:$(PORT)/  (Ctrl-C stops)"
	@$(PYTHON) -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

notebooks: $(VENV)/.book ## open the chapters in JupyterLab
	@$(VENV)/bin/jupyter lab chapters

test: $(VENV)/.test ## check everything: code, notebooks, built pages in a real browser
	@echo "== a browser"
	@$(VENV)/bin/python tools/browser.py install
	@echo "== ruff"
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@echo "== the book, the notebooks, the library, JupyterLab and the built pages, three at a time"
	@$(IN_LANES)
	@echo "== what is timed, alone on the machine"
	@$(PYTEST) tests/pages -m alone

lane-play lane-axe lane-pages: lane-book
lane-library:
	@$(call lane,$(PYTEST) src tests --ignore=tests/pages --durations=5 \
	    --cov=cnnlib --cov-report=term:skip-covered --cov-fail-under=95)
lane-notebooks:
	@$(call lane,$(NBVAL) --durations=3 chapters)
lane-book:
	@$(call lane,$(MAKE) --no-print-directory book)
lane-pages:
	@$(call lane,$(PYTEST) tests/pages/test_site.py tests/pages/test_back_pages.py \
	    tests/pages/test_outputs.py -m "not alone" -k "not accessible" --durations=3)
lane-axe:
	@$(call lane,$(PYTEST) tests/pages/test_site.py -k accessible --durations=3)
lane-play:
	@$(call lane,$(PYTEST) tests/pages/test_play.py -m "not alone" --durations=3)
lane-lab:
	@$(call lane,$(PYTEST) tests/pages/test_lab.py --durations=3)
lane-arithmetic:
	@$(call lane,$(PYTEST) $(wildcard tests/pages/test_arithmetic*.py) --durations=3)

test-all: test $(OLDEST)/.test ## the same, nbval again, and the library on the oldest NumPy and SciPy
	@echo "== the notebooks, strictly, a second time"
	@$(MAKE) --no-print-directory lane-notebooks
	@echo "== the library with $(OLDEST_PINS)"
	@$(OLDEST)/bin/python -m pytest src tests $(addprefix --ignore=tests/,$(NOT_LIBRARY)) --durations=5

bench: $(VENV)/.test ## measure speed and print the figures
	@$(VENV)/bin/python tools/bench.py
	@$(MAKE) --no-print-directory book
	@$(PYTEST) tests/pages -k "weight or soon_ready or within_a_frame"

lock: ## resolve pyproject.toml into requirements*.txt
	@PYTHON=$(PYTHON) tools/lock.sh

normalize: $(VENV)/.book ## run every notebook from a fresh kernel and store it in normal form
	@$(VENV)/bin/python tools/nb.py run

clean: ## remove what was built
	rm -rf _build .pytest_cache .ruff_cache .hypothesis .coverage

distclean: clean ## remove what was built and the environments
	rm -rf $(VENV) $(OLDEST)

$(VENV)/.made:
	@command -v $(PYTHON) > /dev/null || { \
	    echo "There is no '$(PYTHON)': install Python 3.10 or newer, or name it: make PYTHON=..."; exit 1; }
	@$(PYTHON) tools/install.py --make-venv $(VENV)
	@touch $@

$(VENV)/.book: $(VENV)/.made requirements.txt pyproject.toml
	@$(VENV)/bin/python tools/install.py -r requirements.txt
	@touch $@

$(VENV)/.test: $(VENV)/.book requirements-dev.txt
	@$(VENV)/bin/python tools/install.py -r requirements-dev.txt
	@touch $@

# The oldest NumPy and SciPy that pyproject.toml admits; everything else as pinned.
$(OLDEST)/.test: requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info >= (3, 13))' || { \
	    echo "NumPy 2.0 has no wheels for this Python: make test-all PYTHON=python3.12"; exit 1; }
	@$(PYTHON) tools/install.py --make-venv $(OLDEST)
	@cat requirements.txt requirements-dev.txt | grep '==' | \
	    grep -vE '^($(subst $(space),|,$(foreach pin,$(OLDEST_PINS),$(firstword $(subst ==, ,$(pin))))))==' \
	    > $(OLDEST)/constraints.txt
	@$(OLDEST)/bin/python tools/install.py -c $(OLDEST)/constraints.txt \
	    $(foreach pin,$(OLDEST_PINS),'$(pin)') pytest hypothesis torch -e .
	@touch $@
