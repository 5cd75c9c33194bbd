#!/usr/bin/env bash
# Builds the optimized program and measures it. Options are those of the `bench` program (`scripts/bench.sh --help`).
# SOUK_TEST_POSTGRES=host:port uses a PostgreSQL that runs already (user postgres, trust) instead of one of the run's own.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
. scripts/postgres.sh

need_build_tools
say "building, optimized; the first time takes many minutes"
cargo build --release -p souk -p bench

if [ -z "${SOUK_TEST_POSTGRES:-}" ]; then
    trap stop_postgres EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    start_postgres
    export SOUK_TEST_POSTGRES="127.0.0.1:$postgres_port"
    say "PostgreSQL for the measurements: $SOUK_TEST_POSTGRES"
fi

"${CARGO_TARGET_DIR:-target}/release/bench" "$@"
