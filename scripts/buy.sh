#!/usr/bin/env bash
# A guest buys two things from two vendors, through the API of a running market. Prints what is asked and what is answered.
# Usage: scripts/buy.sh [URL]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

url=${1:-http://127.0.0.1:8080}
token=
has curl || die "curl is missing"
has python3 || die "python3 is missing: it picks ids out of answers here"

# What stands at this place of the last answer: `pick id`, `pick offers.0.offer`.
pick() {
    python3 -c '
import json, sys
value = json.load(sys.stdin)
for part in sys.argv[1].split("."):
    value = value[int(part)] if part.isdigit() else value[part]
print(value)' "$1" <<<"$answer"
}

ask() {
    local method=$1 path=$2 body=${3:-}
    local words=(-sS -X "$method" "$url$path")
    [ -z "$token" ] || words+=(-H "Souk-Cart-Token: $token")
    [ -z "$body" ] || words+=(-H 'Content-Type: application/json' -d "$body")
    [ "$method" != POST ] || words+=(-H "Idempotency-Key: $(date +%s%N)")
    [ "$method" != PUT ] || words+=(-H "If-Match: \"$version\"")
    printf '\n%s %s %s\n' "$method" "$path" "$body"
    answer=$(curl "${words[@]}")
    printf '%s\n' "$answer" | cut -c -600
}

ask GET /store/v1/products/copper-kettle
kettle=$(pick offers.0.offer)
ask GET /store/v1/products/wool-runner
runner=$(pick offers.0.offer)

ask POST /store/v1/carts '{"currency": "EUR", "country": "DE"}'
cart=$(pick id)
token=$(pick token)
ask POST "/store/v1/carts/$cart/lines" "{\"lines\": [{\"offer\": \"$kettle\", \"quantity\": 1}, {\"offer\": \"$runner\", \"quantity\": 2}]}"
version=$(pick version)
ask GET "/store/v1/carts/$cart/delivery-options"
first="{\"vendor\": \"$(pick items.0.vendor)\", \"method\": \"$(pick items.0.options.0.method)\"}"
second="{\"vendor\": \"$(pick items.1.vendor)\", \"method\": \"$(pick items.1.options.0.method)\"}"
ask PUT "/store/v1/carts/$cart/delivery" "{\"email\": \"greta@example.com\", \"choices\": [$first, $second],
  \"address\": {\"name\": \"Greta Gast\", \"country\": \"DE\", \"city\": \"Berlin\", \"postcode\": \"10115\", \"street\": \"Torstr. 1\"}}"
ask POST "/store/v1/carts/$cart/quote" '{}'
ask POST /store/v1/orders "{\"quote\": \"$(pick id)\", \"payment\": {\"card_token\": \"tok_good\"}}"
printf '\nThe order is %s.\n' "$(pick state)"
