#!/usr/bin/env bash
# The page at /_fauxkapi/ in headless Chromium: at the width of a desk and of a
# telephone, light and dark, without a word on the console, and the same to the
# pixel where scripts are switched off. The form that moves the clock does; one on
# the page of another site does not. Needs chromium, curl and bin/fauxkapi.
#
#   .ci/page.sh [FOLDER TO KEEP THE PICTURES IN]
set -euo pipefail
cd "$(dirname "$0")/.."
command -v chromium >/dev/null || { echo "chromium is missing: apt-get install chromium"; exit 1; }

work=$(mktemp -d)
pictures=${1:-$work}
mkdir -p "$pictures"
# Time stands still, so that pictures can be compared.
bin/fauxkapi serve --addr 127.0.0.1:0 --release sunflower --speed 0 --start 2026-01-20T13:17:02Z >"$work/serve.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in {1..100}; do
  url=$(sed -n 's/^fauxkapi ready \([^ ]*\) .*/\1/p' "$work/serve.log")
  [ -n "$url" ] && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.1
done
[ -n "$url" ] || { echo "fauxkapi serve is not ready:"; cat "$work/serve.log"; exit 1; }
page=$url/_fauxkapi/

# A profile in which scripts are blocked; --disable-javascript does nothing any
# more, and blink's scriptEnabled=false leaves Chromium without an answer.
mkdir -p "$work/without/Default"
echo '{"profile":{"default_content_setting_values":{"javascript":2}}}' >"$work/without/Default/Preferences"

# browse with|without FLAG…: Chromium looks at the page, with scripts or without.
# Root's has no sandbox.
browse() {
  local profile=$work/$1
  shift
  timeout 60 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$profile" \
    --enable-logging=stderr --log-level=0 "$@" "$page" 2>"$work/browser.log" || { cat "$work/browser.log"; return 1; }
  if grep CONSOLE "$work/browser.log"; then
    echo "the page says this on the console"
    return 1
  fi
}

# shows TEXT…: the page, as Chromium has understood it, has each.
shows() {
  browse without --dump-dom >"$work/page.html"
  for text in "$@"; do
    grep -qF -- "$text" "$work/page.html" || { cat "$work/page.html"; echo "the page does not show: $text"; return 1; }
  done
}

shows '<title>Fauxkapi: sunflower, ok</title>' '>13:17:02.000</time>' 'There are none yet.' 'Nobody has asked for anything yet.'

OKAPI_URL=$url OKAPI_TENANT=diku OKAPI_USERNAME=diku_admin OKAPI_PASSWORD=admin \
  bin/fauxkapi export --input examples/test.csv --output "$work/test.mrc" 2>"$work/export.log" &
export=$!
for _ in {1..100}; do
  kill -0 "$export" 2>/dev/null || break
  curl -sS -o /dev/null -X POST "${page}clock/advance?by=1s"
  sleep 0.2
done
wait "$export" || { cat "$work/export.log"; exit 1; }
shows '<span class="state completed">COMPLETED</span>' '25 of 25 exported' 'a link, good for 10 minutes'

# What a press on a button sends, and what comes of it.
curl -sS -o /dev/null -X POST "${page}clock/advance?by=24h"
before=$(curl -sS "${page}clock")
answer=$(curl -sS -o /dev/null -w '%{http_code} %{redirect_url}' -H "Origin: $url" -d by=4h "${page}clock/advance")
[ "$answer" = "303 $page" ] || { echo "the form was answered with $answer"; exit 1; }
after=$(curl -sS "${page}clock")
[ "$before" != "$after" ] || { echo "the form did not move the clock"; exit 1; }
answer=$(curl -sS -o /dev/null -w '%{http_code}' -H 'Origin: http://elsewhere.example' -d by=4h "${page}clock/advance")
[ "$answer" = 403 ] || { echo "the form of another site was answered with $answer"; exit 1; }
[ "$after" = "$(curl -sS "${page}clock")" ] || { echo "the form of another site moved the clock"; exit 1; }
shows ">$(sed 's/.*T\(..:..:..\).*/\1/' <<<"$after").000</time>" 'the world moves on by 4h0m0s'

for width in 1280 400; do
  for scheme in light:1 dark:0; do
    picture=$pictures/page-$width-${scheme%:*}.png
    for scripts in with without; do
      browse "$scripts" --window-size="$width,1600" --blink-settings="preferredColorScheme=${scheme#*:}" --screenshot="$work/$scripts.png"
      [ -s "$work/$scripts.png" ] || { echo "there is no picture of the page"; exit 1; }
    done
    cmp "$work/with.png" "$work/without.png" || { echo "the page needs scripts"; exit 1; }
    mv "$work/with.png" "$picture"
  done
done
cmp -s "$pictures/page-1280-light.png" "$pictures/page-1280-dark.png" && { echo "the page is not dark where it should be"; exit 1; }
echo "chromium: the page is well at 1280 and 400, light and dark, with scripts and without"
