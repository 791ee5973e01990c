# The only commands of this repository. Everything else is called from here.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test check e2e bench build

help: ## What can be done here
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):.*## /  make \1\t/' | expand -t 16

demo: build ## Counter at http://localhost:3000, sandbox at http://localhost:3001; Ctrl-C stops both
	@exec target/release/server demo

build: ## target/release/{server,sandbox,renderer} and target/site
	@bash .ci/build.sh

test: ## Every test, on SQLite and PostgreSQL, and in the browser
	@bash .ci/test.sh

e2e: ## Only the browser tests; ARGS="--ui" and the like go to Playwright
	@bash .ci/e2e.sh $(ARGS)

check: ## Format, lints, licences, forbidden things, size of what the browser loads
	@bash .ci/check.sh

bench: ## Weight and speed, in a counter of its own; ARGS="pages streams" for some stages, ARGS=help
	@bash .ci/bench.sh $(ARGS)
