# Every target is one or two commands; what they do lies in scripts/.
.DEFAULT_GOAL := help
.PHONY: setup run demo dev build test resilience check bench openapi clean help

setup: ## Install what building and testing need (run does this for itself)
	scripts/setup.sh build test

run: ## Build and start Relasi on ./data, print the address, open the browser
	scripts/run.sh serve

demo: ## The same on ./data/demo, filled with sample data
	scripts/run.sh demo

dev: ## Start a debug server that is rebuilt on every change
	scripts/dev.sh

build: ## Build the release binary with the browser app in it: target/release/relasi
	scripts/build.sh release

test: ## Run every test on SQLite and PostgreSQL, in the browser and through both clients
	scripts/test.sh

resilience: ## Kill servers, databases, disks and clocks for longer than `make test` does
	scripts/resilience.sh

check: ## Format, lints, layering, licences, generated files
	scripts/check.sh

bench: ## Measure speed, memory and size; the report is bench-out/report.md
	scripts/setup.sh build bench
	scripts/build.sh release
	python3 benches/bench.py

openapi: ## Write openapi/openapi.json anew
	scripts/openapi.sh write

clean: ## Remove everything that was built (not ./data)
	cargo clean
	rm -rf bench-out tests/browser/out tests/clients/out
	find frontend/dist -mindepth 1 ! -name .gitkeep -delete

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10
