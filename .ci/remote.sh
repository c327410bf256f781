#!/usr/bin/env bash
# The suite against `fauxkapi serve --no-control` in a process of its own, in real
# time, on an address of this machine that is not loopback: nothing may lean on
# the control paths, on virtual time or on being in the same process.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/serve.sh
address=$(hostname -I 2>/dev/null | tr ' ' '\n' | grep -m 1 '^[0-9.]*$' || true)
[ -n "$address" ] || { echo "this machine has no address but loopback, so the suite cannot be shown to work across one"; exit 1; }
trap kill_server EXIT
for release in guide sunflower trillium; do
  for scenario in ok fail stuck; do
    serve "$address:0" --release "$release" --scenario "$scenario" --set duration=1s
    echo "== $release, $scenario, $URL"
    OKAPI_URL=$URL OKAPI_TENANT=diku OKAPI_USERNAME=diku_admin OKAPI_PASSWORD=admin OKAPI_RELEASE=$release OKAPI_SCENARIO=$scenario \
      go tool -modfile=tools.mod ginkgo -p --randomize-all --fail-on-pending --fail-on-empty --no-color --succinct ./contracttests
    stop_serving
  done
done
