# Functions to start and stop a fake in a process of its own; to be sourced.

SERVER=

# serve ADDR FLAG…: starts bin/fauxkapi and sets URL and SERVER.
serve() {
  local addr=$1 log
  shift
  log=$(mktemp)
  bin/fauxkapi serve --addr "$addr" --no-control "$@" >"$log" 2>&1 &
  SERVER=$!
  for _ in $(seq 100); do
    URL=$(sed -n 's/^fauxkapi ready \([^ ]*\) .*/\1/p' "$log")
    [ -n "$URL" ] && break
    kill -0 "$SERVER" 2>/dev/null || break
    sleep 0.1
  done
  SERVER_LOG=$log
  [ -n "$URL" ] || { echo "the server did not start:"; cat "$log"; return 1; }
}

# stop_serving: ends the server; fails if it broke its own contract.
stop_serving() {
  kill -INT "$SERVER"
  wait "$SERVER" || { echo "the server ended badly:"; tail -n 20 "$SERVER_LOG"; return 1; }
  SERVER=
  rm -f "$SERVER_LOG"
}

# kill_server: for the end of a script that failed.
kill_server() {
  [ -z "$SERVER" ] || kill "$SERVER" 2>/dev/null || true
}
