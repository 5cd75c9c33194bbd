#!/usr/bin/env bash
# Builds the program and serves the whole market in one process, on embedded stores under ./data. Ctrl-C drains and ends it.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

greet() {
    local word url
    read -r word url || return 0
    [ "$word" = ready ] || return 0
    cat <<TEXT

The market is open: $url
  what customers may ask   $url/store/v1/openapi.json
  what vendors may ask     $url/vendor/v1/openapi.json
  what operators may ask   $url/admin/v1/openapi.json
  is it well               $url/health/ready

First look:
  curl -s $url/store/v1/products
  curl -s $url/store/v1/products/copper-kettle
A guest buys from two vendors, every call shown:
  scripts/buy.sh $url
TEXT
    cat
}

need_build_tools
say "building; the first time takes some minutes"
cargo build -p souk
program="${CARGO_TARGET_DIR:-target}/debug/souk"
# A market that was just opened is not empty; one that was opened before keeps what it has.
[ -e "${SOUK_DATA_DIR:-data}/catalog.db" ] || "$program" import sample >&2
"$program" serve > >(greet) &
souk=$!
trap 'kill -TERM "$souk" 2>/dev/null' INT TERM
# The first `wait` ends when a signal comes, the second when what was under way has ended.
wait "$souk" || wait "$souk"
