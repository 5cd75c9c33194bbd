# The verbs. What each does is in scripts/ and xtask/.
XTASK = cargo run -q -p xtask --

.PHONY: help run test lint gen bench storm lint-gen lint-fmt lint-clippy lint-tidy

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r verb does; do printf 'make %-6s %s\n' "$$verb" "$$does"; done

run: ## build and serve the whole market in one process, on embedded stores under ./data
	@scripts/run.sh

test: ## every test on both databases, counted by layers; starts a PostgreSQL of its own
	@scripts/test.sh

lint: lint-gen lint-fmt lint-clippy lint-tidy ## what can be checked without running: generated code, format, clippy, tidy

gen: ## proto → committed Rust
	@$(XTASK) gen

bench: ## checkouts a second of the optimized program, beside what disk and stores can do
	@scripts/bench.sh

storm: ## the long fault tests: ignored tests with "storm" in their name
	@scripts/test.sh --marked storm

lint-gen:
	@$(XTASK) gen --check
lint-fmt:
	@cargo fmt --all --check
lint-clippy:
	@cargo clippy -q --workspace --all-targets -- -D warnings
lint-tidy:
	@$(XTASK) tidy
