# The daily commands. Each makes .venv first and keeps it up to date with requirements.lock.
#   make demo PORT=8001           another port (default 8000)
#   make test ARGS="-k consent"   some of the tests
.DEFAULT_GOAL := help
.PHONY: help install demo demo-reset backup restore test check format lock upgrade shell clean

# Demo and tests start many processes: none of them shall compile the whole portal anew, whatever the shell is set to.
unexport PYTHONDONTWRITEBYTECODE

PYTHON_IN_VENV := .venv/bin/python
ARGS ?=
WORKERS ?= $(shell $(PYTHON_IN_VENV) -c 'import os; print(min((os.cpu_count() or 1) + 1, 8))')

help:  ## Show these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install:  ## Make .venv with everything requirements.lock names
	@bin/bootstrap

demo: install  ## Run the whole portal here with sample data, on PORT (default 8000)
	@exec $(PYTHON_IN_VENV) manage.py demo

demo-reset: install  ## Delete the demo's data, to start over
	@exec $(PYTHON_IN_VENV) -m demo.reset

backup: install  ## Back up the demo's data, running or not, into TO (default .data/backups)
	@exec $(PYTHON_IN_VENV) manage.py backup $(if $(TO),"$(TO)")

restore: install  ## Restore the backup FROM into the demo's data; REPLACE=1 deletes what is there
	@test -n "$(FROM)" || { echo 'Say which backup: make restore FROM=.data/backups/portal-....tar' >&2; exit 2; }
	@exec $(PYTHON_IN_VENV) manage.py restore "$(FROM)" $(if $(REPLACE),--replace)

test: install  ## Run the tests, journeys in a browser included; ARGS go to pytest
	@$(PYTHON_IN_VENV) -m tests.support.browser
	@exec $(PYTHON_IN_VENV) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: install  ## Check style, types, imports, templates, migrations and settings
	@exec bin/check

format: install  ## Format code and templates
	@exec bin/check --format

lock: install  ## Bring the lock files up to date with pyproject.toml
	@bin/lock

upgrade: install  ## Lock the newest versions pyproject.toml allows
	@bin/lock --upgrade

shell: install  ## Open a Python shell with the models, on the demo's data
	@exec $(PYTHON_IN_VENV) manage.py shell

clean:  ## Delete .venv and the caches of the tools; the demo's data stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
