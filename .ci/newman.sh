#!/usr/bin/env bash
# Runs the Postman collection's six steps with newman against the fake. In each
# release they must end well; with a job that fails, and with one that never
# ends, newman must fail and say why. Needs node 16 or later, npm and
# bin/fauxkapi.
#
#   .ci/newman.sh [FOLDER TO KEEP NEWMAN IN, default .cache]
set -euo pipefail
cd "$(dirname "$0")/.."

version=6.2.2
cache=${1:-.cache}/newman-$version
newman=$cache/node_modules/.bin/newman
work=$(mktemp -d)
server=

stop() {
  [ -z "$server" ] && return
  local pid=$server
  server=
  kill -TERM "$pid" 2>/dev/null || true
  wait "$pid" || { echo "fauxkapi serve did not end well:"; cat "$work/serve.log"; return 1; }
}
trap 'status=$?; stop || status=1; rm -rf "$work"; exit $status' EXIT

# start RELEASE SCENARIO: a fake on a free port; $url is its address.
start() {
  : >"$work/serve.log"
  bin/fauxkapi serve --addr 127.0.0.1:0 --no-control --release "$1" --scenario "$2" --set duration=1s >>"$work/serve.log" 2>&1 &
  server=$!
  for _ in {1..100}; do
    url=$(sed -n 's/^fauxkapi ready \(http[^ ]*\) release=.*/\1/p' "$work/serve.log")
    [ -n "$url" ] && return
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  echo "fauxkapi serve --release $1 --scenario $2 is not ready:"
  cat "$work/serve.log"
  return 1
}

# steps STATUS SENTENCE: the folder against $url. newman has to exit with STATUS
# and to print SENTENCE.
steps() {
  local status=0
  FORCE_COLOR=0 timeout 60 "$newman" run examples/postman/fauxkapi.postman_collection.json --folder 'Six steps' \
    --environment examples/postman/fauxkapi.postman_environment.json --working-dir examples \
    --env-var "okapiUrl=$url" --env-var pollDelay=100 --env-var maxPolls=30 --color off >"$work/newman.log" 2>&1 || status=$?
  if [ "$status" -ne "$1" ] || ! grep -F "$2" "$work/newman.log"; then
    cat "$work/newman.log"
    echo "newman exited with $status; it should have exited with $1 and said: $2"
    return 1
  fi
}

if ! "$newman" --version 2>/dev/null | grep -qxF "$version"; then
  mkdir -p "$cache"
  npm install --prefix "$cache" --no-audit --no-fund --loglevel error "newman@$version"
fi

for release in guide sunflower trillium; do
  echo "newman, release $release"
  start "$release" ok
  steps 0 'the file is downloaded: 25 records'
  stop
  start "$release" fail
  steps 1 'the job failed: 0 of 25 exported, 25 failed; there is no file to download'
  stop
  start "$release" stuck
  steps 1 'after 30 polls the job has not ended: IN_PROGRESS, '
  stop
done
