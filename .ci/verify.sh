#!/usr/bin/env bash
# fauxkapi verify against `fauxkapi serve --no-control` in a process of its own, in
# real time, on an address of this machine that is not loopback, by a way that lets
# through only what a client of FOLIO may send. Then the claims as a Ginkgo suite,
# in several processes and in twenty orders.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/serve.sh
address=$(hostname -I 2>/dev/null | tr ' ' '\n' | grep -m 1 '^[0-9.]*$' || true)
[ -n "$address" ] || { echo "this machine has no address but loopback; the way through a network is not shown"; address=127.0.0.1; }
folder=$(mktemp -d)
NARROW=
finish() {
  [ -z "$NARROW" ] || kill "$NARROW" 2>/dev/null || true
  kill_server
  rm -rf "$folder"
}
trap finish EXIT
go build -o "$folder/narrow" ./contracttests/internal/narrow

# narrow URL: starts the way to a server and sets WAY.
narrow() {
  "$folder/narrow" "$address:0" "$1" >"$folder/narrow.log" 2>&1 &
  NARROW=$!
  for _ in $(seq 100); do
    WAY=$(sed -n 's/^narrow ready //p' "$folder/narrow.log")
    [ -n "$WAY" ] && return
    sleep 0.1
  done
  echo "the way to the server was not opened:"; cat "$folder/narrow.log"; return 1
}

for release in guide sunflower trillium; do
  for level in read-only workflow; do
    serve "$address:0" --release "$release" --set duration=1s
    narrow "$URL"
    echo "== $release, $level, $WAY"
    OKAPI_URL=$WAY OKAPI_TENANT=diku OKAPI_USERNAME=diku_admin OKAPI_PASSWORD=admin \
      bin/fauxkapi verify --level "$level" --strict --rate 50 --json "$folder/report.json" >"$folder/table" || { cat "$folder/table"; exit 1; }
    tail -n 1 "$folder/table"
    kill -INT "$NARROW"
    wait "$NARROW" || { echo "verify sent what no client of FOLIO may send:"; cat "$folder/narrow.log"; exit 1; }
    NARROW=
    stop_serving
    sent=$(sed -n 's/^ *"requests": \([0-9]*\),$/\1/p' "$folder/report.json")
    grep -qx "$sent requests" "$folder/narrow.log" || { echo "the report says $sent requests:"; cat "$folder/narrow.log"; exit 1; }
  done
done

go test -c -o "$folder/registered.test" ./contracttests/verify/registered
for release in guide sunflower trillium; do
  echo "== the claims as a suite, $release"
  for seed in $(seq 20); do
    OKAPI_RELEASE=$release go tool -modfile=tools.mod ginkgo -p --randomize-all --seed "$seed" --fail-on-pending --fail-on-empty --no-color --succinct \
      "$folder/registered.test" >"$folder/suite.log" 2>&1 || { cat "$folder/suite.log"; exit 1; }
  done
done
