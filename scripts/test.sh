#!/usr/bin/env bash
# Every test on both databases, counted by layers. Options are those of `xtask test`.
# SOUK_TEST_POSTGRES=host:port uses a PostgreSQL that runs already (user postgres, trust) instead of one of the run's own.
# SOUK_SHARED=folder (or ../shared) has the real data that a few tests want; without it they say that they skip.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
. scripts/postgres.sh

need_build_tools

if [ -z "${SOUK_TEST_POSTGRES:-}" ]; then
    trap stop_postgres EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    start_postgres
    export SOUK_TEST_POSTGRES="127.0.0.1:$postgres_port"
    say "PostgreSQL for the tests: $SOUK_TEST_POSTGRES"
fi

if [ -n "${SOUK_SHARED:-}" ]; then
    [ -d "$SOUK_SHARED" ] || die "SOUK_SHARED is no folder: $SOUK_SHARED"
elif [ -d ../shared ]; then
    SOUK_SHARED=$(cd ../shared && pwd)
    export SOUK_SHARED
else
    say "neither SOUK_SHARED nor ../shared: tests on real data skip, each with a line below"
fi

cargo run -q -p xtask -- test "$@"
