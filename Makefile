# `make test` is everything; its parts have targets of their own. `make help` lists them.

export CARGO_TARGET_DIR ?= $(CURDIR)/target

CARGO ?= cargo
NPM ?= npm
TOOLS := $(CARGO_TARGET_DIR)/tools
LINTER := openapi/lint/node_modules/.bin/spectral
# apt-get only where it may install; elsewhere the missing package is named.
AS_ROOT := $(shell test "$$(id -u)" = 0 && command -v apt-get)

.DELETE_ON_ERROR:
.PHONY: help test fmt clippy doc deny lint unit advisories bench relevance relevance-table run openapi clean-tools

help: ## Shows this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

test: fmt clippy doc deny lint unit ## Everything, as CI runs it; the tests' summary comes last

# One after the other, whatever -j says: they share Cargo's lock, and the summary shall be last.
.NOTPARALLEL:

fmt: ## Formatting
	$(CARGO) fmt --all --check

clippy: ## Lints of all targets, warnings are errors
	$(CARGO) clippy --locked --all-targets -- -D warnings

doc: ## Documentation builds without a warning
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --quiet --locked --no-deps --lib

deny: ## Bans, licences and sources of the dependencies
	"$$(.ci/install-tool cargo-deny $(TOOLS))" --locked check --hide-inclusion-graph bans licenses sources

advisories: ## Known vulnerabilities; asks the advisory database, so it needs the network
	"$$(.ci/install-tool cargo-deny $(TOOLS))" --locked check advisories

lint: $(LINTER) ## The OpenAPI document against openapi/spectral.yaml
	$(LINTER) lint openapi/v1.json --ruleset openapi/spectral.yaml --fail-severity=warn

# Install scripts stay off: one of the linter's dependencies reports installations.
$(LINTER): openapi/lint/package.json openapi/lint/package-lock.json
	@command -v $(NPM) >/dev/null || $(if $(AS_ROOT),\
		{ apt-get update -qq && apt-get install -y --no-install-recommends nodejs npm; },\
		{ echo "make lint needs Node.js and npm (Debian: nodejs, npm)" >&2; exit 1; })
	$(NPM) ci --prefix openapi/lint --ignore-scripts --no-audit --no-fund
	@touch $@

unit: ## Unit, integration and documentation tests, the OpenAPI comparison among them
	$(CARGO) test --quiet --locked --doc
	nextest="$$(.ci/install-tool cargo-nextest $(TOOLS))" && "$$nextest" nextest run --locked

openapi: ## Writes openapi/v1.json anew from the code
	$(CARGO) run --quiet --locked -- openapi > openapi/v1.json.new
	mv openapi/v1.json.new openapi/v1.json

bench: ## Speeds and sizes in one run; BENCH_ARGS="--groups 4000"
	$(CARGO) bench --locked --bench bench -- $(BENCH_ARGS)

relevance: ## How good the answers are, beside PostgreSQL's; RELEVANCE_ARGS="--worst 20"
	$(CARGO) bench --locked --bench relevance -- $(RELEVANCE_ARGS)

relevance-table: ## Writes bench/relevance/results.tsv, which the tests guard, anew
	$(CARGO) bench --locked --profile dev --bench relevance -- --alone --write

run: ## The service on 127.0.0.1:8080
	$(CARGO) run --release --locked

clean-tools: ## Removes the tools that make installed for itself
	rm -rf $(TOOLS) openapi/lint/node_modules
