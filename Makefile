# The only door. Every command sees to what it needs; `make` alone lists them.
PORT ?= 8000
python := .venv/bin/python

.PHONY: help setup up down test check bench clean migration contracts

help: ## list these commands
	@awk -F ': .*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: # .venv from the lock file, and PostgreSQL with PostGIS
	@sh deploy/local/setup.sh

up: setup ## start the whole platform on port 8000 (PORT=… for another); Ctrl-C stops it
	@PORT='$(PORT)' exec $(python) -m deploy.local.up

down: ## stop it from another terminal
	@python3 -m deploy.local.down

test: check ## formatting, lint, types, import contracts and all tests
	$(python) -m pytest -n auto --maxprocesses 4 --dist loadgroup

check: setup ## all of that but the tests
	$(python) -m ruff format --check
	$(python) -m ruff check
	$(python) -m mypy deploy gateway services shared tests
	$(python) .venv/bin/lint-imports --no-cache

bench: setup ## measure how fast the platform answers
	$(python) -m tests.bench

clean: ## stop everything and remove what these commands have made, data included
	@python3 -m deploy.local.clean

migration: setup ## begin a migration: SERVICE=registry MESSAGE="Units have a seat"
	@$(python) -m deploy.local.migration '$(SERVICE)' '$(MESSAGE)'

contracts: setup ## write the services' contracts to where the gateway reads them
	@$(python) -m deploy.contracts
